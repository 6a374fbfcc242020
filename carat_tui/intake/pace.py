"""How much goes into one transaction, so that each is short whatever the machine and the size of the tables."""

from __future__ import annotations

import time
from types import TracebackType

WANTED_S = 0.005
"""A message that is ready to go waits for one such transaction at most."""


class Pace:
    """``size`` units fit into the next transaction; each ``with`` block that takes it measures how long they took."""

    def __init__(self, first: int, most: int) -> None:
        self.size = first
        self._most = most
        self._began = 0.0

    def __enter__(self) -> Pace:
        self._began = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        took = time.perf_counter() - self._began
        # Waiting for others counts, too: where the disk or the store is busy, smaller steps are the polite ones.
        fitting = int(self.size * WANTED_S / max(took, 1e-6))
        self.size = max(1, min(fitting, 2 * self.size, self._most))
