"""Which versions of which template have been used: a new content is a new version, and old ones stay readable."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a template, with its full source; ``first_used_at`` is a stamp."""

    language: str
    channel: str
    number: int
    sha256: str
    source: str
    first_used_at: str


def version_of(
    conn: sqlite3.Connection, name: str, language: str, channel: str, sha256: str, source: str, at: str
) -> int:
    """The number of this content, made if it is new, inside the caller's transaction."""
    row = conn.execute(
        "SELECT version FROM template_version WHERE name = ? AND language = ? AND channel = ? AND sha256 = ?"
        " ORDER BY version DESC LIMIT 1",
        (name, language, channel, sha256),
    ).fetchone()
    if row:
        return int(row[0])
    found = conn.execute(
        "INSERT INTO template_version (name, language, channel, version, sha256, source, first_used_at)"
        " SELECT ?1, ?2, ?3, 1 + coalesce(max(version), 0), ?4, ?5, ?6 FROM template_version"
        " WHERE name = ?1 AND language = ?2 AND channel = ?3 RETURNING version",
        (name, language, channel, sha256, source, at),
    ).fetchone()
    return int(found[0])


def history(conn: sqlite3.Connection, name: str) -> list[Version]:
    """All versions of a template that were ever used, newest first."""
    rows = conn.execute(
        "SELECT language, channel, version, sha256, source, first_used_at FROM template_version WHERE name = ?"
        " ORDER BY first_used_at DESC, id DESC",
        (name,),
    )
    return [Version(*row) for row in rows]
