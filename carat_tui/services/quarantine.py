"""Files that could not be taken in: which there are and why, back into the inbox with one, or away with it."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from carat_tui.intake import arrival
from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.text import visible
from carat_tui.store import glance, journal, settings
from carat_tui.store.database import Store

_NOTE = ".reason.txt"


@dataclass(frozen=True, slots=True)
class Aside:
    """A file that was put aside: its name, when (as noted), and why in a sentence of the core."""

    name: str
    at: str
    reason: str


def put_aside(home: Home) -> list[Aside]:
    """All of them, by name."""
    if not home.quarantine.is_dir():
        return []
    files = sorted(path for path in home.quarantine.iterdir() if not path.name.endswith(_NOTE) and path.is_file())
    return [_aside(path) for path in files]


def _aside(path: Path) -> Aside:
    try:
        note = path.with_name(path.name + _NOTE).read_text(encoding="utf-8", errors="replace")[:4000]
    except OSError:
        note = ""
    said = {key: value.strip() for key, value in re.findall(r"(?m)^(When|Reason):(.*)$", note)}
    return Aside(path.name, said.get("When", ""), said.get("Reason", ""))


def put_back(store: Store, home: Home, name: str, *, who: str, now: datetime) -> Path:
    """Lay a file into the inbox once more, for instance because its profile was mended; returns where it lies.

    It gets another name where the old one is taken or was refused: the same file at the same place would be left alone.
    """
    source = _find(home, name)
    inbox = home.inside(settings.get(store.read(), "intake.folder"))
    target = _free(store, inbox / source.name)
    part = target.with_name(target.name + ".part")
    try:
        shutil.copyfile(source, part)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CaratError(f"{visible(name)} cannot be put back: {error.strerror}.", "Look at the folder.") from None
    _drop(source)
    _note(store, "put back", name, who, now)
    return target


def remove(store: Store, home: Home, name: str, *, who: str, now: datetime) -> None:
    """Delete a file that is of no use; the journal keeps that it was there."""
    _drop(_find(home, name))
    _note(store, "removed", name, who, now)


def _find(home: Home, name: str) -> Path:
    path = home.quarantine / name
    if path.parent != home.quarantine or name.endswith(_NOTE) or not path.is_file():
        raise CaratError(f"No file {visible(name)} was put aside.", "`carat quarantine list` names them.")
    return path


def _free(store: Store, target: Path) -> Path:
    number, free = 1, target
    while free.exists() or glance.path_known(store.read(), arrival.path_text(free)):
        number += 1
        free = target.with_name(f"{target.stem}-{number}{target.suffix}")
    return free


def _drop(path: Path) -> None:
    for each in (path, path.with_name(path.name + _NOTE)):
        try:
            each.unlink(missing_ok=True)
        except OSError as error:
            raise CaratError(f"{visible(each.name)} cannot be removed: {error.strerror}.", "Close it.") from None


def _note(store: Store, what: str, name: str, who: str, now: datetime) -> None:
    store.write(lambda conn: journal.write(conn, stamp(now), who, what, "import_file", None, {"file": name}))


def beginning(home: Home, name: str, lines: int = 12) -> list[str]:
    """The first lines of a file put aside, as far as they are text; for looking what is wrong with it."""
    try:
        with _find(home, name).open("rb") as opened:
            text = opened.read(8192).decode("utf-8-sig", "replace")
    except (OSError, CaratError):
        return []
    return text.splitlines()[:lines]
