"""What the form of a message by hand is filled in with, and what it can say while somebody types."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from carat_tui.compose import shop
from carat_tui.model import note, sms
from carat_tui.model.recipient import Order, Person
from carat_tui.rules import ways
from carat_tui.rules.terms import shop_of
from carat_tui.services import addressee, written
from carat_tui.store import settings
from carat_tui.store.database import Store
from carat_tui.store.lookup import OrderFound


@dataclass(frozen=True, slots=True)
class Offered:
    """An address; ``trouble`` says why nothing can go to it (empty = usable)."""

    address: str
    whose: str
    trouble: str


@dataclass(frozen=True, slots=True)
class Way:
    """A channel with every known address, the best first. ``trouble`` = none of them is usable, and why."""

    channel: str
    addresses: tuple[Offered, ...]
    trouble: str

    @property
    def best(self) -> str:
        """The address that would be taken; empty = none."""
        return next((one.address for one in self.addresses if not one.trouble), "")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Sentences are English, as stored. ``channel``: the way that the rules would take (empty = none) and ``why``."""

    orders: tuple[OrderFound, ...]
    person: Person
    title: str
    channel: str
    why: str
    ways: tuple[Way, ...]
    shop_email: str
    """where a copy would go; empty = not set, so that no e-mail and no copy can be sent"""
    language: str
    timezone: str
    folds_sms: bool
    sms_parts: int
    """an SMS of more parts would be held"""

    def way(self, channel: str) -> Way:
        """The way of a channel."""
        return next(way for way in self.ways if way.channel == channel)

    def full(self, channel: str, address: str, text: str, now: datetime) -> list[str]:
        """Numbers of the orders whose note has no room for this text: then a copy goes to the shop."""
        local = now.astimezone(ZoneInfo(self.timezone))
        line = note.entry(local, channel, address, written.clean(text))
        return [order.number for order in self.orders if not note.append(order.note, line).stored]

    def count_sms(self, text: str) -> tuple[sms.Counted, str]:
        """How the text would go out as an SMS, and the characters that make it impossible (the SMS would be held)."""
        text, lost = written.clean(text).strip(), ""
        if self.folds_sms:
            text, lost = sms.fold(text)
        return sms.count(text), lost


def suggest(store: Store, orders: Sequence[str | int], now: datetime) -> Suggestion:
    """For these orders (numbers or ids). Raises ``CaratError`` for an unknown order and for several customers."""
    conn = store.read()
    found = addressee.of_one_customer(conn, orders)
    return _suggest(conn, found, addressee.person_of(conn, found[0].customer_id), written.title(conn, found), now)


def suggest_for_customer(store: Store, customer_id: int, now: datetime) -> Suggestion:
    """For a customer (id) without an order."""
    conn = store.read()
    return _suggest(conn, (), addressee.person_of(conn, customer_id), "", now)


def _suggest(
    conn: sqlite3.Connection, orders: tuple[OrderFound, ...], person: Person | None, title: str, now: datetime
) -> Suggestion:
    wishes = orders[0].wishes if orders else Order()
    choice = ways.choose(wishes, person or Person(), shop_of(conn))
    language, terms = addressee.language_of(conn, person), shop.read(conn, now)
    return Suggestion(
        orders=orders, person=person or Person(), title=title, channel=choice.channel,
        why="; ".join(step.why for step in choice.steps if step.taken or not choice.channel),
        ways=tuple(_way(conn, channel, orders, person) for channel in ways.CHANNELS),
        shop_email=terms["shop.email"], language=language, timezone=terms["shop.timezone"],
        folds_sms=terms.folds_sms(language), sms_parts=terms.number("sms.max_parts"),
    )  # fmt: skip


def _way(conn: sqlite3.Connection, channel: str, orders: tuple[OrderFound, ...], person: Person | None) -> Way:
    found = [Offered(*one) for one in addressee.candidates(conn, channel, orders, person)]
    usable = any(not one.trouble for one in found)
    trouble = "" if usable else "; ".join(dict.fromkeys(one.trouble for one in found))
    if channel == "email" and usable and not settings.get(conn, "shop.email"):
        trouble = "the shop's own e-mail address is not set"
    return Way(channel, tuple(one for one in found if one.address), trouble)
