"""Taking a whole snapshot beside the screen: in a thread, with the thread's own connection, and it can be given up."""

from __future__ import annotations

import sqlite3
import threading
import time
from array import array

from carat_tui.cockpit.widgets.rows_snapshot import Source
from carat_tui.store.database import Store


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
