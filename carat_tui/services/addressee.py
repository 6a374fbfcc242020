"""To whom a message written by hand goes: an order's customer, a customer, or an address that was typed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
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
    orders: tuple[OrderFound, ...] = ()


def find(
    conn: sqlite3.Connection, channel: str, orders: Sequence[str | int] = (), customer: str | int = "", to: str = ""
) -> Addressee:
    """Who is meant. ``to`` alone is an address of its own; beside orders or a customer it replaces their address.

    Raises ``CaratError`` for an unknown number, for orders of several customers, and for an address that is unusable,
    suppressed or a landline.
    """
    if channel not in ways.CHANNELS:
        raise CaratError(f"There is no way {channel!r}.", f"Choose one of {', '.join(ways.CHANNELS)}.")
    if bool(orders) + bool(customer) > 1 or not (orders or customer or to):
        raise CaratError("A message goes to an order, a customer or an address.", "Name exactly one of them.")
    found = of_one_customer(conn, orders)
    known = found[0].customer_id if found else _customer(conn, customer)
    person = person_of(conn, known)
    address = _typed(conn, channel, to, person) if to else _known(conn, channel, found, person)
    return Addressee(channel, address, language_of(conn, person), person, found)


def _customer(conn: sqlite3.Connection, customer: str | int) -> int | None:
    if isinstance(customer, int):
        return customer
    return lookup.customer_id(conn, customer) if customer else None


def of_one_customer(conn: sqlite3.Connection, names: Sequence[str | int]) -> tuple[OrderFound, ...]:
    """Orders by number or id, each once; ``CaratError`` unless all of them are one customer's."""
    found = {order.id: order for order in (lookup.order(conn, name) for name in names)}
    orders = tuple(found.values())
    for other in orders[1:]:
        if other.customer_id is None or other.customer_id != orders[0].customer_id:
            raise CaratError(
                f"Orders {orders[0].number} and {other.number} are not of the same customer.",
                "Write to each customer on their own.",
            )
    return orders


def candidates(
    conn: sqlite3.Connection, channel: str, orders: Sequence[OrderFound], person: Person | None
) -> list[tuple[str, str, str]]:
    """(address, whose, what is wrong with it or empty) of every address of ``channel``, each once, the best first."""
    shop = shop_of(conn)
    every = [order.wishes for order in orders] or [Order()]
    found = [one for wishes in every for one in ways.candidates(channel, wishes, person or Person(), shop)]
    by_address = {address: (address, whose, trouble) for address, whose, trouble in reversed(found)}
    kept = [by_address[address] for address in dict.fromkeys(one[0] for one in found)]
    return [one for one in kept if one[0]] or kept[:1]


def person_of(conn: sqlite3.Connection, customer_id: int | None) -> Person | None:
    """The customer of an id, with all addresses."""
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


def _known(conn: sqlite3.Connection, channel: str, orders: Sequence[OrderFound], person: Person | None) -> str:
    troubles = []
    for address, _, trouble in candidates(conn, channel, orders, person):
        if not trouble:
            return address
        troubles.append(f"{address}: {trouble}" if address else trouble)
    whom = f"Customer {person.number}" if person else "This order's customer"
    raise CaratError(
        f"{whom} cannot be reached by {channel}: {'; '.join(troubles)}.", "Choose another way or an address."
    )


def language_of(conn: sqlite3.Connection, person: Person | None) -> str:
    """In which language somebody is written to."""
    spoken = person.language[:2].lower() if person else ""
    return spoken if spoken in settings.LANGUAGES else settings.get(conn, "shop.language")
