"""Keeping the search index up to date: short transactions that need not be durable, for the index can be made anew.

First the rows that have changed, then the new ones by number; a customer before the orders and messages that carry the
name. A row is taken off the list of changed ones in the transaction that indexes it, so a kill in between loses
nothing. FTS5's own merging of its parts is switched off (it comes in bursts of 25 ms) and done here in small steps.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence

from carat_tui.store.database import Store
from carat_tui.store.search_text import CUSTOMERS, DOCUMENTS, FAMILIES, MESSAGES, Family, Texts, head

_WANTED_S = 0.003
_MOST = 1_000
_MERGE_PAGES = 16


class Feed:
    """Brings the index of a store up to date, step by step."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._size = 100

    def step(self) -> bool:
        """Index some rows, a few milliseconds long; False if there was nothing to do."""
        if behind(self._store.read()) is None:
            return False
        began = time.perf_counter()
        family = self._store.write(lambda conn: _index_some(conn, self._size), durable=False)
        took = time.perf_counter() - began
        self._size = max(10, min(int(self._size * _WANTED_S / max(took, 1e-6)), 2 * self._size, _MOST))
        self._store.write(lambda conn: _merge(conn, family), durable=False)
        return True

    def all(self, seconds: float) -> bool:
        """Go on until everything is indexed, at most for so long; whether it is."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self.step():
                return True
        return False


def being_taken_in(conn: sqlite3.Connection) -> bool:
    """Whether a file is being taken in: then there is more urgent work than this."""
    query = "SELECT 1 FROM import_file INDEXED BY import_file_unfinished WHERE state = 'importing' LIMIT 1"
    return conn.execute(query).fetchone() is not None


def behind(conn: sqlite3.Connection) -> Family | None:
    """The first family of which rows are to be indexed."""
    for family in FAMILIES:
        query = (
            "SELECT EXISTS (SELECT 1 FROM search_stale WHERE family = ?1) OR"
            f" (SELECT ifnull(max(id), 0) FROM {family.name}) > (SELECT up_to FROM search_done WHERE family = ?1)"
        )
        if conn.execute(query, (family.name,)).fetchone()[0]:
            return family
    return None


def _index_some(conn: sqlite3.Connection, size: int) -> Family:
    """Index about ``size`` rows of the first family that needs it: asked in here, so that no order comes before its
    customer, whose change of name would then pass it by."""
    family = behind(conn) or CUSTOMERS
    rows = conn.execute("SELECT id FROM search_stale WHERE family = ? ORDER BY id LIMIT ?", (family.name, size))
    changed = [row[0] for row in rows]
    if changed:
        _index_changed(conn, family, changed)
    else:
        _index_new(conn, family, size)
    return family


def _index_new(conn: sqlite3.Connection, family: Family, size: int) -> None:
    rows = conn.execute(
        f"SELECT id FROM {family.name} WHERE id > (SELECT up_to FROM search_done WHERE family = ?) ORDER BY id LIMIT ?",
        (family.name, size),
    )
    ids = [row[0] for row in rows]
    if ids:
        texts = family.texts(conn, ids)
        conn.executemany(f"INSERT INTO {family.index} (rowid, text) VALUES (?, ?)", sorted(texts.items()))
        conn.execute("UPDATE search_done SET up_to = ? WHERE family = ?", (ids[-1], family.name))


def _index_changed(conn: sqlite3.Connection, family: Family, ids: list[int]) -> None:
    """Only what is really different is written: most changes of an order are not about its text."""
    listed = json.dumps(ids)
    rows = conn.execute(
        f"SELECT s.rowid, s.text FROM json_each(?) AS i CROSS JOIN {family.index} AS s ON s.rowid = i.value", (listed,)
    )
    before: Texts = dict(rows.fetchall())
    texts = family.texts(conn, ids)
    different = [(one, text) for one, text in sorted(texts.items()) if before.get(one) != text]
    conn.executemany(f"INSERT OR REPLACE INTO {family.index} (rowid, text) VALUES (?, ?)", different)
    conn.executemany(f"DELETE FROM {family.index} WHERE rowid = ?", [(one,) for one in sorted(before.keys() - texts)])
    conn.execute(
        "DELETE FROM search_stale WHERE family = ? AND id IN (SELECT value FROM json_each(?))", (family.name, listed)
    )
    if family is CUSTOMERS:
        _pass_on(conn, [one for one, text in different if head(before.get(one, "")) != head(text)])


def _pass_on(conn: sqlite3.Connection, customers: Sequence[int]) -> None:
    """A customer has another name: so have their orders and messages."""
    if not customers:
        return
    for family in (DOCUMENTS, MESSAGES):
        conn.execute(
            f"INSERT OR IGNORE INTO search_stale (family, id) SELECT :family, r.id FROM json_each(:ids) AS i"
            f" CROSS JOIN {family.name} AS r INDEXED BY {family.by_customer} ON r.customer_id = i.value"
            " WHERE r.id <= (SELECT up_to FROM search_done WHERE family = :family)",
            {"family": family.name, "ids": json.dumps(list(customers))},
        )


def _merge(conn: sqlite3.Connection, family: Family) -> None:
    conn.execute(f"INSERT INTO {family.index} ({family.index}, rank) VALUES ('merge', ?)", (_MERGE_PAGES,))
