"""Typed text survives: while a template is edited, its text lies in ``data/drafts`` and is offered at the next opening.

The file goes away when the text is saved or thrown away on purpose.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.store.templates import Key


@dataclass(frozen=True, slots=True)
class Draft:
    """A text not saved: the digest of the text it began from, when it was last typed in (stamp), by whom."""

    source: str
    base: str
    at: str
    who: str


def keep(home: Home, key: Key, draft: Draft) -> None:
    """Write the draft to the disk, in one step; raises ``CaratError`` if that cannot be done."""
    path = _path(home, key)
    part = path.with_name(f".{path.name}.{token_hex(4)}.part")
    content = {"source": draft.source, "base": draft.base, "at": draft.at, "who": draft.who}
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.touch(mode=0o600)
        with part.open("w", encoding="utf-8", errors="replace") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise CaratError(f"The typed text cannot be kept in {path}: {error.strerror}.", "Save it soon.") from None


def left(home: Home, key: Key) -> Draft | None:
    """The draft that was left behind, or None (also for a file that is no draft)."""
    try:
        found = json.loads(_path(home, key).read_text(encoding="utf-8"))
        return Draft(str(found["source"]), str(found["base"]), str(found["at"]), str(found["who"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def drop(home: Home, key: Key) -> None:
    """The text was saved or is not wanted."""
    with contextlib.suppress(OSError):
        _path(home, key).unlink(missing_ok=True)


def _path(home: Home, key: Key) -> Path:
    return home.drafts / f"{key.name}.{key.language}.{key.channel}.json"
