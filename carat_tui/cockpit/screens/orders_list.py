"""The rows of the order book, and of the messages about one order."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len

from carat_tui.cockpit.widgets.rows import Cell, Column
from carat_tui.cockpit.words import channel_word, day, event_word, state_words
from carat_tui.locale import N_, _
from carat_tui.store import fact_list, message_list, order_list
from carat_tui.store.order_list import OrderFilter

Local = Callable[[str | None], str]
"""A stamp of the store as people here read it."""

STANDINGS = {
    "": N_("all"),
    "open": N_("open"),
    "untold": N_("to be told"),
    "notified": N_("told"),
    "waiting": N_("ordered"),
    "closed": N_("closed"),
}
"""The filters above the list, as people read them."""

_WORDS = {
    "untold": ("!", N_("to be told"), "warn"),
    "told": ("✓", N_("told"), "ok"),
    "waiting": ("○", N_("ordered"), "accent"),
    "handed": ("●", N_("handed over"), "muted"),
    "cancelled": ("×", N_("cancelled"), "muted"),
    "closed": ("–", N_("closed"), "muted"),
}


def standing_cell(row: sqlite3.Row) -> tuple[str, str]:
    """Where an order stands, as glyph and word with a style of the lists."""
    glyph, word, style = _WORDS[_standing(row)]
    return f"{glyph} {_(word)}", style


def _standing(row: sqlite3.Row) -> str:
    if row["standing"] == "arrived":
        return "told" if row["told"] else "untold"
    if row["standing"] == "waiting":
        return "waiting"
    if row["status"] == "cancelled":
        return "cancelled"
    return "handed" if row["handed_over_at"] or row["status"] == "fulfilled" else "closed"


class OrderSource:
    """The orders that a filter means, newest first."""

    def __init__(self, wanted: OrderFilter, local: Local) -> None:
        self.wanted, self._local = wanted, local

    @property
    def columns(self) -> tuple[Column, ...]:
        """The state is as wide as its longest word in the language of the screen."""
        return (
            Column("state", N_("State"), max(cell_len(_(word)) for _glyph, word, _style in _WORDS.values()) + 2),
            Column("number", N_("Order"), 11),
            Column("customer", N_("Customer"), 12, flex=2),
            Column("title", N_("Title"), 14, flex=4, rank=1),
            Column("here", N_("Here"), 6, rank=4, right=True),
            Column("shelf", N_("Shelf"), 6, rank=5),
            Column("told", N_("Last notice"), 12, rank=3),
            Column("date", N_("Date"), 11, rank=6),
        )

    @property
    def empty(self) -> str:
        """What to do when there is nothing."""
        if self.wanted.search or self.wanted.standing not in ("", "open"):
            return _("No order is like that. Esc shows all of them again.")
        if self.wanted.standing:
            return _(
                "No order is open. Orders come with the exports that are dropped into the watch folder; Esc shows all."
            )
        return _("No orders yet. They come with the first export that is dropped into the watch folder.")

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """The orders in order."""
        return order_list.ids(conn, self.wanted, limit)

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """One page."""
        return {row["id"]: self._cells(row) for row in order_list.rows(conn, ids)}

    def _cells(self, row: sqlite3.Row) -> tuple[Cell, ...]:
        more = f" +{row['lines'] - 1}" if row["lines"] > 1 else ""
        return (
            standing_cell(row),
            row["number"],
            row["customer_name"] or row["customer_no"] or ("–", "muted"),
            (row["title"] or "") + more,
            _here(row),
            (row["shelf_no"] or "", "accent"),
            (self._local(row["last_notified_at"]), "muted"),
            (day(row["date"]), "muted"),
        )


def _here(row: sqlite3.Row) -> Cell:
    """How many of the ordered pieces have come in."""
    qty, received = row["qty"] or 0, row["received"] or 0
    text = f"{received:g}/{qty:g}"
    return (text, "ok") if qty and received >= qty else (text, "muted") if not received else text


class AboutSource:
    """The messages about one order, newest first."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("at", N_("When"), 12),
        Column("state", N_("State"), 14),
        Column("way", N_("Way"), 7),
        Column("what", N_("Event"), 12, flex=1, rank=1),
        Column("to", N_("To"), 14, flex=2, rank=2),
    )

    def __init__(self, document_id: int, local: Local) -> None:
        self.document_id, self._local = document_id, local

    @property
    def empty(self) -> str:
        """Nothing was sent."""
        return _("No message is about this order. n writes one.")

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """The messages."""
        return array("q", fact_list.messages_about(conn, self.document_id)[::-1][:limit])

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """When, state, way, event, address."""
        return {row["id"]: self._cells(row) for row in message_list.rows(conn, ids)}

    def _cells(self, row: sqlite3.Row) -> tuple[Cell, ...]:
        glyph, word, style = state_words(row["state"])
        return (
            (self._local(row["sent_at"] or row["due_at"] or row["created_at"]), "muted"),
            (f"{glyph} {word}", style),
            channel_word(row["channel"]),
            (event_word(row["event"]), "muted"),
            row["to_address"],
        )
