"""Results on their way to the disk.

A result need not be flushed by itself: it rides along with the next attempt's commit, or with the dispatcher's own a
few milliseconds later. What cannot be written is kept here and written first when the disk takes writes again; until
then nothing more leaves (reliability §3.1, step 7).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable

from carat_tui.store.database import Store

Job = Callable[[sqlite3.Connection], None]


class Ledger:
    """Results that are not known to be on the disk yet. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._open: list[tuple[Job, Callable[[], bool]]] = []
        self._kept: list[Job] = []
        self.news = threading.Event()

    def put(self, job: Job) -> None:
        """Note a result; it is on the disk after the next commit of any thread."""
        with self._lock:
            self._open.append((job, self._store.submit(job)))
        self.news.set()

    def settle(self) -> None:
        """Commit everything noted so far. Raises what the store raises; the results are kept then."""
        with self._lock:
            noted, self._open = self._open, []
            # Only now and not at once after the failure: in the store's queue they would make others' writes fail.
            noted += [(job, self._store.submit(job)) for job in self._kept]
            self._kept = []
        trouble: Exception | None = None
        if any(_standing(question) is False for _, question in noted):
            try:
                self._store.flush()
            except Exception as error:  # raised below, once the results are safe in memory
                trouble = error
        for job, question in noted:
            standing = _standing(question)
            if isinstance(standing, Exception):
                trouble = trouble or standing
                self._kept.append(job)
            elif not standing:
                with self._lock:
                    self._open.append((job, question))
        if trouble is not None:
            raise trouble


def _standing(question: Callable[[], bool]) -> bool | Exception:
    """Whether a result is on the disk, or what went wrong with it."""
    try:
        return question()
    except Exception as error:  # an answer here; ``settle`` raises it
        return error
