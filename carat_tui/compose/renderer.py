"""The parent's side of rendering: keeps one child process busy, bounds it, replaces it when it must end.

Templates and letters are made from foreign data in a child with limits on memory, processor time, time and output
(reliability §4.1). A job that breaks a limit fails alone: the jobs before it keep their answers, those after it are
given to a new child.
"""

from __future__ import annotations

import base64
import contextlib
import json
import mmap
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from carat_tui.compose.render import wire
from carat_tui.compose.templates import Template
from carat_tui.model.errors import CaratError

WALL_SECONDS = 3.0
"""Longest time for one job by the wall clock."""
LOADING_SECONDS = 30.0
"""Longest time for the child to load its libraries (a virus scanner may look at each of them)."""
FRAME_JOBS = 64

_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from carat_tui.compose.render.child import main; main(sys.argv[2])"
)
_PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Job:
    """One text to make: values for a template, or subject and text of a person (``template`` None).

    ``common`` is the dictionary of values that many jobs share (the same object is sent once). ``letter`` asks for a
    PDF (see ``compose.letter.page.draw`` for its keys).
    """

    template: Template | None
    values: dict[str, Any]
    common: dict[str, Any] = field(default_factory=dict)
    letter: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job gave no text. ``kind`` is one of ``wire``'s; ``line`` is the template file's (0 = nowhere)."""

    kind: str
    words: str
    line: int = 0
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What came of a job; with ``failure`` all else is empty."""

    subject: str = ""
    text: str = ""
    html: str = ""
    pdf: bytes = b""
    pages: int = 0
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
        self._child: _Child | None = None
        self._open: deque[Batch] = deque()
        self._next = 0
        self._silent_deaths = 0

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
        if self._child is None:
            self._child = _Child(self._wall_s)
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
        except _Ended as ended:
            self._bury(child, ended)

    def _settle(self, number: int, result: Rendered) -> None:
        self._silent_deaths = 0
        for batch in self._open:
            if batch.first <= number < batch.first + len(batch.jobs):
                batch.answers[number] = result

    def _bury(self, child: _Child, ended: _Ended) -> None:
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
        _, _, subject, text, html, pdf, pages = answer
        return Rendered(str(subject), str(text), str(html), base64.b64decode(pdf) if pdf else b"", int(pages))
    _, _, kind, words, line, placeholder = answer
    return Rendered(failure=Failure(str(kind), str(words), int(line), str(placeholder)))


class _Ended(Exception):
    """The child is gone or must go. ``job`` is the one in work then, if any."""

    def __init__(self, job: int | None, too_expensive: bool) -> None:
        super().__init__()
        self.job = job
        self.too_expensive = too_expensive


class _Child:
    """The process, its pipes, and the word in shared memory that tells which job it is at."""

    def __init__(self, wall_s: float = WALL_SECONDS) -> None:
        self._wall_s = wall_s
        self._folder = tempfile.TemporaryDirectory(prefix="carat-render-")
        progress = Path(self._folder.name) / "progress"
        progress.write_bytes(wire.PROGRESS.pack(wire.LOADING))
        with progress.open("r+b") as file:
            self._word = mmap.mmap(file.fileno(), wire.PROGRESS.size)
        self._errors: IO[bytes] = (Path(self._folder.name) / "errors").open("w+b")
        root = str(Path(__file__).parents[2])
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", _START, root, str(progress)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=self._folder.name,
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._known: set[str] = set()
        self._frames: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="carat-render-pipe", daemon=True)
        self._reader.start()
        self._seen, self._since = wire.LOADING, time.monotonic()

    def _read(self) -> None:
        """Pass frames on as they come, so that the child never waits for a full pipe."""
        assert self._process.stdout is not None
        with contextlib.suppress(ValueError, OSError):  # a child that was ended in the middle of a frame
            while (body := wire.read_bytes(self._process.stdout.read)) is not None:
                self._frames.put(body)
        self._frames.put(None)

    def send(self, jobs: list[tuple[int, Job]]) -> None:
        """Write one frame. A child that is gone is noticed when its answers are asked for."""
        templates: dict[str, Any] = {}
        shared: dict[int, int] = {}
        common: list[dict[str, Any]] = []
        rows: list[Any] = []
        for number, job in jobs:
            if id(job.common) not in shared:
                shared[id(job.common)] = len(common)
                common.append(job.common)
            rows.append([number, self._key(job.template, templates), shared[id(job.common)], job.values, job.letter])
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(wire.frame({"t": templates, "c": common, "j": rows}))
            self._process.stdin.flush()

    def _key(self, template: Template | None, new: dict[str, Any]) -> str | None:
        """How the child knows the template; its source goes along the first time."""
        if template is None:
            return None
        key = f"{template.channel} {template.language} {template.sha256}"
        if key not in self._known:
            self._known.add(key)
            new[key] = {
                "channel": template.channel,
                "language": template.language,
                "subject": template.subject,
                "body": template.body,
                "subject_line": template.subject_line,
                "body_line": template.body_line,
            }
        return key

    def answers(self) -> list[list[Any]]:
        """What is ready, waiting a moment if nothing is; raises ``_Ended``."""
        try:
            body = self._frames.get(timeout=0.1)
        except queue.Empty:
            self._look_at_the_clock()
            return []
        if body is None:
            code = self._process.wait()
            # Negative: ended by a signal, which is how the system enforces memory and processor time.
            raise _Ended(self._job(), too_expensive=code < 0 or code == 0xC0000044)
        try:
            found: list[list[Any]] = json.loads(body)
        except ValueError:
            raise _Ended(self._job(), too_expensive=False) from None
        return found

    def _look_at_the_clock(self) -> None:
        job = self._progress()
        now = time.monotonic()
        if job != self._seen:
            self._seen, self._since = job, now
        limit = LOADING_SECONDS if job in (wire.LOADING, wire.IDLE) else self._wall_s
        if now - self._since > limit:
            raise _Ended(self._job(), too_expensive=True)

    def _progress(self) -> int:
        (number,) = wire.PROGRESS.unpack_from(self._word, 0)
        return int(number)

    def _job(self) -> int | None:
        number = self._progress()
        return None if number in (wire.IDLE, wire.LOADING) else number

    def close(self) -> str:
        """End the process, whatever it is doing; returns the last words that it wrote to its error output."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.kill()
        self._process.wait()
        self._reader.join()
        self._process.stdout.close()
        self._errors.seek(0)
        words = self._errors.read()[-2000:].decode("utf-8", "replace").strip()
        self._errors.close()
        self._word.close()
        self._folder.cleanup()
        return words.splitlines()[-1] if words else "it said nothing"


def _environment() -> dict[str, str]:
    """Nothing of ours: a secret in the environment must not reach a process that works on foreign data."""
    return (
        {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}
        if sys.platform == "win32"
        else {}
    )
