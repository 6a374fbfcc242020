"""What is on record about a customer, a document or a message: the rows that `carat explain` tells from."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from carat_tui.model.errors import CaratError
from carat_tui.store import lookup

NEWEST = 200
"""How many events and messages a story looks back."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what a story is about. ``kind``: customer, document, message; ``also``: other readings of the number."""

    kind: str
    number: str
    ids: tuple[int, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """All rows of a story, each list oldest first. ``left_out`` counts events older than the newest ``NEWEST``."""

    events: list[sqlite3.Row] = field(default_factory=list)
    decisions: list[sqlite3.Row] = field(default_factory=list)
    messages: list[sqlite3.Row] = field(default_factory=list)
    attempts: list[sqlite3.Row] = field(default_factory=list)
    acts: list[sqlite3.Row] = field(default_factory=list)
    deeds: list[sqlite3.Row] = field(default_factory=list)
    """what people did with the documents themselves"""
    left_out: int = 0


def find(conn: sqlite3.Connection, number: str) -> Subject:
    """What a number means: a document, a customer, ``message:12``; ``customer:1`` and ``document:1`` are exact.

    Raises ``CaratError`` when nothing has that number.
    """
    prefix, colon, rest = number.partition(":")
    if colon and prefix in _FINDERS:
        ids = _FINDERS[prefix](conn, rest)
        if ids:
            return Subject(prefix, rest, tuple(ids))
    found = {kind: tuple(_FINDERS[kind](conn, number)) for kind in ("document", "customer")}
    hits = [kind for kind, ids in found.items() if ids]
    if not hits:
        raise CaratError(f"Nobody and nothing has the number {number!r}.", "Give a customer's or an order's number.")
    return Subject(hits[0], number, found[hits[0]], tuple(f"{kind}:{number}" for kind in hits[1:]))


def _message(conn: sqlite3.Connection, number: str) -> tuple[int, ...]:
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return ()
    return tuple(row[0] for row in conn.execute("SELECT id FROM message WHERE id = ?", (int(number),)))


_FINDERS: dict[str, Callable[[sqlite3.Connection, str], Sequence[int]]] = {
    "document": lookup.documents,
    "customer": lookup.customers,
    "message": _message,
}

_EVENT_IDS = {
    "customer": "SELECT id FROM event INDEXED BY event_customer WHERE customer_id IN (SELECT value FROM json_each(?1))",
    "document": "SELECT id FROM event INDEXED BY event_document WHERE document_id IN (SELECT value FROM json_each(?1))",
    "message": "SELECT event_id AS id FROM message_event WHERE message_id IN (SELECT value FROM json_each(?1))",
}
_MESSAGE_IDS = {
    "customer": "SELECT id FROM message INDEXED BY message_customer"
    " WHERE customer_id IN (SELECT value FROM json_each(?1))",
    "document": "SELECT message_id AS id FROM message_document WHERE document_id IN (SELECT value FROM json_each(?1))",
    "message": "SELECT value AS id FROM json_each(?1)",
}


def read(conn: sqlite3.Connection, subject: Subject) -> Record:
    """Everything on record, in seven queries however long the story is."""
    ids = json.dumps(subject.ids)
    event_ids = _newest(conn, _EVENT_IDS[subject.kind], ids)
    message_ids = _newest(conn, _MESSAGE_IDS[subject.kind], ids)
    total = conn.execute(f"SELECT count(*) FROM ({_EVENT_IDS[subject.kind]})", (ids,)).fetchone()[0]
    decisions = _decisions(conn, event_ids)
    told = {row["message_id"] for row in decisions if row["message_id"] is not None}
    everything = json.dumps(sorted(told.union(json.loads(message_ids))))
    return Record(
        _events(conn, event_ids),
        decisions,
        _messages(conn, everything),
        _attempts(conn, everything),
        _acts(conn, everything),
        _deeds(conn, ids) if subject.kind == "document" else [],
        total - len(json.loads(event_ids)),
    )


def _newest(conn: sqlite3.Connection, ids_sql: str, ids: str) -> str:
    rows = conn.execute(f"SELECT id FROM ({ids_sql}) ORDER BY id DESC LIMIT {NEWEST}", (ids,))
    return json.dumps([row[0] for row in rows])


def _events(conn: sqlite3.Connection, ids: str) -> list[sqlite3.Row]:
    return conn.execute(
        "SELECT e.id, e.kind, e.line_key, e.detected_at, e.facts, e.planned_at, e.outcome, d.number,"
        " d.kind AS document_kind, l.title, f.name AS file, f.profile"
        " FROM event e LEFT JOIN document d ON d.id = e.document_id"
        " LEFT JOIN document_line l ON l.document_id = e.document_id AND l.line_key = e.line_key"
        " LEFT JOIN import_file f ON f.id = e.file_id WHERE e.id IN (SELECT value FROM json_each(?)) ORDER BY e.id",
        (ids,),
    ).fetchall()


def _decisions(conn: sqlite3.Connection, ids: str) -> list[sqlite3.Row]:
    return conn.execute(
        "SELECT event_id, rule, message_id, trail FROM message_event"
        " WHERE event_id IN (SELECT value FROM json_each(?)) ORDER BY event_id, rule",
        (ids,),
    ).fetchall()


def _messages(conn: sqlite3.Connection, ids: str) -> list[sqlite3.Row]:
    return conn.execute(
        "SELECT id, rule, event, channel, to_address, state, reason, waits_for, due_at, latest_at, composed,"
        " created_at, sent_at, route, merged_into FROM message"
        " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (ids,),
    ).fetchall()


def _attempts(conn: sqlite3.Connection, ids: str) -> list[sqlite3.Row]:
    return conn.execute(
        "SELECT message_id, number, route, started_at, ended_at, outcome, words FROM attempt INDEXED BY attempt_message"
        " WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (ids,),
    ).fetchall()


def _acts(conn: sqlite3.Connection, ids: str) -> list[sqlite3.Row]:
    """What people and the engine did with the messages, as the journal has it."""
    return conn.execute(
        "SELECT at, who, what, subject_id AS message_id, detail FROM json_each(?) j CROSS JOIN journal"
        " INDEXED BY journal_subject ON subject = 'message' AND subject_id = j.value ORDER BY journal.id",
        (ids,),
    ).fetchall()


def _deeds(conn: sqlite3.Connection, ids: str) -> list[sqlite3.Row]:
    return conn.execute(
        "SELECT at, who, what, detail, d.number FROM json_each(?) j JOIN document d ON d.id = j.value"
        " CROSS JOIN journal INDEXED BY journal_subject ON subject = 'document' AND subject_id = j.value"
        " ORDER BY journal.id",
        (ids,),
    ).fetchall()


def origins(conn: sqlite3.Connection, subject: Subject) -> list[sqlite3.Row]:
    """Where the documents of a subject without events came from: number, file, baseline, first_seen."""
    column = "customer_id" if subject.kind == "customer" else "id"
    return conn.execute(
        "SELECT d.number, d.first_seen, f.name AS file, ifnull(f.baseline, 0) AS baseline"
        " FROM document d LEFT JOIN import_file f ON f.id = d.file_id"
        f" WHERE d.{column} IN (SELECT value FROM json_each(?)) ORDER BY d.id DESC LIMIT 20",
        (json.dumps(subject.ids),),
    ).fetchall()


def rules_for(conn: sqlite3.Connection, kinds: Iterable[str]) -> dict[str, list[tuple[str, bool]]]:
    """The rules of event kinds: kind → (name, enabled)."""
    found: dict[str, list[tuple[str, bool]]] = {}
    rows = conn.execute(
        "SELECT event, name, enabled FROM rule WHERE event IN (SELECT value FROM json_each(?)) ORDER BY name",
        (json.dumps(list(kinds)),),
    )
    for kind, name, enabled in rows:
        found.setdefault(kind, []).append((name, bool(enabled)))
    return found


def paused_routes(conn: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Routes that are paused: channel, name, reason."""
    rows = conn.execute(
        "SELECT channel, name, ifnull(pause_reason, '') FROM account WHERE paused_since IS NOT NULL ORDER BY name"
    )
    return [(row[0], row[1], row[2]) for row in rows]
