"""Choosing which messages to show: by state, way, event, customer and day; and the filters that have a name."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Select

from carat_tui.cockpit.deck import Deck
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Dialog
from carat_tui.cockpit.widgets.ticks import Ticks
from carat_tui.cockpit.words import Plain, channel_word, event_word, shown, state_words
from carat_tui.locale import N_, _, told
from carat_tui.model.errors import CaratError
from carat_tui.model.message import ChannelKind, State
from carat_tui.services import outbox_filters
from carat_tui.services.outbox_filters import DAYS, Named, View
from carat_tui.store import lookup

EVENTS = (
    "goods.received", "order.ready", "order.created", "order.confirmed", "order.changed", "order.cancelled",
    "order.fulfilled", "line.delayed", "line.unavailable", "delivery.posted", "invoice.posted", "manual",
)  # fmt: skip

_DAY_WORDS = {"today": N_("today"), "7 days": N_("the last 7 days"), "30 days": N_("the last 30 days")}


class FilterDialog(Dialog[View | None]):
    """Which messages to show; the search line above the list is kept."""

    HELP = N_(
        "Choose what the list shows: space takes a state in or out, none taken means all. Tab goes on; F2 or Enter in a"
        " line shows the list."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("f2", "show", N_("Show"), id="filter.show", help=N_("Show what was chosen.")),
    ]

    def __init__(self, view: View) -> None:
        super().__init__()
        self._view = view

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(_("Which messages?"), classes="question")
            with Horizontal():
                yield Ticks(self._states(), self._view.states, id="states")
                with Vertical():
                    yield self._select("channel", _("Any way"), [(c.value, channel_word(c)) for c in ChannelKind])
                    yield self._select("event", _("Any event"), [(event, event_word(event)) for event in EVENTS])
                    yield self._select("since", _("Any day"), [(day, _(_DAY_WORDS[day])) for day in DAYS])
                    yield Input(self._view.customer, placeholder=_("Customer number"), id="customer", compact=True)
                    day = "" if self._view.since in DAYS else self._view.since
                    yield Input(day, placeholder=_("or since the day 2026-03-31"), id="day", compact=True)
            with Horizontal(classes="buttons"):
                yield Button(shown(_("Show")), variant="primary", id="show", compact=True)
                yield Button(shown(_("All")), id="all", compact=True)

    def _states(self) -> list[tuple[str, str]]:
        words = {state.value: state_words(state) for state in State if state != State.MERGED}
        return [(state, f"{found.glyph} {found.word}") for state, found in words.items()]

    def _select(self, name: str, anything: str, options: list[tuple[str, str]]) -> Select[str]:
        present = getattr(self._view, name)
        values = {value for value, _label in options}
        return Select(
            [(shown(label), value) for value, label in options],
            prompt=shown(anything).plain,
            value=present if present in values else Select.NULL,
            id=name,
            compact=True,
        )

    def on_mount(self) -> None:
        self.query_one(Ticks).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_show()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "all":
            self.dismiss(View(search=self._view.search))
        else:
            self.action_show()

    def action_show(self) -> None:
        """Close with what was chosen, if it means something."""
        try:
            view = outbox_filters.check(self._chosen())
            if view.customer and not lookup.customers(self.app.store.read(), view.customer):
                raise CaratError(f"There is no customer {view.customer!r}.")
        except CaratError as error:
            self.app.warn(told(str(error)))
            return
        self.dismiss(view)

    def _chosen(self) -> View:
        day = self.query_one("#day", Input).value.strip()
        return View(
            states=self.query_one(Ticks).taken,
            channel=self._value("channel"),
            event=self._value("event"),
            customer=self.query_one("#customer", Input).value.strip(),
            since=day or self._value("since"),
            search=self._view.search,
        )

    def _value(self, name: str) -> str:
        value = self.query_one(f"#{name}", Select).value
        return value if isinstance(value, str) else ""


def words_of(view: View) -> str:
    """A filter without a name, in a few words for the line above the list."""
    parts = [*(state_words(state).word for state in view.states)]
    parts += [channel_word(view.channel)] * bool(view.channel)
    parts += [event_word(view.event)] * bool(view.event)
    parts += [view.customer] * bool(view.customer)
    parts += [_(_DAY_WORDS.get(view.since, view.since))] * bool(view.since)
    return " · ".join(parts) or _("search")


async def saved_filters(deck: Deck, view: View, known: Named | None) -> View | None:
    """Choose a filter by name, or keep, rename or delete one; the view to show, None = as before."""
    named = outbox_filters.every(deck.store.read())
    options: list[tuple[str, str]] = [(f"={one.name}", filter_name(one)) for one in named]
    if known is None:
        options.append(("+", _("Keep the present filter under a name …")))
    if known is not None and known.own:
        options.append(("~", _("Rename “{name}” …").format(name=known.name)))
        options.append(("-", _("Delete “{name}”").format(name=known.name)))
    chosen = await deck.choose(_("Filters"), options, f"={known.name}" if known else None)
    if chosen is None:
        return None
    if chosen == "+":
        return await _keep(deck, view)
    if chosen == "~" and known:
        return await _rename(deck, known)
    if chosen == "-" and known:
        return await _delete(deck, known)
    return outbox_filters.find(deck.store.read(), chosen[1:]).view


def filter_name(named: Named) -> str:
    """The program's own filters speak the language of the screen, the shop's are as they were typed."""
    return named.name if named.own else _(named.name)


async def _keep(deck: Deck, view: View) -> View | None:
    name = await deck.ask(_("What shall this filter be called?"))
    if name is None:
        return None
    await deck.perform(partial(outbox_filters.save, deck.store, name, view, deck.who, deck.clock()))
    return view


async def _rename(deck: Deck, known: Named) -> View | None:
    name = await deck.ask(_("What shall “{name}” be called?").format(name=known.name), default=known.name)
    if name is not None:
        await deck.perform(partial(outbox_filters.rename, deck.store, known.name, name, deck.who, deck.clock()))
    return known.view


async def _delete(deck: Deck, known: Named) -> View | None:
    if not await deck.confirm(_("Delete the filter “{name}”? No message is touched.").format(name=known.name)):
        return None
    await deck.perform(partial(outbox_filters.delete, deck.store, known.name, deck.who, deck.clock()))
    return known.view
