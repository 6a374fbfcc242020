"""The traffic lights: one line each, in as many columns as fit."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from carat_tui.cockpit.words import shown

_LOOKS = {
    "ok": ("●", "$text-success"),
    "warn": ("▲", "$text-warning"),
    "error": ("✗", "$text-error bold"),
    "off": ("○", "$text-muted"),
}
_LEAST = 37
"""Cells that a lamp needs."""
_ROOMY = 58
"""Cells that it gets where there are more."""


@dataclass(frozen=True, slots=True)
class Lamp:
    """One light: a level of ``services.lights``, what it is about, and how that is; both translated."""

    level: str
    name: str
    words: str


class LightBoard(Widget):
    """Lamps in columns, read downwards; what does not fit is cut with an ellipsis, its colour and glyph never."""

    DEFAULT_CSS = "LightBoard { height: auto; width: 100%; }"

    lamps: reactive[tuple[Lamp, ...]] = reactive((), layout=True)

    def columns(self, width: int) -> int:
        """How many columns fit."""
        return max(1, min(4, width // _LEAST if width < 100 else width // _ROOMY))

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """As many lines as the fullest column."""
        return -(-len(self.lamps) // self.columns(width))

    def render(self) -> Content:
        """Column by column."""
        columns = self.columns(self.size.width)
        height = -(-len(self.lamps) // columns)
        width = self.size.width // columns
        names = [
            max((cell_len(lamp.name) for lamp in self.lamps[first : first + height]), default=0)
            for first in range(0, len(self.lamps), height or 1)
        ]
        lines = []
        for row in range(height):
            here = self.lamps[row::height]
            lines.append(Content("").join(self._lamp(*pair, width) for pair in zip(here, names, strict=False)))
        return Content("\n").join(lines)

    def _lamp(self, lamp: Lamp, name: int, width: int) -> Content:
        glyph, style = _LOOKS[lamp.level]
        words_style = "" if lamp.level == "ok" else style.removesuffix(" bold")
        line = Content.assemble(
            shown(f"{glyph} ", style),
            shown(_fit(lamp.name, name), "bold"),
            shown(" "),
            shown(lamp.words, words_style),
        )
        room = width - 1
        if line.cell_length > room:
            line = line.truncate(room, ellipsis=True)
        return Content.assemble(line, " " * (width - line.cell_length))


def _fit(text: str, width: int) -> str:
    length = cell_len(text)
    return text + " " * (width - length) if length <= width else text[: width - 1] + "…"
