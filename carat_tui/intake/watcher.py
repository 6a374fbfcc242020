"""Watching the inbox: watchdog wakes, looking into the folder is the truth.

Events get lost (overflow, network shares, a file renamed in gives only ``created``), so the folder is looked through
every ``poll_s`` seconds all the same, and an event does no more than bring the next look at one file forward. A file is
ready when size and time have not changed for ``settle_s`` seconds between two looks.

Nothing is done on watchdog's own threads but noting a path: its reader must never wait (limits §0.6).
"""

from __future__ import annotations

import os
import queue
import stat
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from carat_tui.intake.arrival import ignored

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver

Ready = Callable[[Path], bool | None]
"""Called with a settled file on the watcher's thread; False = not whole yet, ask again at the next look."""

_DEEPEST = 3
_Sign = tuple[int, int]


def never(path: Path, found: os.stat_result) -> bool:
    """No file has been dealt with before."""
    return False


@dataclass(slots=True)
class _Fresh:
    """A file that is being waited for: how it looked, since when it has looked so."""

    sign: _Sign
    since: float


def candidates(folder: Path, depth: int = _DEEPEST) -> Iterator[tuple[Path, os.stat_result]]:
    """Ordinary files below ``folder`` that may be exports. A folder that cannot be read is as good as empty for now."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if ignored(entry.name):
            continue
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError:  # gone since the listing
            continue
        if stat.S_ISREG(found.st_mode):
            yield Path(entry.path), found
        elif stat.S_ISDIR(found.st_mode) and depth:
            yield from candidates(Path(entry.path), depth - 1)


def ready_files(
    folder: Path,
    settle_s: float,
    handled: Callable[[Path, os.stat_result], bool] = never,
    wait: Callable[[float], object] = time.sleep,
) -> list[Path]:
    """The files that are ready now, the oldest first; waits at most ``settle_s`` for those written a moment ago.

    A file that nobody touched for ``settle_s`` (neither its time nor the time of its entry) needs no second look.
    """
    found = [(path, stats) for path, stats in candidates(folder) if not handled(path, stats)]
    now = time.time()
    fresh = [stats for _, stats in found if now - max(stats.st_mtime, stats.st_ctime) < settle_s]
    if fresh:
        wait(settle_s)
    ready = [(stats, path) for path, stats in found if _look(path) == _sign(stats)]
    return [path for stats, path in sorted(ready, key=lambda one: (one[0].st_mtime_ns, one[1].name))]


class Watcher:
    """Watches ``folder`` on a thread of its own and calls ``ready`` there, one file after the other.

    ``handled`` tells files that were dealt with in an earlier life of the program; within one life the watcher itself
    remembers what it handed over and asks again only when the file has changed. What ``ready`` raises goes to
    ``failed`` and the file is tried again after ``poll_s``.
    """

    def __init__(
        self,
        folder: Path,
        *,
        settle_s: float,
        poll_s: float,
        ready: Ready,
        handled: Callable[[Path, os.stat_result], bool] = never,
        failed: Callable[[Path, Exception], None] | None = None,
    ) -> None:
        self.folder = folder
        self.settle_s = settle_s
        self.poll_s = poll_s
        self.woken_by_events = False
        self.broke: Exception | None = None
        """What the watch broke down from: an error that no file is to blame for."""
        self._ready = ready
        self._handled = handled
        self._failed = failed
        self._noted: queue.SimpleQueue[tuple[Path, float] | None] = queue.SimpleQueue()
        self._fresh: dict[Path, _Fresh] = {}
        self._done: dict[Path, _Sign] = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="carat-inbox", daemon=True)
        self._observer: BaseObserver | None = None

    def start(self) -> None:
        """Begin to watch; the folder is made if it is not there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._observe()
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the watch goes on; it ends by ``stop``, or by an error that no file is to blame for."""
        return self._thread.is_alive()

    def stop(self, timeout: float = 4.0) -> bool:
        """End; waits for the file in work at most ``timeout`` seconds. False if it is still at it."""
        self._stopped.set()
        self._noted.put(None)
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(timeout)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _observe(self) -> None:
        """Ask the system for events; without them (limits of the system, odd file systems) polling goes on alone."""
        from watchdog.events import FileSystemEventHandler
        from watchdog.observers import Observer

        note = self._note

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                if event.event_type in ("created", "modified", "closed", "moved") and not event.is_directory:
                    note(event.dest_path if event.event_type == "moved" else event.src_path)

        observer = Observer()
        observer.schedule(Handler(), str(self.folder), recursive=True)
        try:
            observer.start()
        except OSError:
            return
        self._observer, self.woken_by_events = observer, True

    def _note(self, path: str | bytes) -> None:
        found = Path(os.fsdecode(path))
        if not ignored(found.name):
            self._noted.put((found, time.monotonic()))

    def _run(self) -> None:
        try:
            self._watch()
        except Exception as error:  # told by whoever asks whether it is alive; a screen may lie over stderr
            self.broke = error

    def _watch(self) -> None:
        next_look = time.monotonic()
        while not self._stopped.is_set():
            now = time.monotonic()
            if now >= next_look:
                self._look_through(now)
                next_look = time.monotonic() + self.poll_s
            self._hand_over()
            self._wait(next_look)

    def _wait(self, next_look: float) -> None:
        """Until something is noted, settles, or the folder is to be looked through."""
        due = min((one.since + self.settle_s for one in self._fresh.values()), default=next_look)
        try:
            noted = self._noted.get(timeout=max(0.0, min(due, next_look) - time.monotonic()))
        except queue.Empty:
            return
        while noted is not None:
            path, at = noted
            found = _stats(path)
            if found is not None and stat.S_ISREG(found.st_mode):
                self._see(path, found, at)
            try:
                noted = self._noted.get_nowait()
            except queue.Empty:
                return

    def _see(self, path: Path, found: os.stat_result, at: float) -> None:
        sign = _sign(found)
        if self._done.get(path) == sign:
            return
        fresh = self._fresh.get(path)
        if fresh is not None:
            if fresh.sign != sign:
                fresh.sign, fresh.since = sign, at
        elif self._handled(path, found):
            self._done[path] = sign
        else:
            self._fresh[path] = _Fresh(sign, at)

    def _hand_over(self) -> None:
        now = time.monotonic()
        settled = [(one.sign[1], path) for path, one in self._fresh.items() if now - one.since >= self.settle_s]
        for _, path in sorted(settled):
            if self._stopped.is_set():
                return
            self._settled(path)

    def _settled(self, path: Path) -> None:
        fresh = self._fresh[path]
        now = _look(path)
        if now is None:
            del self._fresh[path]
        elif now != fresh.sign:
            fresh.sign, fresh.since = now, time.monotonic()
        else:
            self._give(path, fresh)

    def _give(self, path: Path, fresh: _Fresh) -> None:
        whole: bool | None = False
        try:
            whole = self._ready(path)
        except Exception as error:  # one file must not end the watch over all others
            if self._failed is None:
                raise
            self._failed(path, error)
        if whole is False:
            fresh.since = time.monotonic() + max(0.0, self.poll_s - self.settle_s)
        else:
            del self._fresh[path]
            self._done[path] = fresh.sign

    def _look_through(self, now: float) -> None:
        """See every file that lies there; memory follows what lies in the folder, not what ever lay there."""
        there: set[Path] = set()
        for path, found in candidates(self.folder):
            there.add(path)
            self._see(path, found, now)
        for path in self._done.keys() - there:
            del self._done[path]


def _sign(found: os.stat_result) -> _Sign:
    return (found.st_size, found.st_mtime_ns)


def _stats(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except OSError:
        return None


def _look(path: Path) -> _Sign | None:
    found = _stats(path)
    return None if found is None else _sign(found)
