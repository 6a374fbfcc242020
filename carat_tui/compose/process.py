"""The child process as its parent sees it: started bare, fed through pipes, watched, ended."""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from carat_tui.compose.render import wire
from carat_tui.compose.templates import Template

if TYPE_CHECKING:
    from carat_tui.compose.renderer import Job

WALL_SECONDS = 3.0
"""Longest time for one job by the wall clock."""
LOADING_SECONDS = 30.0
"""Longest time for the child to load its libraries (a virus scanner may look at each of them)."""

_SIGNALS = ("SIGPROF", "SIGXCPU", "SIGKILL")
_LIMIT_CODES = {-int(getattr(signal, name)) for name in _SIGNALS if hasattr(signal, name)} | {0xC0000044}
"""Exit codes of a process that the system ended for its use of time or memory (the last is Windows')."""

_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from carat_tui.compose.render.child import main; main(sys.argv[2])"
)


class Ended(Exception):
    """The child is gone or must go. ``job`` is the one in work then, if any."""

    def __init__(self, job: int | None, too_expensive: bool) -> None:
        super().__init__()
        self.job = job
        self.too_expensive = too_expensive


class Child:
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
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="carat-render-pipe", daemon=True)
        self._writer = threading.Thread(target=self._write, name="carat-render-feed", daemon=True)
        self._reader.start()
        self._writer.start()
        self._seen, self._since = wire.LOADING, time.monotonic()
        self._looked = self._since

    def _read(self) -> None:
        """Pass frames on as they come, so that the child never waits for a full pipe."""
        assert self._process.stdout is not None
        with contextlib.suppress(ValueError, OSError):  # a child that was ended in the middle of a frame
            while (body := wire.read_bytes(self._process.stdout.read)) is not None:
                self._frames.put(body)
        self._frames.put(None)

    def _write(self) -> None:
        """Feed the child, so that the parent never waits for it to take its next jobs."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):  # a child that is gone: ``answers`` tells
            while (body := self._outgoing.get()) is not None:
                self._process.stdin.write(body)
                self._process.stdin.flush()

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
            key, known = self._key(job.template, templates), shared[id(job.common)]
            rows.append([number, key, known, job.values, job.letter, job.boundary])
        self._outgoing.put(wire.frame({"t": templates, "c": common, "j": rows}))

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
        """What is ready, waiting a moment if nothing is; raises ``Ended``."""
        try:
            body = self._frames.get(timeout=0.1)
        except queue.Empty:
            self._look_at_the_clock()
            return []
        if body is None:
            code = self._process.wait()
            raise Ended(self._job(), too_expensive=code in _LIMIT_CODES)
        try:
            found: list[list[Any]] = json.loads(body)
        except ValueError:
            raise Ended(self._job(), too_expensive=False) from None
        return found

    def _look_at_the_clock(self) -> None:
        job = self._progress()
        now = time.monotonic()
        # A long time between two looks means that this process itself stood still (a laptop's lid, a debugger); then
        # the child most likely did so too, and its job gets its whole time again.
        if job != self._seen or now - self._looked > 1:
            self._seen, self._since = job, now
        self._looked = now
        limit = LOADING_SECONDS if job in (wire.LOADING, wire.IDLE) else self._wall_s
        if now - self._since > limit:
            raise Ended(self._job(), too_expensive=True)

    def _progress(self) -> int:
        (number,) = wire.PROGRESS.unpack_from(self._word, 0)
        return int(number)

    def _job(self) -> int | None:
        number = self._progress()
        return None if number in (wire.IDLE, wire.LOADING) else number

    def kill(self) -> None:
        """End the process, whatever it is doing; whoever waits for its answers is told ``Ended``."""
        self._process.kill()

    def close(self) -> str:
        """End the process, whatever it is doing; returns the last words that it wrote to its error output."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait()
        self._outgoing.put(None)
        self._writer.join()
        self._reader.join()
        with contextlib.suppress(OSError):
            self._process.stdin.close()
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
