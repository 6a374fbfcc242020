"""The outbox as a queue: what is due, attempts on disk before the irrevocable moment, results after it."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import timedelta

from carat_tui.model.clock import moment, stamp
from carat_tui.model.message import ChannelKind, Outcome, State
from carat_tui.store import search_index, suppressions
from carat_tui.store.search_text import MESSAGES

DIED = "died"
"""Outcome of an attempt during which the program or its worker ended; see ``deaths``."""


@dataclass(frozen=True, slots=True)
class Due:
    """A finished message whose time has come. ``name`` is the same at every look and safe as a file name."""

    id: int
    channel: ChannelKind
    to: str
    due_at: str
    name: str


@dataclass(frozen=True, slots=True)
class InDoubt:
    """A message that was being handed over when the program ended, with its latest attempt."""

    due: Due
    attempt: int
    route: str
    payload: bytes


_DUE = """
SELECT id, channel, to_address, due_at, created_at, key FROM message INDEXED BY message_due
WHERE channel = ? AND state = 'waiting' AND composed = 1 AND due_at <= ? AND (due_at, id) > (?, ?)
ORDER BY due_at, id LIMIT ?
"""


def due(conn: sqlite3.Connection, channel: ChannelKind, now: str, after: tuple[str, int], limit: int) -> list[Due]:
    """The next messages that are to be handed over at ``now`` (stamp), behind ``after`` (due_at, id)."""
    return [_due(row) for row in conn.execute(_DUE, (channel, now, *after, limit))]


def due_alone(conn: sqlite3.Connection, message_id: int, now: str) -> Due | None:
    """One message, if it is to be handed over at ``now``."""
    row = conn.execute(
        "SELECT id, channel, to_address, due_at, created_at, key FROM message"
        " WHERE id = ? AND state = 'waiting' AND composed = 1 AND due_at <= ?",
        (message_id, now),
    ).fetchone()
    return _due(row) if row else None


def _due(row: sqlite3.Row) -> Due:
    seal = hashlib.sha256(row[5].encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return Due(row[0], ChannelKind(row[1]), row[2], row[3], f"{row[4][:10]}-{row[0]:07d}-{seal}")


def payload(conn: sqlite3.Connection, message_id: int) -> tuple[bytes, str] | None:
    """The finished bytes and the SHA-256 that they had when they were written."""
    row = conn.execute("SELECT payload, sha256 FROM message_body WHERE message_id = ?", (message_id,)).fetchone()
    return (bytes(row[0]), row[1]) if row else None


def is_waiting(conn: sqlite3.Connection, message_id: int) -> bool:
    """Whether a finished message still waits (nobody held or cancelled it)."""
    row = conn.execute("SELECT state, composed FROM message WHERE id = ?", (message_id,)).fetchone()
    return row is not None and row[0] == State.WAITING and row[1] == 1


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that can forbid a message to leave, as it is at this moment.

    ``objection`` is why the address is closed. ``route_known`` and the two stamps are about the route to be taken.
    """

    waiting: bool
    objection: str | None
    route_known: bool
    paused_since: str | None
    pause_until: str | None
    mode: str
    redirect: str
    all_paused: str


_STANDING = """
SELECT (SELECT state = 'waiting' AND composed = 1 AND due_at = ?5 FROM message WHERE id = ?1),
       (SELECT reason FROM suppression WHERE type = ?2 AND value = ?3),
       a.name, a.paused_since, a.pause_until,
       (SELECT value FROM setting WHERE key = 'mode'), (SELECT value FROM setting WHERE key = 'redirect.to'),
       (SELECT value FROM setting WHERE key = 'outbox.paused')
FROM (SELECT 1) LEFT JOIN account a ON a.name = ?4
"""


def standing(conn: sqlite3.Connection, due: Due, route: str) -> Standing:
    """One statement, since it is asked in the transaction of every attempt."""
    row = conn.execute(_STANDING, (due.id, *suppressions.key_of(due.channel, due.to), route, due.due_at)).fetchone()
    return Standing(
        row[0] == 1, row[1], row[2] is not None, row[3], row[4], row[5] or "rehearsal", row[6] or "", row[7] or ""
    )


def begin_attempt(conn: sqlite3.Connection, message_id: int, route: str, at: str, sha256: str) -> int:
    """Put on disk that the irrevocable moment comes now; returns the attempt's id."""
    conn.execute(
        "UPDATE message SET state = 'sending', waits_for = NULL, route = ?, attempts = attempts + 1 WHERE id = ?",
        (route, message_id),
    )
    return _insert_attempt(conn, message_id, route, at, sha256)


def end_attempt(conn: sqlite3.Connection, attempt: int, at: str, outcome: str, words: str) -> None:
    """Put on disk what came of an attempt, in the route's own words."""
    conn.execute("UPDATE attempt SET ended_at = ?, outcome = ?, words = ? WHERE id = ?", (at, outcome, words, attempt))


def note_attempt(
    conn: sqlite3.Connection,
    message_id: int,
    route: str,
    started: str,
    sha256: str,
    ended: str,
    outcome: str,
    words: str,
) -> None:
    """An attempt that never came to the irrevocable moment, noted afterwards."""
    conn.execute("UPDATE message SET route = ?, attempts = attempts + 1 WHERE id = ?", (route, message_id))
    end_attempt(conn, _insert_attempt(conn, message_id, route, started, sha256), ended, outcome, words)


def _insert_attempt(conn: sqlite3.Connection, message_id: int, route: str, at: str, sha256: str) -> int:
    found = conn.execute(
        "INSERT INTO attempt (message_id, number, route, started_at, sha256)"
        " VALUES (?1, 1 + (SELECT count(*) FROM attempt WHERE message_id = ?1), ?2, ?3, ?4)",
        (message_id, route, at, sha256),
    )
    return int(found.lastrowid or 0)


def uncount_attempt(conn: sqlite3.Connection, message_id: int) -> None:
    """The route was at fault: the attempt stays on record and does not count."""
    conn.execute("UPDATE message SET attempts = max(0, attempts - 1) WHERE id = ?", (message_id,))


def to_state(
    conn: sqlite3.Connection,
    message_id: int,
    state: State,
    reason: str | None,
    waits_for: str | None = None,
    due_at: str | None = None,
) -> None:
    """Move a message; ``due_at`` stays as it is where None is given."""
    conn.execute(
        "UPDATE message SET state = ?, reason = ?, waits_for = ?, due_at = coalesce(?, due_at) WHERE id = ?",
        (state, reason, waits_for, due_at, message_id),
    )


def write_anew(conn: sqlite3.Connection, message_id: int) -> None:
    """What a message tells of has changed. Its time moves by a millisecond, so that whoever holds the old bytes (a
    writer or a worker in the middle of it) notices and leaves it alone."""
    row = conn.execute("SELECT due_at FROM message WHERE id = ?", (message_id,)).fetchone()
    later = stamp(moment(row[0]) + timedelta(milliseconds=1)) if row[0] else None
    conn.execute("UPDATE message SET composed = 0, due_at = ? WHERE id = ?", (later, message_id))
    search_index.stale(conn, MESSAGES, [message_id])


def mark_sent(conn: sqlite3.Connection, message_id: int, at: str, reason: str | None, reference: str) -> None:
    """The route accepted it."""
    conn.execute(
        "UPDATE message SET state = 'sent', sent_at = ?, reason = ?, waits_for = NULL, provider_ref = ? WHERE id = ?",
        (at, reason, reference or None, message_id),
    )


def mark_notified(conn: sqlite3.Connection, message_id: int, at: str) -> None:
    """ "Last notified on …" of the customer and of every document that the message is about."""
    conn.execute(
        "UPDATE customer SET last_notified_at = ? WHERE id = (SELECT customer_id FROM message WHERE id = ?)",
        (at, message_id),
    )
    conn.execute(
        "UPDATE document SET last_notified_at = ?"
        " WHERE id IN (SELECT document_id FROM message_document WHERE message_id = ?)",
        (at, message_id),
    )


def tries(conn: sqlite3.Connection, message_id: int) -> tuple[int, str | None]:
    """How many attempts count in the present series, and when the first of them began."""
    row = conn.execute(
        "SELECT count(*), min(started_at) FROM attempt WHERE message_id = ?1 AND outcome IS NOT ?2"
        " AND started_at >= coalesce((SELECT retry_from FROM message WHERE id = ?1), '')",
        (message_id, Outcome.ROUTE_ILL),
    ).fetchone()
    return row[0], row[1]


def deaths(conn: sqlite3.Connection, message_id: int) -> int:
    """During how many attempts the program or its worker ended."""
    row = conn.execute(
        "SELECT count(*) FROM attempt WHERE message_id = ? AND outcome = ?", (message_id, DIED)
    ).fetchone()
    return int(row[0])


def in_doubt(conn: sqlite3.Connection) -> list[InDoubt]:
    """Messages in state ``sending``: only a dispatcher that ended too early leaves any."""
    rows = conn.execute(
        "SELECT m.id, m.channel, m.to_address, coalesce(m.due_at, ''), m.created_at, m.key,"
        " (SELECT max(id) FROM attempt WHERE message_id = m.id), m.route, b.payload"
        " FROM message m INDEXED BY message_state JOIN message_body b ON b.message_id = m.id"
        " WHERE m.state = 'sending' ORDER BY m.id"
    )
    return [InDoubt(_due(row), row[6] or 0, row[7] or "", bytes(row[8])) for row in rows]
