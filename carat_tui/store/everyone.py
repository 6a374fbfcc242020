"""All customers at once, as the rules need them: for counting whom a way reaches, not for planning."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from carat_tui.model.recipient import Contact, Person
from carat_tui.store.people import PERSON

_NO_CONTACTS: tuple[Contact, ...] = ()


def everyone(conn: sqlite3.Connection) -> Iterator[Person]:
    """Every customer with the contacts, read side by side in the order of ids: nothing is kept, nothing looked up."""
    contacts = _contacts(conn)
    ahead = next(contacts, None)
    for row in conn.execute(f"SELECT {PERSON} FROM customer ORDER BY id"):
        found = _NO_CONTACTS
        while ahead is not None and ahead[0] <= row[0]:
            found = ahead[1] if ahead[0] == row[0] else found
            ahead = next(contacts, None)
        yield Person._make((*row, found))


def _contacts(conn: sqlite3.Connection) -> Iterator[tuple[int, tuple[Contact, ...]]]:
    """The contacts of one customer after the other."""
    owner = 0
    found: list[Contact] = []
    for customer_id, type_, value, active in conn.execute(
        "SELECT customer_id, type, value, active FROM contact ORDER BY customer_id, id"
    ):
        if customer_id != owner:
            if found:
                yield owner, tuple(found)
            owner, found = customer_id, []
        found.append(Contact(type_, value, active))
    if found:
        yield owner, tuple(found)


def with_own_way(conn: sqlite3.Connection, limit: int | None = None) -> list[int]:
    """Ids of the customers whose way is not the shop's: an own order, an option, a preferred way; by number."""
    rows = conn.execute(
        "SELECT id FROM customer WHERE ifnull(channels, '') <> '' OR ifnull(notify_option, 'inherit') NOT IN"
        " ('', 'inherit') OR ifnull(preferred_channel, '') <> '' ORDER BY customer_no, id LIMIT ?",
        (-1 if limit is None else limit,),
    )
    return [row[0] for row in rows]


def own_ways(conn: sqlite3.Connection, ids: str) -> list[sqlite3.Row]:
    """What those of ``ids`` (a JSON list) wish: id, customer_no, name, channels, notify_option, preferred_channel, and
    by whom and when the wish that counts was typed here (who, at; NULL = it came with an export)."""
    return conn.execute(
        "WITH wish AS (SELECT id, customer_no, coalesce(nullif(name, ''), nullif(trim(ifnull(first_name, '') || ' ' ||"
        "  ifnull(last_name, '')), ''), company, '') AS name, ifnull(channels, '') AS channels,"
        "  ifnull(notify_option, '') AS notify_option, ifnull(preferred_channel, '') AS preferred_channel,"
        "  CASE WHEN ifnull(notify_option, 'inherit') NOT IN ('', 'inherit') THEN 'notify_option'"
        "  WHEN ifnull(channels, '') <> '' THEN 'channels' ELSE 'preferred_channel' END AS counts"
        "  FROM customer WHERE id IN (SELECT value FROM json_each(?)))"
        " SELECT w.*, j.who, j.at FROM wish w LEFT JOIN journal j ON j.id = (SELECT id FROM journal"
        "  INDEXED BY journal_subject WHERE subject = 'customer' AND subject_id = w.id AND what = 'changed'"
        "  AND instr(detail, '\"' || w.counts || '\"') ORDER BY id DESC LIMIT 1)",
        (ids,),
    ).fetchall()
