"""What becomes of a file: kept, moved, renamed or deleted when it is in; put aside with a reason when it cannot be.

Files leave the inbox by copy and delete, never by a move: watchdog holds all later events back for half a second when a
file is moved out of the folder it watches (limits §0.6).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from carat_tui.intake.profile import Ready
from carat_tui.model.home import Home
from carat_tui.model.text import visible


def put_aside(home: Home, path: Path, copy: Path | None, reason: str, at: str, remove: bool) -> str:
    """Lay the file into the quarantine with ``NAME.reason.txt`` beside it; ``remove`` takes the original away.

    Returns a sentence if the original could not be removed (then it is remembered by its digest), else "".
    """
    home.quarantine.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = _free(home.quarantine / path.name)
    try:
        if copy is not None:
            copy.replace(target)
        elif path.is_file() and not path.is_symlink():
            shutil.copyfile(path, target)
    except OSError as error:
        reason += f" (The file itself could not be copied here: {error.strerror}.)"
    note = target.with_name(target.name + ".reason.txt")
    note.write_text(
        f"File:   {visible(str(path))}\nWhen:   {at}\nReason: {visible(reason)}\n\n"
        "Nothing of this file was stored. Put it right (or its profile) and lay it into the inbox again.\n",
        encoding="utf-8",
    )
    return _remove(path) if remove and target.exists() else ""


def settle_original(ready: Ready, path: Path, inbox: Path) -> str:
    """Do with a file that is in what its profile says; returns a sentence if that did not work."""
    if ready.mode == "trigger":
        trouble = _remove(trigger_of(ready, path))
        if trouble:
            return trouble
    if ready.after == "delete":
        return _remove(path)
    if ready.after == "rename":
        return _copy_away(path, path.with_name(path.name + ".done.bak"))
    if ready.after == "move":
        return _copy_away(path, inbox / ready.move_to / path.name)
    return ""


def trigger_of(ready: Ready, path: Path) -> Path:
    """The file that says that ``path`` is whole."""
    return path.with_name(ready.trigger.replace("{stem}", path.stem).replace("{name}", path.name))


def _copy_away(path: Path, target: Path) -> str:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, _free(target))
    except OSError as error:
        return f"{visible(path.name)} could not be moved to {visible(str(target.parent))} ({error.strerror}); it stays."
    return _remove(path)


def _remove(path: Path) -> str:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        return f"{visible(path.name)} could not be removed ({error.strerror}); it stays and is not taken in again."
    return ""


def _free(target: Path) -> Path:
    """``target``, or a name beside it that is not taken."""
    number = 1
    free = target
    while os.path.lexists(free):
        number += 1
        free = target.with_name(f"{target.stem}-{number}{target.suffix}")
    return free
