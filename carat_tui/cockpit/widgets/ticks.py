"""A short list of which several lines are taken: each with a box that is full or empty, so that no colour is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from carat_tui.cockpit.keys import key
from carat_tui.cockpit.words import shown
from carat_tui.locale import N_


class Ticks(OptionList):
    """``taken`` are the values of the full boxes, in the order of the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("space", "select", N_("Take"), id="ticks.take", help=N_("Take the line in or out.")),
    ]

    def __init__(self, lines: Sequence[tuple[str, str]], taken: Sequence[str], *, id: str | None = None) -> None:
        """``lines``: value and text of each line."""
        self._choices, self._taken = tuple(lines), set(taken)
        super().__init__(
            *(Option(shown(self._box(value, text), self._style(value))) for value, text in self._choices), id=id
        )

    @property
    def taken(self) -> tuple[str, ...]:
        """The values of the full boxes."""
        return tuple(value for value, _text in self._choices if value in self._taken)

    def _box(self, value: str, text: str) -> str:
        return f"{'■' if value in self._taken else '□'} {text}"

    def _style(self, value: str) -> str:
        return "bold" if value in self._taken else ""

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Space, Enter or a click: the other box."""
        event.stop()
        value, text = self._choices[event.option_index]
        self._taken ^= {value}
        self.replace_option_prompt_at_index(event.option_index, shown(self._box(value, text), self._style(value)))
