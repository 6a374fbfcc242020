"""The append-only journal: one row for every decision and act, each sealed with the hash of all before it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_GENESIS = "0" * 64
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row to be: ``who``, ``what``, ``subject`` and ``detail`` as for ``write``."""

    at: str
    who: str
    what: str
    subject: str
    subject_id: int | None = None
    detail: Mapping[str, object] | str | None = None
    """a str is what ``text_of`` made of a detail, for details that many rows share"""


def text_of(detail: Mapping[str, object] | None) -> str:
    """A detail as the journal keeps it."""
    return _ENCODER.encode(detail or {})


def write(
    conn: sqlite3.Connection,
    at: str,
    who: str,
    what: str,
    subject: str,
    subject_id: int | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Append one row inside the caller's transaction.

    ``at`` is a stamp, ``who`` the operating system's user or ``engine``, ``what`` a past-tense word (``sent``,
    ``released``), ``subject`` the table it is about with ``subject_id`` its row. ``detail`` must not hold secrets.
    """
    write_many(conn, [Entry(at, who, what, subject, subject_id, detail)])


def write_many(conn: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Append rows in order inside the caller's transaction, the chain looked up once."""
    last = conn.execute("SELECT hash FROM journal ORDER BY id DESC LIMIT 1").fetchone()
    seal = last[0] if last else _GENESIS
    rows = []
    for entry in entries:
        text = entry.detail if isinstance(entry.detail, str) else text_of(entry.detail)
        fields = (entry.at, entry.who, entry.what, entry.subject, entry.subject_id, text)
        seal = _seal(seal, *fields)
        rows.append((*fields, seal))
    conn.executemany(
        "INSERT INTO journal (at, who, what, subject, subject_id, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)", rows
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What ``verify`` found: how many rows were read and the first that does not fit (None = the chain is whole)."""

    rows: int
    broken_at: int | None


def verify(conn: sqlite3.Connection) -> Verdict:
    """Recompute the chain from the first row."""
    seal, expected, rows = _GENESIS, 1, 0
    for row in conn.execute("SELECT id, at, who, what, subject, subject_id, detail, hash FROM journal ORDER BY id"):
        rows += 1
        seal = _seal(seal, *tuple(row)[1:7])
        if row["id"] != expected or row["hash"] != seal:
            return Verdict(rows, row["id"])
        expected += 1
    return Verdict(rows, None)


def _seal(before: str, at: str, who: str, what: str, subject: str, subject_id: int | None, detail: str) -> str:
    # A unit separator cannot occur in the fields before the last, so two different rows never make the same text.
    row = "\x1f".join((before, at, who, what, subject, "" if subject_id is None else str(subject_id), detail))
    return hashlib.sha256(row.encode("utf-8", "surrogatepass")).hexdigest()
