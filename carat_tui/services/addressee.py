"""To whom a message written by hand goes: an order's customer, a customer, or an address that was typed."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from carat_tui.model.errors import CaratError
from carat_tui.model.recipient import Order, Person
from carat_tui.rules import ways
from carat_tui.rules.terms import shop_of
from carat_tui.store import lookup, people, settings
from carat_tui.store.lookup import OrderFound


@dataclass(frozen=True, slots=True)
class Addressee:
    """One address of one channel, known to be usable; ``language`` of the customer or the shop."""

    channel: str
    address: str
    language: str
    customer: Person | None = None
    order: OrderFound | None = None


def find(conn: sqlite3.Connection, channel: str, order: str = "", customer: str = "", to: str = "") -> Addressee:
    """Who is meant. ``to`` alone is an address of its own; beside an order or a customer it replaces their address.

    Raises ``CaratError`` for an unknown number, and for an address that is unusable, suppressed or a landline.
    """
    if channel not in ways.CHANNELS:
        raise CaratError(f"There is no way {channel!r}.", f"Choose one of {', '.join(ways.CHANNELS)}.")
    if bool(order) + bool(customer) > 1 or not (order or customer or to):
        raise CaratError("A message goes to an order, a customer or an address.", "Name exactly one of them.")
    found = lookup.order(conn, order) if order else None
    person = _person(conn, found.customer_id if found else lookup.customer_id(conn, customer) if customer else None)
    address = _typed(conn, channel, to, person) if to else _known(conn, channel, found, person)
    return Addressee(channel, address, _language(conn, person), person, found)


def addresses(conn: sqlite3.Connection, order: OrderFound) -> dict[str, list[dict[str, object]]]:
    """Every address of an order's customer by channel, with what is wrong with it (None = usable)."""
    person, shop = _person(conn, order.customer_id) or Person(), shop_of(conn)
    return {
        channel: [
            {"address": address, "whose": whose, "trouble": trouble or None}
            for address, whose, trouble in ways.candidates(channel, order.wishes, person, shop)
            if address
        ]
        for channel in ways.CHANNELS
    }


def first_channel(conn: sqlite3.Connection, order: OrderFound) -> str | None:
    """The way that the rules would choose for an order, None = none."""
    person = _person(conn, order.customer_id) or Person()
    return ways.choose(order.wishes, person, shop_of(conn)).channel or None


def _person(conn: sqlite3.Connection, customer_id: int | None) -> Person | None:
    return people.load(conn, [customer_id]).get(customer_id) if customer_id is not None else None


def _typed(conn: sqlite3.Connection, channel: str, to: str, person: Person | None) -> str:
    if channel == "letter":
        raise CaratError(
            "A letter goes to a customer's postal address.", "Name the order or the customer instead of an address."
        )
    address, trouble = ways.judged(channel, to, person or Person(), shop_of(conn))
    if trouble:
        raise CaratError(f"Nothing can go to {to!r} by {channel}: {trouble}.", "Choose another address or way.")
    return address


def _known(conn: sqlite3.Connection, channel: str, order: OrderFound | None, person: Person | None) -> str:
    wishes = order.wishes if order else Order()
    troubles = []
    for address, _, trouble in ways.candidates(channel, wishes, person or Person(), shop_of(conn)):
        if not trouble:
            return address
        troubles.append(f"{address}: {trouble}" if address else trouble)
    whom = f"Customer {person.number}" if person else "This order's customer"
    raise CaratError(
        f"{whom} cannot be reached by {channel}: {'; '.join(troubles)}.", "Choose another way or an address."
    )


def _language(conn: sqlite3.Connection, person: Person | None) -> str:
    spoken = person.language[:2].lower() if person else ""
    return spoken if spoken in settings.LANGUAGES else settings.get(conn, "shop.language")
