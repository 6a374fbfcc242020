"""One order on a page of its own."""

from __future__ import annotations

import asyncio
from functools import partial

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from carat_tui.cockpit.acting import start
from carat_tui.cockpit.page import Sheet
from carat_tui.cockpit.screens.orders_acts import OrderActs
from carat_tui.cockpit.screens.orders_detail import OrderDetail
from carat_tui.cockpit.widgets.frame import KeyBar, TopBar
from carat_tui.locale import N_, told
from carat_tui.model.errors import CaratError
from carat_tui.services import order_page


class OrderSheet(OrderActs, Sheet[None]):
    """The card of an order over everything; the acts of the list work here, too."""

    HELP = N_(
        "All about one order: its titles and what has come in, how and when the customer was told, the note, and the"
        " whole story. Tab goes to the messages; Enter opens one."
    )

    def __init__(self, order_id: int) -> None:
        super().__init__()
        self._order_id = order_id

    def compose(self) -> ComposeResult:
        """The card."""
        yield TopBar()
        yield OrderDetail()
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the order beside the screen."""
        self.query_one(VerticalScroll).focus()
        self.refresh_data()

    def chosen_ids(self) -> list[int]:
        """This order."""
        return [self._order_id]

    def refresh_data(self) -> None:
        """Look again."""
        start(self, self._load, group="card", exclusive=True)

    def look_again(self) -> None:
        """The order has changed."""
        self.refresh_data()

    async def _load(self) -> None:
        deck = self.app
        try:
            self.order = await asyncio.to_thread(partial(order_page.read, deck.store, self._order_id, deck.clock()))
        except CaratError as error:  # gone in the meantime
            deck.warn(told(error.message))
            self.dismiss(None)
            return
        self.chosen = order_page.chosen(deck.store.read(), [self._order_id])
        for detail in self.query(OrderDetail):  # none, if the page was closed in the meantime
            detail.show(self.order)
        self.refresh_bindings()
