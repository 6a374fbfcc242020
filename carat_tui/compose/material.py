"""What the store knows about messages that are to be written, read for a whole batch with a handful of queries."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Planned(NamedTuple):
    """A message that is to be written; times are stamps."""

    id: int
    key: str
    rule: str
    event: str
    customer_id: int | None
    channel: str
    to_address: str
    language: str
    due_at: str
    template: str
    draft: str | None


class Customer(NamedTuple):
    """Who it is for."""

    id: int
    customer_no: str | None
    name: str | None
    company: str | None
    salutation: str | None
    title: str | None
    first_name: str | None
    last_name: str | None
    discreet: int | None
    street: str | None
    zip: str | None
    city: str | None
    country: str | None


class Document(NamedTuple):
    """An order or another document that the message is about. Dates ISO, amounts in cents."""

    id: int
    number: str
    date: str | None
    due_date: str | None
    total: int | None
    open_amount: int | None
    currency: str | None
    shelf_no: str | None
    pickup_until: str | None
    first_seen: str


class Line(NamedTuple):
    """One ordered article; ``facts`` is the event's JSON (empty where the whole document is told of)."""

    document_id: int
    line_key: str
    title: str | None
    author: str | None
    isbn13: str | None
    qty: int | float | None
    received_date: str | None
    expected_date: str | None
    facts: str = ""


@dataclass(slots=True, eq=False)
class Material:
    """A message with all that may be said in it."""

    message: Planned
    customer: Customer | None = None
    documents: list[Document] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    attachments: list[tuple[str, str, str]] = field(default_factory=list)
    """(name, SHA-256, path) of frozen files"""


_DUE = """
SELECT id, key, rule, event, customer_id, channel, to_address, language, due_at, coalesce(template, ''), draft
FROM message INDEXED BY message_to_compose
WHERE state = 'waiting' AND composed = 0 AND due_at <= ? AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?
"""
_CUSTOMER = """
SELECT id, customer_no, name, company, salutation, title, first_name, last_name, discreet, street, zip, city, country
FROM customer WHERE id IN (SELECT value FROM json_each(?))
"""
_DOCUMENT = (
    "d.id, d.number, d.date, d.due_date, d.total, d.open_amount, d.currency, d.shelf_no, d.pickup_until, d.first_seen"
)
_LINE = "l.document_id, l.line_key, l.title, l.author, l.isbn13, l.qty, l.received_date, l.expected_date"
_EVENTS = f"""
SELECT me.message_id, {_DOCUMENT}, {_LINE}, e.facts
FROM json_each(?) j CROSS JOIN message_event me INDEXED BY message_event_message ON me.message_id = j.value
JOIN event e ON e.id = me.event_id JOIN document d ON d.id = e.document_id
LEFT JOIN document_line l ON l.document_id = e.document_id AND l.line_key = e.line_key
ORDER BY me.message_id, e.id
"""
_LINES = f"SELECT {_LINE} FROM json_each(?) j CROSS JOIN document_line l ON l.document_id = j.value"
_ATTACHED = """
SELECT a.message_id, a.name, a.sha256, a.path
FROM json_each(?) j CROSS JOIN message_attachment a ON a.message_id = j.value
"""
_COLUMNS = len(Document._fields)


def due(conn: sqlite3.Connection, now: str, after: tuple[str, int], limit: int) -> list[Planned]:
    """The next messages whose time to be written has come at the stamp ``now``, behind ``after`` (due_at, id)."""
    return [Planned._make(row) for row in conn.execute(_DUE, (now, *after, limit))]


def load(conn: sqlite3.Connection, messages: Sequence[Planned]) -> list[Material]:
    """The messages with customers, documents, lines and attachments, in the same order."""
    found = {message.id: Material(message) for message in messages}
    ids = json.dumps(list(found))
    wanted = json.dumps(sorted({m.customer_id for m in messages if m.customer_id is not None}))
    customers = {row[0]: Customer._make(row) for row in _tuples(conn, _CUSTOMER, wanted)}
    for item in found.values():
        if item.message.customer_id is not None:
            item.customer = customers.get(item.message.customer_id)
    _add_events(conn, found, ids)
    for message_id, name, sha256, path in conn.execute(_ATTACHED, (ids,)):
        found[message_id].attachments.append((name, sha256, path))
    return list(found.values())


def _tuples(conn: sqlite3.Connection, sql: str, *values: object) -> sqlite3.Cursor:
    """A query whose rows are plain tuples: named rows cost more than the query does."""
    cursor = conn.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, values)


def _add_events(conn: sqlite3.Connection, found: dict[int, Material], ids: str) -> None:
    """Documents and lines by way of the messages' events; an event of a whole document brings all its lines."""
    whole: dict[int, list[Material]] = {}
    documents: dict[int, Document] = {}
    last = (0, 0)
    for row in _tuples(conn, _EVENTS, ids):
        item, document_id = found[row[0]], row[1]
        if (row[0], document_id) != last and not any(known.id == document_id for known in item.documents):
            if document_id not in documents:
                documents[document_id] = Document._make(row[1 : 1 + _COLUMNS])
            item.documents.append(documents[document_id])
        last = (row[0], document_id)
        if row[2 + _COLUMNS] is not None:
            item.lines.append(Line._make(row[1 + _COLUMNS :]))
        elif item not in whole.setdefault(document_id, []):
            whole[document_id].append(item)
    for line in _lines(conn, whole):
        for item in whole[line.document_id]:
            if not any((known.document_id, known.line_key) == line[:2] for known in item.lines):
                item.lines.append(line)


def _lines(conn: sqlite3.Connection, documents: Iterable[int]) -> list[Line]:
    ids = list(documents)
    if not ids:
        return []
    return [Line._make((*row, "")) for row in conn.execute(_LINES, (json.dumps(ids),))]


def of_document(conn: sqlite3.Connection, number: str, message: Planned) -> Material | None:
    """What a message about the whole document ``number`` would know, for a preview; None if there is none."""
    row = conn.execute(
        f"SELECT {_DOCUMENT}, d.customer_id FROM document d WHERE d.key = ?1 OR d.number = ?1"
        " ORDER BY d.id DESC LIMIT 1",
        (number,),
    ).fetchone()
    if row is None:
        return None
    values = tuple(row)
    customer = conn.execute(_CUSTOMER, (json.dumps([values[-1]]),)).fetchone()
    return Material(
        message,
        Customer._make(customer) if customer else None,
        [Document._make(values[:-1])],
        _lines(conn, [values[0]]),
    )
