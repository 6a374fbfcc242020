"""What needs a person, in one list: tasks and rows of exports that could not be read; and the word that one is done."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from carat_tui.model.errors import CaratError
from carat_tui.store import glance, imports, journal, tasks
from carat_tui.store.database import Store

_ROW = "row-"


@dataclass(frozen=True, slots=True)
class Chore:
    """One line of the list. ``id`` is a task's number, or ``row-`` and a rejected row's; ``text`` is for people."""

    id: str
    kind: str
    text: str


def still_open(conn: sqlite3.Connection, limit: int = 100) -> list[Chore]:
    """The oldest open tasks, then the newest rejected rows, at most ``limit`` of each."""
    found = [Chore(str(row["id"]), row["kind"], row["text"]) for row in tasks.open_tasks(conn, limit)]
    for row in imports.open_issues(conn, limit):
        text = f"{row['name']}, line {row['line']}: {row['reason']}: {row['raw']}"
        found.append(Chore(f"{_ROW}{row['id']}", "rejected_row", text))
    return found


def done(store: Store, ids: Sequence[str], *, who: str, at: str, why: str = "") -> None:
    """Settle chores by id, all or none, with a journal row each; ``CaratError`` for one that is not open."""

    def job(conn: sqlite3.Connection) -> None:
        for table, number in map(_meant, ids):
            if table == "task":
                tasks.finish(conn, number, at)
            else:
                imports.dismiss(conn, number)
            journal.write(conn, at, who, "done", table, number, {"why": why} if why else {})

    store.write(job)


def reopen(store: Store, ids: Sequence[str], *, who: str, at: str) -> None:
    """Take ``done`` back, all or none; ``CaratError`` for one that is not done."""

    def job(conn: sqlite3.Connection) -> None:
        for table, number in map(_meant, ids):
            if table == "task":
                tasks.reopen(conn, number)
            else:
                imports.reopen_issue(conn, number)
            journal.write(conn, at, who, "reopened", table, number)

    store.write(job)


def rows_of(conn: sqlite3.Connection, file_id: int) -> list[str]:
    """The ids of the open rejected rows of a file, as ``done`` takes them."""
    return [f"{_ROW}{number}" for number in glance.rejected_rows(conn, file_id)]


def _meant(given: str) -> tuple[str, int]:
    table, number = ("import_issue", given[len(_ROW) :]) if given.startswith(_ROW) else ("task", given)
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise CaratError(f"{given!r} is no task.", "`carat task list` shows them with their ids.")
    return table, int(number)
