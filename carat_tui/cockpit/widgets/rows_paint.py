"""How a row becomes cells of the terminal: which columns fit, how wide they are, what is cut."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from carat_tui.cockpit.widgets.rows_snapshot import Column, clean

MARK = "■"
GUTTER = 1
"""Cells before the first column: the mark."""
_GAP = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """A column that is shown: which, how many cells, flushed to which side."""

    index: int
    width: int
    right: bool


def slots(columns: Sequence[Column], width: int) -> tuple[Slot, ...]:
    """The columns that fit in ``width`` cells, the highest ranks dropped, the rest of the width shared out."""
    kept = list(range(len(columns)))
    while len(kept) > 1 and _least(columns, kept) > width:
        kept.remove(max(kept, key=lambda index: (columns[index].rank, index)))
    rest = max(width - _least(columns, kept), 0)
    shares = sum(columns[index].flex for index in kept)
    made = []
    for index in kept:
        column = columns[index]
        share = rest * column.flex // shares if shares else 0
        rest, shares = rest - share, shares - column.flex
        made.append(Slot(index, min(column.width + share, max(width - GUTTER, 0)), column.right))
    return tuple(made)


def _least(columns: Sequence[Column], kept: Sequence[int]) -> int:
    return GUTTER + sum(columns[index].width for index in kept) + _GAP * (len(kept) - 1)


def fit(text: str, width: int, right: bool = False) -> str:
    """``text`` in exactly ``width`` cells, cut with an ellipsis if it is longer."""
    length = len(text) if text.isascii() else cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 1 else "…"[:width]
    room = " " * (width - length)
    return room + text if right else text + room


def line(
    cells: Sequence[tuple[str, str]], where: Sequence[Slot], width: int, mark: str, style: Callable[[str], Style]
) -> Strip:
    """A row of exactly ``width`` cells; ``style`` gives the look for the name of a style."""
    runs: list[tuple[str, str]] = [(mark, "mark") if mark.strip() else (mark, "")]
    for number, slot in enumerate(where):
        text, name = cells[slot.index] if slot.index < len(cells) else ("", "")
        gap = " " * _GAP if number else ""
        cell = gap + fit(text, slot.width, slot.right)
        if runs[-1][1] == name:
            runs[-1] = (runs[-1][0] + cell, name)
        else:
            runs.append((cell, name))
    return Strip([Segment(text, style(name)) for text, name in runs]).adjust_cell_length(width, style(""))


def strip(text: str, width: int, style: Style) -> Strip:
    """A line of one style and exactly ``width`` cells."""
    return Strip([Segment(text, style)]).adjust_cell_length(width, style)


def sentence(text: str, width: int, height: int) -> list[str]:
    """A sentence wrapped and centred in ``width`` x ``height``; lines without text are empty."""
    room = max(min(width - 4, 60), 1)
    wrapped = [part for paragraph in text.split("\n") for part in textwrap.wrap(clean(paragraph), room) or [""]]
    above = max((height - len(wrapped)) // 3, 0)
    centred = [" " * max((width - cell_len(part)) // 2, 0) + part for part in wrapped]
    return ([""] * above + centred)[:height]
