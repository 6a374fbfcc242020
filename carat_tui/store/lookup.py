"""From the number that a person typed to the one row that is meant."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from carat_tui.model.errors import CaratError
from carat_tui.model.recipient import Order
from carat_tui.store.searching import usable


@dataclass(frozen=True, slots=True)
class OrderFound:
    """An order with its say in who is told how."""

    id: int
    number: str
    customer_id: int | None
    note: str
    wishes: Order


def customers(conn: sqlite3.Connection, number: str) -> list[int]:
    """The customers that a number may mean, oldest first: the number itself, else ``SOURCE:NUMBER``."""
    return [row["id"] for row in _rows(conn, "SELECT id, source FROM customer", "customer_no", number)]


def documents(conn: sqlite3.Connection, number: str) -> list[int]:
    """The documents that a number may mean, oldest first: the number itself, else ``SOURCE:NUMBER``."""
    return [row["id"] for row in _rows(conn, "SELECT id, source FROM document", "number", number)]


def customer_id(conn: sqlite3.Connection, number: str) -> int:
    """The customer of a number, ``SOURCE:NUMBER`` where two systems use the same; ``CaratError`` if not exactly one."""
    rows = _rows(conn, "SELECT id, source FROM customer", "customer_no", number)
    return int(_one(rows, number, "customer", "carat customer list")["id"])


def order(conn: sqlite3.Connection, number: str | int) -> OrderFound:
    """The order of a number, ``SOURCE:NUMBER`` where two systems use the same, or of an id (int).

    ``CaratError`` if not exactly one.
    """
    columns = "id, source, kind, number, customer_id, note, notify_option, web, pickup, contact_email, contact_phone"
    select = f"SELECT {columns} FROM document"
    if isinstance(number, int):
        rows = conn.execute(f"{select} WHERE id = ?", (number,)).fetchall()
    else:
        rows = _rows(conn, select, "number", number)
    row = _one([row for row in rows if row["kind"] == "order"], str(number), "order", "carat document list")
    wishes = Order(
        row["notify_option"],
        bool(row["web"] and row["pickup"]),
        row["contact_email"] or "",
        row["contact_phone"] or "",
    )
    return OrderFound(row["id"], row["number"], row["customer_id"], row["note"], wishes)


def _rows(conn: sqlite3.Connection, select: str, column: str, number: str) -> list[sqlite3.Row]:
    """Rows by key (indexed; as typed, or in capitals), else by the number as the ERP writes it, or with its source."""
    number = usable(number)
    rows = conn.execute(f"{select} WHERE key = ? ORDER BY id", (number,)).fetchall()
    rows = rows or conn.execute(f"{select} WHERE key = upper(?) ORDER BY id", (number,)).fetchall()
    rows = rows or conn.execute(f"{select} WHERE {column} = ? ORDER BY id", (number,)).fetchall()
    source, colon, rest = number.partition(":")
    if not rows and colon:
        rows = conn.execute(f"{select} WHERE source = ? AND key = ? ORDER BY id", (source, rest)).fetchall()
    return rows


def _one(rows: list[sqlite3.Row], number: str, what: str, command: str) -> sqlite3.Row:
    if not rows:
        raise CaratError(f"There is no {what} {number!r}.", f"`{command}` names them.")
    if len(rows) > 1:
        raise CaratError(f"There is more than one {what} {number!r}.", f"Write {rows[0]['source']}:{number}.")
    return rows[0]
