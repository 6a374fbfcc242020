"""Pages of messages for people, newest first, by key and never by offset: a page costs the same in a list of a million.

``--search`` is the one filter that has to read until the page is full.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from carat_tui.model.errors import CaratError
from carat_tui.model.message import State
from carat_tui.model.text import folded
from carat_tui.store import lookup, names, searching
from carat_tui.store.since import first_since

COLUMNS = (
    "m.id, m.key, m.event, c.customer_no, m.channel, m.to_address, m.subject, m.state, m.reason, m.waits_for, m.due_at,"
    " m.created_at, m.sent_at, m.attempts, m.route, m.message_ref, m.parts, m.cost, m.template, m.template_version,"
    " m.merged_into, m.rule, m.language"
)


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show. ``after`` is the last id of the page before; ``customer`` a customer number.

    ``since`` (made) and ``sent_since`` (handed over) are stamps; ``channel`` is one of email, sms, letter.
    """

    states: tuple[str, ...] = ()
    customer: str = ""
    event: str = ""
    since: str = ""
    search: str = ""
    after: int | None = None
    limit: int = 50
    channel: str = ""
    sent_since: str = ""


def page(conn: sqlite3.Connection, wanted: Filter) -> list[sqlite3.Row]:
    """At most ``limit`` messages, newest first. ``CaratError`` for a customer number that nobody has."""
    values: dict[str, object] = {
        "after": wanted.after if wanted.after is not None else 1 << 62,
        "limit": wanted.limit,
        "event": wanted.event,
        "since": wanted.since,
        "channel": wanted.channel,
        "sent_since": wanted.sent_since,
    }
    where = ["m.id < :after"]
    if wanted.channel:
        where.append("m.channel = :channel")
    if wanted.sent_since:
        values["first_attempt"] = first_since(conn, "attempt", wanted.sent_since)
        where += [
            "m.sent_at >= :sent_since",
            "m.id IN (SELECT message_id FROM attempt WHERE id >= :first_attempt)",
        ]
    if wanted.since:
        where += ["m.created_at >= :since", f"m.id >= ({_FIRST_SINCE})"]
    if text := searching.usable(wanted.search):
        searching.know_folded(conn)
        where.append(_search(text, values))
    ids = " UNION ALL ".join(f"SELECT id FROM ({part})" for part in _sources(conn, wanted, where, values))
    return conn.execute(
        f"SELECT {COLUMNS} FROM message m LEFT JOIN customer c ON c.id = m.customer_id"
        f" WHERE m.id IN (SELECT id FROM ({ids}) ORDER BY id DESC LIMIT :limit) ORDER BY m.id DESC",
        values,
    ).fetchall()


def ids(conn: sqlite3.Connection, wanted: Filter, limit: int | None) -> array[int]:
    """The messages that ``wanted`` means, newest first: the first ``limit``, or all (its own ``limit`` is not used)."""
    wanted = replace(wanted, limit=-1 if limit is None else limit)
    return array("q", [row["id"] for row in page(conn, wanted)])


def rows(conn: sqlite3.Connection, ids: Sequence[int]) -> list[sqlite3.Row]:
    """These messages in this order: ``COLUMNS``, ``customer_name`` and ``documents`` (numbers, parted by commas)."""
    return conn.execute(
        f"SELECT {COLUMNS}, {names.CUSTOMER} AS customer_name,"
        " (SELECT group_concat(number, ', ') FROM (SELECT number FROM message_document JOIN document"
        " ON document.id = document_id WHERE message_id = m.id ORDER BY number)) AS documents"
        " FROM json_each(?) j CROSS JOIN message m ON m.id = j.value LEFT JOIN customer c ON c.id = m.customer_id"
        " ORDER BY j.key",
        (json.dumps(list(ids)),),
    ).fetchall()


# Numbers are given in the order of time, so the first message since then bounds the way back through the list.
_FIRST_SINCE = (
    "SELECT id FROM message INDEXED BY message_created WHERE created_at >= :since ORDER BY created_at, id LIMIT 1"
)


def _sources(conn: sqlite3.Connection, wanted: Filter, where: list[str], values: dict[str, object]) -> Iterable[str]:
    """One ordered, limited query for each key of the best index, so that none of them has to sort."""
    tail = " AND ".join(where) + " ORDER BY m.id DESC LIMIT :limit"
    values["states"] = json.dumps(wanted.states)
    in_states = "m.state IN (SELECT value FROM json_each(:states)) AND " if wanted.states else ""
    if wanted.customer:
        of_event = "m.event = :event AND " if wanted.event else ""
        for number, customer in enumerate(customer_ids(conn, wanted.customer)):
            values[f"customer{number}"] = customer
            yield (
                "SELECT m.id FROM message m INDEXED BY message_customer"
                f" WHERE m.customer_id = :customer{number} AND {in_states}{of_event}{tail}"
            )
    elif wanted.states or wanted.event:
        index, of_event = ("message_kind", "m.event = :event AND ") if wanted.event else ("message_state", "")
        for number, state in enumerate(wanted.states or _states_of(conn, wanted.event)):
            values[f"state{number}"] = str(state)
            yield f"SELECT m.id FROM message m INDEXED BY {index} WHERE {of_event}m.state = :state{number} AND {tail}"
    else:
        yield f"SELECT m.id FROM message m WHERE {tail}"


def _states_of(conn: sqlite3.Connection, event: str) -> list[str]:
    """The states that messages of an event are in: one step through the index for each, however many messages."""
    rows = conn.execute(
        "WITH RECURSIVE found(state) AS ("
        " SELECT min(state) FROM message INDEXED BY message_kind WHERE event = :event UNION ALL"
        " SELECT (SELECT min(state) FROM message INDEXED BY message_kind WHERE event = :event AND state > found.state)"
        " FROM found WHERE state IS NOT NULL) SELECT state FROM found WHERE state IS NOT NULL",
        {"event": event},
    )
    return [row[0] for row in rows] or [State.WAITING]


def _search(text: str, values: dict[str, object]) -> str:
    """Part of a subject, an address, a customer's name or number, or an order's number; letters of any case."""
    tests: dict[str, list[str]] = {column: [] for column in ("m.subject", "m.to_address", "document.number")}
    for number, variant in enumerate(searching.variants(text)):
        values[f"text{number}"] = variant
        for column, ways in tests.items():
            ways.append(f"instr(lower({column}), :text{number})")
    subject, address, document = (" OR ".join(ways) for ways in tests.values())
    values["folded"] = folded(text)
    return (
        f"({subject} OR {address} OR m.customer_id IN (SELECT id FROM customer"
        " WHERE instr(folded(name), :folded) OR instr(folded(customer_no), :folded))"
        " OR EXISTS (SELECT 1 FROM message_document JOIN document ON document.id = document_id"
        f" WHERE message_id = m.id AND ({document})))"
    )


def customer_ids(conn: sqlite3.Connection, number: str) -> list[int]:
    """The customers of a number (two systems may use the same); ``CaratError`` if nobody has it."""
    found = lookup.customers(conn, number)
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
