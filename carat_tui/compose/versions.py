"""Saving a template: the file and its version in the store in one step, never over what somebody else wrote meanwhile.

The text that is replaced becomes a version too, if it was none; so whatever stood in a template can be had back.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from carat_tui.compose import templates
from carat_tui.compose.templates import BadTemplate
from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.store import journal
from carat_tui.store import templates as rows
from carat_tui.store.database import Store
from carat_tui.store.templates import Key, Version
from carat_tui.store.turns import Job

_TRIES, _PAUSE_S = 5, 0.1
"""Windows does not replace a file that another program reads just now."""


class Changed(CaratError):
    """The file was changed on the disk since the text was read; ``theirs`` is what stands there now."""

    def __init__(self, path: Path, theirs: str | None) -> None:
        what = "deleted" if theirs is None else "changed"
        super().__init__(f"{path} was {what} by another program meanwhile; nothing was saved.", "Look at both texts.")
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Text:
    """A template file's text as it was read; ``digest`` empty = there was no file."""

    source: str = ""
    digest: str = ""


def read(home: Home, key: Key) -> Text:
    """The text of a template file; an empty one if there is none. Raises ``CaratError`` if it cannot be read.

    A file that is not in UTF-8 is read as Windows would write it: it can be looked at, and saving mends it.
    """
    path = templates.path_of(home, *key)
    try:
        if path.stat().st_size > templates.LARGEST:
            raise BadTemplate(path, 1, f"the file is larger than {templates.LARGEST // 1024} KiB")
        return _on_disk(path) or Text()
    except FileNotFoundError:
        return Text()
    except OSError as error:
        raise CaratError(f"{path} cannot be read: {error.strerror}.") from None


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save made: the number of the version and the text as it now stands in the file."""

    path: Path
    number: int
    text: Text


def save(store: Store, home: Home, key: Key, source: str, who: str, now: datetime, *, base: str | None = None) -> Saved:
    """Write ``source`` into the template's file and keep it as a version.

    ``base`` is the ``Text.digest`` that the edit began from; None = whatever stands there. Raises ``Changed`` when the
    file holds another text by now, ``CaratError`` when it cannot be written. The file keeps its line ends.
    """
    path = templates.path_of(home, *key)
    source = _clean(path, source)
    new = Text(source, templates.digest(source))
    target = Path(os.path.realpath(path))
    with _beside(target, source) as part:

        def job(conn: sqlite3.Connection) -> int:
            before = _on_disk(path)
            if base is not None and (before.digest if before else "") != base:
                raise Changed(path, before.source if before else None)
            number = _record(conn, key, before, new, who, now)
            part.replace(target)
            return number

        return Saved(path, _patiently(store, job), new)


def _clean(path: Path, source: str) -> str:
    clean = source.replace("\r\n", "\n").replace("\r", "\n")
    if any("\ud800" <= char <= "\udfff" for char in clean):
        raise CaratError("The text holds bytes that are no text in this terminal's encoding.")
    if len(clean.encode()) > templates.LARGEST:
        raise BadTemplate(path, 1, f"the file is larger than {templates.LARGEST // 1024} KiB")
    return clean if not clean or clean.endswith("\n") else clean + "\n"


def _on_disk(path: Path) -> Text | None:
    """What stands in the file now."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    source = _decoded(raw).replace("\r\n", "\n").replace("\r", "\n")
    return Text(source, templates.digest(source))


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return raw.decode("latin-1")


def _record(conn: sqlite3.Connection, key: Key, before: Text | None, new: Text, who: str, now: datetime) -> int:
    """The version that was there, if nobody knew it, and the new one."""
    at = stamp(now)
    if before is not None and len(before.source) <= templates.LARGEST:
        rows.save(conn, key, before.digest, before.source, at, None)
    number = rows.save(conn, key, new.digest, new.source, at, who)
    detail = {"name": key.name, "language": key.language, "channel": key.channel, "version": number}
    journal.write(conn, at, who, "saved", "template", None, detail | {"sha256": new.digest})
    return number


@contextlib.contextmanager
def _beside(target: Path, source: str) -> Iterator[Path]:
    """The new file under another name, whole and on the disk, with the old one's line ends, mark and rights."""
    part = target.with_name(f".{target.name}.{token_hex(4)}.part")
    try:
        old = target.read_bytes() if target.exists() else b""
        content = source.replace("\n", "\r\n") if b"\r\n" in old else source
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with part.open("wb") as file:
            file.write((b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b"") + content.encode())
            file.flush()
            os.fsync(file.fileno())
        if old:
            shutil.copymode(target, part)
        yield part
    except OSError as error:
        raise CaratError(f"{target} cannot be written: {error.strerror}.", "Look at the disk and its rights.") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _patiently(store: Store, job: Job[int]) -> int:
    for _ in range(_TRIES - 1):
        with contextlib.suppress(PermissionError):
            return store.write(job)
        time.sleep(_PAUSE_S)
    return store.write(job)


def find(store: Store, key: Key, number: int) -> Version:
    """One version; raises ``CaratError`` if there is none of that number."""
    for version in rows.of_file(store.read(), key):
        if version.number == number:
            return version
    raise CaratError(
        f"The {key.channel} text {key.name} in {key.language} has no version {number}.",
        "`carat template history` shows them.",
    )


def restore(store: Store, home: Home, key: Key, number: int, who: str, now: datetime) -> Saved:
    """The text of an older version as a new one; what stands in the file now stays in the history."""
    return save(store, home, key, find(store, key, number).source, who, now)


class Change(NamedTuple):
    """A line of a comparison: ``kind`` is ``+``, ``-``, a space (unchanged), or ``@`` where lines are left out."""

    kind: str
    text: str


def diff(before: str, after: str, around: int = 3) -> list[Change]:
    """What changed between two texts, with ``around`` unchanged lines about each place; nothing if they are equal."""
    lines = difflib.unified_diff(_lines(before), _lines(after), lineterm="", n=around)
    without_names = islice(lines, 2, None)
    return [Change(line[0], line if line[0] == "@" else line[1:]) for line in without_names]


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")
