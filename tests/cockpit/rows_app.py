"""A tiny app around a list of customers, for the tests of the list itself."""

from __future__ import annotations

import sqlite3
import threading
from array import array
from collections.abc import Sequence
from typing import ClassVar

from textual.app import App, ComposeResult

from carat_tui.cockpit.style import STYLE_SHEETS, THEMES
from carat_tui.cockpit.widgets.rows import Cell, Column, Rows
from carat_tui.store.database import Store


class Customers:
    """Customers, the newest first; ``where`` is a condition of the test, ``gate`` holds up the whole snapshot."""

    columns = (
        Column("id", "No.", 6, right=True),
        Column("name", "Name", 12, flex=1),
        Column("key", "Key", 8, rank=1),
    )
    empty = "No customer yet: drop an export into the folder."

    def __init__(self, where: str = "1", gate: threading.Event | None = None) -> None:
        self.where, self.gate = where, gate
        self.heads = self.wholes = 0

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """By number, downwards."""
        if limit is None:
            self.wholes += 1
            if self.gate is not None:
                assert self.gate.wait(10)
        else:
            self.heads += 1
        sql = f"SELECT id FROM customer WHERE {self.where} ORDER BY id DESC LIMIT ?"
        return array("q", [row[0] for row in conn.execute(sql, (-1 if limit is None else limit,))])

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """Number, name, key."""
        sql = f"SELECT id, name, key FROM customer WHERE id IN ({','.join('?' * len(ids))})"
        return {row[0]: (str(row[0]), (row[1], "ok"), row[2]) for row in conn.execute(sql, list(ids))}


class Shelf(App[None]):
    """The list, and what it said."""

    CSS_PATH: ClassVar = STYLE_SHEETS
    BINDINGS: ClassVar = [("escape", "step_back", "")]

    def __init__(self, store: Store, source: Customers | None = None) -> None:
        super().__init__()
        self.rows = Rows(store, source)
        self.moved: list[int | None] = []
        self.opened: list[int] = []
        self.marked = self.loaded = self.back = 0
        self.faults: list[BaseException] = []

    def compose(self) -> ComposeResult:
        """Only the list."""
        yield self.rows

    def on_mount(self) -> None:
        """As the cockpit looks."""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def fault(self, error: BaseException) -> None:
        """As the deck."""
        self.faults.append(error)

    def action_step_back(self) -> None:
        """Escape went past the list."""
        self.back += 1

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Noted."""
        self.moved.append(event.id)

    def on_rows_opened(self, event: Rows.Opened) -> None:
        """Noted."""
        self.opened.append(event.id)

    def on_rows_marked(self) -> None:
        """Noted."""
        self.marked += 1

    def on_rows_loaded(self) -> None:
        """Noted."""
        self.loaded += 1


def put(store: Store, first: int, last: int) -> None:
    """Customers with these numbers."""

    def job(conn: sqlite3.Connection) -> None:
        conn.executemany(
            "INSERT INTO customer (id, source, key, customer_no, name, first_seen, last_seen)"
            " VALUES (?, 'erp', ?, ?, ?, '', '')",
            [(number, f"K{number}", f"K{number}", f"Kundin {number}") for number in range(first, last + 1)],
        )

    store.write(job)


def remove(store: Store, where: str) -> None:
    """Customers go."""
    store.write(lambda conn: conn.execute(f"DELETE FROM customer WHERE {where}"))


def lines(rows: Rows) -> list[str]:
    """The text on the screen."""
    return [rows.render_line(y).text for y in range(rows.size.height)]


def line_of(rows: Rows, row: int) -> int:
    """On which line of the screen a row stands."""
    return next(y for y, text in enumerate(lines(rows)) if f" {row} " in text)
