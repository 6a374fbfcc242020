"""Results on their way to the disk: each in a commit of its own, as soon as it is known (reliability §3.1, step 5).

Results of several workers share one flush of the disk (``store.database``). What cannot be written is kept here and
written first when the disk takes writes again; until then nothing more leaves (step 7).
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Callable

from carat_tui.store.database import Store

Job = Callable[[sqlite3.Connection], None]


class Ledger:
    """Writes results and keeps those that could not be written. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._kept: deque[Job] = deque()

    def write(self, job: Job) -> None:
        """Put a result on the disk; what the store raises is raised here, and the result is kept."""
        try:
            self._store.write(job)
        except Exception:
            with self._lock:
                self._kept.append(job)
            raise

    def settle(self) -> None:
        """Write what was kept, in order. Raises what the store raises; the rest stays kept."""
        with self._lock:
            while self._kept:
                self._store.write(self._kept[0])
                self._kept.popleft()
