"""Which order a text is shown for: any of the shop, found by number, customer or title."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from carat_tui.cockpit.page import Dialog
from carat_tui.cockpit.widgets.rows import Cell, Column, Rows
from carat_tui.cockpit.words import Plain
from carat_tui.locale import N_, _
from carat_tui.store import order_list
from carat_tui.store.order_list import OrderFilter

EXAMPLE = 0
"""The id of the row that stands for example values."""


class _Orders:
    """Example values, then the orders, newest first."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("number", N_("Number"), 12),
        Column("customer", N_("Customer"), 16, flex=1),
        Column("title", N_("Title"), 16, flex=2, rank=1),
    )

    def __init__(self, search: str) -> None:
        self._search = search

    @property
    def empty(self) -> str:
        """What to do when there is nothing."""
        return _("No order is like that.")

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """The orders in question."""
        found = order_list.ids(conn, OrderFilter(search=self._search), limit)
        return found if self._search else array("q", [EXAMPLE]) + found

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """Number, customer, first title."""
        rows = order_list.rows(conn, [one for one in ids if one != EXAMPLE])
        found: dict[int, tuple[Cell, ...]] = {
            row["id"]: (row["number"], row["customer_name"] or ("–", "muted"), (row["title"] or "", "muted"))
            for row in rows
        }
        if EXAMPLE in ids:
            found[EXAMPLE] = ((_("Example"), "accent"), (_("no order, example values"), "muted"), "")
        return found


class ChooseOrder(Dialog[str]):
    """The number of an order, empty for example values; None when nothing was chosen."""

    HELP = N_("Type a part of the number, the customer or a title; Enter takes the row.")

    def compose(self) -> ComposeResult:
        """A line to search in, and the orders."""
        with Vertical(classes="box -list"):
            yield Plain(_("Show the text for which order?"), classes="question")
            yield Input(placeholder=_("number, customer or title"), compact=True)
            yield Rows(self.app.store, _Orders(""), id="orders")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one(Rows).show(_Orders(event.value.strip()))

    @on(Input.Submitted)
    def _take_first(self, event: Input.Submitted) -> None:
        event.stop()
        if (current := self.query_one(Rows).current) is not None:
            self._take(current)

    def on_key(self, event: object) -> None:
        """Down goes from the search into the list."""
        if getattr(event, "key", "") == "down" and self.query_one(Input).has_focus:
            self.query_one(Rows).focus()

    @on(Rows.Opened)
    def _opened(self, event: Rows.Opened) -> None:
        event.stop()
        self._take(event.id)

    def _take(self, order: int) -> None:
        if order == EXAMPLE:
            self.dismiss("")
            return
        (row,) = order_list.rows(self.app.store.read(), [order])
        self.dismiss(str(row["number"]))
