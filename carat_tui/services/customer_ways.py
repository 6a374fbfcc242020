"""How one customer can be reached as things stand: addresses, what forbids them, the way each notice would take."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from carat_tui.model.recipient import Choice, Order, Person
from carat_tui.rules import ways
from carat_tui.rules.terms import shop_of
from carat_tui.rules.ways import Shop
from carat_tui.store import fact_list, people, rules, suppressions
from carat_tui.store.suppressions import Suppression


@dataclass(frozen=True, slots=True)
class Address:
    """One address. ``type`` email, mobile, phone or postal; ``trouble`` says why nothing can go there, "" = it can."""

    channel: str
    type: str
    value: str
    roles: tuple[str, ...]
    active: bool
    closed: Suppression | None
    trouble: str


@dataclass(frozen=True, slots=True)
class Prospect:
    """Which way the next notice of a rule would take, were nothing said by its order."""

    event: str
    rule: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class CustomerWays:
    """``option``: none, email, sms, letter or "" (not set); ``order``: ways in order, each with whose order it is."""

    person: Person
    option: str
    order: tuple[tuple[str, str], ...]
    addresses: tuple[Address, ...]
    prospects: tuple[Prospect, ...]
    """one for each rule that is switched on"""


def customer_ways(conn: sqlite3.Connection, customer_id: int) -> CustomerWays:
    """How customer ``customer_id`` can be reached; ``CaratError`` if there is none."""
    row = fact_list.customer_of(conn, customer_id)
    person, shop = people.load(conn, [row["id"]])[row["id"]], shop_of(conn)
    option, _ = ways.effective_option(Order(), person)
    prospects = tuple(
        Prospect(rule.event, rule.name, ways.choose(Order(), person, shop, rule.channels))
        for rule in rules.every(conn)
        if rule.enabled
    )
    addresses = (*_contacts(conn, person, shop), *_postal(person, shop))
    return CustomerWays(person, option, tuple(ways.in_order(person, shop, ())), addresses, prospects)


def _contacts(conn: sqlite3.Connection, person: Person, shop: Shop) -> Iterator[Address]:
    for row in fact_list.contacts(conn, person.id):
        channel = "email" if row["type"] == "email" else "sms"
        value, trouble = ways.judged(channel, row["value"], person, shop)
        trouble = trouble if row["active"] else "switched off"
        closed = suppressions.find(conn, channel, value)
        roles = tuple(role.strip() for role in row["roles"].split(",") if role.strip())
        yield Address(channel, row["type"], value or row["value"], roles, bool(row["active"]), closed, trouble)


def _postal(person: Person, shop: Shop) -> Iterator[Address]:
    value, _, trouble = next(ways.candidates("letter", Order(), person, shop))
    if person.street.strip() or person.city.strip():
        closed = shop.suppressed.get(suppressions.key_of("letter", value))
        yield Address("letter", "postal", value, (), True, closed, trouble)
