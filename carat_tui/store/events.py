"""Open events and what is known about them, read in batches: the reading side of the plan."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

# Events of a file that is still being taken in wait until they are all there: the brake must see all of them.
_OPEN = (
    "FROM event INDEXED BY event_open WHERE planned_at IS NULL AND (file_id IS NULL OR file_id NOT IN"
    " (SELECT f.id FROM import_file AS f INDEXED BY import_file_unfinished WHERE f.state = 'importing'))"
)


class OpenEvent(NamedTuple):
    """An event that the rules have not looked at, with its document's say in the matter."""

    id: int
    dedupe_key: str
    kind: str
    file_id: int | None
    document_id: int | None
    customer_id: int | None
    number: str | None
    option: str | None
    web_pickup: int
    email: str
    phone: str
    shipped: int
    status: str


class Queue:
    """Ids of open events, those of one file and customer side by side; 17 bytes an event, so a million fit."""

    def __init__(self) -> None:
        self.ids = array("q")
        self.files = array("q")
        """file of each event, 0 = none"""
        self._starts = array("b")

    def add(self, event_id: int, file_id: int, starts: bool) -> None:
        """Append an event; ``starts`` says that the one before it is of another file or customer."""
        self.ids.append(event_id)
        self.files.append(file_id)
        self._starts.append(starts)

    def batches(self, size: int, file_id: int | None = None) -> Iterator[tuple[int, list[int]]]:
        """(file, ids) in batches of about ``size``: a batch holds one file, and a customer is never cut in two."""
        begin = 0
        for position in range(1, len(self.ids) + 1):
            if position < len(self.ids) and not self._cut(begin, position, size):
                continue
            if file_id is None or self.files[begin] == file_id:
                yield self.files[begin], list(self.ids[begin:position])
            begin = position

    def _cut(self, begin: int, position: int, size: int) -> bool:
        if self.files[position] != self.files[begin]:
            return True
        return bool(self._starts[position]) and position - begin >= size

    def per_file(self) -> dict[int, int]:
        """How many events each file has, in order."""
        counts: dict[int, int] = {}
        for file_id in self.files:
            counts[file_id] = counts.get(file_id, 0) + 1
        return counts


def open_queue(conn: sqlite3.Connection, kinds: Iterable[str]) -> Queue:
    """All open events of ``kinds``, by file, then customer, then age."""
    queue = Queue()
    before: tuple[int, int | None] | None = None
    rows = conn.execute(
        f"SELECT id, ifnull(file_id, 0), customer_id {_OPEN} AND kind IN (SELECT value FROM json_each(?))"
        " ORDER BY file_id, customer_id, id",
        (json.dumps(list(kinds)),),
    )
    for event_id, file_id, customer_id in rows:
        queue.add(event_id, file_id, (file_id, customer_id) != before)
        before = (file_id, customer_id)
    return queue


def load(conn: sqlite3.Connection, ids: Sequence[int]) -> list[OpenEvent]:
    """The events of a batch, oldest first; those that are not open any more are left out."""
    rows = conn.execute(
        "SELECT e.id, e.dedupe_key, e.kind, e.file_id, e.document_id, ifnull(e.customer_id, d.customer_id),"
        " d.number, d.notify_option, ifnull(d.web AND d.pickup, 0), ifnull(d.contact_email, ''),"
        " ifnull(d.contact_phone, ''), ifnull(d.pickup = 0, 0),"
        # What the shop says of its customer counts at once; goods that come after a part was collected are news.
        " CASE WHEN d.handed_over_at IS NOT NULL OR e.detected_at <= d.collected_at THEN 'fulfilled'"
        " ELSE ifnull(d.status, '') END"
        " FROM json_each(?) j JOIN event e ON e.id = j.value LEFT JOIN document d ON d.id = e.document_id"
        " WHERE e.planned_at IS NULL ORDER BY e.id",
        (json.dumps(ids),),
    )
    return [OpenEvent._make(row) for row in rows]


def set_outcome(conn: sqlite3.Connection, event_id: int, outcome: str) -> None:
    """What came of an event is seen differently now."""
    conn.execute("UPDATE event SET outcome = ? WHERE id = ?", (outcome, event_id))


def close_without_rule(conn: sqlite3.Connection, kinds: Iterable[str], after: int, at: str) -> tuple[int, int]:
    """Close up to 2,000 open events after id ``after`` whose kind is not in ``kinds``, inside the caller's transaction.

    Returns how many and the last id; (0, after) when there are no more. In portions, so that no long transaction
    keeps the dispatcher waiting.
    """
    ids = [
        row[0]
        for row in conn.execute(
            f"SELECT id {_OPEN} AND id > ? AND kind NOT IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT 2000",
            (after, json.dumps(list(kinds))),
        )
    ]
    conn.execute(
        "UPDATE event SET planned_at = ?, outcome = 'no rule' WHERE id IN (SELECT value FROM json_each(?))",
        (at, json.dumps(ids)),
    )
    return len(ids), ids[-1] if ids else after


def any_open(conn: sqlite3.Connection) -> bool:
    """Whether there is an event that the rules have not looked at."""
    return conn.execute(f"SELECT 1 {_OPEN} LIMIT 1").fetchone() is not None
