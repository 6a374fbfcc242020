"""The order book for people: which orders, newest first, and what a line of the list says about each."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from carat_tui.store import names, search_index, searching, standings
from carat_tui.store.ids import ids as _ids
from carat_tui.store.ids import newest_first
from carat_tui.store.search_index import Also
from carat_tui.store.search_text import DOCUMENTS, mark

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


_FIRST_TITLE = (
    "(SELECT title FROM document_line WHERE document_id = d.id AND title IS NOT NULL"
    " ORDER BY CAST(line_key AS INTEGER), line_key LIMIT 1)"
)


def ids(conn: sqlite3.Connection, wanted: OrderFilter, limit: int | None) -> array[int]:
    """The orders that ``wanted`` means, newest first: the first ``limit``, or all."""
    standing, also = _asked(wanted)
    words = (*searching.words(wanted.search), *([mark(standing)] if standing else []))
    if wanted.customer_id is not None:
        found = _ids(conn, f"{_OF_CUSTOMER} ORDER BY id DESC", (wanted.customer_id,))
        found = search_index.among(conn, DOCUMENTS, words, found) if words else found
        return search_index.fitting(conn, DOCUMENTS, found, also)[:limit]
    if words:
        how_far = search_index.SNAPSHOT if limit is None else search_index.HEAD
        return search_index.find(conn, DOCUMENTS, (*words, mark("order")), limit, how_far, also=also)
    if limit is None:
        return newest_first(_ids(conn, "SELECT id FROM document WHERE kind = 'order'"))
    return _ids(conn, "SELECT id FROM document WHERE kind = 'order' ORDER BY id DESC LIMIT ?", (limit,))


_OF_CUSTOMER = "SELECT id FROM document INDEXED BY document_customer WHERE customer_id = ? AND kind = 'order'"


def _asked(wanted: OrderFilter) -> tuple[str, Also]:
    """The mark of the index that is asked for, and what only the row says."""
    if wanted.standing in ("notified", "untold"):
        return "arrived", Also(standings.TOLD if wanted.standing == "notified" else f"NOT {standings.TOLD}")
    return wanted.standing, search_index.NOTHING_ELSE


def rows(conn: sqlite3.Connection, ids: Sequence[int]) -> list[sqlite3.Row]:
    """These orders in this order.

    ``id, number, source, customer_id, customer_no, customer_name, date, status, standing`` (waiting, arrived, closed),
    ``told`` (0/1: the customer knows of all that has arrived), ``title`` (the first), ``lines, qty, received,
    delivered, expected_date, received_date`` (both the latest), ``due_date, total, currency, customer_ref,
    notify_option, shelf_no, pickup_until, has_note`` (0/1), ``handed_over_at, collected_at, last_notified_at``.
    """
    return conn.execute(
        "SELECT d.id, d.number, d.source, d.customer_id, c.customer_no,"
        f" {names.CUSTOMER} AS customer_name, d.date, d.status, {standings.STANDING} AS standing,"
        f" {standings.TOLD} AS told, {_FIRST_TITLE} AS title,"
        " ifnull(l.lines, 0) AS lines, l.qty, l.received, l.delivered, l.expected_date,"
        " l.received_date, d.due_date, d.total, d.currency, d.customer_ref, d.notify_option, d.shelf_no,"
        " d.pickup_until, d.note <> '' AS has_note, d.handed_over_at, d.collected_at, d.last_notified_at"
        f" FROM json_each(:ids) AS j CROSS JOIN document d ON d.id = j.value LEFT JOIN ({standings.LINES}) AS l"
        " ON l.document_id = d.id LEFT JOIN customer c ON c.id = d.customer_id ORDER BY j.key",
        {"ids": json.dumps(list(ids))},
    ).fetchall()
