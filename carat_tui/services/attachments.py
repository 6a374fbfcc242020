"""Files that a person attaches are frozen when they are attached: what is sent is what was chosen (threat D1)."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.text import plain, visible

MOST_BYTES = 20 * 1024 * 1024
"""All attachments of one message together; more is refused by most mail servers."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A copy in the home. ``path`` is relative to the home, with slashes."""

    name: str
    sha256: str
    bytes: int
    path: str


def freeze(home: Home, files: Sequence[Path]) -> list[Frozen]:
    """Copy ``files`` into the home under their SHA-256; the same content is kept once.

    Raises ``CaratError`` for what is not a plain readable file, and for more than 20 MB in all.
    """
    frozen: list[Frozen] = []
    room = MOST_BYTES
    for file in files:
        content = _read(file, room)
        room -= len(content)
        name = _free_name(plain(file.name) or "attachment", {one.name for one in frozen})
        frozen.append(_keep(home, name, content))
    return frozen


def _read(file: Path, room: int) -> bytes:
    shown = visible(str(file))
    try:
        # Not to hang on a pipe; what was opened is looked at, so that it cannot be swapped in between.
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise CaratError(f"{shown} cannot be attached: {error.strerror}.") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise CaratError(f"{shown} cannot be attached: it is not a file.")
    with os.fdopen(descriptor, "rb") as opened:
        content = opened.read(room + 1)
    if len(content) > room:
        raise CaratError(f"{shown} makes the message larger than 20 MB.", "Send a link or fewer files.")
    return content


def _free_name(name: str, taken: set[str]) -> str:
    stem, dot, suffix = name.rpartition(".")
    stem, suffix = (stem, dot + suffix) if stem else (name, "")
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{stem} ({number}){suffix}"
    return free


def _keep(home: Home, name: str, content: bytes) -> Frozen:
    digest = hashlib.sha256(content).hexdigest()
    target = home.attachments / digest
    home.attachments.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        part = target.with_name(f"{digest}.{os.getpid()}.part")
        with part.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        part.replace(target)
    return Frozen(name, digest, len(content), target.relative_to(home.root).as_posix())
