"""From the number that a person typed to the one row that is meant."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from carat_tui.model.errors import CaratError
from carat_tui.model.recipient import Order


@dataclass(frozen=True, slots=True)
class OrderFound:
    """An order with its say in who is told how."""

    id: int
    number: str
    customer_id: int | None
    note: str
    wishes: Order


def customer_id(conn: sqlite3.Connection, number: str) -> int:
    """The customer of a number, ``SOURCE:NUMBER`` where two systems use the same; ``CaratError`` if not exactly one."""
    sql = "SELECT id, source FROM customer WHERE (customer_no = :number OR key = :number)"
    return int(_one(conn, sql, number, "customer", "carat customer list")["id"])


def order(conn: sqlite3.Connection, number: str) -> OrderFound:
    """The order of a number, ``SOURCE:NUMBER`` where two systems use the same; ``CaratError`` if not exactly one."""
    columns = "id, source, number, customer_id, note, notify_option, web, pickup, contact_email, contact_phone"
    sql = f"SELECT {columns} FROM document WHERE kind = 'order' AND (key = :number OR number = :number)"
    row = _one(conn, sql, number, "order", "carat document list")
    wishes = Order(
        row["notify_option"],
        bool(row["web"] and row["pickup"]),
        row["contact_email"] or "",
        row["contact_phone"] or "",
    )
    return OrderFound(row["id"], row["number"], row["customer_id"], row["note"], wishes)


def _one(conn: sqlite3.Connection, sql: str, number: str, what: str, command: str) -> sqlite3.Row:
    rows = conn.execute(sql, {"number": number}).fetchall()
    source, colon, rest = number.partition(":")
    if not rows and colon:
        rows = [row for row in conn.execute(sql, {"number": rest}) if row["source"] == source]
    if not rows:
        raise CaratError(f"There is no {what} {number!r}.", f"`{command}` names them.")
    if len(rows) > 1:
        raise CaratError(f"There is more than one {what} {number!r}.", f"Write {rows[0]['source']}:{number}.")
    found: sqlite3.Row = rows[0]
    return found
