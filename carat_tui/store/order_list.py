"""The order book for people: which orders, newest first, and what a line of the list says about each."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from carat_tui.model.text import folded
from carat_tui.store import names

STANDINGS = ("open", "untold", "notified", "arrived", "waiting", "closed")
"""What staff ask for: ``open`` not handed over yet; ``waiting`` nothing has come in; ``arrived`` something is there for
the customer, of which ``notified`` the customer has been told and ``untold`` not (or not since more came in);
``closed`` handed over, cancelled or otherwise over."""


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What to show. ``standing`` is one of ``STANDINGS`` or empty; ``customer_id`` an id of the store."""

    search: str = ""
    standing: str = ""
    customer_id: int | None = None


# What is known of the lines of the orders in json_each(:ids). "here": received and still to be handed over; "late": the
# day on which the last of that came in.
_LINES = """
SELECT l.document_id, count(*) AS lines, sum(coalesce(l.qty, 1)) AS qty, sum(l.qty_received) AS received,
  sum(l.qty_delivered) AS delivered, max(l.expected_date) AS expected_date,
  sum(coalesce(l.qty_received, 0) > coalesce(l.qty_delivered, 0)) AS here,
  max(iif(coalesce(l.qty_received, 0) > coalesce(l.qty_delivered, 0), l.received_date, NULL)) AS received_date,
  sum(coalesce(l.qty_delivered, 0) < max(coalesce(l.qty, 1) - coalesce(l.qty_cancelled, 0), 0)) AS undelivered
FROM json_each(:ids) AS i CROSS JOIN document_line AS l ON l.document_id = i.value GROUP BY l.document_id
"""
# After a visit that took what was there, only what came in on a later day lies there for the customer.
_STANDING = """
CASE
  WHEN d.handed_over_at IS NOT NULL OR d.status IN ('fulfilled', 'cancelled', 'closed', 'invoiced', 'paid')
    OR (l.delivered > 0 AND l.undelivered = 0) THEN 'closed'
  WHEN (l.here > 0 OR d.status = 'ready')
    AND (d.collected_at IS NULL OR l.received_date > substr(d.collected_at, 1, 10)) THEN 'arrived'
  ELSE 'waiting'
END
"""
_TOLD = (
    "(d.last_notified_at IS NOT NULL"
    " AND (l.received_date IS NULL OR l.received_date <= substr(d.last_notified_at, 1, 10)))"
)
_FIRST_TITLE = (
    "(SELECT title FROM document_line WHERE document_id = d.id AND title IS NOT NULL"
    " ORDER BY CAST(line_key AS INTEGER), line_key LIMIT 1)"
)


def ids(conn: sqlite3.Connection, wanted: OrderFilter, limit: int | None) -> array[int]:
    """The orders that ``wanted`` means, newest first: the first ``limit``, or all."""
    found = conn.execute("SELECT id FROM document WHERE kind = 'order' ORDER BY id DESC").fetchall()
    words = folded(wanted.search).split()
    kept = array("q")
    pages = (rows(conn, [row[0] for row in found[at : at + 500]]) for at in range(0, len(found), 500))
    for row in (row for page in pages for row in page):
        text = folded(f"{row['number']}\n{row['customer_no']}\n{row['customer_name']}\n{row['title']}")
        fits = {
            "": True,
            "open": row["standing"] != "closed",
            "untold": row["standing"] == "arrived" and not row["told"],
            "notified": row["standing"] == "arrived" and row["told"],
        }.get(wanted.standing, row["standing"] == wanted.standing)
        of_customer = wanted.customer_id in (None, row["customer_id"])
        if fits and of_customer and all(word in text for word in words):
            kept.append(row["id"])
        if len(kept) == limit:
            break
    return kept


def rows(conn: sqlite3.Connection, ids: Sequence[int]) -> list[sqlite3.Row]:
    """These orders in this order.

    ``id, number, source, customer_id, customer_no, customer_name, date, status, standing`` (waiting, arrived, closed),
    ``told`` (0/1: the customer knows of all that has arrived), ``title`` (the first), ``lines, qty, received,
    delivered, expected_date, received_date`` (both the latest), ``due_date, total, currency, customer_ref,
    notify_option, shelf_no, pickup_until, has_note`` (0/1), ``handed_over_at, collected_at, last_notified_at``.
    """
    return conn.execute(
        "SELECT d.id, d.number, d.source, d.customer_id, c.customer_no,"
        f" {names.CUSTOMER} AS customer_name, d.date, d.status, {_STANDING} AS standing, {_TOLD} AS told,"
        f" {_FIRST_TITLE} AS title, ifnull(l.lines, 0) AS lines, l.qty, l.received, l.delivered, l.expected_date,"
        " l.received_date, d.due_date, d.total, d.currency, d.customer_ref, d.notify_option, d.shelf_no,"
        " d.pickup_until, d.note <> '' AS has_note, d.handed_over_at, d.collected_at, d.last_notified_at"
        f" FROM json_each(:ids) AS j CROSS JOIN document d ON d.id = j.value LEFT JOIN ({_LINES}) AS l"
        " ON l.document_id = d.id LEFT JOIN customer c ON c.id = d.customer_id ORDER BY j.key",
        {"ids": json.dumps(list(ids))},
    ).fetchall()
