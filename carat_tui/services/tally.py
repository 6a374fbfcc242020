"""What a run of the engine came to, read from the rows that it left."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from carat_tui.intake.report import Report


@dataclass(frozen=True, slots=True)
class Mark:
    """The highest ids before a run: what is beyond them afterwards is the run's."""

    event: int
    message: int
    attempt: int
    journal: int


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of ``run --once`` (CLI.md). ``messages`` counts those that were made or touched, by state."""

    files: int = 0
    rows: int = 0
    rejected: int = 0
    quarantined: int = 0
    events: Mapping[str, int] = field(default_factory=dict)
    messages: Mapping[str, int] = field(default_factory=dict)
    sent: Mapping[str, int] = field(default_factory=dict)
    failed: int = 0
    unclear: int = 0

    @property
    def needs_a_person(self) -> bool:
        """Exit code 1: rejected rows, files put aside, messages that failed, are unclear or are held."""
        stuck = self.failed + self.unclear + self.messages.get("held", 0)
        return bool(stuck or self.rejected or self.quarantined)


def mark(conn: sqlite3.Connection) -> Mark:
    """Where the tables end now."""
    highest = (conn.execute(f"SELECT ifnull(max(id), 0) FROM {table}").fetchone()[0] for table in Mark.__slots__)
    return Mark(*highest)


def tally(conn: sqlite3.Connection, since: Mark, reports: Sequence[Report], refused: int) -> Tally:
    """Count what a run left since ``since``. ``reports``: of its files; ``refused``: files not looked into."""
    events = dict(
        conn.execute("SELECT kind, count(*) FROM event WHERE id > ? GROUP BY kind ORDER BY kind", (since.event,))
    )
    messages = dict(
        conn.execute(
            "SELECT state, count(*) FROM message WHERE id > ?1 OR id IN (SELECT message_id FROM attempt WHERE id > ?2)"
            " OR id IN (SELECT subject_id FROM journal WHERE id > ?3 AND subject = 'message')"
            " GROUP BY state ORDER BY state",
            (since.message, since.attempt, since.journal),
        ).fetchall()
    )
    sent = dict(
        conn.execute(
            "SELECT m.channel, count(*) FROM attempt a JOIN message m ON m.id = a.message_id"
            " WHERE a.id > ? AND a.outcome = 'sent' GROUP BY m.channel ORDER BY m.channel",
            (since.attempt,),
        ).fetchall()
    )
    taken = [report for report in reports if report.state != "waiting"]
    return Tally(
        files=len(taken),
        rows=sum(report.rows for report in taken),
        rejected=sum(len(report.rejected) for report in taken),
        quarantined=sum(report.state in ("quarantined", "held") for report in taken) + refused,
        events=events,
        messages=messages,
        sent=sent,
        failed=messages.get("failed", 0),
        unclear=messages.get("unclear", 0),
    )
