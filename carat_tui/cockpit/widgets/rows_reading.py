"""Taking whole snapshots beside the screen: in a thread, with the thread's own connection, and they can be given up."""

from __future__ import annotations

import sqlite3
import threading
import time
from array import array
from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget

from carat_tui.cockpit.widgets.rows_snapshot import Source
from carat_tui.locale import _, told
from carat_tui.model.errors import CaratError
from carat_tui.store.database import Store

_REST = 4
"""A snapshot is taken again after this many times its own cost at the earliest."""
_SLOW_S = 0.05


class Reading:
    """One whole snapshot of a source. ``run`` belongs to the thread, everything else to the screen."""

    def __init__(self, store: Store, source: Source) -> None:
        self._store, self._source = store, source
        self._running: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        self._over = threading.Event()
        self.given_up = False
        self.ids: array[int] = array("q")
        self.error: Exception | None = None
        self.seconds = 0.0
        """What the snapshot cost."""

    def run(self) -> None:
        """Ask for all ids; whatever goes wrong is kept as ``error``."""
        began = time.perf_counter()
        try:
            conn = self._store.read()
            with self._lock:
                if self.given_up:
                    return
                self._running = conn
            self.ids = self._source.ids(conn, None)
        except Exception as error:
            self.error = error
        finally:
            with self._lock:
                self._running = None
            self.seconds = time.perf_counter() - began
            self._over.set()

    def give_up(self) -> None:
        """Nobody wants the answer any more: stop a long query. The lock keeps it from hitting the thread's next one."""
        with self._lock:
            self.given_up = True
            if self._running is not None:
                self._running.interrupt()

    def wait(self, seconds: float) -> None:
        """Wait for the end, so that the store can be closed behind it."""
        self._over.wait(seconds)


class Readings:
    """The snapshots of one list, one after another. Belongs to the screen's thread."""

    def __init__(self, widget: Widget, store: Store, came: Callable[[Reading], None]) -> None:
        self._widget, self._store, self._came = widget, store, came
        self._running: Reading | None = None
        self._timer: Timer | None = None
        self._wanted: Source | None = None
        """What to read again when the running one has come: something changed meanwhile."""
        self._not_before = self._cost = 0.0

    @property
    def idle(self) -> bool:
        """Whether nothing is read and nothing waits for its turn."""
        return self._running is None and self._timer is None

    @property
    def slow(self) -> bool:
        """Whether the person would see how long a snapshot takes."""
        return self._cost > _SLOW_S

    def begin(self, source: Source) -> None:
        """Read another source now; what runs is given up."""
        self.give_up()
        self._not_before = self._cost = 0.0
        self._read(source)

    def again(self, source: Source) -> None:
        """Read the same source again, as soon as it is worth it; many calls are one reading."""
        wait = self._not_before - time.perf_counter()
        if self._running is not None:
            self._wanted = source
        elif self._timer is None and wait > 0:
            self._timer = self._widget.set_timer(wait, lambda: self._read(source))
        elif self._timer is None:
            self._read(source)

    def give_up(self) -> None:
        """Nobody waits for an answer any more."""
        if self._running is not None:
            self._running.give_up()
        if self._timer is not None:
            self._timer.stop()
        self._running, self._timer, self._wanted = None, None, None

    def end(self) -> None:
        """Give up, and wait until the thread has let go of the database."""
        running = self._running
        self.give_up()
        if running is not None:
            running.wait(2)

    def _read(self, source: Source) -> None:
        self._timer = self._wanted = None
        self._running = reading = Reading(self._store, source)

        def run() -> None:
            reading.run()
            self._widget.call_later(self._was_read, reading)

        self._widget.run_worker(run, thread=True, group="rows", exit_on_error=False)

    def _was_read(self, reading: Reading) -> None:
        if reading is not self._running:
            return  # another source is shown by now
        wanted, self._running = self._wanted, None
        self._cost = reading.seconds
        self._not_before = time.perf_counter() + _REST * reading.seconds
        self._came(reading)
        if wanted is not None and self._running is None:
            self.again(wanted)


def why(error: Exception) -> str:
    """A sentence for what could not be read, with what to do."""
    if isinstance(error, CaratError):
        return f"{told(error.message)} {told(error.hint)}".rstrip()
    return _("The list cannot be read now: {reason}").format(reason=str(error) or type(error).__name__)
