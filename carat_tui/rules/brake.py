"""The brake: a file that makes far more messages than usual waits for a person (threat I2)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from statistics import median

from carat_tui.model.text import visible
from carat_tui.store import settings

_LOOK_BACK = 10
_USUAL_AT_LEAST = 20


@dataclass(frozen=True, slots=True)
class Limit:
    """How many messages a file may make at once. ``usual`` = per file of its feed, 0 = nothing known yet."""

    file: str
    most: int
    already: int
    usual: int
    factor: int

    def reason(self, count: int) -> str:
        """Why ``count`` messages are held, with the numbers and what to do."""
        measure = f"the limit is {self.most} (brake.max_at_once)"
        if self.usual and self.most == self.usual * self.factor:
            measure = f"usual are about {self.usual}, and {self.factor} times that is the limit (brake.factor)"
        return (
            f"{visible(self.file)} makes {count} messages at once; {measure}."
            " Look at some of them, then `carat outbox release` or `carat outbox cancel`."
        )


def limit_of(conn: sqlite3.Connection, file_id: int) -> Limit:
    """The limit for a file: brake.max_at_once, or brake.factor x the median of the feed's last ten files.

    Files without a message do not count, the usual number is taken as at least 20, and a feed that never made a
    message has no usual number.
    """
    row = conn.execute("SELECT name, profile, messages FROM import_file WHERE id = ?", (file_id,)).fetchone()
    counts = [
        before[0]
        for before in conn.execute(
            "SELECT messages FROM import_file WHERE profile IS ? AND id < ? AND messages > 0 ORDER BY id DESC LIMIT ?",
            (row["profile"], file_id, _LOOK_BACK),
        )
    ]
    most, factor = settings.number(conn, "brake.max_at_once"), settings.number(conn, "brake.factor")
    usual = max(_USUAL_AT_LEAST, round(median(counts))) if counts else 0
    return Limit(row["name"], min(most, usual * factor) if usual else most, row["messages"], usual, factor)
