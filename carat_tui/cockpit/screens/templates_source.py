"""The list of the shop's texts, and the list of one text's versions."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from carat_tui.cockpit.screens.templates_words import language_word, state_word, text_word
from carat_tui.cockpit.widgets.rows import Cell, Column
from carat_tui.cockpit.words import channel_word
from carat_tui.locale import N_, _
from carat_tui.model.text import folded
from carat_tui.services.templates import BROKEN, MISSING, Entry
from carat_tui.store.templates import Key, Version

Local = Callable[[str | None], str]


@dataclass(frozen=True, slots=True)
class TextFilter:
    """``language`` empty = all; ``only``: ``own``, ``broken``, ``missing`` or empty; ``search`` in name and way."""

    language: str = ""
    only: str = ""
    search: str = ""

    def wants(self, entry: Entry) -> bool:
        """Whether a text is to be shown. One that is missing in all languages is shown only when it is looked for."""
        if self.language and entry.key.language != self.language:
            return False
        if self.only and entry.state != self.only:
            return False
        name = f"{text_word(entry.key.name)} {entry.key.name} {channel_word(entry.key.channel)}"
        return all(word in folded(name) for word in folded(self.search).split())


class Numbers:
    """A number for each text, the same for the whole session: lists go by numbers."""

    def __init__(self) -> None:
        self._numbers: dict[Key, int] = {}
        self._keys: list[Key] = []

    def of(self, key: Key) -> int:
        """The number of a text."""
        if key not in self._numbers:
            self._numbers[key] = len(self._keys)
            self._keys.append(key)
        return self._numbers[key]

    def key(self, number: int) -> Key:
        """The text of a number."""
        return self._keys[number]


class Texts:
    """The texts as a list: what, in which language, by which way, how it stands."""

    _NAME = Column("name", N_("Text"), 28, flex=3)
    _LANGUAGE = Column("language", N_("Language"), 10)
    _REST: ClassVar[tuple[Column, ...]] = (
        Column("channel", N_("Way"), 8),
        Column("state", N_("State"), 19, flex=2),
        Column("changed", N_("Changed"), 13, rank=2),
    )

    def __init__(self, entries: Sequence[Entry], wanted: TextFilter, numbers: Numbers, local: Local) -> None:
        self._local, self._one_language = local, bool(wanted.language)
        self.columns = (self._NAME, *self._REST) if self._one_language else (self._NAME, self._LANGUAGE, *self._REST)
        self._shown = {numbers.of(entry.key): entry for entry in entries if wanted.wants(entry)}

    @property
    def empty(self) -> str:
        """What to do when there is nothing."""
        return _("No text is like that. Esc shows all of them again.")

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """The texts in order."""
        return array("q", list(self._shown)[:limit])

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """Name, language, way, state, last change."""
        return {number: self._cells(self._shown[number]) for number in ids if number in self._shown}

    def _cells(self, entry: Entry) -> tuple[Cell, ...]:
        name = text_word(entry.key.name)
        style = "error" if entry.state == BROKEN else "muted" if entry.state == MISSING else ""
        changed = f"{self._local(entry.at)}" if entry.who else ""
        cells: list[Cell] = [(name, style or ("accent" if entry.in_use else ""))]
        if not self._one_language:
            cells.append((language_word(entry.key.language), style))
        return (*cells, (channel_word(entry.key.channel), style), state_word(entry), (changed, "muted"))


class Versions:
    """The versions of one text, the newest first."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("number", N_("Version"), 7, right=True),
        Column("saved", N_("Saved"), 13),
        Column("who", N_("By"), 12, flex=1),
        Column("used", N_("First used"), 13, rank=1),
    )

    def __init__(self, versions: Sequence[Version], current: str, local: Local) -> None:
        self._versions = {version.number: version for version in versions}
        self._local = local
        self._now = next((version.number for version in versions if version.sha256 == current), 0)

    @property
    def empty(self) -> str:
        """What to do when there is nothing."""
        return _("No version yet: nobody saved this text here, and no message was written with it.")

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """The numbers."""
        return array("q", list(self._versions)[:limit])

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """Number, when, by whom, first use; the one in the file is marked by its colour and a sign."""
        return {number: self._cells(self._versions[number]) for number in ids}

    def _cells(self, version: Version) -> tuple[Cell, ...]:
        now = version.number == self._now
        number = f"► {version.number}" if now else str(version.number)
        return (
            (number, "accent" if now else ""),
            self._local(version.saved_at),
            version.who or (_("outside of carat"), "muted"),
            (self._local(version.first_used_at), "muted"),
        )
