"""How many customers each way reaches, and would reach with another order of ways.

Every customer is looked at once and counted by what decides (wishes, and which ways are open to them); there are some
dozens of such kinds in the largest shop. What an order of ways would bring is then asked of the rules themselves, once
for each kind: ``rules.ways`` decides here as it does for a message.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from carat_tui.model import address
from carat_tui.model.recipient import Contact, Order, Person
from carat_tui.rules.terms import shop_of
from carat_tui.rules.ways import CHANNELS, Shop, candidates, choose, judged
from carat_tui.store.everyone import everyone

_PLAIN = Order()
"""An order that says nothing about the way: the customer's wishes and the shop's order decide."""


class Kind(NamedTuple):
    """What decides about a customer's way. ``open``: for each of ``CHANNELS`` whether it has a usable address."""

    option: str | None
    preferred: str | None
    channels: str
    open: tuple[bool, ...]


Crowd = Mapping[Kind, int]
"""How many customers there are of each kind."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What an order of ways brings. ``first``: customers told by a channel; ``could``: who have a usable address for
    it, whatever their wish; ``unreached``: who cannot be told at all; ``unwanted``: who want no notice."""

    order: tuple[str, ...]
    first: Mapping[str, int]
    could: Mapping[str, int]
    unreached: int
    unwanted: int

    @property
    def customers(self) -> int:
        """All of them."""
        return sum(self.first.values()) + self.unreached + self.unwanted


def crowd(conn: sqlite3.Connection) -> Crowd:
    """Look at every customer; some hundred thousand take a second, so beside the screen."""
    shop = shop_of(conn)
    letters_closed = any(channel == "letter" for channel, _ in shop.suppressed)
    found: Counter[Kind] = Counter()
    for person in everyone(conn):
        found[Kind(person.option, person.preferred, person.channels, _open(person, shop, letters_closed))] += 1
    return found


def _open(person: Person, shop: Shop, letters_closed: bool) -> tuple[bool, ...]:
    """For each of ``CHANNELS`` what ``ways.candidates`` says, with the questions that cost nothing asked first."""
    mail = sms = False
    for type_, value, active in person.contacts:
        if active and type_ == "email":
            mail = mail or not judged("email", value, person, shop)[1]
        elif active:
            sms = sms or _takes_sms(value, person, shop)
    complete = bool(person.name.strip() and person.street.strip() and person.zip.strip() and person.city.strip())
    if complete and letters_closed:
        complete = any(not trouble for _, _, trouble in candidates("letter", _PLAIN, person, shop))
    return mail, sms, complete


def _takes_sms(value: str, person: Person, shop: Shop) -> bool:
    mobile = address.plainly_mobile(value)
    if mobile is None:
        return not judged("sms", value, person, shop)[1]
    return mobile and ("sms", value) not in shop.suppressed


def reach(crowd: Crowd, order: tuple[str, ...], rule_channels: tuple[str, ...] = ()) -> Reach:
    """What ``order`` as the shop's order of ways would bring; ``rule_channels``: under a rule with its own order."""
    first: Counter[str] = Counter(dict.fromkeys(CHANNELS, 0))
    could: Counter[str] = Counter(dict.fromkeys(CHANNELS, 0))
    unreached = unwanted = 0
    for kind, number in crowd.items():
        wanted, way = _way(kind, order, rule_channels)
        unwanted += 0 if wanted else number
        unreached += number if wanted and not way else 0
        if way:
            first[way] += number
        for channel, is_open in zip(CHANNELS, kind.open, strict=True):
            could[channel] += number if is_open else 0
    return Reach(order, first, could, unreached, unwanted)


def moves(crowd: Crowd, before: tuple[str, ...], after: tuple[str, ...]) -> dict[tuple[str, str], int]:
    """How many customers would be told by another way: (way before, way after) → customers; ``""`` = by none."""
    found: Counter[tuple[str, str]] = Counter()
    for kind, number in crowd.items():
        pair = (_way(kind, before)[1], _way(kind, after)[1])
        if pair[0] != pair[1]:
            found[pair] += number
    return dict(found.most_common())


_ADDRESSES = (Contact("email", "a@example.org"), Contact("mobile", "+4915112345678"))
_STRANGER = Person()
_AT_HOME = Person(name="A", street="A", zip="A", city="A")


def _way(kind: Kind, order: tuple[str, ...], rule_channels: tuple[str, ...] = ()) -> tuple[bool, str]:
    """Whether a customer of this kind wants to be told, and by which way: asked of the rules for one made up."""
    contacts = tuple(contact for contact, is_open in zip(_ADDRESSES, kind.open, strict=False) if is_open)
    person = (_AT_HOME if kind.open[2] else _STRANGER)._replace(
        option=kind.option, preferred=kind.preferred, channels=kind.channels, contacts=contacts
    )
    choice = choose(_PLAIN, person, Shop(order, "DE"), rule_channels)
    return choice.wanted, choice.channel
