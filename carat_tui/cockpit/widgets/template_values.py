"""The placeholders of a template, each with what it says for the chosen order; Enter writes one into the text."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from carat_tui.cockpit.page import Page
from carat_tui.cockpit.words import shown
from carat_tui.compose.placeholders import EXAMPLES
from carat_tui.locale import N_

_WIDEST = 24


class TemplateValues(OptionList, Page):
    """Those with a value first."""

    HELP = N_("The names that a text may use, with their values for the order that is shown. Enter writes one.")

    class Chosen(Message):
        """This name is wanted in the text."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._values: Mapping[str, str] | None = None

    def show_values(self, values: Mapping[str, str]) -> None:
        """Other values; the cursor stays with its name."""
        if values == self._values:
            return
        self._values = values
        before = self.highlighted_option.id if self.highlighted_option else None
        names = sorted(EXAMPLES, key=lambda name: name not in values)
        self.set_options([Option(self._line(name, values.get(name)), id=name) for name in names])
        self.highlighted = names.index(before) if before in names else 0

    def _line(self, name: str, value: str | None) -> Content:
        words = " ⏎ ".join(value.split("\n")) if value else "–"
        return shown(f"{name:<{_WIDEST}}{words}")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        event.stop()
        if event.option_id:
            self.post_message(self.Chosen(event.option_id))
