"""What a list shows, without the drawing: the source it asks, the snapshot of ids, the pages of cells.

A snapshot is an ``array('q')`` of ids in the order of the list: eight bytes for each row, so a list of a million costs
8 MB, and nothing is ever done for every row in Python on the thread of the screen.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import ClassVar, Protocol, TypeAlias

from carat_tui.model.text import visible

Cell: TypeAlias = str | tuple[str, str]
"""A text, or a text and a style: ``ok warn error muted accent``."""

PAGE = 128
"""Rows that are read at once, by key."""

_KEPT_PAGES = 16
_LONGEST = 1_000
"""Characters of a cell that are looked at: more do not fit any terminal, and a note may be a book."""

_NEAR = 2_048
"""Rows around which a row is looked for first: 30 µs, where a million are 15 ms."""
_CHUNK = 16_384
_DETOURS = 64
"""So many differences of two snapshots are stepped round one by one."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``label`` is marked with ``N_``, ``width`` the least number of cells, ``flex`` its share of the rest.

    When it gets narrow, the column with the highest ``rank`` goes first.
    """

    key: str
    label: str
    width: int
    flex: int = 0
    rank: int = 0
    right: bool = False


class Source(Protocol):
    """Where the rows of a list come from."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, from the left."""

    @property
    def empty(self) -> str:
        """What to do when there is nothing (translated)."""

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """The ids in order; with ``limit`` quickly, for it is asked on the screen's thread."""

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """The cells of these rows, one for each column; a row that is gone is left out."""


class Nothing:
    """The source of a list that was not told yet what to show."""

    columns: ClassVar[tuple[Column, ...]] = ()
    empty: ClassVar[str] = ""

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """None."""
        return array("q")

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """None."""
        return {}


def find(ids: array[int], wanted: int, guess: int) -> int:
    """Where ``wanted`` stands, looked for around ``guess`` first; -1 if it is not there."""
    found = _find_near(ids, wanted, guess)
    if found < 0 and len(ids) > _NEAR:
        try:
            return ids.index(wanted)
        except ValueError:
            return -1
    return found


def _find_near(ids: array[int], wanted: int, guess: int) -> int:
    try:
        return ids.index(wanted, max(guess - _NEAR, 0), max(guess + _NEAR, _NEAR))
    except ValueError:
        return -1


def follow(old: array[int], place: int, new: array[int]) -> int:
    """Where the row at ``place`` of the old snapshot stands in the new one; if it is gone, where its neighbour stands.

    The next row takes the place of one that is gone, as in every mail program; at the end of the list the one before.
    """
    if not new or not old:
        return 0
    shift = len(new) - len(old)  # if everything new came in above
    found = _find_near(new, old[place], place)
    if found < 0:
        found = find(new, old[place], place + shift)
    for near in (*range(place + 1, place + 33), *range(place - 1, place - 33, -1)):
        if found >= 0:
            break
        if 0 <= near < len(old):
            found = max(_find_near(new, old[near], near), _find_near(new, old[near], near + shift))
    return found if found >= 0 else min(place, len(new) - 1)


def carry(old: array[int], flags: bytearray, new: array[int]) -> bytearray:
    """The flags of the old snapshot's rows, for the new snapshot; a row that is gone has lost its flag.

    Snapshots are mostly long runs of the same rows, which are copied; only what stands between is looked at by row.
    """
    carried = bytearray(len(new))
    if 1 not in flags:
        return carried
    here, there = 0, 0
    left: list[tuple[slice, slice]] = []
    for _detour in range(_DETOURS):
        run = _same_run(old, here, new, there)
        carried[there : there + run] = flags[here : here + run]
        here, there = here + run, there + run
        gone, come = _detour_length(old, here, new, there)
        left.append((slice(here, here + gone), slice(there, there + come)))
        here, there = here + gone, there + come
    left.append((slice(here, len(old)), slice(there, len(new))))
    flagged = {row for gone_part, _come in left for row in compress(old[gone_part], flags[gone_part])}
    if flagged:
        for _gone, part in left:
            carried[part] = bytes(map(flagged.__contains__, new[part]))
    return carried


def _same_run(old: array[int], here: int, new: array[int], there: int) -> int:
    """How many rows from here and from there on are the same."""
    run, most, step = 0, min(len(old) - here, len(new) - there), _CHUNK
    while step and run < most:
        size = min(step, most - run)
        if old[here + run : here + run + size] == new[there + run : there + run + size]:
            run += size
        else:
            step = size // 4
    return run


def _detour_length(old: array[int], here: int, new: array[int], there: int) -> tuple[int, int]:
    """How many rows to leave out on either side until both show the same row again; all if they do not soon."""
    if here == len(old) or there == len(new):
        return len(old) - here, len(new) - there
    for near in (_NEAR, len(new) + len(old)):
        for skipped in range(min(8, len(old) - here, len(new) - there) if near == _NEAR else 1):
            come = _distance(new, old[here + skipped], there, near)
            gone = _distance(old, new[there + skipped], here, near)
            if come >= 0 and (gone < 0 or come <= gone):
                return skipped, come
            if gone >= 0:
                return gone, skipped
    return len(old) - here, len(new) - there


def _distance(ids: array[int], wanted: int, begin: int, near: int) -> int:
    try:
        return ids.index(wanted, begin, begin + near) - begin
    except ValueError:
        return -1


class Row(tuple[tuple[str, str], ...]):
    """The cells of a row, harmless: each a text on one line and the name of its style."""

    __slots__ = ()


GONE = Row([("…", "muted")])
"""A row that is in the snapshot and not in the store any more."""


class Pages:
    """The pages of cells that were read lately."""

    def __init__(self) -> None:
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()

    def clear(self) -> None:
        """Forget them: something changed."""
        self._pages.clear()

    def row(self, conn: sqlite3.Connection, source: Source, ids: array[int], place: int) -> Row:
        """The row at a place of the snapshot; its page is read if need be. Raises what the source raises."""
        number, line = divmod(place, PAGE)
        page = self._pages.get(number)
        if page is None:
            wanted = ids[number * PAGE : (number + 1) * PAGE]
            cells = source.cells(conn, wanted.tolist())
            page = [harmless(cells[row]) if row in cells else GONE for row in wanted]
            self._pages[number] = page
            if len(self._pages) > _KEPT_PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page[line]


def harmless(cells: Iterable[Cell]) -> Row:
    """Every control, bidi and zero-width character of the cells written out."""
    return Row((clean(cell), "") if isinstance(cell, str) else (clean(cell[0]), cell[1]) for cell in cells)


def clean(text: str) -> str:
    """One line of a foreign text that is safe on a terminal and as wide as it is measured."""
    if text.isascii() and text.isprintable():
        return text if len(text) <= _LONGEST else text[:_LONGEST]
    # Terminals disagree on how wide a character with the emoji selector is.
    return visible(text[:_LONGEST].replace("\ufe0f", ""))
