"""Customers for people: which of them, newest first, and what a line of the list says about each."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from carat_tui.model import address
from carat_tui.model.text import folded
from carat_tui.store import names, settings, suppressions
from carat_tui.store.suppressions import Suppressed

ONLY = ("unreachable", "suppressed", "none")
"""``unreachable`` no address that could be used; ``suppressed`` one of theirs is closed; ``none`` wants no notices."""


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """What to show; ``only`` is one of ``ONLY`` or empty."""

    search: str = ""
    only: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """By which channels a customer can be reached, and whether an address of theirs is closed."""

    ways: tuple[str, ...]
    suppressed: bool


def ids(conn: sqlite3.Connection, wanted: CustomerFilter, limit: int | None) -> array[int]:
    """The customers that ``wanted`` means, newest first: the first ``limit``, or all."""
    found = array("q", (row[0] for row in conn.execute("SELECT id FROM customer ORDER BY id DESC")))
    words = folded(wanted.search).split()
    kept = array("q")
    for row in (row for at in range(0, len(found), 500) for row in rows(conn, found[at : at + 500])):
        text = folded(f"{row['customer_no']}\n{row['name']}\n{row['company']}\n{row['city']}")
        told = {"unreachable": not row["ways"], "suppressed": row["suppressed"], "none": row["notify_option"] == "none"}
        if all(word in text for word in words) and (not wanted.only or told[wanted.only]):
            kept.append(row["id"])
        if len(kept) == limit:
            break
    return kept


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


def reach(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Reach]:
    """How these customers can be reached: addresses in use, usable by their form, not closed."""
    wanted = json.dumps(list(ids))
    closed, home = suppressions.every(conn), settings.get(conn, "shop.country")
    contacts: dict[int, list[tuple[str, str]]] = {}
    for customer_id, type_, value in conn.execute(
        "SELECT k.customer_id, k.type, k.value FROM json_each(?) j CROSS JOIN contact k ON k.customer_id = j.value"
        " WHERE k.active",
        (wanted,),
    ):
        contacts.setdefault(customer_id, []).append((type_, value))
    found = conn.execute(
        f"SELECT c.id, {names.CUSTOMER}, c.street, c.zip, c.city, c.country"
        " FROM json_each(?) j CROSS JOIN customer c ON c.id = j.value",
        (wanted,),
    )
    return {row[0]: _reach([*contacts.get(row[0], ()), ("letter", _postal(row, home))], closed) for row in found}


def _reach(addresses: list[tuple[str, str]], closed: Suppressed) -> Reach:
    ways: set[str] = set()
    suppressed = False
    for type_, value in addresses:
        channel = type_ if type_ in ("email", "letter") else "sms"
        if closed and suppressions.key_of(channel, value) in closed:
            suppressed = True
        elif _usable(channel, value):
            ways.add(channel)
    return Reach(tuple(channel for channel in ("email", "sms", "letter") if channel in ways), suppressed)


def _usable(channel: str, value: str) -> bool:
    if channel == "email":
        return address.email(value).usable
    return address.takes_sms(value) if channel == "sms" else bool(value)


def _postal(row: sqlite3.Row, home: str) -> str:
    """A complete postal address as letters carry it (``rules.ways.postal``), else empty."""
    name, street, zip_, city, country = ((part or "").strip() for part in tuple(row)[1:])
    if not (name and street and zip_ and city):
        return ""
    abroad = country if country and country != home else ""
    return ", ".join(part for part in (name, street, f"{zip_} {city}", abroad) if part)
