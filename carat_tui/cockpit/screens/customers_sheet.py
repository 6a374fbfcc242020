"""One customer on a page of their own."""

from __future__ import annotations

import asyncio
from functools import partial

from textual.app import ComposeResult

from carat_tui.cockpit.acting import start
from carat_tui.cockpit.page import Sheet
from carat_tui.cockpit.screens.customers_acts import CustomerActs
from carat_tui.cockpit.screens.customers_detail import CustomerDetail
from carat_tui.cockpit.screens.customers_facts import known
from carat_tui.cockpit.widgets.frame import KeyBar, TopBar
from carat_tui.locale import N_, told
from carat_tui.model.errors import CaratError


class CustomerSheet(CustomerActs, Sheet[None]):
    """The card of a customer over everything; the acts of the list work here, too."""

    HELP = N_(
        "All about one customer: the addresses and what forbids them, the wishes, by which way the next notice would"
        " go and why, and everything that was sent and ordered. Enter opens a line of the history."
    )

    def __init__(self, customer_id: int) -> None:
        super().__init__()
        self._customer_id = customer_id
        self.detail = CustomerDetail()

    def compose(self) -> ComposeResult:
        yield TopBar()
        yield self.detail
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the customer beside the screen."""
        self.detail.history.focus()
        self.refresh_data()

    def refresh_data(self) -> None:
        """Look again."""
        start(self, self._load, group="card", exclusive=True)

    def look_again(self) -> None:
        """The customer has changed."""
        self.refresh_data()

    async def _load(self) -> None:
        try:
            self.customer = await asyncio.to_thread(partial(known, self.app.store, self._customer_id))
        except CaratError as error:
            self.app.warn(told(error.message))
            self.dismiss(None)
            return
        self.detail.show(self.customer)
        self.refresh_bindings()
