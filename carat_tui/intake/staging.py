"""The rows of one file in a database of their own, so that nothing of a bad file reaches the store.

``line`` is the number in the file, ``drid`` and ``crid`` point to the staged document and customer. Everything is in
the order of the file: a chunk is a range of row ids of each table, and within it what comes later wins.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PIECE_LINES = 250
"""After about so many lines a chunk may end."""
_NUMERIC = {"qty", "qty_received", "qty_delivered", "qty_cancelled"}
_INTEGER = {"price", "total", "pickup", "web", "discreet"}
_TABLES = ("customer", "contact", "document", "line")


@dataclass(frozen=True, slots=True)
class Cut:
    """How far each table was filled when a chunk was full."""

    customer: int = 0
    contact: int = 0
    document: int = 0
    line: int = 0

    @property
    def rows(self) -> int:
        """All rows up to here: what orders two cuts."""
        return self.customer + self.contact + self.document + self.line


@dataclass(frozen=True, slots=True)
class Layout:
    """The mapped columns of each staging table, after the fixed ones."""

    customer: tuple[str, ...]
    document: tuple[str, ...]
    line: tuple[str, ...]


class Staging:
    """Filling and asking the staging file. Made anew for every run; a leftover of a killed run is thrown away."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self.path = path
        self.layout = layout
        path.unlink(missing_ok=True)
        self.conn = sqlite3.connect(path.absolute().as_uri(), uri=True, isolation_level=None)
        path.chmod(0o600)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "page_size = 8192", "cache_size = -4000"):
            self.conn.execute(f"PRAGMA {pragma}")
        self._create()
        self.cuts: list[Cut] = []
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _TABLES}
        self._counts = dict.fromkeys(_TABLES, 0)
        self._last_cut = 0
        self.conn.execute("BEGIN")

    def _create(self) -> None:
        self._inserts: dict[str, str] = {}
        fixed = {
            "customer": ("line INTEGER", "key TEXT", "customer_no TEXT"),
            "contact": ("crid INTEGER", "type TEXT", "value TEXT", "value_raw TEXT"),
            "document": ("line INTEGER", "key TEXT", "number TEXT", "customer_key TEXT"),
            "line": ("line INTEGER", "drid INTEGER", "line_key TEXT"),
        }
        mapped = {
            "customer": self.layout.customer,
            "contact": (),
            "document": self.layout.document,
            "line": self.layout.line,
        }
        for table in _TABLES:
            columns = [*fixed[table], *(f"{name} {_affinity(name)}" for name in mapped[table])]
            self.conn.execute(f"CREATE TABLE {table} (rid INTEGER PRIMARY KEY, {', '.join(columns)})")
            self._inserts[table] = f"INSERT INTO {table} VALUES (NULL{', ?' * len(columns)})"

    def add_customer(self, row: tuple[Any, ...], contacts: Sequence[tuple[str, str, str]]) -> None:
        """``row``: line, key, customer_no, mapped columns; ``contacts``: type, value, as written."""
        self._rows["customer"].append(row)
        self._counts["customer"] += 1
        if contacts:
            rid = self._counts["customer"]
            self._rows["contact"] += [(rid, *contact) for contact in contacts]
            self._counts["contact"] += len(contacts)

    def add_document(self, row: tuple[Any, ...]) -> int:
        """``row``: line, key, number, customer_key, mapped columns. Returns the drid for its lines."""
        self._rows["document"].append(row)
        self._counts["document"] += 1
        return self._counts["document"]

    def add_lines(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """``rows``: line, drid, line_key, mapped columns."""
        self._rows["line"] += rows
        self._counts["line"] += len(rows)

    def end_group(self) -> None:
        """All of one order (or one customer of a list) is there: a chunk may end here."""
        if self._counts["line"] + self._counts["customer"] - self._last_cut >= PIECE_LINES:
            self._cut()

    def _cut(self) -> None:
        for table, rows in self._rows.items():
            if rows:
                self.conn.executemany(self._inserts[table], rows)
                rows.clear()
        self.cuts.append(Cut(**self._counts))
        self._last_cut = self._counts["line"] + self._counts["customer"]

    def finish(self) -> None:
        """Write what is left; from now on the file may be read by others."""
        self._cut()
        self.conn.execute("COMMIT")

    @contextlib.contextmanager
    def beside(self, store: Path) -> Iterator[sqlite3.Connection]:
        """The staging connection with the store attached read-only as ``store``."""
        self.conn.execute("ATTACH ? AS store", (f"{store.absolute().as_uri()}?mode=ro",))
        try:
            yield self.conn
        finally:
            self.conn.execute("DETACH store")

    def drop_documents(self, drids: Sequence[int]) -> None:
        """Take documents and their lines out again."""
        self.conn.execute("BEGIN")
        self.conn.execute("CREATE TEMP TABLE unwanted (rid INTEGER PRIMARY KEY)")
        self.conn.executemany("INSERT INTO unwanted VALUES (?)", [(drid,) for drid in drids])
        self.conn.execute("DELETE FROM line WHERE drid IN (SELECT rid FROM unwanted)")
        self.conn.execute("DELETE FROM document WHERE rid IN (SELECT rid FROM unwanted)")
        self.conn.execute("DROP TABLE unwanted")
        self.conn.execute("COMMIT")

    def close(self) -> None:
        """Close the connection (it holds the file's lock); the file stays until ``discard``."""
        self.conn.close()

    def discard(self) -> None:
        """Close and delete."""
        self.close()
        self.path.unlink(missing_ok=True)


def _affinity(column: str) -> str:
    return "NUMERIC" if column in _NUMERIC else "INTEGER" if column in _INTEGER else "TEXT"
