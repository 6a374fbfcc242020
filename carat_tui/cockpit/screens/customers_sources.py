"""What the lists of the customers page show: the customers, and what one of them got and ordered."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Sequence
from typing import ClassVar

from carat_tui.cockpit.widgets.rows import Cell, Column, Rows
from carat_tui.cockpit.words import channel_word, document_word, event_word, state_words, status_word
from carat_tui.locale import N_, _
from carat_tui.store import customer_history, customer_list
from carat_tui.store.customer_list import CustomerFilter


class Lines(Rows):
    """A list whose lines are opened, not marked: no act here is about several customers."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without the keys for marks."""
        return action not in ("mark", "mark_all", "range") and super().check_action(action, parameters)


Local = Callable[[str | None], str]
"""A stamp of the store as people here read it."""


class CustomerSource:
    """The customers that a filter means."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("no", N_("Number"), 9, rank=1),
        Column("name", N_("Name"), 18, flex=4),
        Column("town", N_("Town"), 16, flex=1, rank=3),
        Column("ways", N_("Reached by"), 19, flex=1),
        Column("told", N_("Last notice"), 14, rank=2),
    )

    def __init__(self, wanted: CustomerFilter, local: Local) -> None:
        self.wanted, self._local = wanted, local

    @property
    def empty(self) -> str:
        """What to do when there is nothing."""
        if self.wanted.search or self.wanted.only:
            return _("No customer is like that. Esc shows all of them again.")
        return _("No customers yet. They come with the first export that is dropped into the watch folder.")

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """The customers in order."""
        return customer_list.ids(conn, self.wanted, limit)

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """Number, name, town, ways, last notice."""
        return {row["id"]: self._cells(row) for row in customer_list.rows(conn, ids)}

    def _cells(self, row: sqlite3.Row) -> tuple[Cell, ...]:
        town = " ".join(part for part in (row["zip"], row["city"]) if part)
        name = row["name"] or ("–", "muted")
        return row["customer_no"], name, (town, "muted"), _ways(row), (self._local(row["last_notified_at"]), "muted")


def _ways(row: sqlite3.Row) -> Cell:
    if row["notify_option"] == "none" or (not row["notify_option"] and row["preferred_channel"] == "none"):
        return f"– {_('wants no notice')}", "muted"
    ways = ", ".join(channel_word(channel) for channel in (row["ways"] or "").split())
    if not ways:
        return f"✗ {_('by no way')}", "error"
    return (f"! {ways}", "warn") if row["suppressed"] else ways


class HistorySource:
    """Messages to a customer and their documents, newest first; numbers as in ``store.customer_history``."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("at", N_("When"), 13),
        Column("what", N_("What"), 20, flex=1),
        Column("text", N_("Title"), 14, flex=3, rank=1),
        Column("state", N_("State"), 14),
    )

    def __init__(self, customer_id: int, local: Local) -> None:
        self.customer_id, self._local = customer_id, local

    @property
    def empty(self) -> str:
        """What to do when there is nothing."""
        return _("Nothing was ordered and nothing was sent yet.")

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """The numbers in order."""
        return customer_history.ids(conn, self.customer_id, limit)

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """When, what, title, state."""
        rows = customer_history.rows(conn, ids)
        return {row["id"]: (self._message if row["kind"] == "message" else self._document)(row) for row in rows}

    def _message(self, row: sqlite3.Row) -> tuple[Cell, ...]:
        glyph, word, style = state_words(row["state"])
        at = self._local(row["sent_at"] or row["at"])
        what = f"{channel_word(row['channel'])}: {event_word(row['event'])}"
        return (at, "muted"), what, row["text"], (f"{glyph} {word}", style)

    def _document(self, row: sqlite3.Row) -> tuple[Cell, ...]:
        what = f"{document_word(row['kind'])} {row['number']}"
        return (
            (self._local(row["at"]), "muted"),
            (what, "accent"),
            row["text"] or "",
            (status_word(row["status"]), "muted"),
        )
