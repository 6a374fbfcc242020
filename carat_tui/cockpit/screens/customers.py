"""Customers: who they are, how they are reached, what they got; addresses closed and opened."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Input

from carat_tui.cockpit.acting import start
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Area
from carat_tui.cockpit.screens.customers_acts import CustomerActs
from carat_tui.cockpit.screens.customers_detail import CustomerDetail
from carat_tui.cockpit.screens.customers_facts import known
from carat_tui.cockpit.screens.customers_sources import CustomerSource, Lines
from carat_tui.cockpit.widgets.labels import Label, Labels
from carat_tui.cockpit.widgets.rows import Rows
from carat_tui.locale import N_, _
from carat_tui.model.errors import CaratError
from carat_tui.store.customer_list import CustomerFilter

FILTERS = {
    "": N_("Everybody"),
    "unreachable": N_("Unreachable"),
    "suppressed": N_("Closed address"),
    "none": N_("No notices"),
}
"""Filters above the list: how the store calls them, and as people read them."""
_REST_S = 0.06
"""How long the cursor must rest before its customer is read."""
_TYPING_S = 0.12
"""How long the typing must rest before the list is searched."""


class Customers(CustomerActs, Area):
    """The list of customers, with the card beside it where there is room. ``aim`` takes a customer's id or a filter."""

    area_id = "customers"
    title = N_("Customers")
    HELP = N_(
        "All customers, with the ways by which they can be reached. Type / and a part of a name, number, address or"
        " phone number to find one; left and right choose which are shown. Enter opens the customer's own page."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("slash", "search", N_("Search"), id="customers.search", help=N_("Find by name, number, address, phone.")),
        key("right", "filter(1)", N_("Next filter"), id="customers.next", show=False,
            help=N_("Show the customers of the next filter above the list.")),
        key("left", "filter(-1)", N_("Filter before"), id="customers.previous", show=False,
            help=N_("Show the customers of the filter before.")),
        key("escape", "back", N_("Back"), id="customers.back", show=False,
            help=N_("Leave the search, then show all customers again.")),
    ]  # fmt: skip

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._wanted = CustomerFilter()
        self._timer: Timer | None = None
        self._typing: Timer | None = None
        self._search = Input(placeholder="/", id="search", compact=True)
        self._filters = Labels(id="filters")
        self.rows = Lines(self.app.store, CustomerSource(self._wanted, self.app.local), id="customers")
        self.detail = CustomerDetail()

    def compose(self) -> ComposeResult:
        with Horizontal(classes="bar"):
            yield self._filters
            yield self._search
        with Horizontal():
            yield self.rows
            yield self.detail

    def on_mount(self) -> None:
        """Say what is shown."""
        self._tell_filter()

    def on_resize(self) -> None:
        """Where it is narrow the search shows itself when it is wanted."""
        self._search.placeholder = _("/ name, number, address, phone") if self.size.width >= 120 else "/"

    def focus_first(self) -> None:
        """The list, not the search."""
        self.screen.set_focus(self.rows)

    def aim(self, target: object) -> None:
        """Show the customer of an id, whatever is searched for; where there is no room beside the list, on a page."""
        if isinstance(target, str) and target in FILTERS:
            self._want(CustomerFilter(only=target))
        elif isinstance(target, int):
            self._search.value = ""
            self._want(CustomerFilter())
            self.rows.move_to(target)
            self.rows.focus()
            if not self._wide:
                self._open(target)

    def refresh_data(self) -> None:
        """The store has changed."""
        self.rows.refresh_rows()
        self._read_soon()

    def look_again(self) -> None:
        """The customer has changed."""
        self.refresh_data()

    # -- search and filter --------------------------------------------------------------------------------------

    def _want(self, wanted: CustomerFilter) -> None:
        if wanted != self._wanted:
            self._wanted = wanted
            self.rows.show(CustomerSource(wanted, self.app.local))
            self._tell_filter()

    @on(Rows.Loaded, "#customers")
    def _tell_filter(self) -> None:
        only, total = self._wanted.only, self.rows.total
        labels = (Label(name, _(words), total if name == only else None) for name, words in FILTERS.items())
        self._filters.labels, self._filters.active = tuple(labels), only
        self._filters.refresh(layout=True)

    @on(Labels.Chosen, "#filters")
    def _filter_clicked(self, event: Labels.Chosen) -> None:
        self._want(replace(self._wanted, only=event.key))

    def action_filter(self, by: int) -> None:
        """Another filter."""
        self._want(replace(self._wanted, only=self._filters.step(by)))

    @on(Input.Changed, "#search")
    def _search_changed(self) -> None:
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(_TYPING_S, self._search_now)

    def _search_now(self) -> None:
        self._search.set_class(bool(self._search.value), "-typed")
        self._want(replace(self._wanted, search=self._search.value.strip()))

    @on(Input.Submitted, "#search")
    def _search_done(self) -> None:
        self._search_now()
        self.rows.focus()

    def action_search(self) -> None:
        """To the search."""
        self._search.focus()

    def action_back(self) -> None:
        """One step back: out of the search, then to all customers."""
        if self._search.has_focus and not self._search.value:
            self.rows.focus()
        elif self._search.value:
            self._search.value = ""
            self._search_now()
        else:
            self._want(CustomerFilter())

    # -- the customer under the cursor ----------------------------------------------------------------------------

    @property
    def _wide(self) -> bool:
        return self.detail.display

    @on(Rows.Moved, "#customers")
    def _read_soon(self) -> None:
        """Read the customer once the cursor rests."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_REST_S, self._read)

    def _read(self) -> None:
        start(self, self._load, group="card", exclusive=True)

    async def catch_up(self) -> None:
        """The customer under the cursor."""
        if self.rows.current != (self.customer.id if self.customer else None):
            await self._load()

    async def _load(self) -> None:
        customer_id, found = self.rows.current, None
        if customer_id is not None:
            try:
                found = await asyncio.to_thread(partial(known, self.app.store, customer_id))
            except CaratError:  # gone in the meantime; the list will know in a moment
                found = None
        if customer_id != self.rows.current:  # the cursor has gone on, and whom it has come to is being read
            return
        self.customer = found
        self.detail.show(found)
        self.refresh_bindings()

    @on(Rows.Opened, "#customers")
    def _opened(self, event: Rows.Opened) -> None:
        event.stop()
        self._open(event.id)

    def _open(self, customer_id: int) -> None:
        from carat_tui.cockpit.screens.customers_sheet import CustomerSheet

        self.app.push_screen(CustomerSheet(customer_id))
