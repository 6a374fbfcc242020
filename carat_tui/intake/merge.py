"""Staged rows → store: set-based SQL, one chunk of some hundred lines to a transaction.

Each table goes in two steps: what is new (``DO NOTHING`` on a conflict), and, only if something was not new, what
differs (``DO UPDATE … WHERE``). The row counts of the two are exactly what a report says, rows that are the same are
not written, and within a chunk the later row of a file wins by itself. An empty cell keeps what is known (``COALESCE``)
unless the profile says ``on_empty = "clear"``.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from carat_tui.intake.fields import STATUSES
from carat_tui.intake.staging import Cut, Layout
from carat_tui.store import search_index
from carat_tui.store.search_text import CUSTOMERS, DOCUMENTS

ENTITIES = ("customer", "order", "order_line")


@dataclass(slots=True)
class Counts:
    """What became of the staged rows, by entity."""

    created: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ENTITIES, 0))
    changed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ENTITIES, 0))
    unchanged: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ENTITIES, 0))
    backwards: int = 0
    """orders whose state went back"""

    def add(self, entity: str, staged: int, created: int, changed: int) -> None:
        self.created[entity] += created
        self.changed[entity] += changed
        self.unchanged[entity] += max(0, staged - created - changed)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows are merged and how: ``now`` is a stamp, ``cleared`` the fields that an empty cell deletes."""

    source: str
    kind: str
    file_id: int
    now: str
    layout: Layout
    follow: bool
    """note what was before, for events (not in a baseline, not for a late file)"""
    late: bool = False
    """an older export after a newer one: states do not go back"""
    cleared: frozenset[str] = frozenset()


def merge_chunk(conn: sqlite3.Connection, scope: Scope, start: Cut, end: Cut, counts: Counts) -> None:
    """Merge the rows after ``start`` up to ``end`` of the attached database ``stage`` and count them in ``counts``."""
    _scratch(conn)
    if end.customer > start.customer:
        _customers(conn, scope, start, end, counts)
    if end.document > start.document:
        _documents(conn, scope, start, end, counts)


def _scratch(conn: sqlite3.Connection) -> None:
    conn.execute("CREATE TEMP TABLE IF NOT EXISTS merge_document (drid INTEGER PRIMARY KEY, id INTEGER NOT NULL)")
    conn.execute(
        "CREATE TEMP TABLE IF NOT EXISTS merge_contact (customer_id INTEGER, type TEXT, crid INTEGER, value TEXT,"
        " PRIMARY KEY (customer_id, type, crid, value)) WITHOUT ROWID"
    )


# -- customers ------------------------------------------------------------------------------------------------------


def _customers(conn: sqlite3.Connection, scope: Scope, start: Cut, end: Cut, counts: Counts) -> None:
    names = scope.layout.customer
    values = {**_base(scope), "low": start.customer, "high": end.customer}
    insert = (
        f"INSERT INTO customer (source, key, customer_no, {_list(names)} first_seen, last_seen, file_id)"
        f" SELECT :source, s.key, s.customer_no, {_list(names, 's.')} :now, :now, :file"
        " FROM stage.customer AS s WHERE s.rid > :low AND s.rid <= :high ON CONFLICT (source, key) "
    )
    last_id = _highest(conn, "customer")
    staged = end.customer - start.customer
    created = conn.execute(insert + "DO NOTHING", values).rowcount
    changed: list[int] = []
    touched: set[int] = set()
    if created < staged:
        changed = _changed(conn, insert + _update("customer", names, scope.cleared), values)
    if end.contact > start.contact:
        touched = _contacts(conn, {**values, "low": start.contact, "high": end.contact}, known=created < staged)
    if changed or touched:
        search_index.stale(conn, CUSTOMERS, {*changed, *touched})
    counts.add("customer", staged, created, len(changed) + _touch(conn, "customer", touched, last_id, scope))


def _contacts(conn: sqlite3.Connection, values: Mapping[str, object], *, known: bool) -> set[int]:
    """Add contacts; of customers that were ``known``, those that this file replaces rest. Returns whose changed."""
    found = (
        " FROM stage.contact AS k CROSS JOIN stage.customer AS s ON s.rid = k.crid"
        " CROSS JOIN customer AS c ON c.source = :source AND c.key = s.key WHERE k.rid > :low AND k.rid <= :high"
    )
    last_id = _highest(conn, "contact")
    conn.execute(
        f"INSERT INTO contact (customer_id, type, value, value_raw) SELECT c.id, k.type, k.value, k.value_raw{found}"
        " ON CONFLICT DO NOTHING",
        values,
    )
    if not known:
        return set()
    touched = {row[0] for row in conn.execute("SELECT customer_id FROM contact WHERE id > ?", (last_id,))}
    conn.execute(f"INSERT OR IGNORE INTO merge_contact SELECT c.id, k.type, k.crid, k.value{found}", values)
    # Contacts with a role were entered by a person of the shop; a file neither rests nor wakes them.
    for state, wanted in ((1, "IN"), (0, "NOT IN")):
        rows = conn.execute(
            "UPDATE contact SET active = :state WHERE active <> :state AND roles = ''"
            " AND customer_id IN (SELECT customer_id FROM merge_contact)"
            " AND EXISTS (SELECT 1 FROM merge_contact AS m"
            " WHERE m.customer_id = contact.customer_id AND m.type = contact.type)"
            f" AND value {wanted} (SELECT m.value FROM merge_contact AS m WHERE m.customer_id = contact.customer_id"
            " AND m.type = contact.type AND m.crid = (SELECT max(l.crid) FROM merge_contact AS l"
            " WHERE l.customer_id = contact.customer_id AND l.type = contact.type)) RETURNING customer_id",
            {"state": state},
        )
        touched |= {row[0] for row in rows.fetchall()}
    conn.execute("DELETE FROM merge_contact")
    return touched


# -- documents ------------------------------------------------------------------------------------------------------


def _documents(conn: sqlite3.Connection, scope: Scope, start: Cut, end: Cut, counts: Counts) -> None:
    names = scope.layout.document
    columns = ["date" if name == "order_date" else name for name in names]
    values = {**_base(scope), "low": start.document, "high": end.document}
    insert = (
        "INSERT INTO document"
        f" (source, kind, key, number, customer_id, {_list(columns)} first_seen, last_seen, file_id)"
        " SELECT :source, :kind, s.key, s.number,"
        " (SELECT c.id FROM customer AS c WHERE c.source = :source AND c.key = s.customer_key),"
        f" {_list(names, 's.')} :now, :now, :file FROM stage.document AS s WHERE s.rid > :low AND s.rid <= :high"
        " ON CONFLICT (source, kind, key) "
    )
    staged = conn.execute("SELECT count(*) FROM stage.document WHERE rid > :low AND rid <= :high", values).fetchone()[0]
    last_id = _highest(conn, "document")
    created = conn.execute(insert + "DO NOTHING", values).rowcount
    if scope.follow and created:
        conn.execute(
            "INSERT OR IGNORE INTO document_change SELECT :file, id, 1, NULL FROM document WHERE id > :last",
            {**values, "last": last_id},
        )
    changed: list[int] = []
    touched = 0
    if created < staged:
        if "status" in names:
            _note_states(conn, scope, values, counts)
        cleared = frozenset("date" if name == "order_date" else name for name in scope.cleared)
        changed = _changed(
            conn, insert + _update("document", ["customer_id", *columns], cleared, late=scope.late), values
        )
        search_index.stale(conn, DOCUMENTS, changed)
    conn.execute(
        "INSERT INTO merge_document SELECT s.rid, d.id FROM stage.document AS s CROSS JOIN document AS d"
        " ON d.source = :source AND d.kind = :kind AND d.key = s.key WHERE s.rid > :low AND s.rid <= :high",
        values,
    )
    if end.line > start.line:
        _lines(conn, scope, start, end, counts)
        if created < staged:
            touched = _touch_documents(conn, last_id, scope)
    conn.execute("DELETE FROM merge_document")
    counts.add("order", staged, created, len(changed) + touched)


def _note_states(conn: sqlite3.Connection, scope: Scope, values: Mapping[str, object], counts: Counts) -> None:
    """Keep the states that are about to change, and count those that go back."""
    found = (
        " FROM stage.document AS s CROSS JOIN document AS d ON d.source = :source AND d.kind = :kind AND d.key = s.key"
        " WHERE s.rid > :low AND s.rid <= :high AND s.status IS NOT NULL AND s.status IS NOT d.status"
    )
    if scope.follow:
        conn.execute(f"INSERT OR IGNORE INTO document_change SELECT :file, d.id, 0, d.status{found}", values)
    counts.backwards += conn.execute(
        f"SELECT count(*){found} AND {_rank('s.status')} < {_rank('d.status')}", values
    ).fetchone()[0]


def _lines(conn: sqlite3.Connection, scope: Scope, start: Cut, end: Cut, counts: Counts) -> None:
    names = scope.layout.line
    values = {**_base(scope), "low": start.line, "high": end.line}
    rows = " FROM stage.line AS s CROSS JOIN merge_document AS m ON m.drid = s.drid"
    where = " WHERE s.rid > :low AND s.rid <= :high"
    if scope.follow:
        _note_lines(conn, names, rows, where, values)
    insert = (
        f"INSERT INTO document_line (document_id, line_key, {_list(names)} file_id)"
        f" SELECT m.id, s.line_key, {_list(names, 's.')} :file{rows}{where} ON CONFLICT (document_id, line_key) "
    )
    staged = conn.execute("SELECT count(*) FROM stage.line AS s" + where, values).fetchone()[0]
    created = conn.execute(insert + "DO NOTHING", values).rowcount
    changed = 0
    if created < staged:
        changed = conn.execute(insert + _update("document_line", names, scope.cleared), values).rowcount
    counts.add("order_line", staged, created, changed)


def _note_lines(
    conn: sqlite3.Connection, names: Iterable[str], rows: str, where: str, values: Mapping[str, object]
) -> None:
    """Keep what was of lines on which goods came in or went out, or whose date moved."""
    news = {
        "qty_received": "s.qty_received > COALESCE(o.qty_received, 0)",
        "qty_delivered": "s.qty_delivered > COALESCE(o.qty_delivered, 0)",
        "qty_cancelled": "s.qty_cancelled > COALESCE(o.qty_cancelled, 0)",
        "received_date": "s.received_date IS NOT NULL AND o.received_date IS NULL",
        "expected_date": "o.expected_date IS NOT NULL AND s.expected_date > o.expected_date",
    }
    mapped = [f"({condition})" for name, condition in news.items() if name in names]
    if mapped:
        conn.execute(
            "INSERT OR IGNORE INTO line_change"
            " SELECT :file, m.id, s.line_key, o.qty_received, o.received_date, o.expected_date"
            f"{rows} LEFT JOIN document_line AS o ON o.document_id = m.id AND o.line_key = s.line_key"
            f"{where} AND ({' OR '.join(mapped)})",
            values,
        )


def _touch_documents(conn: sqlite3.Connection, last_id: int, scope: Scope) -> int:
    """An order of which a line changed has changed, too; those counted already carry this file's id."""
    rows = conn.execute(
        "SELECT DISTINCT m.id FROM merge_document AS m CROSS JOIN document_line AS l ON l.document_id = m.id"
        " WHERE m.id <= ? AND l.file_id = ?",
        (last_id, scope.file_id),
    )
    touched = [row[0] for row in rows]
    if not touched:
        return 0
    search_index.stale(conn, DOCUMENTS, touched)
    return conn.execute(
        "UPDATE document SET last_seen = ?, file_id = ?2 WHERE file_id IS NOT ?2"
        " AND id IN (SELECT value FROM json_each(?))",
        (scope.now, scope.file_id, json.dumps(touched)),
    ).rowcount


# -- pieces of statements: all names in them are ours (fields.py), never from a file ----------------------------------


def _base(scope: Scope) -> dict[str, object]:
    return {"source": scope.source, "kind": scope.kind, "file": scope.file_id, "now": scope.now}


def _list(names: Iterable[str], prefix: str = "") -> str:
    return "".join(f"{prefix}{name}, " for name in names)


def _changed(conn: sqlite3.Connection, update: str, values: Mapping[str, object]) -> list[int]:
    """Run an ``INSERT … DO UPDATE``; the rows that were different."""
    return [row[0] for row in conn.execute(f"{update} RETURNING id", values).fetchall()]


def _highest(conn: sqlite3.Connection, table: str) -> int:
    return int(conn.execute(f"SELECT COALESCE(max(id), 0) FROM {table}").fetchone()[0])


def _rank(value: str) -> str:
    return f"instr('|{'|'.join(STATUSES)}|', '|' || COALESCE({value}, '') || '|')"


def _update(table: str, names: Iterable[str], cleared: frozenset[str], *, late: bool = False) -> str:
    """The ``DO UPDATE`` that writes a row only if something in it differs."""
    sets, differs = [], []
    for name in names:
        new = f"excluded.{name}" if name in cleared else f"COALESCE(excluded.{name}, {table}.{name})"
        if late and name == "status":
            new = (
                f"CASE WHEN {_rank('excluded.status')} < {_rank(f'{table}.status')} THEN {table}.status ELSE {new} END"
            )
        sets.append(f"{name} = {new}")
        differs.append(f"{new} IS NOT {table}.{name}")
    seen = "" if table == "document_line" else ", last_seen = excluded.last_seen"
    if not differs:
        return "DO NOTHING"
    return f"DO UPDATE SET {', '.join(sets)}{seen}, file_id = excluded.file_id WHERE {' OR '.join(differs)}"


def _touch(conn: sqlite3.Connection, table: str, ids: set[int], last_id: int, scope: Scope) -> int:
    """Mark rows that were there before and have not been counted as changed by this file yet; returns how many."""
    return sum(
        conn.execute(
            f"UPDATE {table} SET last_seen = ?, file_id = ? WHERE id = ? AND id <= ? AND file_id IS NOT ?",
            (scope.now, scope.file_id, one, last_id, scope.file_id),
        ).rowcount
        for one in ids
    )
