"""Tables and colours for people. Every foreign string is made visible here (reliability §4.2)."""

from __future__ import annotations

import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from carat_tui.model.text import visible

STATE_COLOURS = {
    "sent": "green", "delivered": "green", "waiting": "cyan", "sending": "cyan", "held": "yellow",
    "unclear": "magenta", "failed": "red", "undelivered": "red",
}  # fmt: skip
MODE_COLOURS = {"rehearsal": "cyan", "redirect": "yellow", "paused": "yellow", "live": "red"}


@dataclass(frozen=True, slots=True)
class Painted:
    """A cell with a colour (a name of click); without a terminal the text alone."""

    text: str
    colour: str | None


def state(word: str) -> Painted:
    """A message's state in its colour; the word stays, so colour is never the only sign."""
    return Painted(word, STATE_COLOURS.get(word))


def colourful(stream: TextIO) -> bool:
    """Whether colours are welcome: a terminal, and not ``NO_COLOR`` (https://no-color.org) or a dumb one."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, colour: str | None, *, bold: bool = False) -> str:
    """``text`` in ``colour``; the door strips it where colour is not welcome."""
    import click

    return click.style(text, fg=colour, bold=bold) if colour or bold else text


def width(text: str) -> int:
    """Columns that ``text`` takes on a terminal: wide East Asian characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def clipped(text: str, room: int) -> str:
    """``text`` cut to ``room`` columns, with an ellipsis where something was left out."""
    if width(text) <= room:
        return text
    kept, used = "", 0
    for char in text:
        if used + _columns(char) > room - 1:
            break
        kept += char
        used += _columns(char)
    return kept + "…"


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: str = "") -> list[str]:
    """Aligned lines with a heading; ``right`` names the columns (space separated headings) that are numbers.

    ``None`` is shown as ``-``. On a terminal the widest columns are clipped until a line fits; in a pipe nothing is.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    if not cells:
        return ["(nothing)"]
    widths = [max(width(head), *(width(row[i].text) for row in cells)) for i, head in enumerate(headings)]
    _fit(widths)
    numbers = {i for i, head in enumerate(headings) if head in right.split()}
    lines = [_line([Painted(head, None) for head in headings], widths, numbers, bold=True)]
    lines += [_line(row, widths, numbers) for row in cells]
    return lines


def _cell(value: object) -> Painted:
    if isinstance(value, Painted):
        return Painted(visible(value.text), value.colour)
    return Painted("-" if value is None or value == "" else visible(str(value)), None)


def _fit(widths: list[int]) -> None:
    if not sys.stdout.isatty():
        return
    room = max(60, shutil.get_terminal_size().columns) - 2 * (len(widths) - 1)
    while sum(widths) > room and max(widths) > 12:
        widths[widths.index(max(widths))] -= 1


def _line(row: Sequence[Painted], widths: Sequence[int], numbers: set[int], *, bold: bool = False) -> str:
    parts = []
    for i, cell in enumerate(row):
        text = clipped(cell.text, widths[i])
        pad = " " * (widths[i] - width(text))
        shown = paint(text, cell.colour, bold=bold)
        parts.append(pad + shown if i in numbers else shown + ("" if i == len(row) - 1 else pad))
    return "  ".join(parts)


def facts(pairs: Iterable[tuple[str, object]]) -> list[str]:
    """``name  value`` lines, names padded; pairs without a value are left out."""
    known = [(name, _cell(value)) for name, value in pairs if value is not None and value != ""]
    if not known:
        return []
    room = max(width(name) for name, _ in known)
    return [f"{name:<{room}}  {paint(cell.text, cell.colour)}" for name, cell in known]


def more(rows: Sequence[Mapping[str, object]], limit: int) -> list[str]:
    """How to see the next page, if this one is full."""
    return [f"More: --after {rows[-1]['id']}"] if len(rows) == limit else []


def count(number: int, one: str, many: str = "") -> str:
    """``3 files``, ``1 file``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def quoted(path: str) -> str:
    """``path`` as it can be pasted into the shell of this machine."""
    if os.name == "nt":
        return f'"{path}"' if " " in path else path
    import shlex

    return shlex.quote(path) if re.search(r"[^\w@%+=:,./~-]", path) else path


def program() -> str:
    """How this program can be called again from here: ``carat`` if the shell finds it, else the way it was called."""
    own = Path(sys.argv[0])
    if shutil.which("carat"):
        return "carat"
    if own.stem == "carat":
        return str(own)
    return f"{Path(sys.executable).name} -m carat_tui"
