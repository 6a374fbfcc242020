"""One order whole, for the page of the cockpit: what the exports and the shop say of it, and its story."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from carat_tui.model.errors import CaratError
from carat_tui.model.recipient import Choice, Person
from carat_tui.rules import ways
from carat_tui.rules.explain import Explanation, explain
from carat_tui.rules.terms import shop_of
from carat_tui.services import addressee
from carat_tui.store import fact_list, lookup, order_list
from carat_tui.store.database import Store


@dataclass(frozen=True, slots=True)
class OrderPage:
    """``row`` as in the list, ``lines`` as ``fact_list.lines``, ``choice``: the way that a notice would take now."""

    row: sqlite3.Row
    note: str
    lines: list[sqlite3.Row]
    choice: Choice
    story: Explanation

    @property
    def id(self) -> int:
        """The order's id."""
        return int(self.row["id"])

    @property
    def number(self) -> str:
        """The order's number."""
        return str(self.row["number"])


def read(store: Store, order_id: int, now: datetime) -> OrderPage:
    """Read an order; ``CaratError`` if there is none. Takes some milliseconds: to be called in a thread."""
    conn = store.read()
    rows = order_list.rows(conn, [order_id])
    if not rows:
        raise CaratError(f"There is no order with the id {order_id}.", "`carat document list` names them.")
    order = lookup.order(conn, order_id)
    person = addressee.person_of(conn, order.customer_id) or Person()
    name = exact_name(conn, order_id)
    choice = ways.choose(order.wishes, person, shop_of(conn))
    return OrderPage(rows[0], order.note, fact_list.lines(conn, order_id), choice, explain(store, name, now))


def exact_name(conn: sqlite3.Connection, order_id: int) -> str:
    """What to call an order so that nothing else is meant, as ``carat explain`` understands it."""
    source, key = conn.execute("SELECT source, key FROM document WHERE id = ?", (order_id,)).fetchone()
    return f"document:{source}:{key}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is known of several orders at once, to say what can be done with them."""

    customers: int
    """of how many customers they are; an order without one counts for itself"""
    over: tuple[str, ...]
    """numbers of those that are handed over or cancelled already"""
    marked: tuple[str, ...]
    """numbers of those that somebody here has marked as handed over or collected"""


def chosen(conn: sqlite3.Connection, ids: Sequence[int]) -> Chosen:
    """How these orders (some hundred at most) stand."""
    rows = conn.execute(
        "SELECT d.id, d.number, d.customer_id, d.status, d.handed_over_at, d.collected_at FROM json_each(?) j"
        " CROSS JOIN document d ON d.id = j.value ORDER BY j.key",
        (json.dumps(list(ids)),),
    ).fetchall()
    whose = {row["customer_id"] if row["customer_id"] is not None else -row["id"] for row in rows}
    over = [row["number"] for row in rows if row["handed_over_at"] or row["status"] in ("fulfilled", "cancelled")]
    marked = [row["number"] for row in rows if row["handed_over_at"] or row["collected_at"]]
    return Chosen(len(whose), tuple(over), tuple(marked))
