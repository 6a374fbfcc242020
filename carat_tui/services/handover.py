"""Handed over: a customer has collected an order, and the shop says so before its ERP does.

From then on nothing calls the customer to the shop for it; notices that still wait are stopped (rules/ending.py). The
act is journalled with what it stopped, and can be taken back with that.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.rules import ending
from carat_tui.rules.ending import Stopped
from carat_tui.store import journal, lookup, search_index
from carat_tui.store.database import Store
from carat_tui.store.lookup import OrderFound
from carat_tui.store.search_text import DOCUMENTS

_DONE, _UNDONE = "handed over", "handing over undone"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What came of it, as numbers of orders and ids of messages."""

    orders: tuple[str, ...]
    cancelled: tuple[int, ...] = ()
    """notices that were about these orders alone"""
    shortened: tuple[int, ...] = ()
    """notices that go on without them"""
    leaving: tuple[int, ...] = ()
    """notices that were being handed over at this moment and cannot be called back"""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What came of taking it back. ``untold``: orders whose notice has left without them meanwhile."""

    orders: tuple[str, ...]
    untold: tuple[str, ...] = ()


def missing(conn: sqlite3.Connection, orders: Iterable[str | int]) -> list[str]:
    """Titles (or line numbers) of these orders that have not arrived whole: the shop still owes them."""
    found = []
    for name in orders:
        found += conn.execute(
            "SELECT coalesce(nullif(title, ''), line_key) FROM document_line WHERE document_id = ?"
            " AND ifnull(qty_received, 0) < ifnull(qty, 1) - ifnull(qty_cancelled, 0) ORDER BY line_key",
            (lookup.order(conn, name).id,),
        ).fetchall()
    return [row[0] for row in found]


def hand_over(store: Store, orders: Sequence[str | int], who: str, now: datetime, *, whole: bool = True) -> HandedOver:
    """Note that these orders (numbers, or ids) were collected; all of them or none.

    ``whole``: nothing more is to be told of them. Otherwise the customer has what was there up to ``now``, and what
    arrives later is told as ever. Raises ``CaratError`` for an unknown order and for one that is over already.
    """

    def job(conn: sqlite3.Connection) -> HandedOver:
        found = [lookup.order(conn, name) for name in dict.fromkeys(orders)]
        stopped = [one for order in found for one in _hand_over(conn, order, who, stamp(now), whole)]
        return _result(found, stopped)

    return store.write(job)


def _hand_over(conn: sqlite3.Connection, order: OrderFound, who: str, at: str, whole: bool) -> list[Stopped]:
    before = _marks(conn, order.id)
    _refuse_what_is_over(order, before)
    column = "handed_over_at" if whole else "collected_at"
    conn.execute(f"UPDATE document SET {column} = ? WHERE id = ?", (at, order.id))
    search_index.stale(conn, DOCUMENTS, [order.id])
    stopped = ending.stop(conn, order.id, ending.HANDED_OVER, who, at)
    kept = {"handed_over_at": before["handed_over_at"], "collected_at": before["collected_at"]}
    journal.write(conn, at, who, _DONE, "document", order.id, {"whole": whole, "before": kept, "stopped": stopped})
    return stopped


def _marks(conn: sqlite3.Connection, document_id: int) -> sqlite3.Row:
    row: sqlite3.Row = conn.execute(
        "SELECT status, handed_over_at, collected_at FROM document WHERE id = ?", (document_id,)
    ).fetchone()
    return row


def _refuse_what_is_over(order: OrderFound, marks: sqlite3.Row) -> None:
    if marks["handed_over_at"]:
        raise CaratError(
            f"Order {order.number} was handed over already.", "It can be taken back: carat document handed-over --undo."
        )
    if marks["status"] in ("fulfilled", "cancelled"):
        words = "handed over" if marks["status"] == "fulfilled" else "cancelled"
        raise CaratError(f"Order {order.number} is {words} already, as the ERP says.", "There is nothing to be done.")


def _result(orders: Sequence[OrderFound], stopped: Iterable[Stopped]) -> HandedOver:
    last = {one["message"]: one for one in stopped}
    cancelled = [message for message, one in last.items() if one["cancelled"]]
    leaving = [message for message, one in last.items() if one["before"]["state"] == "sending"]
    shortened = [message for message in last if message not in (*cancelled, *leaving)]
    return HandedOver(tuple(one.number for one in orders), tuple(cancelled), tuple(shortened), tuple(leaving))


def take_back(store: Store, orders: Sequence[str | int], who: str, now: datetime) -> TakenBack:
    """Undo the last ``hand_over`` of these orders, with the notices that it stopped; all of them or none.

    Raises ``CaratError`` for an unknown order and for one that nobody here has marked.
    """

    def job(conn: sqlite3.Connection) -> TakenBack:
        at = stamp(now)
        found = [lookup.order(conn, name) for name in dict.fromkeys(orders)]
        details = [_unmark(conn, order) for order in found]  # all of them, before any notice is put together again
        untold = [
            order.number
            for order, detail in zip(found, details, strict=True)
            if ending.restore(conn, order.id, detail["stopped"], who, at)
        ]
        for order in found:
            journal.write(conn, at, who, _UNDONE, "document", order.id, {})
        return TakenBack(tuple(one.number for one in found), tuple(untold))

    return store.write(job)


def _unmark(conn: sqlite3.Connection, order: OrderFound) -> dict[str, list[Stopped]]:
    row = conn.execute(
        "SELECT what, detail FROM journal INDEXED BY journal_subject WHERE subject = 'document' AND subject_id = ?"
        " AND what IN (?, ?) ORDER BY id DESC LIMIT 1",
        (order.id, _DONE, _UNDONE),
    ).fetchone()
    if row is None or row["what"] != _DONE:
        raise CaratError(f"Nobody here has marked order {order.number} as handed over.")
    detail: dict[str, list[Stopped]] = json.loads(row["detail"])
    values = {**detail["before"], "id": order.id}  # type: ignore[dict-item]  # the marks as they were
    conn.execute(
        "UPDATE document SET handed_over_at = :handed_over_at, collected_at = :collected_at WHERE id = :id", values
    )
    search_index.stale(conn, DOCUMENTS, [order.id])
    return detail
