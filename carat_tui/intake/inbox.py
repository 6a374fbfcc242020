"""The inbox of a home: which of its files are to be taken in now, once or going on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from carat_tui.intake import arrival, watcher
from carat_tui.intake.aftermath import trigger_of
from carat_tui.intake.feeds import Feeds, read_feeds
from carat_tui.intake.report import Report
from carat_tui.intake.take_in import resume, take_in
from carat_tui.model.clock import Clock
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.store import imports, settings
from carat_tui.store.database import Store


class Inbox:
    """Takes in what lies in ``intake.folder``.

    ``reported`` hears of every file that was looked into, ``failed`` of those that could not be looked into (a broken
    profile, a full disk): they stay and are tried again.
    """

    def __init__(
        self,
        store: Store,
        home: Home,
        clock: Clock,
        *,
        reported: Callable[[Report], None] | None = None,
        failed: Callable[[Path, Exception], None] | None = None,
    ) -> None:
        self.store = store
        self.home = home
        self.clock = clock
        self.folder = home.inside(settings.get(store.read(), "intake.folder"))
        self._reported = reported
        self._failed = failed
        self._watcher: watcher.Watcher | None = None

    def take_all(self) -> Iterator[Report]:
        """Finish what a killed run left, then take in all files that are ready; waits at most the settle time once."""
        for report in resume(self.store, self.home, self.clock):
            yield self._tell(report)
        settle = settings.number(self.store.read(), "intake.settle_s")
        for path in watcher.ready_files(self.folder, settle, self._handled):
            if not self._expected(path):
                continue
            try:
                yield self._tell(take_in(self.store, self.home, path, clock=self.clock))
            except CaratError as error:
                if self._failed is None:
                    raise
                self._failed(path, error)

    def start(self) -> None:
        """Watch the folder on a thread of its own; what a killed run left is finished first, on the caller's."""
        for report in resume(self.store, self.home, self.clock):
            self._tell(report)
        conn = self.store.read()
        self._watcher = watcher.Watcher(
            self.folder,
            settle_s=settings.number(conn, "intake.settle_s"),
            poll_s=settings.number(conn, "intake.poll_s"),
            ready=self._ready,
            handled=self._handled,
            failed=self._failed,
        )
        self._watcher.start()

    @property
    def alive(self) -> bool:
        """Whether the watch that ``start`` began goes on."""
        return self._watcher is not None and self._watcher.alive

    @property
    def broke(self) -> Exception | None:
        """What the watch broke down from."""
        return self._watcher.broke if self._watcher is not None else None

    def stop(self, timeout: float = 4.0) -> bool:
        """End the watch; a file in work gets ``timeout`` seconds and is finished at the next start otherwise."""
        return self._watcher is None or self._watcher.stop(timeout)

    def _tell(self, report: Report) -> Report:
        if self._reported is not None:
            self._reported(report)
        return report

    def _ready(self, path: Path) -> bool:
        if not self._expected(path):
            return False
        return self._tell(take_in(self.store, self.home, path, clock=self.clock)).state != "waiting"

    def _handled(self, path: Path, found: os.stat_result) -> bool:
        return imports.handled(self.store.read(), arrival.path_text(path), found.st_size, arrival.mtime_text(found))

    def _expected(self, path: Path) -> bool:
        """False for a trigger file, an export whose trigger has not come, or a feed that asks for more patience."""
        feeds = read_feeds(self.home)
        profile = feeds.for_file(path)
        if profile is None:
            return not is_trigger(feeds, path)
        if profile.ready.settle_s is not None and time.time() - path.lstat().st_mtime < profile.ready.settle_s:
            return False
        return profile.ready.mode != "trigger" or trigger_of(profile.ready, path).exists()


def is_trigger(feeds: Feeds, path: Path) -> bool:
    """Whether ``path`` is the sign of some feed that another file is whole."""
    endings = [p.ready.trigger.rpartition("}")[2] for p in feeds.profiles if p.ready.mode == "trigger"]
    return any(ending and path.name.endswith(ending) for ending in endings)
