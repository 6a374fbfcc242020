"""What is written down when something happens that nobody foresaw."""

from __future__ import annotations

import sys
import tempfile
import traceback
from datetime import datetime
from pathlib import Path

_KEEP = 20


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
            (place / name).write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue  # a full or read-only disk may be the very reason of the crash
        _tidy(place)
        return place / name
    return Path(name)


def _tidy(folder: Path) -> None:
    for old in sorted(folder.glob("crash-*.txt"))[:-_KEEP]:
        old.unlink(missing_ok=True)
