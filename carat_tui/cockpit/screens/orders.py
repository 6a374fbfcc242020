"""The order book: what was ordered, what is here, who has been told; send a notice, hand over."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Input

from carat_tui.cockpit.acting import start
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Area
from carat_tui.cockpit.screens.orders_acts import MOST, OrderActs
from carat_tui.cockpit.screens.orders_detail import OrderDetail
from carat_tui.cockpit.screens.orders_list import STANDINGS, OrderSource
from carat_tui.cockpit.widgets.labels import Label, Labels
from carat_tui.cockpit.widgets.rows import Rows
from carat_tui.locale import N_, _
from carat_tui.model.errors import CaratError
from carat_tui.services import order_page
from carat_tui.store.order_list import OrderFilter

if TYPE_CHECKING:
    from carat_tui.services.order_page import Chosen, OrderPage

_REST_S = 0.06
"""How long the cursor must rest before its order is read."""
_TYPING_S = 0.12
"""How long the typing must rest before the list is searched."""


class Orders(OrderActs, Area):
    """The list of orders, with the card beside it where there is room. ``aim`` takes an order's id, or a standing."""

    area_id = "orders"
    title = N_("Orders")
    HELP = N_(
        "All orders of customers. Type / and a part of a customer, title, number or ISBN to find one; left and right"
        " choose which are shown. n writes a notice about the order under the cursor, or about the marked ones."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("slash", "search", N_("Search"), id="orders.search", help=N_("Find by customer, title, number or ISBN.")),
        key("right", "standing(1)", N_("Next filter"), id="orders.next", show=False,
            help=N_("Show the orders of the next filter above the list.")),
        key("left", "standing(-1)", N_("Filter before"), id="orders.previous", show=False,
            help=N_("Show the orders of the filter before.")),
        key("escape", "back", N_("Back"), id="orders.back", show=False,
            help=N_("Leave the search, then take the marks away, then show all orders again.")),
    ]  # fmt: skip

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._wanted = OrderFilter(standing="open")
        self._resting: Timer | None = None
        self._typing: Timer | None = None
        self._read_ids: tuple[int | None, list[int]] = (None, [])

    def compose(self) -> ComposeResult:
        """Search and filters above, the list and the card below."""
        with Horizontal(classes="bar"):
            yield Labels(self._labels(), self._wanted.standing, id="standings")
            yield Input(placeholder="/", id="search", compact=True)
        with Horizontal():
            yield Rows(self.app.store, OrderSource(self._wanted, self.app.local), id="orders")
            yield OrderDetail()

    def on_resize(self) -> None:
        """Where it is narrow the search shows itself when it is wanted."""
        self.query_one(Input).placeholder = _("/ customer, title, ISBN") if self.size.width >= 100 else "/"

    @property
    def rows(self) -> Rows:
        """The list."""
        return self.query_one("#orders", Rows)

    def focus_first(self) -> None:
        """The list, not the search."""
        self.screen.set_focus(self.rows)

    def aim(self, target: object) -> None:
        """Show the order of an id, whatever is searched for; where there is no room beside the list, on a page."""
        if isinstance(target, str) and target in STANDINGS:
            self._want(OrderFilter(standing=target))
        elif isinstance(target, int):
            self.query_one(Input).value = ""
            self._want(OrderFilter())
            self.rows.move_to(target)
            self.rows.focus()
            if not self.query_one(OrderDetail).display:
                self._open(target)

    def refresh_data(self) -> None:
        """The store has changed."""
        self.rows.refresh_rows()
        self._read_soon()

    def look_again(self) -> None:
        """Orders have changed."""
        self.rows.unmark_all()
        self.refresh_data()

    # -- which orders -------------------------------------------------------------------------------------------

    def _want(self, wanted: OrderFilter) -> None:
        if wanted != self._wanted:
            self._wanted = wanted
            self.rows.show(OrderSource(wanted, self.app.local))
            self._tell_filter()

    def _labels(self, total: int | None = None) -> tuple[Label, ...]:
        active = self._wanted.standing
        return tuple(Label(name, _(words), total if name == active else None) for name, words in STANDINGS.items())

    @on(Rows.Loaded, "#orders")
    def _tell_filter(self) -> None:
        line = self.query_one(Labels)
        line.labels, line.active = self._labels(self.rows.total), self._wanted.standing
        line.refresh(layout=True)

    @on(Labels.Chosen)
    def _chosen_by_mouse(self, event: Labels.Chosen) -> None:
        self._want(replace(self._wanted, standing=event.key))

    def action_standing(self, by: int) -> None:
        """Another filter."""
        self._want(replace(self._wanted, standing=self.query_one(Labels).step(by)))

    @on(Input.Changed, "#search")
    def _search(self) -> None:
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(_TYPING_S, self._search_now)

    def _search_now(self) -> None:
        self.query_one(Input).set_class(bool(self.query_one(Input).value), "-typed")
        self._want(replace(self._wanted, search=self.query_one(Input).value.strip()))

    @on(Input.Submitted, "#search")
    def _found(self) -> None:
        self._search_now()
        self.rows.focus()

    def action_search(self) -> None:
        """To the search."""
        self.query_one(Input).focus()

    def action_back(self) -> None:
        """One step back: out of the search, then without marks, then all orders."""
        search = self.query_one(Input)
        if search.has_focus and not search.value:
            self.rows.focus()
        elif search.value:
            search.value = ""
            self._search_now()
        elif self.rows.marked:
            self.rows.unmark_all()
        else:
            self._want(OrderFilter())

    # -- the order under the cursor, and the marked ones ----------------------------------------------------------

    def chosen_ids(self) -> list[int]:
        """The marked orders, else the one under the cursor."""
        return self.rows.chosen()

    def chosen_count(self) -> int:
        """How many those are."""
        return self.rows.marked or int(self.rows.current is not None)

    @on(Rows.Moved, "#orders")
    @on(Rows.Marked, "#orders")
    def _read_soon(self) -> None:
        """Read the order once the cursor rests."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(_REST_S, self._read)

    def _read(self) -> None:
        start(self, self._load, group="card", exclusive=True)

    def _wanted_ids(self) -> tuple[int | None, list[int]]:
        return self.rows.current, self.chosen_ids() if self.chosen_count() <= MOST else []

    async def catch_up(self) -> None:
        """The order under the cursor and the marked ones."""
        if self._wanted_ids() != self._read_ids:
            await self._load()

    async def _load(self) -> None:
        wanted = self._wanted_ids()
        order, chosen = await asyncio.to_thread(partial(self._known, *wanted))
        if wanted != self._wanted_ids():  # the cursor has gone on, and what it has come to is being read
            return
        self.order, self.chosen, self._read_ids = order, chosen, wanted
        self.query_one(OrderDetail).show(self.order)
        self.refresh_bindings()

    def _known(self, order_id: int | None, ids: list[int]) -> tuple[OrderPage | None, Chosen | None]:
        if order_id is None:
            return None, None
        try:
            page = order_page.read(self.app.store, order_id, self.app.clock())
        except CaratError:  # gone in the meantime; the list will know in a moment
            return None, None
        return page, order_page.chosen(self.app.store.read(), ids)

    @on(Rows.Opened, "#orders")
    def _opened(self, event: Rows.Opened) -> None:
        event.stop()
        self._open(event.id)

    def _open(self, order_id: int) -> None:
        from carat_tui.cockpit.screens.orders_sheet import OrderSheet

        self.app.push_screen(OrderSheet(order_id))
