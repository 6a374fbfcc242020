"""Who is told, and by which way: the option, the list of ways, and the first of them with a usable address.

Every way that is looked at leaves a line in the trail, so that `carat explain` can say why it was taken or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from carat_tui.model import address
from carat_tui.model.message import ChannelKind
from carat_tui.model.recipient import Choice, Order, Person, Step
from carat_tui.store.suppressions import Suppressed, key_of

CHANNELS = tuple(str(kind) for kind in ChannelKind)


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop's side: order of ways, country of phone numbers without prefix, closed addresses."""

    priority: tuple[str, ...]
    country: str
    suppressed: Suppressed = field(default_factory=dict)


def choose(order: Order, person: Person, shop: Shop, rule_channels: tuple[str, ...] = ()) -> Choice:
    """The first way with a usable, not suppressed address; a pure function of what is known."""
    option, whose = effective_option(order, person)
    if order.web_pickup:
        ways = [("email", "web-shop pickup orders always get e-mail")]
        ways += [] if option == "none" else _after("email", in_order(person, shop, rule_channels))
    elif option == "none":
        return Choice(False, "", "", (Step("", "", False, f"option none of the {whose}"),))
    elif option:
        ways = [(option, f"option {option} of the {whose}"), *_after(option, in_order(person, shop, rule_channels))]
    else:
        ways = in_order(person, shop, rule_channels)
    return _first_usable(ways, order, person, shop)


def pointless(event: str, shipped: bool, status: str) -> Choice | None:
    """No message for a notice that would call a customer to the shop in vain: the order is posted, gone or over."""
    if event not in ("goods.received", "order.ready"):
        return None
    why = "the order is sent to the customer, not picked up" if shipped else OVER.get(status, "")
    return Choice(False, "", "", (Step("", "", False, why),)) if why else None


OVER = {"cancelled": "the order is cancelled", "fulfilled": "the order was handed over already"}
"""Why an order in such a state calls nobody to the shop."""


def effective_option(order: Order, person: Person) -> tuple[str, str]:
    """The option that counts and whose it is; empty = none set, so the order of ways decides."""
    if order.option in (*CHANNELS, "none"):
        return order.option, "order"
    if person.option in (*CHANNELS, "none"):
        return person.option, "customer"
    if person.preferred == "none":
        return "none", "customer"
    return "", ""


def in_order(person: Person, shop: Shop, rule_channels: tuple[str, ...]) -> list[tuple[str, str]]:
    """Ways in order with whose list it is: the customer's own, else preferred first, else the rule's or the shop's."""
    if person.channels:
        own = [part.strip() for part in person.channels.split(",")]
        return [(channel, "the customer's order of ways") for channel in own if channel in CHANNELS]
    base, whose = (
        rule_channels or shop.priority,
        "the rule's order of ways" if rule_channels else "the shop's order of ways",
    )
    listed = [(channel, whose) for channel in base if channel in CHANNELS]
    if person.preferred in CHANNELS:
        return [(person.preferred, "preferred by the customer"), *_after(person.preferred, listed)]
    return listed


def _after(first: str, ways: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(channel, f"{why}, after {first}") for channel, why in ways if channel != first]


def _first_usable(ways: list[tuple[str, str]], order: Order, person: Person, shop: Shop) -> Choice:
    steps: list[Step] = []
    for channel, because in ways:
        for value, whose, trouble in candidates(channel, order, person, shop):
            if not trouble:
                steps.append(Step(channel, value, True, f"{because}; {whose}"))
                return Choice(True, channel, value, tuple(steps))
            steps.append(Step(channel, value, False, trouble))
    return Choice(True, "", "", tuple(steps))


def candidates(channel: str, order: Order, person: Person, shop: Shop) -> Iterator[tuple[str, str, str]]:
    """(address, whose it is, what is wrong with it or empty) for every address of ``channel``, in order of preference.

    A channel without any address yields one line that says so.
    """
    if channel == "letter":
        yield _letter(person, shop)
        return
    found = False
    for raw, whose, active in _known(channel, order, person):
        found = True
        value, trouble = judged(channel, raw, person, shop)
        yield value, whose, trouble if active else f"{whose} is switched off"
    if not found:
        yield "", "", "no e-mail address" if channel == "email" else "no phone number"


def _known(channel: str, order: Order, person: Person) -> Iterator[tuple[str, str, bool]]:
    own = order.email if channel == "email" else order.phone
    if own:
        yield own, "the order's address" if channel == "email" else "the order's number", True
    for type_ in ("email",) if channel == "email" else ("mobile", "phone"):
        for contact in person.contacts:
            if contact.type == type_:
                yield contact.value, _NAMES[type_], bool(contact.active)


_NAMES = {
    "email": "the customer's e-mail address",
    "mobile": "the customer's mobile number",
    "phone": "the customer's phone number",
}


def judged(channel: str, raw: str, person: Person, shop: Shop) -> tuple[str, str]:
    """The address as it would be used, and what forbids it."""
    if channel == "email":
        found = address.email(raw)
    else:
        found = address.phone(raw, person.country.upper() if len(person.country) == 2 else shop.country)
    if not found.usable:
        return found.value, f"not usable: {found.why}"
    if channel == "sms" and not address.takes_sms(found.value):
        return found.value, "a landline: takes no SMS"
    return found.value, _closed(channel, found.value, shop)


def _letter(person: Person, shop: Shop) -> tuple[str, str, str]:
    value = postal(person, shop.country)
    parts = {"name": person.name, "street": person.street, "postcode": person.zip, "town": person.city}
    missing = [word for word, part in parts.items() if not part.strip()]
    if missing:
        return value, "", f"postal address incomplete: no {', no '.join(missing)}"
    return value, "the customer's postal address", _closed("letter", value, shop)


def postal(person: Person, home_country: str) -> str:
    """A postal address in one line, the country only where it is not the shop's."""
    abroad = person.country if person.country and person.country != home_country else ""
    town = f"{person.zip.strip()} {person.city.strip()}".strip()
    return ", ".join(part.strip() for part in (person.name, person.street, town, abroad) if part.strip())


def _closed(channel: str, value: str, shop: Shop) -> str:
    entry = shop.suppressed.get(key_of(channel, value)) if shop.suppressed else None
    return f"suppressed since {entry.since[:10]}: {entry.reason}" if entry else ""
