"""Pages of messages for people, newest first, by key and never by offset: a page costs the same in a list of a million.

``--search`` is the one filter that has to read until the page is full.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from carat_tui.model.errors import CaratError

COLUMNS = (
    "m.id, m.key, m.event, c.customer_no, m.channel, m.to_address, m.subject, m.state, m.reason, m.waits_for, m.due_at,"
    " m.created_at, m.sent_at, m.attempts, m.route, m.message_ref, m.parts, m.cost, m.template, m.template_version,"
    " m.merged_into, m.rule, m.language"
)


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show. ``after`` is the last id of the page before; ``since`` a stamp; ``customer`` a customer number."""

    states: tuple[str, ...] = ()
    customer: str = ""
    event: str = ""
    since: str = ""
    search: str = ""
    after: int | None = None
    limit: int = 50


def page(conn: sqlite3.Connection, wanted: Filter) -> list[sqlite3.Row]:
    """At most ``limit`` messages, newest first. ``CaratError`` for a customer number that nobody has."""
    values: dict[str, object] = {
        "after": wanted.after if wanted.after is not None else 1 << 62,
        "limit": wanted.limit,
        "event": wanted.event,
        "since": wanted.since,
    }
    where = ["m.id < :after"]
    if wanted.event:
        where.append("m.event = :event")
    if wanted.since:
        where.append("m.created_at >= :since")
    if wanted.search:
        where.append(_search(wanted.search, values))
    ids = " UNION ALL ".join(f"SELECT id FROM ({part})" for part in _sources(conn, wanted, where, values))
    return conn.execute(
        f"SELECT {COLUMNS} FROM message m LEFT JOIN customer c ON c.id = m.customer_id"
        f" WHERE m.id IN (SELECT id FROM ({ids}) ORDER BY id DESC LIMIT :limit) ORDER BY m.id DESC",
        values,
    ).fetchall()


def _sources(conn: sqlite3.Connection, wanted: Filter, where: list[str], values: dict[str, object]) -> Iterable[str]:
    """One ordered, limited query for each key of the best index, so that none of them has to sort."""
    tail = " AND ".join(where) + " ORDER BY m.id DESC LIMIT :limit"
    if wanted.customer:
        states = ""
        if wanted.states:
            values["states"] = json.dumps(wanted.states)
            states = "m.state IN (SELECT value FROM json_each(:states)) AND "
        for number, customer in enumerate(customer_ids(conn, wanted.customer)):
            values[f"customer{number}"] = customer
            yield (
                "SELECT m.id FROM message m INDEXED BY message_customer"
                f" WHERE m.customer_id = :customer{number} AND {states}{tail}"
            )
    elif wanted.states:
        for number, state in enumerate(wanted.states):
            values[f"state{number}"] = state
            yield f"SELECT m.id FROM message m INDEXED BY message_state WHERE m.state = :state{number} AND {tail}"
    else:
        yield f"SELECT m.id FROM message m WHERE {tail}"


def _search(text: str, values: dict[str, object]) -> str:
    """Part of a subject, an address, a customer's name or number, or an order's number; letters of any case."""
    variants = dict.fromkeys((text, text.casefold(), text.upper(), text.title()))
    fields = ("m.subject", "m.to_address", "customer.name", "customer.customer_no", "document.number")
    tests = []
    for number, variant in enumerate(variants):
        escaped = variant.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        values[f"text{number}"] = f"%{escaped}%"
        tests.append([f"{field} LIKE :text{number} ESCAPE '\\'" for field in fields])
    subject, address, name, customer_no, document = (" OR ".join(column) for column in zip(*tests, strict=True))
    return (
        f"({subject} OR {address}"
        f" OR m.customer_id IN (SELECT id FROM customer WHERE {name} OR {customer_no})"
        " OR EXISTS (SELECT 1 FROM message_document JOIN document ON document.id = document_id"
        f" WHERE message_id = m.id AND ({document})))"
    )


def customer_ids(conn: sqlite3.Connection, number: str) -> list[int]:
    """The customers of a number (two systems may use the same: ``SOURCE:NUMBER``); ``CaratError`` if nobody has it."""
    found = [row[0] for row in conn.execute("SELECT id FROM customer WHERE ?1 IN (customer_no, key)", (number,))]
    if not found and ":" in number:
        pair = number.split(":", 1)
        found = [row[0] for row in conn.execute("SELECT id FROM customer WHERE source = ? AND key = ?", pair)]
    if not found:
        raise CaratError(f"There is no customer {number!r}.", "`carat customer list` names them.")
    return found


def one(conn: sqlite3.Connection, message_id: int) -> sqlite3.Row:
    """One message with the columns of a page; ``CaratError`` if there is none."""
    row: sqlite3.Row | None = conn.execute(
        f"SELECT {COLUMNS} FROM message m LEFT JOIN customer c ON c.id = m.customer_id WHERE m.id = ?", (message_id,)
    ).fetchone()
    if row is None:
        raise CaratError(f"There is no message {message_id}.", "`carat outbox list` names them.")
    return row


def documents(conn: sqlite3.Connection, ids: Iterable[int]) -> dict[int, list[str]]:
    """The numbers of the documents that messages are about, by message."""
    found: dict[int, list[str]] = {}
    for message_id, number in conn.execute(
        "SELECT message_id, number FROM message_document JOIN document ON document.id = document_id"
        " WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY message_id, number",
        (json.dumps(list(ids)),),
    ):
        found.setdefault(message_id, []).append(number)
    return found


def attempts(conn: sqlite3.Connection, message_id: int) -> list[sqlite3.Row]:
    """Every attempt of a message: started_at, ended_at, outcome, words, route."""
    return conn.execute(
        "SELECT started_at, ended_at, outcome, words, route FROM attempt INDEXED BY attempt_message"
        " WHERE message_id = ? ORDER BY id",
        (message_id,),
    ).fetchall()


def attachments(conn: sqlite3.Connection, message_id: int) -> list[sqlite3.Row]:
    """What is attached: name, sha256, bytes, path (relative to the home)."""
    return conn.execute(
        "SELECT name, sha256, bytes, path FROM message_attachment WHERE message_id = ? ORDER BY name", (message_id,)
    ).fetchall()


def history(conn: sqlite3.Connection, message_id: int) -> list[sqlite3.Row]:
    """The journal's rows about a message: at, what, who, detail."""
    return conn.execute(
        "SELECT at, what, who, detail FROM journal INDEXED BY journal_subject"
        " WHERE subject = 'message' AND subject_id = ? ORDER BY id",
        (message_id,),
    ).fetchall()
