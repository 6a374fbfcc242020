"""Pick-up notices that have lost their point while they waited: the customer has the goods, or the order is cancelled.

A message about such an order alone is cancelled; one that tells of other orders, too, goes on without it. What is being
handed over at this moment is left alone, because nobody can call it back. What was done is returned as plain data, so
that it can be kept with the act that caused it and taken back with that.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, TypedDict

from carat_tui.model.message import State
from carat_tui.rules import ways
from carat_tui.store import events, journal, messages

HANDED_OVER, CANCELLED = ways.OVER["fulfilled"], ways.OVER["cancelled"]
ENGINE = "engine"


class Stopped(TypedDict):
    """A message that lost an order: the links (event and rule) that it lost, and how it stood before."""

    message: int
    links: list[tuple[int, str]]
    cancelled: bool
    before: dict[str, Any]


_OPEN = (State.WAITING, State.HELD)
_BEFORE = ("state", "reason", "waits_for")
_LINKS = """
SELECT me.event_id, me.rule, m.id, m.state, m.reason, m.waits_for
FROM event e INDEXED BY event_document JOIN message_event me ON me.event_id = e.id
JOIN message m ON m.id = me.message_id
WHERE e.document_id = ? AND e.kind IN ('goods.received', 'order.ready') AND m.state IN ('waiting', 'held', 'sending')
ORDER BY m.id, me.event_id
"""


def stop(conn: sqlite3.Connection, document_id: int, why: str, who: str, at: str) -> list[Stopped]:
    """Let no waiting pick-up notice tell of this order, inside the caller's transaction.

    A message in the state ``sending`` is returned with ``before`` saying so, and untouched.
    """
    found: dict[int, Stopped] = {}
    for event_id, rule, message_id, *standing in conn.execute(_LINKS, (document_id,)).fetchall():
        before = dict(zip(_BEFORE, standing, strict=True))
        one = found.setdefault(message_id, Stopped(message=message_id, links=[], cancelled=False, before=before))
        one["links"].append((event_id, rule))
    return [_stop(conn, document_id, one, why, who, at) for one in found.values()]


def _stop(conn: sqlite3.Connection, document_id: int, one: Stopped, why: str, who: str, at: str) -> Stopped:
    message_id, state = one["message"], one["before"]["state"]
    if state not in _OPEN:
        return one
    if not _tells_of_others(conn, message_id, document_id):
        messages.to_state(conn, message_id, State.CANCELLED, why)
        detail = {"before": state, "after": str(State.CANCELLED), "why": why}
        journal.write(conn, at, who, "cancelled", "message", message_id, detail)
        return Stopped(message=message_id, links=one["links"], cancelled=True, before=one["before"])
    if not _may_have_arrived(conn, message_id):
        _take_out(conn, message_id, document_id, one["links"], why)
        journal.write(conn, at, who, "shortened", "message", message_id, {"document": document_id, "why": why})
    return one


def _tells_of_others(conn: sqlite3.Connection, message_id: int, document_id: int) -> bool:
    found = conn.execute(
        "SELECT 1 FROM message_event me JOIN event e ON e.id = me.event_id"
        " WHERE me.message_id = ? AND e.document_id IS NOT ? LIMIT 1",
        (message_id, document_id),
    )
    return found.fetchone() is not None


def _may_have_arrived(conn: sqlite3.Connection, message_id: int) -> bool:
    """Bytes that may have reached somebody are sent again as they are, or not at all."""
    found = conn.execute("SELECT 1 FROM attempt WHERE message_id = ? AND outcome = 'unclear' LIMIT 1", (message_id,))
    return found.fetchone() is not None


def _take_out(
    conn: sqlite3.Connection, message_id: int, document_id: int, links: Sequence[tuple[int, str]], why: str
) -> None:
    """The message is written anew without the order; its events made no message, with the reason in their trail."""
    step = {"channel": None, "address": None, "taken": False, "why": f"{why}; message {message_id} goes on without it"}
    for event_id, rule in links:
        conn.execute(
            "UPDATE message_event SET message_id = NULL, trail = json_insert(trail, '$[#]', json(?))"
            " WHERE event_id = ? AND rule = ?",
            (json.dumps(step), event_id, rule),
        )
        events.set_outcome(conn, event_id, "not wanted")
    conn.execute("DELETE FROM message_document WHERE message_id = ? AND document_id = ?", (message_id, document_id))
    messages.write_anew(conn, message_id)


def restore(conn: sqlite3.Connection, document_id: int, stopped: Sequence[Stopped], who: str, at: str) -> list[int]:
    """Take ``stop`` back, inside the caller's transaction, after the order is no longer marked as over.

    Returns the messages that have left without the order meanwhile: their customers have not been told of it.
    """
    return [one["message"] for one in stopped if not _restore(conn, document_id, one, who, at)]


def _restore(conn: sqlite3.Connection, document_id: int, one: Stopped, who: str, at: str) -> bool:
    message_id, before = one["message"], one["before"]
    row = conn.execute("SELECT state, reason FROM message WHERE id = ?", (message_id,)).fetchone()
    if row["state"] not in (*_OPEN, State.CANCELLED):
        return _is_linked(conn, one)  # it was leaving anyway, so it told of the order
    if row["state"] == State.CANCELLED:
        if row["reason"] not in (HANDED_OVER, CANCELLED):
            return True  # a person dropped it for another reason
        _leave_out_what_is_over(conn, message_id, document_id)
        messages.to_state(conn, message_id, State(before["state"]), before["reason"], before["waits_for"])
    _put_back(conn, message_id, document_id, one["links"])
    journal.write(conn, at, who, "restored", "message", message_id, {"document": document_id})
    return True


def _is_linked(conn: sqlite3.Connection, one: Stopped) -> bool:
    event_id, rule = one["links"][0]
    found = conn.execute("SELECT message_id FROM message_event WHERE event_id = ? AND rule = ?", (event_id, rule))
    return bool(found.fetchone()[0] == one["message"])


def _put_back(conn: sqlite3.Connection, message_id: int, document_id: int, links: Sequence[tuple[int, str]]) -> None:
    for event_id, rule in links:
        changed = conn.execute(
            "UPDATE message_event SET message_id = ?, trail = json_remove(trail, '$[#-1]')"
            " WHERE event_id = ? AND rule = ? AND message_id IS NULL",
            (message_id, event_id, rule),
        )
        if changed.rowcount:
            events.set_outcome(conn, event_id, "message")
            messages.write_anew(conn, message_id)
    conn.execute("INSERT OR IGNORE INTO message_document VALUES (?, ?)", (message_id, document_id))


def _leave_out_what_is_over(conn: sqlite3.Connection, message_id: int, document_id: int) -> None:
    """Orders that were handed over after this one stay out of the message that comes back."""
    links: dict[int, list[tuple[int, str]]] = {}
    for event_id, rule, other in conn.execute(
        "SELECT me.event_id, me.rule, d.id FROM message_event me JOIN event e ON e.id = me.event_id"
        " JOIN document d ON d.id = e.document_id WHERE me.message_id = ? AND d.id <> ?"
        " AND (d.handed_over_at IS NOT NULL OR e.detected_at <= d.collected_at)",
        (message_id, document_id),
    ).fetchall():
        links.setdefault(other, []).append((event_id, rule))
    for other, lost in links.items():
        _take_out(conn, message_id, other, lost, HANDED_OVER)


_ENDED = """
SELECT e.document_id, min(e.kind) FROM event e INDEXED BY event_open
CROSS JOIN message_document md INDEXED BY message_document_document ON md.document_id = e.document_id
CROSS JOIN message m ON m.id = md.message_id
WHERE e.planned_at IS NULL AND e.kind IN ('order.fulfilled', 'order.cancelled') AND e.document_id > ?
AND m.state IN ('waiting', 'held') AND m.event IN ('goods.received', 'order.ready')
GROUP BY e.document_id ORDER BY e.document_id LIMIT 200
"""


def ended(conn: sqlite3.Connection, after: int) -> list[tuple[int, str]]:
    """Orders behind the id ``after`` that the ERP now calls over while a pick-up notice still waits: id and why."""
    reasons = {"order.fulfilled": HANDED_OVER, "order.cancelled": CANCELLED}
    return [(row[0], reasons[row[1]]) for row in conn.execute(_ENDED, (after,))]
