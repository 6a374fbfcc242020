"""``carat template check``: everything that is wrong with the template files, before a customer's message meets it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from carat_tui.compose import templates
from carat_tui.compose.placeholders import EXAMPLES, examples
from carat_tui.compose.render import wire
from carat_tui.compose.render.inspect import inspect
from carat_tui.compose.renderer import Job, Renderer
from carat_tui.compose.templates import BadTemplate, Template
from carat_tui.model import sms
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.phrases import PHRASES

_LINK = re.compile(r"\[[^\]\n]*\]\(\s*([^)\s]*)")
_SCHEME = re.compile(r"(https?://|mailto:|tel:|\{\{)", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^>\n]*>")
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_SHEET = {
    "layout": "din5008b", "sender_line": "Buchladen Sonne · Marktstr. 1 · 70173 Stuttgart", "head": ["Buchladen Sonne"],
    "address": ["Éva Kovács", "Marktstraße 12", "70173 Stuttgart"], "info": [], "foot": [],
    "created": "2026-01-01T00:00:00+00:00", "marks": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a template file. ``warning``: worth a look, but messages are written."""

    file: str
    line: int
    message: str
    warning: bool = False

    def words(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def check(home: Home, name: str | None = None, renderer: Renderer | None = None) -> list[Finding]:
    """Look at all template files (or those of ``name``); with ``renderer`` they are also tried with example values.

    Raises ``CaratError`` if there is no template of that name.
    """
    paths = list(templates.files(home, name))
    if name is not None and not paths:
        raise CaratError(f"There is no template {name!r}.", "`carat template list` shows them.")
    return _check(home, [(path, partial(templates.load, path)) for path in paths], renderer)


def check_file(home: Home, path: Path) -> list[Finding]:
    """What one file that exists says by itself."""
    return _check(home, [(path, partial(templates.load, path))], None)


def check_text(home: Home, path: Path, source: str, renderer: Renderer | None = None) -> list[Finding]:
    """The same for a text that is not (yet) in the file ``path``."""
    return _check(home, [(path, partial(templates.parse, path, source))], renderer)


def _check(home: Home, files: list[tuple[Path, Callable[[], Template]]], renderer: Renderer | None) -> list[Finding]:
    findings: list[Finding] = []
    sound: list[Template] = []
    for path, load in files:
        try:
            template = load()
        except BadTemplate as bad:
            findings.append(Finding(templates.shown(home, path), bad.line, bad.words))
            continue
        found = list(_look(home, template))
        findings += found
        if all(finding.warning for finding in found):
            sound.append(template)
    if renderer is not None:
        findings += _try(home, sound, renderer)
    return sorted(findings, key=lambda finding: (finding.file, finding.line))


def _look(home: Home, template: Template) -> Iterator[Finding]:
    """What the source alone tells."""
    from carat_tui.compose.render.sandbox import text_environment

    file, environment, known = templates.shown(home, template.path), text_environment(), frozenset(EXAMPLES)
    for source, start in ((template.subject, template.subject_line), (template.body, template.body_line)):
        for flaw in inspect(environment, source, known):
            yield Finding(file, start + flaw.line - 1, flaw.message)
    if not template.body.strip():
        yield Finding(file, template.body_line, "the text is empty")
    yield from notes(home, template)


def notes(home: Home, template: Template) -> Iterator[Finding]:
    """What the lines alone tell, without their tags: cheap enough for each key in an editor."""
    file = templates.shown(home, template.path)
    looks = {"email": _markdown, "sms": _alphabet}
    for number, line in enumerate(template.body.split("\n"), start=template.body_line):
        if template.channel in looks:
            for message, warning in looks[template.channel](line, template.language):
                yield Finding(file, number, message, warning)


def _markdown(line: str, _: str) -> Iterator[tuple[str, bool]]:
    for found in _LINK.finditer(line):
        if not _SCHEME.match(found[1]):
            yield f"a link must begin with https://, http://, mailto: or tel:, not {found[1][:40]!r}", False
    plain = _JINJA.sub("", line)
    if "![" in plain:
        yield "pictures are not shown in messages", True
    if _TAG.search(plain):
        yield "HTML is shown to the customer as it stands here; write Markdown", True


def _alphabet(line: str, language: str) -> Iterator[tuple[str, bool]]:
    plain = _JINJA.sub("", line)
    if language in ("pl", "sk"):
        plain, lost = sms.fold(plain)
        if lost:
            yield f"the SMS alphabet has nothing for {lost}", False
        return
    foreign = sms.count(plain).foreign
    if foreign:
        yield f"{foreign} makes every SMS three times as expensive (70 instead of 160 characters a part)", True


def _try(home: Home, sound: list[Template], renderer: Renderer) -> Iterator[Finding]:
    """What happens with example values, in the same child and limits as for customers."""
    jobs = []
    for template in sound:
        words = PHRASES[template.language].page
        letter = _SHEET | {"language": template.language, "page_words": words} if template.channel == "letter" else None
        jobs.append(Job(template, examples(template.language), {}, letter))
    for template, rendered in zip(sound, renderer.render_many(jobs), strict=True):
        file = templates.shown(home, template.path)
        failure = rendered.failure
        if failure is not None:
            words = f"too expensive: {failure.words}" if failure.kind == wire.EXPENSIVE else failure.words
            yield Finding(file, failure.line or template.body_line, words)
        elif template.channel == "sms":
            text = sms.fold(rendered.text)[0] if template.language in ("pl", "sk") else rendered.text
            parts = len(sms.count(text).parts)
            if parts > 1:
                yield Finding(file, 1, f"with example values this SMS needs {parts} parts", True)
