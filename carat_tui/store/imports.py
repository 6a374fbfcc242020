"""Files taken in and the rows of theirs that were not: ``import_file``, ``import_issue``."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from carat_tui.model.errors import CaratError

DONE = ("done", "partial")
"""States of a file whose facts are in the store (``partial``: rows of it were rejected)."""

_FIGURES = ("rows", "accepted", "created", "changed", "unchanged", "rejected", "ignored")


@dataclass(frozen=True, slots=True)
class NewFile:
    """What is known of a file before it is read. ``mtime`` is a stamp."""

    sha256: str
    path: str
    name: str
    size: int
    mtime: str


def begin(
    conn: sqlite3.Connection,
    file: NewFile,
    profile: str,
    profile_hash: str,
    baseline: bool,
    at: str,
    header: Sequence[str] = (),
) -> int:
    """Record that a file is being taken in; returns its id."""
    cursor = conn.execute(
        "INSERT INTO import_file (profile, profile_hash, sha256, path, name, size, mtime, state, baseline, started_at,"
        " header) VALUES (?, ?, ?, ?, ?, ?, ?, 'importing', ?, ?, ?)",
        (
            *(profile, profile_hash, file.sha256, file.path, file.name, file.size, file.mtime, baseline, at),
            json.dumps(header, ensure_ascii=False),
        ),
    )
    return int(cursor.lastrowid or 0)


def note(
    conn: sqlite3.Connection,
    file: NewFile,
    state: str,
    message: str,
    at: str,
    profile: str | None = None,
    profile_hash: str | None = None,
) -> int:
    """Record a file that is not taken in: ``duplicate``, ``quarantined`` or ``held``; returns its id."""
    cursor = conn.execute(
        "INSERT INTO import_file"
        " (profile, profile_hash, sha256, path, name, size, mtime, state, message, started_at, finished_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (profile, profile_hash, file.sha256, file.path, file.name, file.size, file.mtime, state, message, at, at),
    )
    return int(cursor.lastrowid or 0)


def progress(conn: sqlite3.Connection, file_id: int, report: Mapping[str, Any]) -> None:
    """Keep how far a file is merged, in the same transaction as the chunk that it is about."""
    conn.execute("UPDATE import_file SET report = ? WHERE id = ?", (json.dumps(report), file_id))


def whole(conn: sqlite3.Connection, file_id: int, note: Mapping[str, Any], digests: bytes) -> None:
    """All rows of a file are in; ``note`` is what it takes to close it."""
    conn.execute(
        "UPDATE import_file SET report = ?, digests = ? WHERE id = ?",
        (json.dumps({"whole": note}, ensure_ascii=False), digests, file_id),
    )


def finish(conn: sqlite3.Connection, file_id: int, at: str, state: str, report: Mapping[str, Any]) -> None:
    """The last word on a file; the digests of the feed's files before are of no use any more."""
    conn.execute(
        "UPDATE import_file SET state = :state, finished_at = :at, report = :report, rows = :rows,"
        " accepted = :accepted, created = :created, changed = :changed, unchanged = :unchanged, rejected = :rejected,"
        " ignored = :ignored WHERE id = :id",
        {
            **{key: report[key] for key in _FIGURES},
            "id": file_id, "at": at, "state": state, "report": json.dumps(report, ensure_ascii=False),
        },
    )  # fmt: skip
    conn.execute(
        "UPDATE import_file SET digests = NULL WHERE id <> ? AND digests IS NOT NULL"
        " AND profile = (SELECT profile FROM import_file WHERE id = ?)",
        (file_id, file_id),
    )


def events_by_kind(conn: sqlite3.Connection, file_id: int) -> dict[str, int]:
    """How many events a file has made."""
    rows = conn.execute("SELECT kind, count(*) FROM event WHERE file_id = ? GROUP BY kind", (file_id,)).fetchall()
    return dict(map(tuple, rows))


def forget_issues(conn: sqlite3.Connection, file_id: int) -> None:
    """Before the rejected rows of a file are stored: a run that was killed may have stored some."""
    conn.execute("DELETE FROM import_issue WHERE file_id = ?", (file_id,))


def close(conn: sqlite3.Connection, file_id: int, at: str, state: str, message: str) -> None:
    """Give up a file that was begun."""
    conn.execute(
        "UPDATE import_file SET state = ?, message = ?, finished_at = ? WHERE id = ?", (state, message, at, file_id)
    )


def add_issues(conn: sqlite3.Connection, file_id: int, issues: Iterable[tuple[int, str, str, str]]) -> None:
    """Rows that were not taken: line, code, reason, raw text."""
    conn.executemany(
        "INSERT INTO import_issue (file_id, line, code, reason, raw) VALUES (?, ?, ?, ?, ?)",
        ((file_id, *issue) for issue in issues),
    )


def issues(conn: sqlite3.Connection, file_id: int) -> list[sqlite3.Row]:
    """The rejected rows of a file in its order: line, reason, raw, state."""
    return conn.execute(
        "SELECT line, reason, raw, state FROM import_issue WHERE file_id = ? ORDER BY id", (file_id,)
    ).fetchall()


def dismiss(conn: sqlite3.Connection, issue_id: int) -> None:
    """A person has looked after a rejected row; ``CaratError`` if it is not open."""
    settled = conn.execute(
        "UPDATE import_issue SET state = 'dismissed' WHERE id = ? AND state = 'open'", (issue_id,)
    ).rowcount
    if settled == 0:
        raise CaratError(f"There is no open rejected row {issue_id}.", "`carat task list` shows them with their ids.")


def reopen_issue(conn: sqlite3.Connection, issue_id: int) -> None:
    """Take ``dismiss`` back; ``CaratError`` if the row was not dismissed."""
    changed = conn.execute(
        "UPDATE import_issue SET state = 'open' WHERE id = ? AND state = 'dismissed'", (issue_id,)
    ).rowcount
    if changed == 0:
        raise CaratError(f"Row {issue_id} was not dismissed.")


def open_issues(conn: sqlite3.Connection, limit: int = 100) -> list[sqlite3.Row]:
    """Rejected rows that nobody has looked after yet, the newest first, with the name of their file."""
    return conn.execute(
        "SELECT i.id, i.file_id, f.name, i.line, i.reason, i.raw FROM import_issue AS i INDEXED BY import_issue_open"
        " JOIN import_file AS f ON f.id = i.file_id WHERE i.state = 'open' ORDER BY i.id DESC LIMIT ?",
        (limit,),
    ).fetchall()


def last(conn: sqlite3.Connection, profile: str) -> sqlite3.Row | None:
    """The feed's last file whose facts are in the store."""
    row: sqlite3.Row | None = conn.execute(
        "SELECT * FROM import_file WHERE profile = ? AND state IN ('done', 'partial') ORDER BY id DESC LIMIT 1",
        (profile,),
    ).fetchone()
    return row


def has_facts(conn: sqlite3.Connection, profile: str) -> bool:
    """Whether a file of the feed has brought anything yet; a header without rows has not."""
    found = conn.execute(
        "SELECT 1 FROM import_file WHERE profile = ? AND state IN ('done', 'partial') AND accepted > 0 LIMIT 1",
        (profile,),
    )
    return found.fetchone() is not None


def last_header(conn: sqlite3.Connection, profile: str) -> tuple[str, ...]:
    """The names above the columns of the feed's last file; nothing if there was none."""
    row = last(conn, profile)
    return tuple(json.loads(row["header"])) if row is not None and row["header"] else ()


def names_before(conn: sqlite3.Connection, profile: str, limit: int = 100) -> list[str]:
    """Names of the feed's last files, for finding out whether a file comes late."""
    rows = conn.execute(
        "SELECT name FROM import_file WHERE profile = ? AND state IN ('done', 'partial') ORDER BY id DESC LIMIT ?",
        (profile, limit),
    )
    return [row[0] for row in rows]


def digest_of_size(conn: sqlite3.Connection, profile: str, size: int) -> str | None:
    """The digest of the feed's last file if it has this size: then it is worth hashing before copying."""
    row = last(conn, profile)
    return row["sha256"] if row is not None and row["size"] == size else None


def handled(conn: sqlite3.Connection, path: str, size: int, mtime: str) -> bool:
    """Whether the file at ``path``, as it lies there, has been dealt with (taken in, put aside or known as a copy)."""
    row = conn.execute(
        "SELECT size, mtime, state FROM import_file WHERE path = ? ORDER BY id DESC LIMIT 1", (path,)
    ).fetchone()
    return row is not None and (row["size"], row["mtime"]) == (size, mtime) and row["state"] != "importing"


def refused_before(conn: sqlite3.Connection, sha256: str, path: str, profile_hash: str | None) -> str | None:
    """Why the same bytes at the same place were put aside the last time, if by the same profile.

    So a file that could not be moved away is not put aside again and again, and one whose profile was mended is read.
    """
    row = conn.execute(
        "SELECT state, message, path, profile_hash FROM import_file WHERE sha256 = ? ORDER BY id DESC LIMIT 1",
        (sha256,),
    ).fetchone()
    if row is None or row["state"] not in ("quarantined", "held"):
        return None
    return row["message"] if (row["path"], row["profile_hash"]) == (path, profile_hash) else None


def unfinished(conn: sqlite3.Connection) -> list[sqlite3.Row]:
    """Files that were being taken in when the program ended."""
    return conn.execute("SELECT * FROM import_file WHERE state = 'importing' ORDER BY id").fetchall()


def begun(conn: sqlite3.Connection, file: NewFile, profile: str) -> sqlite3.Row | None:
    """The same file of the same place if taking it in failed half-way (a full disk): it is to be gone on with."""
    row: sqlite3.Row | None = conn.execute(
        "SELECT * FROM import_file WHERE sha256 = ? AND path = ? AND profile = ? AND state = 'importing'"
        " ORDER BY id DESC LIMIT 1",
        (file.sha256, file.path, profile),
    ).fetchone()
    return row


def known_digests(row: sqlite3.Row | None, profile_hash: str) -> set[int]:
    """What of the feed's last file may be skipped; nothing if the profile has changed since."""
    if row is None or row["digests"] is None or row["profile_hash"] != profile_hash:
        return set()
    found = array("Q")
    found.frombytes(row["digests"])
    return set(found)


def recent(conn: sqlite3.Connection, limit: int = 20) -> list[sqlite3.Row]:
    """The last files, newest first (without their digests)."""
    return conn.execute(
        "SELECT id, profile, name, state, baseline, rows, accepted, created, changed, unchanged, rejected, ignored,"
        " message, started_at, finished_at FROM import_file ORDER BY id DESC LIMIT ?",
        (limit,),
    ).fetchall()
