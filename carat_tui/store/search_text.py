"""What of each row is searched: one folded text a row, made from the tables, and marks that stand for filters.

A mark is three characters that no search can type, kept in the same text: so a filter is one more word to look for, and
"open orders of Müller" costs what each of the two costs.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from carat_tui.store import names, standings
from carat_tui.store.reach import reach
from carat_tui.store.searching import TOKEN, fold

Texts = dict[int, str]
"""id → text; ids that are not there (any more) are left out."""


def mark(word: str) -> str:
    """The mark of a filter: one of ``open``, ``arrived``, ``waiting``, ``closed``, ``email``, ``unreachable`` …"""
    return f"{TOKEN}{_SIGNS[word]}{TOKEN}"


_WORDS = (
    "email",
    "sms",
    "letter",
    "order",
    "open",
    "arrived",
    "waiting",
    "closed",
    "unreachable",
    "suppressed",
    "none",
)
_SIGNS = {word: chr(0x0E + number) for number, word in enumerate(_WORDS)}
"""Control characters, which no folded search and no other text here holds. They are on the disk: append only."""


@dataclass(frozen=True, slots=True)
class Family:
    """Rows that are searched together. ``name`` is their table, ``row`` what a list calls a row of it in its SQL."""

    name: str
    row: str
    texts: Callable[[sqlite3.Connection, Sequence[int]], Texts]
    by_customer: str = ""
    """the index by customer, if a customer's name is part of the text"""
    numbered: bool = False
    """rows have a number of their own in ``key``"""

    @property
    def index(self) -> str:
        return f"search_{self.name}"


def head(text: str) -> str:
    """What of a customer's text stands in the texts of their orders and messages, too: number and name."""
    return text.partition(_END)[0]


_END = f" {TOKEN} "


def _customers(conn: sqlite3.Connection, ids: Sequence[int]) -> Texts:
    reached = reach(conn, ids)
    found = conn.execute(
        f"SELECT c.id, c.customer_no, {names.CUSTOMER}, c.company, c.first_name, c.last_name, c.street, c.zip, c.city,"
        " (SELECT group_concat(k.value || ' ' || k.value_raw, ' ') FROM contact k WHERE k.customer_id = c.id),"
        " c.notify_option = 'none' OR (c.notify_option IS NULL AND c.preferred_channel = 'none')"
        " FROM json_each(?) AS i CROSS JOIN customer AS c ON c.id = i.value",
        (json.dumps(list(ids)),),
    )
    texts = {}
    for row in found:
        id_, number, name, *others, none = tuple(row)
        where = reached[id_]
        marks = [*([] if where.ways else ["unreachable"]), *(["suppressed"] if where.suppressed else [])]
        texts[id_] = _joined((number, name)) + _END + _joined(others, [*marks, *(["none"] if none else [])])
    return texts


def _documents(conn: sqlite3.Connection, ids: Sequence[int]) -> Texts:
    found = conn.execute(
        f"SELECT d.id, d.kind, {standings.STANDING}, d.number, d.customer_ref, c.customer_no, {names.CUSTOMER},"
        " (SELECT group_concat(ifnull(n.title, '') || ' ' || ifnull(n.author, '') || ' ' || ifnull(n.isbn13, ''), ' ')"
        "  FROM document_line AS n WHERE n.document_id = d.id)"
        f" FROM json_each(:ids) AS i CROSS JOIN document AS d ON d.id = i.value LEFT JOIN ({standings.LINES}) AS l"
        " ON l.document_id = d.id LEFT JOIN customer AS c ON c.id = d.customer_id",
        {"ids": json.dumps(list(ids))},
    )
    texts = {}
    for row in found:
        id_, kind, standing, *parts = tuple(row)
        marks = ["order", standing, *(["open"] if standing != "closed" else [])] if kind == "order" else []
        texts[id_] = _joined(parts, marks)
    return texts


def _messages(conn: sqlite3.Connection, ids: Sequence[int]) -> Texts:
    found = conn.execute(
        f"SELECT m.id, m.channel, m.subject, m.to_address, c.customer_no, {names.CUSTOMER},"
        " (SELECT group_concat(d.number, ' ') FROM message_document AS n JOIN document AS d ON d.id = n.document_id"
        "  WHERE n.message_id = m.id)"
        " FROM json_each(?) AS i CROSS JOIN message AS m ON m.id = i.value"
        " LEFT JOIN customer AS c ON c.id = m.customer_id",
        (json.dumps(list(ids)),),
    )
    return {row[0]: _joined(tuple(row)[2:], [row[1]]) for row in found}


def _joined(parts: Iterable[str | None], marks: Iterable[str] = ()) -> str:
    """Words never hold a space, so none is found across two parts."""
    text = fold(" ".join(part for part in parts if part))
    return " ".join([text, *(mark(word) for word in marks if word in _SIGNS)])


CUSTOMERS = Family("customer", "c", _customers, numbered=True)
DOCUMENTS = Family("document", "d", _documents, "document_customer", numbered=True)
MESSAGES = Family("message", "m", _messages, "message_customer")
FAMILIES = (CUSTOMERS, DOCUMENTS, MESSAGES)
"""In the order in which they are indexed: the name in a message's text is that of an indexed customer."""
