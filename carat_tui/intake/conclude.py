"""A file whose rows are all in the store → its rejected rows, its events, its last word.

All in short transactions, because an export can make hundreds of thousands of events and messages wait to be sent
meanwhile. The first of them notes that the file is *whole*, with all that is needed to go on after a kill; then come
the events, order by order, each portion in one transaction with the deletion of the changes that it was made from.
The rules look at them when the file is no longer ``importing``: the brake must see all that a file would make.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date
from typing import Any

from carat_tui.intake.events import events_up_to, forget_changes, portion
from carat_tui.intake.pace import Pace
from carat_tui.intake.report import Report
from carat_tui.intake.tally import Tally
from carat_tui.store import imports, journal
from carat_tui.store.database import Store

_IN_JOURNAL = ("file", "profile", "baseline", "rows", "accepted", "ignored", "events", "entities", "rejected")
_ISSUES_AT_ONCE = 500
_FIRST, _MOST = 100, 5_000


def mark_whole(store: Store, report: Report, tally: Tally, oldest: date) -> dict[str, Any]:
    """Store the rejected rows, then note that only events are missing. Returns the note, for ``conclude``."""
    file_id = report.file_id or 0
    rejected = tally.rejected
    store.write(lambda conn: imports.forget_issues(conn, file_id), durable=False)
    for at in range(0, len(rejected), _ISSUES_AT_ONCE):
        some = [(row.line, "row", row.reason, row.raw) for row in rejected[at : at + _ISSUES_AT_ONCE]]
        store.write(lambda conn, some=some: imports.add_issues(conn, file_id, some), durable=False)  # type: ignore[misc]
    note = {
        "figures": {**report.json(), "rejected": len(rejected)},
        "state": report.state,
        "oldest": oldest.isoformat(),
    }
    store.write(lambda conn: imports.whole(conn, file_id, note, tally.digests.tobytes()), durable=False)
    return note


def conclude(store: Store, file_id: int, note: Mapping[str, Any], now: str) -> dict[str, int]:
    """Make the events of a file that is whole, and close it; also where a run was killed in between. Kind → count."""
    pace = Pace(_FIRST, _MOST)
    values = {"file": file_id, "now": now, "oldest": note["oldest"]}
    while _some_events(store, pace, values):
        pass
    made = imports.events_by_kind(store.read(), file_id)
    store.write(lambda conn: _close(conn, file_id, note, made, now))
    return made


def _some_events(store: Store, pace: Pace, values: Mapping[str, object]) -> bool:
    """One portion; False when there is nothing left to make events from."""
    high = portion(store.read(), values["file"], pace.size)
    if high is None:
        return False

    def job(conn: sqlite3.Connection) -> None:
        events_up_to(conn, {**values, "high": high})

    with pace:
        store.write(job, durable=False)
    return True


def _close(conn: sqlite3.Connection, file_id: int, note: Mapping[str, Any], made: dict[str, int], now: str) -> None:
    figures = {**note["figures"], "events": made}
    imports.finish(conn, file_id, now, note["state"], figures)
    detail = {key: figures[key] for key in _IN_JOURNAL}
    journal.write(conn, now, "engine", "imported", "import_file", file_id, detail)


def give_up(conn: sqlite3.Connection, file_id: int, reason: str, now: str) -> None:
    """Close a file that cannot be gone on with; what was stored of it stays, nobody is told."""
    forget_changes(conn, file_id)
    imports.close(conn, file_id, now, "quarantined", reason)
    journal.write(conn, now, "engine", "quarantined", "import_file", file_id, {"reason": reason})
