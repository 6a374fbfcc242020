"""One customer: the card, and below it what was sent and ordered."""

from __future__ import annotations

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll

from carat_tui.cockpit.deck import Deck
from carat_tui.cockpit.screens.customers_facts import Known, facts
from carat_tui.cockpit.screens.customers_sources import HistorySource, Lines
from carat_tui.cockpit.widgets.card import Card
from carat_tui.cockpit.widgets.rows import Rows
from carat_tui.cockpit.words import Plain
from carat_tui.locale import _


class CustomerDetail(Vertical):
    """What is known of a customer; Enter in the history goes to the order or message."""

    app = getters.app(Deck)

    def __init__(self) -> None:
        super().__init__()
        self._shown = 0
        self._card = Card()
        self._scroll = VerticalScroll(self._card, classes="card")
        self.history = Lines(self.app.store, id="history")

    def compose(self) -> ComposeResult:
        yield self._scroll
        yield Plain(_("Messages and orders"), classes="heading")
        yield self.history

    def show(self, customer: Known | None) -> None:
        """Show a customer, or nobody; the history keeps its place while it is the same customer."""
        self.set_class(customer is None, "-nobody")
        self._card.show(facts(customer, self.app.local) if customer else ())
        if customer is None:
            return
        if customer.id != self._shown:
            self._shown = customer.id
            self._scroll.scroll_home(animate=False)
            self.history.show(HistorySource(customer.id, self.app.local))
        else:
            self.history.refresh_rows()

    @on(Rows.Opened, "#history")
    def open_record(self, event: Rows.Opened) -> None:
        """To the message (numbers above zero) or the document (below)."""
        event.stop()
        if event.id > 0:
            self.app.go("outbox", event.id)
        else:
            self.app.go("orders", -event.id)
