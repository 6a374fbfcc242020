"""A file that lies in the inbox: may it be taken, what is it called in the store, and a copy of it in the spool.

The copy is what is parsed, so what the ERP does to the original meanwhile cannot matter. Links, pipes, devices and
folders are never opened (reliability §4.4).
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import translate
from pathlib import Path

from carat_tui.model.clock import stamp
from carat_tui.store.imports import NewFile

MAX_BYTES = 200 * 1024 * 1024
IGNORED = (
    ".*",
    "*.tmp",
    "*.part",
    "*.filepart",
    "*.crdownload",
    "~$*",
    ".~lock*",
    "*.bak",
    "*.swp",
    "thumbs.db",
    "desktop.ini",
    "inprogress_*",
    "*.reason.txt",
)
"""Names under which programs write a file that is not there yet, or leave their own traces."""
_IGNORED = re.compile("|".join(translate(glob) for glob in IGNORED))
_CHUNK = 1 << 20
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))


class NotReady(Exception):
    """The file cannot be taken now and may be later: still being written, or locked."""


class NotAFile(Exception):
    """Something that is never taken in; the text says what it is."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A copy in the spool and what is known of its original."""

    copy: Path
    file: NewFile


def ignored(name: str) -> bool:
    """Whether a name is one of those that are no export."""
    return _IGNORED.match(name.casefold()) is not None


def path_text(path: Path) -> str:
    """A path as the store can keep it: bytes that are not text are written out."""
    return os.fsencode(path.absolute()).decode("utf-8", "backslashreplace")


def mtime_text(found: os.stat_result) -> str:
    """The file's time as the store keeps it."""
    return stamp(datetime.fromtimestamp(found.st_mtime_ns // 1_000_000 / 1000, UTC))


@contextmanager
def opened(path: Path) -> Iterator[tuple[int, os.stat_result]]:
    """Open a regular file of bearable size without following a link or waiting at a pipe."""
    try:
        if path.is_symlink():  # where O_NOFOLLOW does not exist
            raise NotAFile("a link is not followed")
        handle = os.open(path, _FLAGS)
    except FileNotFoundError as error:
        raise NotReady("the file is gone") from error
    except OSError as error:
        if path.is_dir():
            raise NotAFile("it is a folder") from error
        raise NotReady(f"it cannot be opened ({error.strerror})") from error
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise NotAFile("it is not an ordinary file")
        if found.st_size > MAX_BYTES:
            raise NotAFile(f"it has {found.st_size / 1e6:.0f} MB; more than {MAX_BYTES / 1e6:.0f} MB are not taken in")
        yield handle, found
    finally:
        os.close(handle)


def digest(path: Path) -> NewFile:
    """Read a file without copying it. Raises ``NotReady`` or ``NotAFile``."""
    return _read(path, lambda chunk: None)


def bring_in(path: Path, spool: Path) -> Arrived:
    """Copy a file into the spool while hashing it; the digest is its name. Raises ``NotReady`` or ``NotAFile``."""
    spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = spool / f"{os.getpid()}-{hashlib.sha256(os.fsencode(path)).hexdigest()[:16]}.part"
    try:
        with part.open("wb") as out:
            part.chmod(0o600)
            file = _read(path, out.write)
        copy = spool_path(spool, file.sha256)
        part.replace(copy)
    finally:
        part.unlink(missing_ok=True)
    return Arrived(copy, file)


def spool_path(spool: Path, sha256: str) -> Path:
    """Where the copy of a file lies."""
    return spool / f"{sha256}.copy"


def _read(path: Path, use: Callable[[bytes], object]) -> NewFile:
    seal = hashlib.sha256()
    with opened(path) as (handle, before):
        while chunk := os.read(handle, _CHUNK):
            seal.update(chunk)
            use(chunk)
        after = os.fstat(handle)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise NotReady("it changed while it was read")
    return NewFile(
        seal.hexdigest(),
        path_text(path),
        os.fsencode(path.name).decode("utf-8", "backslashreplace"),
        before.st_size,
        mtime_text(before),
    )
