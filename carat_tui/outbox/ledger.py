"""Results on their way to the disk (reliability §3.1, step 5).

A result rides along with the next attempt's commit, or with one of its own when none comes within some milliseconds.
So when much is sent over a fast line the disk is flushed once a mail or less, a real server's pace leaves no result
waiting, and never more than one message a connection is in doubt. What cannot be written is kept here and written
first when the disk takes writes again; until then nothing more leaves (step 7).
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from carat_tui.store.database import Store

Job = Callable[[sqlite3.Connection], None]


@dataclass(frozen=True, slots=True)
class _Noted:
    """A result, the question whether it is on the disk, and when it was noted (monotonic seconds)."""

    job: Job
    committed: Callable[[], bool]
    at: float

    def standing(self) -> bool | Exception:
        """Whether the result is on the disk, or what went wrong with it."""
        try:
            return self.committed()
        except Exception as error:  # an answer here; ``settle`` raises it
            return error


class Ledger:
    """Results that are not known to be on the disk. Workers ``put``; one thread at a time settles."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._open: list[_Noted] = []
        self._kept: list[Job] = []

    def put(self, job: Job) -> None:
        """Note a result; it is on the disk with the next commit of any thread."""
        with self._lock:
            self._open.append(_Noted(job, self._store.submit(job), time.monotonic()))

    def settle(self, older_s: float = 0.0) -> None:
        """Commit what was noted ``older_s`` ago or more and did not ride along. Raises what the store raises.

        What failed is kept and tried again with the next call.
        """
        with self._lock:
            noted, self._open = self._open, []
            # Only now and not at once after the failure: in the store's queue they would make others' writes fail.
            noted += [_Noted(job, self._store.submit(job), 0.0) for job in self._kept]
            self._kept = []
        before = time.monotonic() - older_s
        trouble: Exception | None = None
        if any(entry.at <= before and entry.standing() is False for entry in noted):
            try:
                self._store.flush()
            except Exception as error:  # raised below, once the results are safe in memory
                trouble = error
        for entry in noted:
            standing = entry.standing()
            if isinstance(standing, Exception):
                trouble = trouble or standing
                self._kept.append(entry.job)
            elif not standing:
                with self._lock:
                    self._open.append(entry)
        if trouble is not None:
            raise trouble
