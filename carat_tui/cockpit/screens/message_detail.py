"""One message whole: beside the list where there is room, a page of its own where there is none."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll

from carat_tui.cockpit.acting import start
from carat_tui.cockpit.deck import Deck
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Sheet
from carat_tui.cockpit.screens import message_views as views
from carat_tui.cockpit.screens.message_acts import MessageActs
from carat_tui.cockpit.widgets.frame import KeyBar, TopBar
from carat_tui.cockpit.widgets.labels import Label, Labels
from carat_tui.cockpit.words import Plain
from carat_tui.locale import N_, _
from carat_tui.model.errors import CaratError
from carat_tui.rules.explain import Explanation, explain
from carat_tui.services import message_page
from carat_tui.services.message_page import MessagePage


class MessageDetail(Vertical):
    """The views of one message. ``show`` may be called at every move of a cursor: only the last one is read."""

    app = getters.app(Deck)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.message_id: int | None = None
        self.page: MessagePage | None = None
        self.view = views.MESSAGE
        self._why: Explanation | None = None

    def compose(self) -> ComposeResult:
        yield Labels()
        with VerticalScroll():
            yield Plain()

    def show(self, message_id: int | None) -> None:
        """Show another message, or the same one as it is now."""
        same = message_id == self.message_id
        self.message_id = message_id
        if message_id is None:
            self.page = None
            self._draw(same)
        else:
            start(self, partial(self._read, message_id, self.view, same), group="detail", exclusive=True)

    def turn_to(self, view: str) -> None:
        """Show another view of the message."""
        if view and view != self.view:
            self.view = view
            self._draw(False)
            self.show(self.message_id)

    def step(self, by: int) -> None:
        """The next view, or the one before."""
        self.turn_to(self.query_one(Labels).step(by))

    def scroll_text(self, by: int) -> None:
        """Move the text up or down by some lines, without the focus."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    @on(Labels.Chosen)
    def _chosen(self, event: Labels.Chosen) -> None:
        event.stop()
        self.turn_to(event.key)

    def on_resize(self) -> None:
        """Another width: lay out again."""
        if self.page is not None:
            self.call_after_refresh(self._draw, True)

    async def _read(self, message_id: int, view: str, same: bool) -> None:
        """A mail may be large and a story long, so both are read in a thread."""
        store, now = self.app.store, self.app.clock()

        def job() -> tuple[MessagePage, Explanation | None]:
            page = message_page.read(store.read(), message_id)
            return page, explain(store, f"message:{message_id}", now) if view == views.WHY else None

        try:
            self.page, self._why = await asyncio.to_thread(job)
        except CaratError:  # gone: a restored copy, or never there
            self.page = None
        self._draw(same)

    def _draw(self, same: bool) -> None:
        page, labels = self.page, self.query_one(Labels)
        known = views.views_of(page) if page else []
        shown_view = self.view if self.view in known else views.MESSAGE
        labels.labels = tuple(Label(name, _(views.TITLES[name])) for name in known)
        labels.active = shown_view
        body = self.query_one(Plain)
        width = body.size.width or 60
        body.update(views.drawn(shown_view, page, self._why, self.app.local, width) if page else "")
        if not same:
            self.query_one(VerticalScroll).scroll_home(animate=False)


class MessageSheet(Sheet[None], MessageActs):
    """A message as a page of its own, with everything that can be done with it."""

    HELP = N_(
        "One message: where it stands, its text as it leaves, what the way out answered, who did what, and why it came"
        " to be. Left and right go from view to view."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("left", "view(-1)", N_("View before"), id="message.view_before", help=N_("The view before."), show=False),
        key("right", "view(1)", N_("View"), id="message.view", help=N_("Text, HTML, headers, attempts, history, why.")),
        key("up", "scroll_text(-1)", N_("Up"), id="message.up", help=N_("One line up."), show=False),
        key("down", "scroll_text(1)", N_("Down"), id="message.down", help=N_("One line down."), show=False),
        key("pageup", "scroll_text(-10)", N_("Page up"), id="message.page_up", help=N_("Ten lines up."), show=False),
        key("pagedown", "scroll_text(10)", N_("Page down"), id="message.page_down", help=N_("Ten lines down."),
            show=False),
    ]  # fmt: skip

    def __init__(self, message_id: int) -> None:
        super().__init__()
        self._message_id = message_id

    def compose(self) -> ComposeResult:
        yield TopBar()
        yield MessageDetail()
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(MessageDetail).show(self._message_id)

    def refresh_data(self) -> None:
        """The message may have moved on."""
        self.query_one(MessageDetail).show(self._message_id)
        self.look_at_chosen()

    def chosen_ids(self) -> list[int]:
        """This one."""
        return [self._message_id]

    def action_view(self, by: int) -> None:
        self.query_one(MessageDetail).step(by)

    def action_scroll_text(self, by: int) -> None:
        self.query_one(MessageDetail).scroll_text(by)
