"""What is written down when something happens that nobody foresaw, and what is no such thing."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import traceback
from datetime import datetime
from pathlib import Path

from carat_tui.model.errors import CaratError, StoreError

_KEEP = 20


def foreseen(error: BaseException) -> CaratError | None:
    """The sentence for what is nobody's mistake here: a database that is locked by another program, a full disk, no
    right to write. None for what must be reported."""
    if isinstance(error, CaratError):
        return error
    # Its subclasses (a broken constraint, a wrong parameter) are mistakes of ours.
    if type(error) in (sqlite3.OperationalError, sqlite3.DatabaseError):
        return StoreError(
            f"The database cannot be used now: {error}.",
            "Close what else uses it; `carat doctor` looks at disk and rights.",
        )
    if isinstance(error, OSError) and error.filename:
        # A folder where a file was meant, a name too long, no right to read.
        return CaratError(f"{error.filename} cannot be used: {error.strerror}.")
    return None


def write_crash(error: BaseException, folder: Path | None, now: datetime) -> Path:
    """Write the traceback of ``error`` to a new file in ``folder`` (or the temporary folder) and return its path.

    No local variables: they hold addresses and texts of customers. The oldest files beyond twenty are removed.
    """
    from carat_tui import __version__

    name = f"crash-{now:%Y%m%d-%H%M%S-%f}.txt"
    text = f"carat {__version__}, Python {sys.version}, {sys.platform}\n{now.isoformat()}\n\n"
    text += "".join(traceback.format_exception(error))
    for place in (folder, Path(tempfile.gettempdir())):
        if place is None or not place.is_dir():
            continue
        try:
            (place / name).touch(mode=0o600)  # the temporary folder is everybody's
            (place / name).write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue  # a full or read-only disk may be the very reason of the crash
        _tidy(place)
        return place / name
    return Path(name)


def _tidy(folder: Path) -> None:
    for old in sorted(folder.glob("crash-*.txt"))[:-_KEEP]:
        old.unlink(missing_ok=True)
