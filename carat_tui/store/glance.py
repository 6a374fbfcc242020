"""The figures of the first screen: each a few steps through an index, however much the store holds."""

from __future__ import annotations

import sqlite3

MANY = 10_000
"""Where counting stops: nobody needs to know by how much it is more."""


def count_state(conn: sqlite3.Connection, state: str) -> int:
    """How many messages are in ``state``, at most ``MANY``."""
    return _count(conn, "SELECT 1 FROM message INDEXED BY message_state WHERE state = ?", state)


def count_waiting(conn: sqlite3.Connection) -> int:
    """How many messages will go out, at most ``MANY``."""
    return count_state(conn, "waiting") + count_state(conn, "sending")


def held_of_file(conn: sqlite3.Connection, file_id: int) -> int:
    """How many messages that a file brought are held, at most ``MANY``."""
    query = "SELECT 1 FROM message INDEXED BY message_state WHERE state = 'held' AND file_id = ?"
    return _count(conn, query, file_id)


def _count(conn: sqlite3.Connection, query: str, *values: object) -> int:
    return int(conn.execute(f"SELECT count(*) FROM ({query} LIMIT {MANY})", values).fetchone()[0])


def rejected_by_file(conn: sqlite3.Connection, limit: int = 50) -> list[sqlite3.Row]:
    """Files with open rejected rows, the newest first: file_id, name, rows, and the first row's line and reason."""
    return conn.execute(
        "SELECT i.file_id, f.name, count(*) AS rows, min(i.id) AS first, i.line, i.reason, f.started_at AS at"
        " FROM import_issue i INDEXED BY import_issue_open JOIN import_file f ON f.id = i.file_id"
        " WHERE i.state = 'open' GROUP BY i.file_id ORDER BY i.file_id DESC LIMIT ?",
        (limit,),
    ).fetchall()


def rejected_rows(conn: sqlite3.Connection, file_id: int, limit: int | None = None) -> list[int]:
    """Open rejected rows of a file in its order."""
    rows = conn.execute(
        "SELECT id FROM import_issue INDEXED BY import_issue_file WHERE file_id = ? AND state = 'open'"
        " ORDER BY id LIMIT ?",
        (file_id, -1 if limit is None else limit),
    )
    return [row[0] for row in rows]


def rejected_details(conn: sqlite3.Connection, ids: str) -> list[sqlite3.Row]:
    """Those of ``ids`` (a JSON list): id, line, code, reason, raw, state."""
    return conn.execute(
        "SELECT id, line, code, reason, raw, state FROM import_issue WHERE id IN (SELECT value FROM json_each(?))",
        (ids,),
    ).fetchall()


def last_export(conn: sqlite3.Connection) -> sqlite3.Row | None:
    """The last file whose facts are in the store, or None."""
    row: sqlite3.Row | None = conn.execute(
        "SELECT id, name, profile, baseline, rows, created, changed, rejected, messages, finished_at, started_at"
        " FROM import_file WHERE state IN ('done', 'partial') ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return row


def being_taken_in(conn: sqlite3.Connection) -> sqlite3.Row | None:
    """The file that is in work at this moment: name, started_at, rows (merged so far)."""
    row: sqlite3.Row | None = conn.execute(
        "SELECT name, started_at, ifnull(json_extract(report, '$.merged.rows'), 0) AS rows"
        " FROM import_file INDEXED BY import_file_unfinished WHERE state = 'importing'"
        " ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return row


def path_known(conn: sqlite3.Connection, path: str) -> bool:
    """Whether a file of this path was ever looked into."""
    query = "SELECT 1 FROM import_file INDEXED BY import_file_path WHERE path = ? LIMIT 1"
    return conn.execute(query, (path,)).fetchone() is not None


_NEXT = "m.id, m.due_at, m.channel, m.event, m.waits_for, m.subject, m.to_address, m.rule, c.customer_no, c.name"


def going_out(conn: sqlite3.Connection, limit: int = 8) -> list[sqlite3.Row]:
    """The messages that go out next, by the time at which they do."""
    parts = ["SELECT id FROM message INDEXED BY message_to_compose WHERE state = 'waiting' AND composed = 0 {}"]
    parts += [
        "SELECT id FROM message INDEXED BY message_due WHERE state = 'waiting' AND composed = 1"
        f" AND channel = '{channel}' {{}}"
        for channel in ("email", "sms", "letter")
    ]
    tail = f"ORDER BY due_at, id LIMIT {limit}"
    ids = " UNION ALL ".join(f"SELECT id FROM ({part.format(tail)})" for part in parts)
    return conn.execute(
        f"SELECT {_NEXT} FROM message m LEFT JOIN customer c ON c.id = m.customer_id WHERE m.id IN ({ids})"
        f" ORDER BY m.due_at, m.id LIMIT {limit}"
    ).fetchall()


def sent_by_hour(conn: sqlite3.Connection, since: str) -> list[tuple[str, str, int]]:
    """What routes took since the stamp ``since``: channel, UTC hour (``2026-03-04T09``), messages."""
    rows = conn.execute(
        "SELECT m.channel, substr(a.ended_at, 1, 13), count(*) FROM attempt a CROSS JOIN message m"
        " ON m.id = a.message_id WHERE a.id >= ? AND a.outcome = 'sent' AND a.ended_at >= ? GROUP BY 1, 2",
        (_first_attempt(conn, since), since),
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _first_attempt(conn: sqlite3.Connection, since: str) -> int:
    """The first attempt begun at ``since`` or later: ids grow with time, so some twenty looks find it."""
    low, high = 0, (conn.execute("SELECT max(id) FROM attempt").fetchone()[0] or 0) + 1
    while low < high:
        middle = (low + high) // 2
        row = conn.execute("SELECT id, started_at FROM attempt WHERE id >= ? ORDER BY id LIMIT 1", (middle,)).fetchone()
        if row is None or row[1] >= since:
            high = middle
        else:
            low = row[0] + 1
    return low


def last_success(conn: sqlite3.Connection, route: str) -> str | None:
    """When the route last took a message, if that is among the newest thousand attempts."""
    row = conn.execute(
        "SELECT ended_at FROM (SELECT route, outcome, ended_at FROM attempt ORDER BY id DESC LIMIT 1000)"
        " WHERE route = ? AND outcome = 'sent' LIMIT 1",
        (route,),
    ).fetchone()
    return row[0] if row else None


def anything(conn: sqlite3.Connection) -> bool:
    """Whether any file was ever taken in."""
    return conn.execute("SELECT 1 FROM import_file LIMIT 1").fetchone() is not None
