"""The two lists of the first screen, over what its last look has found."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len

from carat_tui.cockpit.screens.overview_words import GLYPHS, Local, errand_words, waits
from carat_tui.cockpit.widgets.rows import Cell, Column
from carat_tui.cockpit.words import channel_word, event_word
from carat_tui.locale import N_, _
from carat_tui.services.overview import Errand, Next


class Errands:
    """What needs a person. A row's number belongs to its errand for the session, so that the cursor stays with it."""

    def __init__(self, local: Local) -> None:
        self.empty = ""
        self._local = local
        self._numbers: dict[str, int] = {}
        self._shown: dict[int, Errand] = {}

    @property
    def columns(self) -> tuple[Column, ...]:
        """The first is as wide as its longest word in the language of the screen."""
        widest = max(cell_len(_(word)) for _glyph, word, _style in GLYPHS.values()) + 2
        return (
            Column("kind", N_("What"), widest, rank=1),
            Column("text", N_("What needs you"), 30, flex=1),
            Column("at", N_("Since"), 12, rank=2),
        )

    def take(self, errands: Sequence[Errand]) -> None:
        """Show these from now on."""
        self._shown = {self._numbers.setdefault(one.key, len(self._numbers) + 1): one for one in errands}

    def get(self, row: int | None) -> Errand | None:
        """The errand of a row."""
        return self._shown.get(row) if row is not None else None

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """In the order of urgency."""
        return array("q", list(self._shown)[:limit])

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """Kind, sentence, since when."""
        found: dict[int, tuple[Cell, ...]] = {}
        for row in ids:
            if (one := self._shown.get(row)) is not None:
                glyph, word, style = GLYPHS[one.need]
                found[row] = ((f"{glyph} {_(word)}", style), errand_words(one), (self._time(one), "muted"))
        return found

    def _time(self, one: Errand) -> str:
        try:
            return self._local(one.at)
        except ValueError:  # a note beside a file put aside is a text that anybody can edit
            return ""


class Coming:
    """What goes out next; the ids are those of the messages."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("time", N_("When"), 6),
        Column("channel", N_("Way"), 7, rank=3),
        Column("who", N_("Goes out next"), 12, flex=2),
        Column("what", N_("Event"), 13, flex=1, rank=2),
        Column("why", N_("Waits for"), 16, flex=2, rank=1),
    )

    def __init__(self, local: Local) -> None:
        self._local = local
        self._shown: dict[int, Next] = {}
        self._now = self._closed = ""

    @property
    def empty(self) -> str:
        """There is nothing to do about it."""
        return _("No message waits.")

    def take(self, coming: Sequence[Next], now: str, closed: str) -> None:
        """Show these; ``now`` is a stamp, ``closed`` why nothing leaves."""
        self._shown = {one.id: one for one in coming}
        self._now, self._closed = now, closed

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """The next first."""
        return array("q", list(self._shown)[:limit])

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """Time, way, whom, what about, why not yet."""
        return {row: self._cells(self._shown[row]) for row in ids if row in self._shown}

    def _cells(self, one: Next) -> tuple[Cell, ...]:
        words, style = waits(one, self._now, self._closed)
        time = self._local(one.due_at).rpartition(" ")[2] if one.due_at > self._now else _("now")
        return (time, channel_word(one.channel), one.who, (event_word(one.event), "muted"), (words, style))
