"""Whether a file is a database of ours that may be opened; looked at before anything touches it."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path

from carat_tui.model.errors import StoreError
from carat_tui.store.schema import APPLICATION_ID


def look_before_opening(path: Path, check_s: float, newest: int) -> int:
    """The file's schema version, if it is ours, sound, and not above ``newest``, the one that this program knows.

    Sound means that ``quick_check`` found nothing within ``check_s`` seconds. Raises ``StoreError`` otherwise.
    """
    if not path.exists():
        raise StoreError(
            f"There is no database at {path}.",
            "`carat init` makes a home; a lost file comes back with `carat restore`.",
        )
    if not path.is_file():
        raise StoreError(f"{path} is not a file.", "Nothing was touched.")
    if path.stat().st_nlink > 1:
        raise StoreError(
            f"{path} is reachable under a second name (hard link).",
            "SQLite cannot keep such a file safe; remove the link.",
        )
    damaged = StoreError(
        f"The database {path} is damaged; nothing was touched.", "Keep the file, then `carat restore` a backup."
    )
    if path.stat().st_size == 0:
        raise damaged
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
            application = conn.execute("PRAGMA application_id").fetchone()[0]
            version = int(conn.execute("PRAGMA user_version").fetchone()[0])
            if application != APPLICATION_ID:
                raise StoreError(f"{path} is not a database of carat.", "Nothing was touched.")
            if version > newest:
                raise StoreError(
                    f"{path} was made by a newer version (schema {version}, this program knows {newest}).",
                    "Update carat; nothing was touched.",
                )
            if not _sound(conn, check_s):
                raise damaged
            return version
    except sqlite3.DatabaseError as error:
        raise damaged from error


def _sound(conn: sqlite3.Connection, seconds: float) -> bool:
    """``quick_check`` for at most ``seconds``; a check that ran out of time found nothing wrong so far."""
    until = time.monotonic() + seconds
    conn.set_progress_handler(lambda: time.monotonic() > until, 10_000)
    try:
        return [row[0] for row in conn.execute("PRAGMA quick_check(1)")] == ["ok"]
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            return True
        raise
    finally:
        conn.set_progress_handler(None, 0)
