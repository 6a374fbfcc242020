"""Facts in two columns: a word at the left, what is to be said at the right, wrapped below itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from carat_tui.cockpit.words import Plain, shown

_STYLES = {
    "": "",
    "ok": "$text-success",
    "warn": "$text-warning",
    "error": "$text-error",
    "muted": "$text-muted",
    "accent": "$text-accent",
    "strong": "bold",
}
_WIDEST = 18
"""Cells of the left column at most; a longer word stands on a line of its own."""


@dataclass(frozen=True, slots=True)
class Fact:
    """``label`` and ``text`` as they come (they are made harmless here); ``style`` one of those of the lists."""

    label: str = ""
    text: str = ""
    style: str = ""


def heading(text: str) -> Fact:
    """A line that opens a group."""
    return Fact(text, "", "heading")


class Card(Plain):
    """Facts, laid out anew for each width."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._facts: tuple[Fact, ...] = ()
        self._width = 0

    def show(self, facts: Sequence[Fact]) -> None:
        """Show other facts."""
        self._facts = tuple(facts)
        self.update(laid_out(self._facts, self.size.width or 60))

    def on_resize(self) -> None:
        """Another width: lay out again."""
        if self.size.width != self._width:
            self._width = self.size.width
            self.update(laid_out(self._facts, self._width))


def laid_out(facts: Sequence[Fact], width: int) -> Content:
    """All facts as one text of lines at most ``width`` cells wide."""
    labels = [cell_len(fact.label) for fact in facts if fact.text and cell_len(fact.label) <= _WIDEST]
    column = min(max(labels, default=0) + 2, _WIDEST + 2, max(2, width // 2))
    lines: list[Content] = []
    for fact in facts:
        lines.extend(_lines(fact, column, max(8, width - column)))
    return Content("\n").join(lines)


def _lines(fact: Fact, column: int, room: int) -> Iterable[Content]:
    if fact.style == "heading":
        yield shown(fact.label, "bold $text-accent")
        return
    if not fact.label and not fact.text:
        yield Content("")
        return
    label = fact.label
    if cell_len(label) > column - 1 and fact.text:
        yield shown(label, "$text-muted")
        label = ""
    whole = not fact.text
    if whole:  # a line without a second column
        yield from shown(label, _STYLES[fact.style], lines=True).wrap(column + room)
        return
    for text in shown(fact.text, _STYLES[fact.style], lines=True).wrap(room):
        yield Content.assemble(shown(set_cell_size(label, column), "$text-muted"), text)
        label = ""
