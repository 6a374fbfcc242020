"""The child process: compiles templates, renders jobs, draws letters. Started by ``compose.renderer``.

A batch frame in: ``{"t": {key: template}, "c": [values that many jobs share], "j": [[number, template key or null,
index into c, values, letter, boundary], …]}``. Frames out: lists of answers, each ``[number, 1, subject, text, html,
body, pdf, pages, seen]`` or ``[number, 0, kind, words, line, placeholder]``. The number of the job in work stands in a
shared word, so the parent knows which job it was when the system ends this process.
"""

from __future__ import annotations

import base64
import mmap
import re
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from jinja2.sandbox import safe_range

from carat_tui.compose import mime
from carat_tui.compose.render import limits, wire
from carat_tui.compose.render.sandbox import LONGEST, Hole, TooExpensive

if TYPE_CHECKING:
    from jinja2 import Template

_FLUSH_AFTER_S = 0.02
_FLUSH_ANSWERS = 64
_MOST_TEMPLATES = 512
_BLANK_LINES = re.compile(r"[ \t]+\n|\n{3,}")

Answer = list[Any]


class _Flawed(Exception):
    """A template that must not be used; remembered, so that each message that wants it gets the same words."""

    def __init__(self, words: str, line: int) -> None:
        super().__init__(words)
        self.words = words
        self.line = line


@dataclass(slots=True)
class _Compiled:
    """A template ready to run; the lines say where subject and body begin in its file."""

    subject: Template | None
    subject_line: int
    text: Template
    html: Template | None
    body_line: int


class Workshop:
    """Templates compiled once, jobs rendered one after another."""

    def __init__(self) -> None:
        from carat_tui.compose.placeholders import EXAMPLES
        from carat_tui.compose.render import sandbox

        self._known = frozenset(EXAMPLES)
        self._plain = sandbox.text_environment()
        self._html = sandbox.html_environment()
        self._compiled: dict[str, _Compiled | _Flawed] = {}
        self._sources: dict[str, dict[str, Any]] = {}

    def learn(self, templates: dict[str, dict[str, Any]]) -> None:
        """Keep sources; they are compiled by the first job that needs them, so that its limits hold for that too."""
        if len(self._sources) > _MOST_TEMPLATES:
            self._sources.clear()
            self._compiled.clear()
        self._sources.update(templates)

    def render(self, key: str | None, values: dict[str, Any], letter: dict[str, Any] | None, boundary: str) -> Answer:
        """One job: ``[subject, text, html, body, pdf, pages, seen]``."""
        if key is None:
            subject, text, html = values["subject"], values["text"], ""
        else:
            subject, text, html = self._texts(self._template(key), values)
        if boundary:
            return [subject, text, "", mime.alternative(text, html, boundary), "", 0, []]
        if letter is None:
            return [subject, text, html, "", "", 0, []]
        from carat_tui.compose.letter.page import draw

        drawn = draw(letter, subject, text)
        return [subject, text, "", "", base64.b64encode(drawn.pdf).decode("ascii"), drawn.pages, drawn.seen]

    def _texts(self, compiled: _Compiled, values: dict[str, Any]) -> tuple[str, str, str]:
        subject = html = ""
        try:
            if compiled.subject is not None:
                subject = " ".join(_run(compiled.subject, values).split())
            text = _BLANK_LINES.sub(_tidy, _run(compiled.text, values)).strip()
            if compiled.html is not None:
                html = _run(compiled.html, values)
        except Exception as error:
            line, in_subject = _where(error, compiled)
            start = compiled.subject_line if in_subject else compiled.body_line
            error.add_note(str(start + line - 1 if line else start))
            raise
        if len(subject) + len(text) + len(html) > LONGEST:
            raise TooExpensive(f"the text is longer than {LONGEST} characters")
        return subject, text, html

    def _template(self, key: str) -> _Compiled:
        found = self._compiled.get(key)
        if found is None:
            try:
                found = self._compile(self._sources[key])
            except _Flawed as flaw:
                found = flaw
            self._compiled[key] = found
        if isinstance(found, _Flawed):
            raise found
        return found

    def _compile(self, template: dict[str, Any]) -> _Compiled:
        from carat_tui.compose.render import markdown
        from carat_tui.compose.render.inspect import examine

        subject, body, trees = template["subject"], template["body"], []
        for source, start in ((subject, template["subject_line"]), (body, template["body_line"])):
            tree, flaws = examine(self._plain, source, self._known)
            for flaw in flaws:
                raise _Flawed(flaw.message, start + flaw.line - 1)
            trees.append(tree or source)
        html, text = None, body
        if template["channel"] == "email":
            html = self._html.from_string(markdown.html_template(self._plain, body, template["language"]))
            text = markdown.text_template(body)
        return _Compiled(
            self._plain.from_string(trees[0]) if subject else None, template["subject_line"],
            self._plain.from_string(trees[1] if text == body else text), html, template["body_line"],
        )  # fmt: skip


def _run(template: Template, values: dict[str, Any]) -> str:
    return template.environment.concat(template.root_render_func(template.new_context(values, shared=True)))


def _tidy(found: re.Match[str]) -> str:
    return "\n" if found[0][0] in " \t" else "\n\n"


def _where(error: Exception, compiled: _Compiled) -> tuple[int, bool]:
    """The line inside the template part that raised, and whether that part is the subject."""
    line, in_subject = 0, False
    trace = error.__traceback__
    while trace is not None:
        for template in (compiled.subject, compiled.text):
            if template is not None and trace.tb_frame.f_globals is template.root_render_func.__globals__:
                line, in_subject = template.get_corresponding_lineno(trace.tb_lineno), template is compiled.subject
        trace = trace.tb_next
    return line, in_subject


def answer(workshop: Workshop, job: list[Any], shared: list[dict[str, Any]]) -> Answer:
    """Render one job; whatever it raises becomes an answer in words."""
    number, key, common, values, letter, boundary = job
    try:
        # Contexts are made without copying the globals in, so the one function that templates have comes along here.
        context = {"range": safe_range, **shared[common], **values}
        return [number, wire.RENDERED, *workshop.render(key, context, letter, boundary)]
    except (TooExpensive, MemoryError, OverflowError) as error:
        words = str(error) or "more memory than a message may take"
        return [number, wire.FAILED, wire.EXPENSIVE, words, _noted_line(error), ""]
    except _Flawed as flaw:
        return [number, wire.FAILED, wire.BROKEN, flaw.words, flaw.line, ""]
    except Hole as hole:
        return [number, wire.FAILED, wire.HOLE, str(hole), _noted_line(hole), hole.name]
    except Exception as error:
        kind, words = getattr(error, "kind", wire.BROKEN), str(error) or type(error).__name__
        return [number, wire.FAILED, kind, words, _noted_line(error), ""]


def _noted_line(error: Exception) -> int:
    notes = getattr(error, "__notes__", ["0"])
    return int(notes[0])


class _Outbox:
    """Answers, written several at a time: a system call for each would cost more than rendering does."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._waiting: list[Answer] = []
        self._since = time.monotonic()

    def put(self, item: Answer) -> None:
        self._waiting.append(item)
        if len(self._waiting) >= _FLUSH_ANSWERS or time.monotonic() - self._since > _FLUSH_AFTER_S:
            self.flush()

    def flush(self) -> None:
        if self._waiting:
            self._out.write(wire.frame(self._waiting))
            self._out.flush()
            self._waiting.clear()
        self._since = time.monotonic()


def serve(source: BinaryIO, out: BinaryIO, report: Callable[[int], None]) -> None:
    """Answer batches until the parent closes the pipe. ``report`` tells the number of the job in work."""
    report(wire.LOADING)
    workshop, outbox = Workshop(), _Outbox(out)
    report(wire.IDLE)
    while (batch := wire.read_frame(source.read)) is not None:
        workshop.learn(batch["t"])
        if any(job[4] is not None for job in batch["j"]):
            report(wire.LOADING)
            from carat_tui.compose.letter import page

            page.warm_up()
        for job in batch["j"]:
            report(job[0])
            limits.start_job()
            done = answer(workshop, job, batch["c"])
            limits.end_job()
            outbox.put(done)
        outbox.flush()
        report(wire.IDLE)


def main(progress_file: str) -> None:
    """Entry of the process: limits first, then work.

    Signals to the whole group (Ctrl-C, a service being stopped) are the parent's: it closes the pipe when it is done,
    and a message that was in work then must not look like one that broke a limit.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    with open(progress_file, "r+b") as file, mmap.mmap(file.fileno(), wire.PROGRESS.size) as word:  # noqa: PTH123 # mmap wants the descriptor
        limits.limit_memory()
        serve(sys.stdin.buffer, sys.stdout.buffer, lambda number: wire.PROGRESS.pack_into(word, 0, number))
