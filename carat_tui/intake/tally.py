"""What the reading of one file came to."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

_RAW_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that was not taken: ``raw`` is its text in the file, without its line end."""

    line: int
    reason: str
    raw: str


@dataclass(slots=True)
class Tally:
    """What the reading of one file came to. ``same_*`` count what stood in the feed's last file just so."""

    rows: int = 0
    ignored: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    same_orders: int = 0
    same_lines: int = 0
    digests: array[int] = field(default_factory=lambda: array("Q"))
    odd_keys: bool = False
    """some key differs from the number as written, so two numbers may have become one key"""

    def reject(self, line: int, raw: str, reason: str) -> None:
        self.rejected.append(Rejected(line, reason, raw.rstrip("\r\n")[:_RAW_KEPT]))
