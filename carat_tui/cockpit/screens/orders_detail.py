"""One order: the card, and below it the messages about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll

from carat_tui.cockpit.deck import Deck
from carat_tui.cockpit.screens.orders_facts import facts
from carat_tui.cockpit.screens.orders_list import AboutSource
from carat_tui.cockpit.widgets.card import Card
from carat_tui.cockpit.widgets.rows import Rows
from carat_tui.cockpit.words import Plain
from carat_tui.locale import _

if TYPE_CHECKING:
    from carat_tui.services.order_page import OrderPage


class OrderDetail(Vertical):
    """What is known of an order; Enter on a message goes to the outbox."""

    app = getters.app(Deck)

    def __init__(self) -> None:
        super().__init__()
        self._shown = 0

    def compose(self) -> ComposeResult:
        """The card above, the messages below."""
        with VerticalScroll(classes="card"):
            yield Card()
        yield Plain(_("Messages about it"), classes="heading")
        yield Rows(self.app.store, id="about")

    def show(self, page: OrderPage | None) -> None:
        """Show an order, or none; the messages keep their place while it is the same order."""
        self.set_class(page is None, "-nothing")
        self.query_one(Card).show(facts(page, self.app.local) if page else ())
        about = self.query_one("#about", Rows)
        if page is None:
            return
        if page.id != self._shown:
            self._shown = page.id
            self.query_one(VerticalScroll).scroll_home(animate=False)
            about.show(AboutSource(page.id, self.app.local))
        else:
            about.refresh_rows()

    @on(Rows.Opened, "#about")
    def open_message(self, event: Rows.Opened) -> None:
        """To the outbox."""
        event.stop()
        self.app.go("outbox", event.id)
