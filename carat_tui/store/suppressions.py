"""Addresses that get nothing any more (DOMAIN B.7). Kept by address, so that no import can lift it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from carat_tui.model.text import folded


@dataclass(frozen=True, slots=True)
class Suppression:
    """Since when (stamp), why and by whom an address is closed. ``channel`` is email, sms or letter."""

    channel: str
    value: str
    reason: str
    since: str
    who: str


Suppressed = dict[tuple[str, str], Suppression]
"""Closed addresses by ``key_of``."""


def key_of(channel: str, address: str) -> tuple[str, str]:
    """How an address is compared: case and spaces do not make it another one."""
    return channel, " ".join(folded(address).split()) if channel == "letter" else address.strip().casefold()


def every(conn: sqlite3.Connection) -> Suppressed:
    """All closed addresses; a shop has few of them."""
    rows = conn.execute("SELECT type, value, reason, created_at, who FROM suppression ORDER BY created_at")
    return {(row[0], row[1]): Suppression(*row) for row in rows}


def find(conn: sqlite3.Connection, channel: str, address: str) -> Suppression | None:
    """Why nothing may go to ``address`` by ``channel``, or None; for asking at the moment of sending (threat I3)."""
    row = conn.execute(
        "SELECT type, value, reason, created_at, who FROM suppression WHERE type = ? AND value = ?",
        key_of(channel, address),
    ).fetchone()
    return Suppression(*row) if row else None


def put(conn: sqlite3.Connection, channel: str, address: str, reason: str, at: str, who: str) -> None:
    """Close an address inside the caller's transaction; the first reason stays."""
    conn.execute(
        "INSERT OR IGNORE INTO suppression (type, value, reason, created_at, who) VALUES (?, ?, ?, ?, ?)",
        (*key_of(channel, address), reason, at, who),
    )


def remove(conn: sqlite3.Connection, channel: str, address: str) -> bool:
    """Open an address again inside the caller's transaction; whether it was closed."""
    found = conn.execute("DELETE FROM suppression WHERE type = ? AND value = ?", key_of(channel, address))
    return found.rowcount > 0
