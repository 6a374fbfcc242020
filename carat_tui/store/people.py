"""Customers as the rules need them: addresses, options and the messages that are still open for more."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from carat_tui.model.recipient import Contact, Person

PERSON = (
    "id, customer_no, coalesce(nullif(name, ''), nullif(trim(ifnull(first_name, '') || ' ' ||"
    " ifnull(last_name, '')), ''), company, ''), ifnull(street, ''), ifnull(zip, ''), ifnull(city, ''),"
    " ifnull(country, ''), ifnull(language, ''), notify_option, preferred_channel, ifnull(channels, '')"
)
"""The columns of ``customer`` that make a ``Person``, in its order, without the contacts."""


class Joinable(NamedTuple):
    """A message that is not written yet; ``due_at`` and ``latest_at`` are stamps."""

    id: int
    customer_id: int
    rule: str
    channel: str
    address: str
    file_id: int | None
    due_at: str
    latest_at: str
    waits_for: str | None


def load(conn: sqlite3.Connection, ids: Iterable[int]) -> dict[int, Person]:
    """The customers of ``ids`` with their contacts, in two queries."""
    wanted = json.dumps(sorted(ids))
    contacts: dict[int, list[Contact]] = {}
    for customer_id, type_, value, active in conn.execute(
        "SELECT customer_id, type, value, active FROM contact"
        " WHERE customer_id IN (SELECT value FROM json_each(?)) ORDER BY customer_id, id",
        (wanted,),
    ):
        contacts.setdefault(customer_id, []).append(Contact(type_, value, active))
    rows = conn.execute(
        f"SELECT {PERSON} FROM customer WHERE id IN (SELECT value FROM json_each(?))",
        (wanted,),
    )
    return {row[0]: Person._make((*row, tuple(contacts.get(row[0], ())))) for row in rows}


def joinable(conn: sqlite3.Connection, ids: Iterable[int], now: str) -> list[Joinable]:
    """Messages of these customers that still collect at the stamp ``now``."""
    rows = conn.execute(
        "SELECT m.id, m.customer_id, m.rule, m.channel, m.to_address, m.file_id, m.due_at, m.latest_at,"
        " m.waits_for"
        " FROM json_each(?) j CROSS JOIN message m INDEXED BY message_merging ON m.customer_id = j.value"
        " WHERE m.composed = 0 AND m.state IN ('waiting', 'held') AND m.state = 'waiting' AND m.due_at > ?"
        " AND m.latest_at IS NOT NULL ORDER BY m.id",
        (json.dumps(sorted(ids)), now),
    )
    return [Joinable(*row) for row in rows]
