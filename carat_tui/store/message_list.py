"""Pages of messages for people, newest first, by key and never by offset: a page costs the same in a list of a million.

A search goes through the index of ``search_index``.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from carat_tui.model.errors import CaratError
from carat_tui.model.message import ChannelKind, State
from carat_tui.store import lookup, names, search_index, searching
from carat_tui.store.ids import ids as _ids
from carat_tui.store.ids import newest_first
from carat_tui.store.search_index import Also, Reach
from carat_tui.store.search_text import MESSAGES, mark
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
    found = _find(conn, wanted, wanted.limit, search_index.WHOLE)
    return conn.execute(
        f"SELECT {COLUMNS} FROM message m LEFT JOIN customer c ON c.id = m.customer_id"
        " WHERE m.id IN (SELECT value FROM json_each(?)) ORDER BY m.id DESC",
        (json.dumps(list(found)),),
    ).fetchall()


def ids(conn: sqlite3.Connection, wanted: Filter, limit: int | None) -> array[int]:
    """The messages that ``wanted`` means, newest first: the first ``limit``, or all (its own ``limit`` is not used).

    The first page comes at once, and is complete but for a rare filter on top of a search for something common.
    """
    return _find(conn, wanted, limit, search_index.SNAPSHOT if limit is None else search_index.HEAD)


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


_FEW = 2_000
"""So many messages that meet the other conditions are looked at one by one; from more the search comes first."""


def _find(conn: sqlite3.Connection, wanted: Filter, limit: int | None, reach: Reach) -> array[int]:
    """A channel is a word of the index; the other conditions come first where few messages meet them."""
    words = (*searching.words(wanted.search), *([mark(wanted.channel)] if wanted.channel in tuple(ChannelKind) else []))
    if wanted.channel and wanted.channel not in tuple(ChannelKind):
        return array("q")
    if not words:
        return _meeting(conn, wanted, limit)
    also = _conditions(conn, wanted)
    if also.sql:
        few = _meeting(conn, wanted, _FEW)
        if len(few) < _FEW:
            return search_index.among(conn, MESSAGES, words, few, limit)
    return search_index.find(conn, MESSAGES, words, limit, reach, also=also, below=wanted.after)


def _meeting(conn: sqlite3.Connection, wanted: Filter, limit: int | None) -> array[int]:
    """Messages that meet all conditions but the search and the channel."""
    also = _conditions(conn, wanted)
    values = {**also.values, "after": 1 << 62 if wanted.after is None else wanted.after}
    values["limit"] = -1 if limit is None else limit
    tail = " AND ".join(("m.id < :after", *([also.sql] if also.sql else []))) + " ORDER BY m.id DESC LIMIT :limit"
    queries = list(_sources(conn, wanted, tail, values))
    if limit is None and wanted == Filter(limit=wanted.limit):
        queries = ["SELECT id FROM message INDEXED BY message_state"]  # the narrowest that holds every id
    found = array("q")
    for query in queries:
        found += _ids(conn, query, values)
    return newest_first(found, limit)


def _conditions(conn: sqlite3.Connection, wanted: Filter) -> Also:
    """What is true of the row of each message that is wanted."""
    values: dict[str, object] = {}
    where = []
    if wanted.states:
        values["states"] = json.dumps(wanted.states)
        where.append("m.state IN (SELECT value FROM json_each(:states))")
    if wanted.customer:
        values["customers"] = json.dumps(customer_ids(conn, wanted.customer))
        where.append("m.customer_id IN (SELECT value FROM json_each(:customers))")
    if wanted.event:
        values["event"] = wanted.event
        where.append("m.event = :event")
    if wanted.sent_since:
        values |= {
            "sent_since": wanted.sent_since,
            "first_attempt": first_since(conn, "attempt", wanted.sent_since),
        }
        where += ["m.sent_at >= :sent_since", "m.id IN (SELECT message_id FROM attempt WHERE id >= :first_attempt)"]
    if wanted.since:
        values["since"] = wanted.since
        where += ["m.created_at >= :since", f"m.id >= ({_FIRST_SINCE})"]
    return Also(" AND ".join(where), values)


# Numbers are given in the order of time, so the first message since then bounds the way back through the list.
_FIRST_SINCE = (
    "SELECT id FROM message INDEXED BY message_created WHERE created_at >= :since ORDER BY created_at, id LIMIT 1"
)


def _sources(conn: sqlite3.Connection, wanted: Filter, tail: str, values: dict[str, object]) -> Iterable[str]:
    """One ordered, limited query for each key of the best index, so that none of them has to sort."""
    if wanted.customer:
        for number, customer in enumerate(customer_ids(conn, wanted.customer)):
            values[f"customer{number}"] = customer
            yield (
                "SELECT m.id FROM message m INDEXED BY message_customer"
                f" WHERE m.customer_id = :customer{number} AND {tail}"
            )
    elif wanted.states or wanted.event:
        index = "message_kind" if wanted.event else "message_state"
        for number, state in enumerate(wanted.states or _states_of(conn, wanted.event)):
            values[f"state{number}"] = str(state)
            yield f"SELECT m.id FROM message m INDEXED BY {index} WHERE m.state = :state{number} AND {tail}"
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
