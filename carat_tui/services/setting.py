"""Changing one setting, with the journal's word for it; the next message uses it."""

from __future__ import annotations

import sqlite3

from carat_tui.store import journal, settings
from carat_tui.store.database import Store


def change(store: Store, key: str, value: str, *, who: str, at: str) -> tuple[str, str]:
    """Check and store a setting at the stamp ``at``; returns (before, now). ``CaratError`` for a wrong value."""

    def job(conn: sqlite3.Connection) -> tuple[str, str]:
        before = settings.get(conn, key)
        stored = settings.put(conn, key, value)
        detail = {"key": key, "before": before, "after": stored}
        journal.write(conn, at, who, "changed setting", "setting", None, detail)
        return before, stored

    return store.write(job)
