"""The parent's side of rendering: keeps one child process busy, bounds it, replaces it when it must end.

Templates and letters are made from foreign data in a child with limits on memory, processor time, time and output
(reliability §4.1). A job that breaks a limit fails alone: the jobs before it keep their answers, those after it are
given to a new child.
"""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from carat_tui.compose.process import WALL_SECONDS, Child, Ended
from carat_tui.compose.render import wire
from carat_tui.compose.templates import Template
from carat_tui.model.errors import CaratError

FRAME_JOBS = 64

_PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Job:
    """One text to make: values for a template, or subject and text of a person (``template`` None).

    ``common`` is the dictionary of values that many jobs share (the same object is sent once). ``letter`` asks for a
    PDF (see ``compose.letter.page.draw`` for its keys), ``boundary`` for an encoded mail body instead of HTML.
    """

    template: Template | None
    values: dict[str, Any]
    common: dict[str, Any] = field(default_factory=dict)
    letter: dict[str, Any] | None = None
    boundary: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job gave no text. ``kind`` is one of ``wire``'s; ``line`` is the template file's (0 = nowhere)."""

    kind: str
    words: str
    line: int = 0
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class Ink:
    """A text at its place on a sheet: left edge, top of its line box and width in mm, size in points."""

    text: str
    x: float
    top: float
    width: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Rendered:
    """What came of a job; with ``failure`` all else is empty. ``body`` is the encoded mail that was asked for,
    ``sheets`` the pages of a letter that was to be looked at."""

    subject: str = ""
    text: str = ""
    html: str = ""
    body: str = ""
    pdf: bytes = b""
    pages: int = 0
    sheets: tuple[tuple[Ink, ...], ...] = ()
    failure: Failure | None = None


@dataclass(slots=True)
class Batch:
    """Jobs on their way through the child."""

    first: int
    jobs: Sequence[Job]
    answers: dict[int, Rendered] = field(default_factory=dict)


class Renderer:
    """One child, restarted as needed. For one thread at a time; close it (or use ``with``)."""

    def __init__(self, wall_s: float = WALL_SECONDS) -> None:
        self._wall_s = wall_s
        self._child: Child | None = None
        self._open: deque[Batch] = deque()
        self._next = 0
        self._silent_deaths = 0
        self._over = False

    def render_many(self, jobs: Sequence[Job]) -> list[Rendered]:
        """The results, in order. A job's failure is its result; raises ``CaratError`` when no child can be started."""
        return self.finish(self.start(jobs))

    def start(self, jobs: Sequence[Job]) -> Batch:
        """Give jobs to the child and return at once; ``finish`` fetches the results."""
        batch = Batch(self._next, jobs)
        self._next += len(jobs)
        self._open.append(batch)
        self._send(batch)
        return batch

    def finish(self, batch: Batch) -> list[Rendered]:
        """Wait for the results of ``batch``."""
        while len(batch.answers) < len(batch.jobs):
            self._collect()
        self._open.remove(batch)
        return [batch.answers[batch.first + offset] for offset in range(len(batch.jobs))]

    def _send(self, batch: Batch) -> None:
        if self._over:
            self._open.clear()
            raise CaratError("Nothing is written any more.")
        if self._child is None:
            self._child = Child(self._wall_s)
        numbers = [
            number for number in range(batch.first, batch.first + len(batch.jobs)) if number not in batch.answers
        ]
        for start in range(0, len(numbers), FRAME_JOBS):
            self._child.send(
                [(number, batch.jobs[number - batch.first]) for number in numbers[start : start + FRAME_JOBS]]
            )

    def _collect(self) -> None:
        """Take in what the child has ready; see to it that it lives and does not take too long."""
        child = self._child
        if child is None:
            self._resume()
            return
        try:
            for answer in child.answers():
                self._settle(int(answer[0]), _rendered(answer))
        except Ended as ended:
            self._bury(child, ended)

    def _settle(self, number: int, result: Rendered) -> None:
        self._silent_deaths = 0
        for batch in self._open:
            if batch.first <= number < batch.first + len(batch.jobs):
                batch.answers[number] = result

    def _bury(self, child: Child, ended: Ended) -> None:
        """The child is gone: its job in work was the culprit; all else goes to a new one."""
        self._child = None
        words = child.close()
        if ended.job is not None:
            kind = wire.EXPENSIVE if ended.too_expensive else wire.BROKEN
            why = "it took too long or too much memory" if ended.too_expensive else f"the renderer ended: {words}"
            self._settle(ended.job, Rendered(failure=Failure(kind, why)))
        else:
            self._silent_deaths += 1
            if self._silent_deaths >= _PATIENCE:
                self._silent_deaths = 0
                self._open.clear()
                raise CaratError(
                    f"The process that writes texts cannot be started: {words}",
                    "`carat doctor` looks at the installation.",
                )
        self._resume()

    def _resume(self) -> None:
        for batch in self._open:
            if len(batch.answers) < len(batch.jobs):
                self._send(batch)

    def abort(self) -> None:
        """For another thread: what is being rendered ends at once with ``CaratError``, and nothing is begun any more.

        The thread that renders still has to ``close``.
        """
        self._over = True
        if (child := self._child) is not None:
            child.kill()

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.close()
            self._child = None
        self._open.clear()

    def __enter__(self) -> Renderer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _rendered(answer: list[Any]) -> Rendered:
    if answer[1] == wire.RENDERED:
        _, _, subject, text, html, body, pdf, pages, seen = answer
        drawn = base64.b64decode(pdf) if pdf else b""
        sheets = tuple(tuple(_ink(row) for row in sheet) for sheet in seen)
        return Rendered(str(subject), str(text), str(html), str(body), drawn, int(pages), sheets)
    _, _, kind, words, line, placeholder = answer
    return Rendered(failure=Failure(str(kind), str(words), int(line), str(placeholder)))


def _ink(row: list[Any]) -> Ink:
    text, x, top, width, size, bold = row
    return Ink(str(text), float(x), float(top), float(width), float(size), bool(bold))
