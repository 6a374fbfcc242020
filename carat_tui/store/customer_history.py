"""What a customer got and ordered, newest first: messages and documents in one list.

Numbers in this list: a message is its id, a document its id below zero, so that one list can hold both.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Sequence

_IDS = (
    "SELECT id FROM (SELECT id, created_at AS at FROM message INDEXED BY message_customer WHERE customer_id = :customer"
    " UNION ALL SELECT -id, first_seen FROM document INDEXED BY document_customer WHERE customer_id = :customer)"
    " ORDER BY at DESC, id DESC LIMIT :limit"
)
_MESSAGES = (
    "SELECT id, 'message' AS kind, created_at AS at, sent_at, due_at, event, channel, to_address, state,"
    " ifnull(subject, '') AS text FROM message WHERE id IN (SELECT value FROM json_each(?))"
)
_DOCUMENTS = (
    "SELECT -id AS id, kind, first_seen AS at, number, status, last_notified_at, date,"
    " (SELECT group_concat(title, ' + ') FROM (SELECT title FROM document_line WHERE document_id = document.id"
    " AND ifnull(title, '') <> '' ORDER BY line_key LIMIT 5)) AS text"
    " FROM document WHERE id IN (SELECT -value FROM json_each(?))"
)


def ids(conn: sqlite3.Connection, customer_id: int, limit: int | None = None) -> array[int]:
    """Numbers of messages (above zero) and documents (below) of a customer, newest first."""
    found = conn.execute(_IDS, {"customer": customer_id, "limit": -1 if limit is None else limit})
    return array("q", (row[0] for row in found))


def rows(conn: sqlite3.Connection, wanted: Sequence[int]) -> list[sqlite3.Row]:
    """The rows of such numbers: ``kind`` ``message`` or the document's kind, ``at`` a stamp, ``text`` its title."""
    messages = json.dumps([number for number in wanted if number > 0])
    documents = json.dumps([number for number in wanted if number < 0])
    return [
        *(conn.execute(_MESSAGES, (messages,)).fetchall() if any(number > 0 for number in wanted) else ()),
        *(conn.execute(_DOCUMENTS, (documents,)).fetchall() if any(number < 0 for number in wanted) else ()),
    ]
