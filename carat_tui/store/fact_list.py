"""Customers and documents for people: pages by key, and one of them with all that belongs to it."""

from __future__ import annotations

import json
import sqlite3

from carat_tui.model.errors import CaratError
from carat_tui.store import lookup, search_index, searching
from carat_tui.store.message_list import customer_ids
from carat_tui.store.search_text import CUSTOMERS, DOCUMENTS

_CUSTOMER = (
    "SELECT id, source, key, customer_no, coalesce(nullif(name, ''), nullif(trim(ifnull(first_name, '') || ' ' ||"
    " ifnull(last_name, '')), ''), company, '') AS name, company, salutation, first_name, last_name, language,"
    " preferred_channel, channels, notify_option, street, zip, city, country, note, first_seen, last_seen,"
    " last_notified_at FROM customer"
)
_DOCUMENT = (
    "SELECT d.id, d.source, d.kind, d.number, c.customer_no, d.status, d.date, d.due_date, d.total, d.open_amount,"
    " d.currency, d.printed, d.notify_option, d.shelf_no, d.pickup_until, d.contact_email, d.contact_phone, d.note,"
    " d.first_seen, d.last_seen, d.last_notified_at, d.handed_over_at, d.collected_at"
    " FROM document d LEFT JOIN customer c ON c.id = d.customer_id"
)
_CLOSED = ("fulfilled", "cancelled", "closed", "invoiced", "paid")


def customers(conn: sqlite3.Connection, search: str, limit: int, after: int) -> list[sqlite3.Row]:
    """A page of customers by id, those of whom ``search`` is found, whatever its case and diacritics."""
    words = searching.words(search)
    if not words:
        return conn.execute(f"{_CUSTOMER} WHERE id > ? ORDER BY id LIMIT ?", (after, limit)).fetchall()
    found = sorted(search_index.find(conn, CUSTOMERS, words, None, search_index.WHOLE))
    ids = [one for one in found if one > after][:limit]
    return conn.execute(
        f"{_CUSTOMER} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", (json.dumps(ids),)
    ).fetchall()


def customer(conn: sqlite3.Connection, number: str) -> sqlite3.Row:
    """The customer of a number; ``CaratError`` if there is none, or if two systems use the same number."""
    ids = customer_ids(conn, number)
    if len(ids) > 1:
        raise CaratError(f"Two systems use the customer number {number!r}.", "Name it with its source: SOURCE:NUMBER.")
    row: sqlite3.Row = conn.execute(f"{_CUSTOMER} WHERE id = ?", (ids[0],)).fetchone()
    return row


def customer_of(conn: sqlite3.Connection, customer_id: int) -> sqlite3.Row:
    """The customer of an id; ``CaratError`` if there is none (any more)."""
    row: sqlite3.Row | None = conn.execute(f"{_CUSTOMER} WHERE id = ?", (customer_id,)).fetchone()
    if row is None:
        raise CaratError(f"There is no customer with the id {customer_id}.", "`carat customer list` names them.")
    return row


def contacts(conn: sqlite3.Connection, customer_id: int) -> list[sqlite3.Row]:
    """Addresses: type, value, roles, active."""
    return conn.execute(
        "SELECT type, value, roles, active FROM contact WHERE customer_id = ? ORDER BY id", (customer_id,)
    ).fetchall()


def messages_of(conn: sqlite3.Connection, customer_id: int) -> int:
    """How many messages were ever made for a customer."""
    found = conn.execute("SELECT count(*) FROM message WHERE customer_id = ?", (customer_id,)).fetchone()
    return int(found[0])


def documents_of(conn: sqlite3.Connection, customer_id: int, limit: int = 50) -> list[sqlite3.Row]:
    """A customer's documents, newest first."""
    return conn.execute(
        f"{_DOCUMENT} WHERE d.customer_id = ? ORDER BY d.id DESC LIMIT ?", (customer_id, limit)
    ).fetchall()


def documents(
    conn: sqlite3.Connection, kind: str, open_only: bool, limit: int, after: int, search: str = ""
) -> list[sqlite3.Row]:
    """A page of documents, newest first; ``after`` is the last id of the page before, ``search`` as in lists."""
    closed = ", ".join(f"'{status}'" for status in _CLOSED)
    opened = f"d.handed_over_at IS NULL AND ifnull(d.status, '') NOT IN ({closed})"
    where = f"(:kind = '' OR d.kind = :kind) AND (:open = 0 OR {opened})"
    values: dict[str, object] = {"kind": kind, "open": int(open_only), "below": after or 1 << 62, "limit": limit}
    if words := searching.words(search):
        also = search_index.Also(where, {"kind": kind, "open": int(open_only)})
        found = search_index.find(conn, DOCUMENTS, words, limit, search_index.WHOLE, also=also, below=after or None)
        where += " AND d.id IN (SELECT value FROM json_each(:found))"
        values["found"] = json.dumps(list(found))
    return conn.execute(
        f"{_DOCUMENT} WHERE d.id < :below AND {where} ORDER BY d.id DESC LIMIT :limit", values
    ).fetchall()


def document(conn: sqlite3.Connection, number: str) -> sqlite3.Row:
    """The newest document of a number; ``CaratError`` if there is none."""
    ids = lookup.documents(conn, number)
    if not ids:
        raise CaratError(f"There is no document {number!r}.", "`carat document list` names them.")
    row: sqlite3.Row = conn.execute(f"{_DOCUMENT} WHERE d.id = ?", (ids[-1],)).fetchone()
    return row


def lines(conn: sqlite3.Connection, document_id: int) -> list[sqlite3.Row]:
    """A document's lines: line_key, title, author, qty, qty_received, qty_delivered, isbn13, status, received_date."""
    return conn.execute(
        "SELECT line_key, title, author, qty, qty_received, qty_delivered, isbn13, status, received_date, expected_date"
        " FROM document_line WHERE document_id = ? ORDER BY CAST(line_key AS INTEGER), line_key",
        (document_id,),
    ).fetchall()


def messages_about(conn: sqlite3.Connection, document_id: int) -> list[int]:
    """The ids of the messages about a document."""
    rows = conn.execute(
        "SELECT message_id FROM message_document INDEXED BY message_document_document"
        " WHERE document_id = ? ORDER BY message_id",
        (document_id,),
    )
    return [row[0] for row in rows]
