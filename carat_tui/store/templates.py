"""Every text that a template ever had: a version when it is saved, or when a message is written with it for the first
time (a file that was changed outside of carat). Versions are never changed or deleted."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class Key(NamedTuple):
    """One template file: event, language, channel."""

    name: str
    language: str
    channel: str


class Version(NamedTuple):
    """One version with its full source; the moments are stamps.

    ``who`` saved it, or None: then somebody changed the file outside of carat. ``first_used_at`` None: no message has
    been written with it.
    """

    language: str
    channel: str
    number: int
    sha256: str
    source: str
    first_used_at: str | None
    saved_at: str | None
    who: str | None

    @property
    def at(self) -> str:
        """When this version came to be known."""
        return self.saved_at or self.first_used_at or ""


_COLUMNS = "language, channel, version, sha256, source, first_used_at, saved_at, who"
_INSERT = """
INSERT INTO template_version (name, language, channel, version, sha256, source, first_used_at, saved_at, who)
SELECT ?1, ?2, ?3, 1 + coalesce(max(version), 0), ?4, ?5, ?6, ?7, ?8 FROM template_version
WHERE name = ?1 AND language = ?2 AND channel = ?3 RETURNING version
"""


def version_of(
    conn: sqlite3.Connection, name: str, language: str, channel: str, sha256: str, source: str, at: str
) -> int:
    """The number of this content as a message uses it, made if it is new, inside the caller's transaction."""
    row = conn.execute(
        "SELECT id, version, first_used_at FROM template_version"
        " WHERE name = ? AND language = ? AND channel = ? AND sha256 = ? ORDER BY version DESC LIMIT 1",
        (name, language, channel, sha256),
    ).fetchone()
    if row is None:
        return _insert(conn, Key(name, language, channel), sha256, source, at, None, None)
    if row[2] is None:
        conn.execute("UPDATE template_version SET first_used_at = ? WHERE id = ?", (at, row[0]))
    return int(row[1])


def save(conn: sqlite3.Connection, key: Key, sha256: str, source: str, at: str, who: str | None) -> int:
    """A new version, saved by ``who`` (None: found on the disk); its number. The same text as the newest is no new one.

    An older version's text is: restoring is a step forward.
    """
    newest = latest(conn, key)
    if newest is not None and newest.sha256 == sha256:
        return newest.number
    return _insert(conn, key, sha256, source, None, at, who)


def _insert(
    conn: sqlite3.Connection, key: Key, sha256: str, source: str, used: str | None, saved: str | None, who: str | None
) -> int:
    found = conn.execute(_INSERT, (*key, sha256, source, used, saved, who)).fetchone()
    return int(found[0])


def latest(conn: sqlite3.Connection, key: Key) -> Version | None:
    """The newest version of one template file, if there is any."""
    row = conn.execute(
        f"SELECT {_COLUMNS} FROM template_version WHERE name = ? AND language = ? AND channel = ?"
        " ORDER BY version DESC LIMIT 1",
        key,
    ).fetchone()
    return Version(*row) if row else None


def history(conn: sqlite3.Connection, name: str) -> list[Version]:
    """All versions of a template in all languages and channels, newest first."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM template_version WHERE name = ?"
        " ORDER BY coalesce(saved_at, first_used_at) DESC, id DESC",
        (name,),
    )
    return [Version(*row) for row in rows]


def of_file(conn: sqlite3.Connection, key: Key) -> list[Version]:
    """All versions of one template file, newest first."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM template_version WHERE name = ? AND language = ? AND channel = ?"
        " ORDER BY version DESC",
        key,
    )
    return [Version(*row) for row in rows]


class Newest(NamedTuple):
    """What a list shows of a file's newest version."""

    number: int
    sha256: str
    at: str
    who: str | None


def newest(conn: sqlite3.Connection) -> dict[Key, Newest]:
    """The newest version of every template file that has one."""
    rows = conn.execute(
        "SELECT name, language, channel, max(version), sha256, coalesce(saved_at, first_used_at), who"
        " FROM template_version GROUP BY name, language, channel"
    )
    return {Key(*row[:3]): Newest(*row[3:]) for row in rows}
