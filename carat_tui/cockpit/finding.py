"""What the palette offers: acts and areas by name; customers, orders and messages by whatever is known of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from carat_tui.cockpit.acting import act
from carat_tui.cockpit.here import EVERYWHERE, Act, do
from carat_tui.cockpit.tongue import TONGUES
from carat_tui.cockpit.words import channel_word, state_words
from carat_tui.locale import N_, _, language, use
from carat_tui.model.clock import stamp
from carat_tui.model.text import folded
from carat_tui.store import customer_list, message_list, order_list

if TYPE_CHECKING:
    from carat_tui.cockpit.deck import Deck
    from carat_tui.store.database import Store

MOST = 8
"""How many customers, orders and messages are shown; who has more hits types on."""
_LOOKED_AT = 32
"""How many of the newest hits the best are chosen from."""
HERE, PLACES, CUSTOMERS, ORDERS, MESSAGES = (
    N_("Here and now"), N_("Everywhere"), N_("Customers"), N_("Orders"), N_("Messages"),
)  # fmt: skip
SKIPPED = ("escape", "enter", "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "tab", "shift+tab")
"""Keys that only move: nobody looks for them by name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette: ``label`` and what stands behind it; ``reason`` why it cannot be done, "" = it can."""

    group: str
    label: str
    note: str
    run: Callable[[], object]
    reason: str = ""


def acts(deck: Deck, found: Iterable[Act]) -> list[Entry]:
    """The keys that work now, what belongs to the place before what works everywhere."""
    entries = [_act(deck, one) for one in found if one.binding.key not in SKIPPED and one.label]
    return sorted(entries, key=lambda entry: (HERE, PLACES).index(entry.group))


def _act(deck: Deck, found: Act) -> Entry:
    going = found.binding.action.startswith("go(")
    label = _("Go to: {area}").format(area=found.label) if going else found.label
    note = f"{found.keys}" if going or not found.help else f"{found.keys} · {found.help}"
    return Entry(PLACES if found.place == EVERYWHERE else HERE, label, note, partial(do, deck, found), found.reason)


LOOKS = ("carat", "carat-light", "ansi-dark", "ansi-light")
"""Colours to choose from: our own, and those of the terminal; the setting takes all of Textual's, too."""


def choices(deck: Deck) -> list[Entry]:
    """How the cockpit could look and speak instead."""
    looks = [name for name in LOOKS if name != deck.theme]
    tongues = [(code, name) for code, name in TONGUES if code != language()]
    return [
        *_choices(
            _("Colours: {name}"),
            _("How the cockpit looks from now on."),
            partial(wear, deck),
            ((name, name) for name in looks),
        ),
        *_choices(_("Language: {name}"), _("What the cockpit speaks from now on."), partial(speak, deck), tongues),
    ]


def _choices(label: str, note: str, do: Callable[[str], object], values: Iterable[tuple[str, str]]) -> Iterator[Entry]:
    return (Entry(PLACES, label.format(name=name), note, partial(do, value)) for value, name in values)


@act
async def wear(deck: Deck, name: str) -> None:
    """Show other colours, and keep them."""
    await _keep(deck, "cockpit.theme", name)
    deck.theme = name


@act
async def speak(deck: Deck, code: str) -> None:
    """Speak another language, and keep it. Pages are drawn in one language, so the app is opened anew."""
    if await deck.may_leave():
        await _keep(deck, "cockpit.language", code)
        use(code)
        deck.leave(again=True)


async def _keep(deck: Deck, key: str, value: str) -> None:
    from carat_tui.services.setting import change

    await deck.perform(partial(change, deck.store, key, value, who=deck.who, at=stamp(deck.clock())))


def matching(entries: Iterable[Entry], query: str) -> list[Entry]:
    """The entries that hold every word of ``query``, whatever its case and accents; beginnings of words come first."""
    words = folded(query).split()
    ranked = [(rank, entry) for entry in entries if (rank := _rank(entry, words)) is not None]
    return [entry for _rank, entry in sorted(ranked, key=lambda pair: pair[0])]


def _rank(entry: Entry, words: list[str]) -> int | None:
    """The lower the better; None = something of ``words`` does not occur. In a note only beginnings of words count."""
    label, note = folded(entry.label), f" {folded(entry.note)}"
    total = 0
    for word in words:
        if word not in label and f" {word}" not in note:
            return None
        total += 0 if label.startswith(word) else 1 if f" {word}" in label else 2 if word in label else 5
    return total


def records(deck: Deck, store: Store, query: str) -> list[Entry]:
    """Customers, orders and messages that ``query`` finds, at most ``MOST`` of each; to be called in a thread."""
    words = folded(query).split()
    found = (reading(deck, store, query) for reading in (_customers, _orders, _messages))
    return [entry for group in found for entry in _best(group, words)]


def _best(entries: Iterable[Entry], words: list[str]) -> list[Entry]:
    """Those that are called so before those that have it somewhere."""
    ranks = [(rank if (rank := _rank(entry, words)) is not None else 100, entry) for entry in entries]
    return [entry for _rank, entry in sorted(ranks, key=lambda pair: pair[0])[:MOST]]


def _customers(deck: Deck, store: Store, query: str) -> Iterator[Entry]:
    conn = store.read()
    for row in customer_list.rows(
        conn, customer_list.ids(conn, customer_list.CustomerFilter(search=query), _LOOKED_AT)
    ):
        town = " ".join(part for part in (row["zip"], row["city"]) if part)
        note = " · ".join(part for part in (row["customer_no"], town) if part)
        yield Entry(CUSTOMERS, row["name"] or row["customer_no"], note, partial(deck.go, "customers", row["id"]))


def _orders(deck: Deck, store: Store, query: str) -> Iterator[Entry]:
    conn = store.read()
    for row in order_list.rows(conn, order_list.ids(conn, order_list.OrderFilter(search=query), _LOOKED_AT)):
        note = " · ".join(part for part in (row["customer_name"], row["title"]) if part)
        yield Entry(ORDERS, row["number"], note, partial(deck.go, "orders", row["id"]))


def _messages(deck: Deck, store: Store, query: str) -> Iterator[Entry]:
    conn = store.read()
    for row in message_list.rows(conn, message_list.ids(conn, message_list.Filter(search=query), _LOOKED_AT)):
        glyph, word, _style = state_words(row["state"])
        note = " · ".join(
            part for part in (row["customer_name"] or row["to_address"], channel_word(row["channel"]), word) if part
        )
        label = f"{glyph} {row['id']} {row['subject'] or ''}".rstrip()
        yield Entry(MESSAGES, label, note, partial(deck.go, "outbox", row["id"]))
