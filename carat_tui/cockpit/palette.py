"""Ctrl+P: every act that can be done now, every area, every customer, order and message, found by typing.

Not Textual's palette, which reads its entries as markup, cannot show why something cannot be done, collects hits for a
quarter of a second and speaks English only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from carat_tui.cockpit import finding
from carat_tui.cockpit.acting import start
from carat_tui.cockpit.finding import Entry
from carat_tui.cockpit.here import Act
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Dialog
from carat_tui.cockpit.words import Plain, cut, fitted, shown
from carat_tui.locale import N_, _
from carat_tui.model.text import visible

_PAUSE_S = 0.05
"""How long the fingers must rest before the store is searched."""
_LABEL = 34
"""Width of the first column, in cells."""


class Results(OptionList, can_focus=False):
    """The hits; the focus stays in the line above."""


class Palette(Dialog[None]):
    """Type a part of a name; Enter takes the line that is marked."""

    HELP = N_(
        "Type a part of what you look for: an act, an area, a customer, an order or a message. Several words narrow"
        " it down. The arrow keys choose, Enter does it."
    )
    BINDINGS: ClassVar = [
        key("down", "move('down')", N_("Next"), id="palette.next", help=N_("Mark the next line."), show=False),
        key("up", "move('up')", N_("Previous"), id="palette.previous", help=N_("Mark the line before."), show=False),
        key("pagedown", "move('page_down')", N_("Page down"), id="palette.page_down",
            help=N_("Mark a line one page further down."), show=False),
        key("pageup", "move('page_up')", N_("Page up"), id="palette.page_up",
            help=N_("Mark a line one page further up."), show=False),
    ]  # fmt: skip

    def __init__(self, acts: list[Act]) -> None:
        """``acts``: what can be done on the page below."""
        super().__init__()
        self._here = acts
        self._acts: list[Entry] = []
        self._listed: list[Entry | None] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Input(placeholder=_("Act, customer, order or message"), id="query")
            yield Results()
            yield Plain(_("Nothing is called so."), classes="nothing")

    def on_mount(self) -> None:
        """All acts, until something is typed."""
        self._acts = [*finding.acts(self.app, self._here), *finding.choices(self.app)]
        self._show(self._acts)
        self.query_one(Input).focus()

    def on_resize(self) -> None:
        self._show([entry for entry in self._listed if entry])

    def on_input_changed(self, event: Input.Changed) -> None:
        """The acts at once; what is in the store as soon as it is found."""
        event.stop()
        query = event.value.strip()
        self._show(finding.matching(self._acts, query), found_all=not query)
        start(self, partial(self._look, query), group="find", exclusive=True)

    async def _look(self, query: str) -> None:
        if not query:
            return
        await asyncio.sleep(_PAUSE_S)
        records = await asyncio.to_thread(finding.records, self.app, self.app.store, query)
        self._show([*finding.matching(self._acts, query), *records])

    def _show(self, entries: list[Entry], found_all: bool = True) -> None:
        results = self.query_one(Results)
        self._listed = []
        results.clear_options()
        results.add_options(self._options(entries))
        results.display = bool(entries)
        results.highlighted = next((number for number, entry in enumerate(self._listed) if entry), None)
        self.query_one(".nothing").set_class(found_all and not entries, "-shown")

    def _options(self, entries: list[Entry]) -> Iterator[Option]:
        width = max(40, min(92, self.app.size.width - 4)) - 8
        for group in dict.fromkeys(entry.group for entry in entries):
            self._listed.append(None)
            yield Option(shown(_(group), "bold $text-accent"), disabled=True)
            for entry in entries:
                if entry.group == group:
                    self._listed.append(entry)
                    yield Option(_line(entry, width))

    def action_move(self, where: str) -> None:
        """Mark another line."""
        results = self.query_one(Results)
        moves: dict[str, Callable[[], None]] = {
            "down": results.action_cursor_down,
            "up": results.action_cursor_up,
            "page_down": results.action_page_down,
            "page_up": results.action_page_up,
        }
        moves[where]()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(Results).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close, and do it."""
        event.stop()
        if entry := self._listed[event.option_index]:
            self.dismiss(None)
            self.app.call_later(entry.run)


def _line(entry: Entry, width: int) -> Content:
    """Name and note in two columns, on one line."""
    label, note = visible(entry.label), visible(entry.reason or entry.note)
    first = _LABEL if cell_len(label) < _LABEL else min(cell_len(label) + 1, width - 12)
    dim = "$text-disabled" if entry.reason else ""
    return Content.assemble(
        shown(fitted(label, first), dim or "bold"),
        shown(cut(note, width - first), "$text-warning" if entry.reason else "$text-muted"),
    )
