"""A letter's page in cells: every word where it stands on the paper, with the envelope's window and the fold marks.

The places come from the same drawing that makes the PDF (``compose.letter.page``); nothing is laid out here.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from carat_tui.cockpit.words import shown
from carat_tui.compose.letter.layout import PAGE_HEIGHT, PAGE_WIDTH, PROFILES, RIGHT_EDGE, Box
from carat_tui.compose.renderer import Ink

ROW_MM = 4.6
"""Millimetres in a row: a little less than the distance of two lines of a letter, so that no two share a row."""
_WIDE_MM, _NARROW_MM = 2.2, 1.6
"""Millimetres in a column: at most, and at least where a text is long for its place."""
_LAST_MM = 206.0
_SMALL = 8.5
"""Points; what is smaller is drawn paler."""
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


class Paper:
    """A grid of cells, each a sign with a style; what is put first stays below."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._signs = [[" "] * columns for _ in range(rows)]
        self._styles = [[""] * columns for _ in range(rows)]

    def put(self, column: int, row: int, text: str, style: str = "") -> None:
        """Write ``text`` from a cell on; what does not fit the sheet is left out."""
        for char in text:
            width = cell_len(char)
            if 0 <= row < self.rows and 0 <= column <= self.columns - width:
                if not width:  # a mark on the letter before
                    self._signs[row][column - 1] += char if column else ""
                    continue
                self._signs[row][column], self._styles[row][column] = char, style
                self._signs[row][column + 1 : column + width] = [""] * (width - 1)
            column += width

    def frame(self, box: Box, mm: float, style: str) -> None:
        """A dotted rectangle around ``box``."""
        left, right = round(box.x / mm), round(box.right / mm)
        top, bottom = round(box.y / ROW_MM), round(box.bottom / ROW_MM)
        for row, ends in ((top, "┌┐"), (bottom, "└┘")):
            self.put(left, row, ends[0] + "┄" * max(0, right - left - 1) + ends[1], style)
        for row in range(top + 1, bottom):
            self.put(left, row, "┆", style)
            self.put(right, row, "┆", style)

    def lines(self) -> list[Content]:
        """The rows, each as one text."""
        return [self._line(row) for row in range(self.rows)]

    def _line(self, row: int) -> Content:
        parts: list[tuple[str, str]] = []
        for sign, style in zip(self._signs[row], self._styles[row], strict=True):
            if parts and parts[-1][1] == style:
                parts[-1] = (parts[-1][0] + sign, style)
            else:
                parts.append((sign, style))
        return Content.assemble(*(shown(text, style) for text, style in parts))


def page(sheet: Sequence[Ink], layout: str, number: int) -> Content:
    """One page to be read. ``number`` from 0 on: the first has the window. Wider than most terminals: let it scroll."""
    profile = PROFILES.get(layout)
    mm = _column_mm(sheet, layout, number)
    paper = Paper(int(PAGE_WIDTH / mm) + 1, int(PAGE_HEIGHT / ROW_MM) + 1)
    if profile is not None and number == 0:
        paper.frame(profile.address_field, mm, "$text-primary")
        for mark in profile.marks:
            paper.put(1, round(mark / ROW_MM), "──", "$text-muted")
        if profile.hole_mark is not None:
            paper.put(1, round(profile.hole_mark / ROW_MM), "───", "$text-muted")
    for column, row, ink in _placed(sheet, mm):
        style = "bold" if ink.bold else "$text-muted" if ink.size <= _SMALL else ""
        paper.put(column, row, shown(ink.text).plain, style)
    return _bordered(paper)


def _placed(sheet: Sequence[Ink], mm: float) -> list[tuple[int, int, Ink]]:
    """Column and row of each text; what would cover another stands a row lower."""
    found: list[tuple[int, int, Ink]] = []
    taken: dict[int, list[tuple[int, int]]] = {}
    for ink in sorted((ink for ink in sheet if ink.text.strip()), key=lambda ink: (ink.top, ink.x)):
        length = _length(ink)
        column = round((ink.x + ink.width) / mm) - length if _at_the_right(ink) else round(ink.x / mm)
        row = round(ink.top / ROW_MM)
        while any(column < end and start < column + length for start, end in taken.get(row, ())):
            row += 1
        taken.setdefault(row, []).append((column, column + length + 1))
        found.append((max(0, column), row, ink))
    return found


def _at_the_right(ink: Ink) -> bool:
    return ink.x > PAGE_WIDTH / 3 and abs(ink.x + ink.width - RIGHT_EDGE) < 0.5


def _length(ink: Ink) -> int:
    return cell_len(shown(ink.text).plain)


def columns(sheet: Sequence[Ink], layout: str, number: int) -> int:
    """How wide ``page`` will be."""
    return int(PAGE_WIDTH / _column_mm(sheet, layout, number)) + 3


def _column_mm(sheet: Sequence[Ink], layout: str, number: int) -> float:
    """So many millimetres in a column that no text runs into the next one of its row or over the edge."""
    mm, profile = _WIDE_MM, PROFILES.get(layout)
    field = profile.address_field if profile is not None and number == 0 else None
    for ink in sheet:
        ends = [other.x for other in sheet if abs(other.top - ink.top) < 1 and other.x > ink.x + 1]
        # The sender's line is so small on paper that it may run over the window's edge here.
        if field is not None and ink.size > _SMALL and field.contains(Box(ink.x, ink.top, 0, 0)):
            ends.append(field.right)
        room = ink.x + ink.width if _at_the_right(ink) else min([_LAST_MM, *ends]) - ink.x
        mm = min(mm, room / (_length(ink) + 1))
    return max(_NARROW_MM, mm)


def _bordered(paper: Paper) -> Content:
    edge = "$text-disabled"
    lines = [shown("┌" + "─" * paper.columns + "┐", edge)]
    lines += [Content.assemble(shown("│", edge), line, shown("│", edge)) for line in paper.lines()]
    return Content("\n").join([*lines, shown("└" + "─" * paper.columns + "┘", edge)])


def thumbnail(sheet: Sequence[Ink], layout: str, number: int, width: int) -> Content:
    """The whole page on ``width`` cells, in dots: where the words stand, not what they say."""
    width = max(16, width)
    mm = PAGE_WIDTH / (width * 2)
    rows = int(PAGE_HEIGHT / (mm * 4)) + 1
    cells = [[0] * width for _ in range(rows)]

    def dot(x: float, y: float) -> None:
        column, row = int(x / mm), int(y / mm)
        if 0 <= column < width * 2 and 0 <= row < rows * 4:
            cells[row // 4][column // 2] |= _DOTS[row % 4][column % 2]

    for ink in sheet:
        _dots(ink, mm, dot)
    profile = PROFILES.get(layout)
    if profile is not None and number == 0:
        for x, y in _edge(profile.address_field, mm):
            dot(x, y)
        for mark in profile.marks:
            dot(mm, mark)
            dot(2 * mm, mark)
    edge = "$text-disabled"
    lines = [shown("┌" + "─" * width + "┐", edge)]
    for row in cells:
        text = "".join(chr(0x2800 + cell) if cell else " " for cell in row)
        lines.append(Content.assemble(shown("│", edge), shown(text), shown("│", edge)))
    return Content("\n").join([*lines, shown("└" + "─" * width + "┘", edge)])


def _dots(ink: Ink, mm: float, dot: object) -> None:
    """A run of dots for each word."""
    assert callable(dot)
    char = ink.width / max(1, len(ink.text))
    for place, sign in enumerate(ink.text):
        if sign != " ":
            x = ink.x + place * char
            while x < ink.x + (place + 1) * char:
                dot(x, ink.top + ink.size * 0.2)
                x += mm


def _edge(box: Box, mm: float) -> list[tuple[float, float]]:
    across = [box.x + step * 2 * mm for step in range(int(box.width / (2 * mm)) + 1)]
    down = [box.y + step * 2 * mm for step in range(int(box.height / (2 * mm)) + 1)]
    sides = [(x, y) for x in across for y in (box.y, box.bottom)]
    return sides + [(x, y) for y in down for x in (box.x, box.right)]
