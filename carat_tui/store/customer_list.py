"""Customers for people: which of them, newest first, and what a line of the list says about each."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from carat_tui.store import names, search_index, searching
from carat_tui.store.ids import ids as _ids
from carat_tui.store.ids import newest_first
from carat_tui.store.reach import reach
from carat_tui.store.search_text import CUSTOMERS, mark

ONLY = ("unreachable", "suppressed", "none")
"""``unreachable`` no address that could be used; ``suppressed`` one of theirs is closed; ``none`` wants no notices."""


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """What to show; ``only`` is one of ``ONLY`` or empty."""

    search: str = ""
    only: str = ""


def ids(conn: sqlite3.Connection, wanted: CustomerFilter, limit: int | None) -> array[int]:
    """The customers that ``wanted`` means, newest first: the first ``limit``, or all."""
    words = (*searching.words(wanted.search), *([mark(wanted.only)] if wanted.only else []))
    if words:
        how_far = search_index.SNAPSHOT if limit is None else search_index.HEAD
        return search_index.find(conn, CUSTOMERS, words, limit, how_far)
    if limit is None:
        return newest_first(_ids(conn, "SELECT id FROM customer"))
    return _ids(conn, "SELECT id FROM customer ORDER BY id DESC LIMIT ?", (limit,))


def address_changed(conn: sqlite3.Connection, channel: str, address: str) -> None:
    """Let the list look again at those who have ``address``, inside the transaction that closes or opens it."""
    known = " ".join(address.split(", ")[:2]) if channel == "letter" else address
    words = searching.words(known.replace(",", " "))
    if words:
        # Who is not indexed yet will be looked at anyway.
        found = search_index.find(conn, CUSTOMERS, words, None, search_index.Reach(unindexed=0))
        search_index.stale(conn, CUSTOMERS, found)


def rows(conn: sqlite3.Connection, ids: Sequence[int]) -> list[sqlite3.Row]:
    """These customers in this order.

    ``id, customer_no, source, name, company, zip, city, country, language, preferred_channel, channels`` (own order of
    ways), ``notify_option, last_notified_at, has_note`` (0/1), ``ways`` (usable channels, such as "email letter"),
    ``suppressed`` (0/1: an address of theirs is closed).
    """
    reached = reach(conn, ids)
    found = [(one, " ".join(reached[one].ways), reached[one].suppressed) for one in ids if one in reached]
    return conn.execute(
        f"SELECT c.id, c.customer_no, c.source, {names.CUSTOMER} AS name, c.company, c.zip, c.city, c.country,"
        " c.language, c.preferred_channel, c.channels, c.notify_option, c.last_notified_at,"
        " ifnull(c.note, '') <> '' AS has_note, json_extract(j.value, '$[1]') AS ways,"
        " json_extract(j.value, '$[2]') AS suppressed"
        " FROM json_each(?) AS j CROSS JOIN customer c ON c.id = json_extract(j.value, '$[0]') ORDER BY j.key",
        (json.dumps(found),),
    ).fetchall()
