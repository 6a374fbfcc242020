"""The outbox: every message, what became of it, and what can be done with it; many at once with marks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Input

from carat_tui.cockpit.acting import act, start
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Area
from carat_tui.cockpit.screens.message_acts import MessageActs
from carat_tui.cockpit.screens.message_detail import MessageDetail, MessageSheet
from carat_tui.cockpit.screens.outbox_filter import FilterDialog, filter_name, saved_filters, words_of
from carat_tui.cockpit.screens.outbox_list import Messages
from carat_tui.cockpit.widgets.labels import Label, Labels
from carat_tui.cockpit.widgets.rows import Rows
from carat_tui.cockpit.words import Plain, thousands
from carat_tui.locale import N_, _, n_
from carat_tui.services import outbox_filters
from carat_tui.services.outbox_filters import Named, View

_REST_S = 0.06
"""How long the cursor must rest before its message is read."""
_TYPING_S = 0.08
"""How long the fingers must rest before the list is searched."""
_COUNT_S = 1.0
"""The filters are counted again this much after a change, however many changes there are."""


class Outbox(Area, MessageActs):
    """The list with the message beside it. ``aim`` takes a message's id, a ``View``, or the name of a filter."""

    area_id = "outbox"
    title = N_("Outbox")
    HELP = N_(
        "All messages, the newest first. Left and right go from filter to filter, / searches. Space marks, A marks all;"
        " an act is about the marked messages, or else about the one under the cursor. Before anything happens a"
        " sentence says what."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("slash", "search", N_("Search"), id="outbox.search", help=N_("Find by subject, customer, address, order.")),
        key("f", "filter", N_("Filter"), id="outbox.filter", help=N_("By state, way, event, customer and day.")),
        key("s", "saved", N_("Filters"), id="outbox.saved",
            help=N_("Choose a filter by name; keep, rename or delete your own."), show=False),
        key("left", "next_filter(-1)", N_("Filter before"), id="outbox.filter_before", help=N_("The filter before."),
            show=False),
        key("right", "next_filter(1)", N_("Next filter"), id="outbox.filter_next", help=N_("The next filter."),
            show=False),
        key("d", "view", N_("View"), id="outbox.view", help=N_("Beside the list: text, HTML, headers, attempts …"),
            show=False),
        key("escape", "back", N_("Back"), id="outbox.back",
            help=N_("Take the marks away, then the search, then the filter."), show=False),
    ]  # fmt: skip

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view = View()
        self._filters: list[Named] = []
        self._counts: dict[str, int] = {}
        self._soon: dict[str, Timer] = {}

    def compose(self) -> ComposeResult:
        yield Labels(id="filters")
        with Horizontal(classes="bar"):
            yield Input(placeholder=_("/ subject, customer, address or order"), id="search", compact=True)
            yield Plain(id="count")
        with Horizontal():
            yield Rows(self.app.store, self._source(), id="messages")
            yield MessageDetail()

    @property
    def rows(self) -> Rows:
        """The list."""
        return self.query_one("#messages", Rows)

    def on_mount(self) -> None:
        self._read_filters()

    def focus_first(self) -> None:
        """The list, not the search."""
        self.screen.set_focus(self.rows)

    def aim(self, target: object) -> None:
        """Show what is asked for, and all messages around one that the present filter does not show."""
        if isinstance(target, str):
            target = outbox_filters.find(self.app.store.read(), target).view
        if isinstance(target, View):
            self._look_at(target)
        elif isinstance(target, int):
            if not self.rows.move_to(target):
                self._look_at(View())
                self.rows.move_to(target)
            if not self._wide:
                self.app.push_screen(MessageSheet(target))
        self.rows.focus()

    def refresh_data(self) -> None:
        """The store has changed."""
        self.rows.refresh_rows()
        self.look_at_chosen()
        self._after("detail", _REST_S, self._show_current)
        self._after("filters", _COUNT_S if self._counts else 0, self._read_filters, again=False)

    def _after(self, name: str, seconds: float, then: Callable[[], object], *, again: bool = True) -> None:
        """Do it in a while; asked once more, it waits anew or, without ``again``, is as soon as it was."""
        waiting = self._soon.get(name)
        if waiting is not None and not again:
            return
        if waiting is not None:
            waiting.stop()

        def due() -> None:
            if self._soon.get(name) is timer:  # a timer that was stopped may have gone off already
                del self._soon[name]
                then()

        timer = self._soon[name] = self.set_timer(max(seconds, 0.001), due)

    # -- filters and search ---------------------------------------------------------------------------------------

    def _source(self) -> Messages:
        return Messages(self._view, self.app.clock(), self.app.zone)

    def _look_at(self, view: View) -> None:
        """Show another view, in the list, in the search line and among the filters."""
        search = self.query_one("#search", Input)
        if search.value.strip() != view.search:
            with search.prevent(Input.Changed):
                search.value = view.search
        if view != self._view:
            self._view = view
            self.rows.show(self._source())
        self._tell_filters()

    def _known(self) -> Named | None:
        """The filter with a name that is shown, whatever is searched in it."""
        bare = replace(self._view, search="")
        return next((one for one in self._filters if one.view in (self._view, bare)), None)

    def _read_filters(self) -> None:
        start(self, self._count, group="counts", exclusive=True)

    async def _count(self) -> None:
        """Counting a million messages takes a while, so it is done in a thread."""
        store, now = self.app.store, self.app.clock()
        self._filters = outbox_filters.every(store.read())
        self._tell_filters()
        self._counts = await asyncio.to_thread(lambda: outbox_filters.counts(store.read(), now))
        self._tell_filters()

    def _tell_filters(self) -> None:
        labels = [Label(one.name, filter_name(one), self._counts.get(one.name)) for one in self._filters]
        known = self._known()
        if known is None:
            labels.append(Label("", words_of(self._view)))
        line = self.query_one("#filters", Labels)
        line.labels, line.active = tuple(labels), known.name if known else ""

    @on(Labels.Chosen, "#filters")
    def _filter_clicked(self, event: Labels.Chosen) -> None:
        event.stop()
        self._take(event.key)

    def action_next_filter(self, by: int) -> None:
        """To the filter beside the present one."""
        self._take(self.query_one("#filters", Labels).step(by))

    def _take(self, name: str) -> None:
        for one in self._filters:
            if one.name == name:
                self._look_at(replace(one.view, search=one.view.search or self._view.search))

    @act
    async def action_filter(self) -> None:
        """Choose by state, way, event, customer and day."""
        view = await self.app.push_screen_wait(FilterDialog(self._view))
        if view is not None:
            self._look_at(view)

    @act
    async def action_saved(self) -> None:
        """The filters with names."""
        view = await saved_filters(self.app, self._view, self._known())
        self._filters = outbox_filters.every(self.app.store.read())
        self._look_at(self._view if view is None else view)

    def action_search(self) -> None:
        """To the search line."""
        self.query_one("#search", Input).focus()

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        search = event.value.strip()
        self._after("search", _TYPING_S, lambda: self._look_at(replace(self._view, search=search)))

    @on(Input.Submitted, "#search")
    def _found(self) -> None:
        self.rows.focus()

    def action_back(self) -> None:
        """One step: out of the search line, the marks, the search, the filter."""
        if self.query_one("#search", Input).has_focus:
            self.rows.focus()
        elif self.rows.marked:
            self.rows.unmark_all()
        elif self._view.search:
            self._look_at(replace(self._view, search=""))
        else:
            self._look_at(View())

    # -- the list and what is beside it ---------------------------------------------------------------------------

    @property
    def _wide(self) -> bool:
        return self.query_one(MessageDetail).display

    @on(Rows.Moved, "#messages")
    def _moved(self) -> None:
        self._after("detail", _REST_S, self._show_current)
        if not self.rows.marked:
            self.look_at_chosen()

    @on(Rows.Marked, "#messages")
    @on(Rows.Loaded, "#messages")
    def _marked(self) -> None:
        self.look_at_chosen()
        self._tell_count()

    def _tell_count(self, progress: str = "") -> None:
        total, marked = self.rows.total, self.rows.marked
        words = n_("{n} message", "{n} messages", total).format(n=thousands(total)) if total is not None else "…"
        if marked:
            words = n_("{n} marked", "{n} marked", marked).format(n=thousands(marked)) + f" · {words}"
        self.query_one("#count", Plain).update(progress or words)

    def _show_current(self) -> None:
        if self._wide:
            self.query_one(MessageDetail).show(self.rows.current)

    @on(Rows.Opened, "#messages")
    def _opened(self, event: Rows.Opened) -> None:
        event.stop()
        self.app.push_screen(MessageSheet(event.id))

    def action_view(self) -> None:
        """Another view of the message beside the list."""
        self.query_one(MessageDetail).step(1)

    # -- acts -----------------------------------------------------------------------------------------------------

    def chosen_ids(self) -> list[int]:
        """The marked messages, or the one under the cursor."""
        return self.rows.chosen()

    def chosen_count(self) -> int:
        """Their number."""
        return self.rows.marked or (self.rows.current is not None)

    def progress(self, text: str) -> None:
        """In place of the count."""
        self._tell_count(text)

    def after_act(self) -> None:
        """The marked messages are dealt with."""
        self.rows.unmark_all()
