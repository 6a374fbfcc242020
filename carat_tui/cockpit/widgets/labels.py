"""A line of words of which one is chosen: filters above a list, the views of a page. A click chooses another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from carat_tui.cockpit.words import shown, thousands
from carat_tui.model.text import visible


@dataclass(frozen=True, slots=True)
class Label:
    """One word: ``key`` names it, ``text`` is as people read it; ``count`` stands behind it unless None."""

    key: str
    text: str
    count: int | None = None


class Labels(Widget):
    """The line. When it is too long the words around the chosen one are shortened, then the far ones left out."""

    DEFAULT_CSS = "Labels { height: 1; background: $surface; color: $text-muted; }"

    labels: reactive[tuple[Label, ...]] = reactive(())
    active: reactive[str] = reactive("")

    class Chosen(Message):
        """Another word was clicked."""

        def __init__(self, labels: Labels, key: str) -> None:
            super().__init__()
            self.labels, self.key = labels, key

        @property
        def control(self) -> Labels:
            """The line."""
            return self.labels

    def __init__(self, labels: Sequence[Label] = (), active: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._ends: list[tuple[int, str]] = []
        self.set_reactive(Labels.labels, tuple(labels))
        self.set_reactive(Labels.active, active)

    def step(self, by: int) -> str:
        """The key ``by`` places further on, round and round."""
        keys = [label.key for label in self.labels]
        at = keys.index(self.active) if self.active in keys else 0
        return keys[(at + by) % len(keys)] if keys else ""

    def render(self) -> Content:
        """One line; the chosen word is never cut away."""
        words = self._fitting()
        parts: list[Content] = []
        self._ends, at = [], 0
        for label, text in words:
            active = label.key == self.active
            parts.append(shown(f" {text} ", "$tab-active-foreground on $tab-active-background bold" if active else ""))
            at += cell_len(text) + 2
            self._ends.append((at, label.key))
        return Content.assemble(*parts)

    def _fitting(self) -> list[tuple[Label, str]]:
        words: list[tuple[Label, str]] = []
        for most in (99, 14, 10, 6, 4):
            words = [(label, _short(label, most if label.key != self.active else 99)) for label in self.labels]
            if sum(cell_len(text) + 2 for _label, text in words) <= self.size.width:
                return words
        while words and sum(cell_len(text) + 2 for _label, text in words) > self.size.width:
            words.pop(0 if words[-1][0].key == self.active else -1)
        return words

    def on_click(self, event: events.Click) -> None:
        """Choose the word under the pointer."""
        event.stop()
        for end, key in self._ends:
            if event.x < end:
                self.post_message(Labels.Chosen(self, key))
                return


def _short(label: Label, most: int) -> str:
    text = visible(label.text)
    if cell_len(text) > most:
        text = set_cell_size(text, most - 1).rstrip() + "…"
    return text if label.count is None else f"{text} {thousands(label.count)}"
