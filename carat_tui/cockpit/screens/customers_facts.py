"""What is said about one customer: read in a thread, told as facts for the card."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from carat_tui.cockpit.widgets.card import Fact, heading
from carat_tui.cockpit.words import channel_word, event_word
from carat_tui.locale import N_, _, n_, told

if TYPE_CHECKING:
    from carat_tui.model.recipient import Choice
    from carat_tui.services.customer_ways import Address, CustomerWays
    from carat_tui.store.database import Store

LANGUAGES = {"de": N_("German"), "en": N_("English"), "pl": N_("Polish"), "sk": N_("Slovak")}
TYPES = {"email": N_("e-mail"), "mobile": N_("mobile"), "phone": N_("phone"), "postal": N_("letter")}
OPTIONS = {
    "": N_("not set: the first way of the order that can be used"),
    "none": N_("wants no notices"),
    "email": N_("by e-mail first"),
    "sms": N_("by SMS first"),
    "letter": N_("by letter first"),
}
"""A customer's wish, in words."""


@dataclass(frozen=True, slots=True)
class Known:
    """All that the page shows of a customer: the row of the store and the ways as things stand."""

    row: sqlite3.Row
    ways: CustomerWays
    messages: int

    @property
    def id(self) -> int:
        """The customer's id."""
        return int(self.row["id"])

    @property
    def name(self) -> str:
        """What to call the customer."""
        return str(self.row["name"] or self.row["customer_no"])

    @property
    def number(self) -> str:
        """The number, with its source: exact where two systems use the same."""
        return f"{self.row['source']}:{self.row['key']}"


def known(store: Store, customer_id: int) -> Known:
    """Read a customer; ``CaratError`` if there is none. Takes some milliseconds: to be called in a thread."""
    from carat_tui.services.customer_ways import customer_ways
    from carat_tui.store import fact_list

    conn = store.read()
    row = fact_list.customer_of(conn, customer_id)
    return Known(row, customer_ways(conn, customer_id), fact_list.messages_of(conn, customer_id))


def facts(customer: Known, local: Callable[[str | None], str]) -> list[Fact]:
    """The card of a customer."""
    return [
        *_who(customer.row, customer.messages, local),
        Fact(),
        heading(_("Addresses")),
        *(_address(one, local) for one in customer.ways.addresses),
        *(() if customer.ways.addresses else (Fact(_("None is known."), "", "muted"),)),
        Fact(),
        heading(_("Wishes")),
        *_wishes(customer.ways),
        Fact(),
        heading(_("The next notice")),
        *_prospects(customer.ways),
    ]


def _who(row: sqlite3.Row, messages: int, local: Callable[[str | None], str]) -> Iterator[Fact]:
    yield Fact(row["name"] or row["customer_no"], "", "strong")
    last = row["last_notified_at"]
    parts = [
        row["customer_no"],
        row["company"] if row["company"] != row["name"] else "",
        _(LANGUAGES[row["language"]]) if row["language"] in LANGUAGES else row["language"],
        n_("{n} message", "{n} messages", messages).format(n=messages),
        _("last told {at}").format(at=local(last)) if last else _("never told"),
    ]
    yield Fact(" · ".join(part for part in parts if part), "", "muted")
    if row["note"]:
        yield Fact(_("Note"), row["note"])


def _address(one: Address, local: Callable[[str | None], str]) -> Fact:
    roles = f" ({', '.join(one.roles)})" if one.roles else ""
    label = _(TYPES.get(one.type, one.type))
    if one.closed is not None:
        words = _("closed since {day} by {who}: {reason}").format(
            day=local(one.closed.since), who=one.closed.who, reason=one.closed.reason
        )
        return Fact(f"✗ {label}", f"{one.value}{roles}\n{words}", "error")
    if one.trouble:
        return Fact(f"– {label}", f"{one.value}{roles}\n{told(one.trouble)}", "muted")
    return Fact(f"✓ {label}", f"{one.value}{roles}")


def _wishes(ways: CustomerWays) -> Iterator[Fact]:
    yield Fact(_("Notices"), _(OPTIONS[ways.option]), "warn" if ways.option == "none" else "")
    whose = dict.fromkeys(told(why.partition(", after ")[0]) for _channel, why in ways.order)
    order = " → ".join(channel_word(channel) for channel, _why in ways.order)
    yield Fact(_("Order of ways"), f"{order} ({', '.join(whose)})")


def _prospects(ways: CustomerWays) -> Iterator[Fact]:
    for one in ways.prospects:
        yield Fact(event_word(one.event), *_choice(one.choice))
    if not ways.prospects:
        yield Fact(_("No rule is switched on, so nothing is sent by itself."), "", "muted")


def _choice(choice: Choice) -> tuple[str, str]:
    """The way that would be taken with its reason, and those that were passed over with theirs."""
    passed = [_step(step.channel, step.address, step.why) for step in choice.steps if not step.taken]
    taken = next((step for step in choice.steps if step.taken), None)
    if taken is None:
        head = _("by no way") if choice.wanted else _("no notice")
        return "\n".join(
            [f"✗ {head}" if choice.wanted else f"– {head}", *passed]
        ), "error" if choice.wanted else "muted"
    why = _("because: {why}").format(why="; ".join(told(part) for part in taken.why.split("; ")))
    return "\n".join([f"→ {channel_word(taken.channel)}  {taken.address}", why, *passed]), ""


def _step(channel: str, address: str, why: str) -> str:
    where = f"{channel_word(channel)} {address}".strip() if channel else ""
    return _("not {where}: {why}").format(where=where, why=told(why)) if where else told(why)
