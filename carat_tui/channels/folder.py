"""The ways out that are folders: a Maildir, a folder of SMS texts, a hot folder of letters.

A message is first written beside its place and flushed to the disk; only then comes the irrevocable moment, a rename.
So after a crash the folder itself says what happened: the finished name is there (handed over), or the unfinished one
is (not handed over). A printer driver may have taken the finished one away: then neither is there, and nobody knows.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from carat_tui.model.message import Answer, Outcome, Outgoing


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one message goes: ``part`` while it is being written, ``final`` once it is handed over."""

    part: Path
    final: Path


class FolderChannel:
    """A route of kind ``maildir``, ``textfile`` or ``hotfolder`` into ``folder``."""

    def __init__(self, kind: str, folder: Path) -> None:
        self._kind = kind
        self._folder = folder

    def open(self) -> FolderSession | Answer:
        """Make the folders; trouble with them is the route's, not the message's."""
        try:
            for folder in self._folders():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return FolderSession(self._place, self._content, self._read_mail())
        except OSError as error:
            return _ill(self._folder, error)

    def holds(self, item: Outgoing) -> bool | None:
        """True: the file is there under its finished name; False: only the unfinished one is; None: neither."""
        place = self._place(item)
        if place.final.exists() or place.final.name in self._read_mail():
            return True
        return False if place.part.exists() else None

    def abort(self) -> None:
        """Writing a file needs no breaking off."""

    def _folders(self) -> tuple[Path, ...]:
        if self._kind == "maildir":
            return (self._folder, *(self._folder / name for name in ("tmp", "new", "cur")))
        return (self._folder,)

    def _place(self, item: Outgoing) -> _Place:
        if self._kind == "maildir":
            return _Place(self._folder / "tmp" / f"{item.name}.eml", self._folder / "new" / f"{item.name}.eml")
        ending = "txt" if self._kind == "textfile" else "pdf"
        return _Place(self._folder / f"{item.name}.{ending}.part", self._folder / f"{item.name}.{ending}")

    def _read_mail(self) -> frozenset[str]:
        """Names that a mail program moved from ``new`` to ``cur``, without the flags it added (":2,S" or "!2,S")."""
        cur = self._folder / "cur"
        if self._kind != "maildir" or not cur.is_dir():
            return frozenset()
        return frozenset(entry.name.partition(".eml")[0] + ".eml" for entry in os.scandir(cur))

    def _content(self, item: Outgoing) -> bytes:
        if self._kind == "textfile":
            return b"To: " + item.to.encode("utf-8") + b"\n\n" + item.payload + b"\n"
        return item.payload


class FolderSession:
    """An open folder. ``read`` are finished names that now lie elsewhere in it."""

    def __init__(
        self, place: Callable[[Outgoing], _Place], content: Callable[[Outgoing], bytes], read: frozenset[str]
    ) -> None:
        self._place = place
        self._content = content
        self._read = read

    def send(self, item: Outgoing, about_to_hand_over: Callable[[], None]) -> Answer:
        """Write, flush, rename. The same message again finds its file and makes no second one."""
        place, content = self._place(item), self._content(item)
        try:
            if place.final.name in self._read or place.final.exists():
                return _already(place, content, self._read)
            _write_through(place.part, content)
            _flush_folder(place.part.parent)
        except OSError as error:
            return _ill(place.final.parent, error)
        about_to_hand_over()
        try:
            place.part.replace(place.final)
        except OSError as error:
            return _ill(place.final.parent, error)
        with contextlib.suppress(
            OSError
        ):  # the file has its name; whether that survives a power cut changes nothing here
            _flush_folder(place.final.parent)
        return Answer(Outcome.SENT, f"written to {place.final}", place.final.name)

    def close(self) -> None:
        """Nothing stays open."""


def _already(place: _Place, content: bytes, read: frozenset[str]) -> Answer:
    if place.final.name not in read and place.final.read_bytes() != content:
        return Answer(Outcome.FAILED, f"another file already has the name {place.final}")
    return Answer(Outcome.SENT, f"was already there: {place.final}", place.final.name)


def _write_through(path: Path, content: bytes) -> None:
    """Make the file with its content on the disk; what an interrupted attempt left under this name is replaced."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut. Windows keeps them in its own journal and offers no such call."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _ill(folder: Path, error: OSError) -> Answer:
    return Answer(Outcome.ROUTE_ILL, f"cannot write to {folder}: {error.strerror or error}")
