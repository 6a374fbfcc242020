"""By which channels customers can be reached: for lists, where asking the rules for each would be too slow."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from carat_tui.model import address
from carat_tui.model.message import ChannelKind
from carat_tui.store import names, settings, suppressions
from carat_tui.store.suppressions import Suppressed


@dataclass(frozen=True, slots=True)
class Reach:
    """The usable channels in the order of ``ChannelKind``, and whether an address of the customer is closed."""

    ways: tuple[str, ...]
    suppressed: bool


def reach(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Reach]:
    """How these customers can be reached: by addresses in use, usable by their form, not closed."""
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
    return Reach(tuple(kind for kind in ChannelKind if kind in ways), suppressed)


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
