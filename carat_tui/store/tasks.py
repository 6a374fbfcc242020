"""Tasks: what needs a person. One open task per key, so a trouble that comes back is one line and not a hundred."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from carat_tui.model.errors import CaratError


@dataclass(frozen=True, slots=True)
class Task:
    """``key`` is unique for ever; ``kind`` no_way, brake, suppressed …; ``text`` is for the staff, in plain words."""

    key: str
    kind: str
    text: str
    customer_id: int | None = None
    document_id: int | None = None
    message_id: int | None = None


def put_many(conn: sqlite3.Connection, at: str, tasks: Iterable[Task]) -> None:
    """Open tasks inside the caller's transaction. One that is open keeps its day and gets the newest text; one that
    was done is opened again."""
    conn.executemany(
        "INSERT INTO task (key, kind, customer_id, document_id, message_id, text, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET text = excluded.text,"
        " document_id = excluded.document_id, message_id = excluded.message_id, done_at = NULL,"
        " created_at = CASE WHEN done_at IS NULL THEN created_at ELSE excluded.created_at END",
        [(t.key, t.kind, t.customer_id, t.document_id, t.message_id, t.text, at) for t in tasks],
    )


def open_tasks(conn: sqlite3.Connection, limit: int = 100) -> list[sqlite3.Row]:
    """The oldest open tasks: id, key, kind, text, created_at, customer_id, document_id, message_id."""
    return conn.execute(
        "SELECT id, key, kind, text, created_at, customer_id, document_id, message_id FROM task INDEXED BY task_open"
        " WHERE done_at IS NULL ORDER BY id LIMIT ?",
        (limit,),
    ).fetchall()


def count(conn: sqlite3.Connection) -> dict[str, int]:
    """How many tasks are open, by kind."""
    rows = conn.execute("SELECT kind, count(*) FROM task WHERE done_at IS NULL GROUP BY kind ORDER BY kind")
    return {row[0]: row[1] for row in rows}


def settled(conn: sqlite3.Connection) -> list[int]:
    """Open tasks that somebody has dealt with without saying so, by id.

    ``brake``: nothing of the file is held any more. ``no_way``: since then a message written by hand has been sent to
    the customer or about the order; an automatic one tells of other goods and does not count.
    """
    rows = conn.execute(
        "SELECT t.id FROM task t INDEXED BY task_open WHERE t.done_at IS NULL AND CASE t.kind"
        " WHEN 'brake' THEN NOT EXISTS (SELECT 1 FROM message m INDEXED BY message_state"
        "  WHERE m.state = 'held' AND m.file_id = CAST(substr(t.key, length('brake:') + 1) AS INTEGER))"
        " WHEN 'no_way' THEN EXISTS (SELECT 1 FROM message m INDEXED BY message_customer"
        "  WHERE m.customer_id = t.customer_id AND m.rule = 'manual' AND m.sent_at >= t.created_at)"
        "  OR EXISTS (SELECT 1 FROM message_document d JOIN message m ON m.id = d.message_id"
        "  WHERE d.document_id = t.document_id AND m.rule = 'manual' AND m.sent_at >= t.created_at)"
        " ELSE 0 END ORDER BY t.id"
    )
    return [row[0] for row in rows]


def finish(conn: sqlite3.Connection, task_id: int, at: str) -> None:
    """Mark a task as done at the stamp ``at``; ``CaratError`` if there is no such open task."""
    if conn.execute("UPDATE task SET done_at = ? WHERE id = ? AND done_at IS NULL", (at, task_id)).rowcount == 0:
        raise CaratError(f"There is no open task {task_id}.")


def reopen(conn: sqlite3.Connection, task_id: int) -> None:
    """Take ``finish`` back; ``CaratError`` if the task is not done."""
    if conn.execute("UPDATE task SET done_at = NULL WHERE id = ? AND done_at IS NOT NULL", (task_id,)).rowcount == 0:
        raise CaratError(f"Task {task_id} is not done.")
