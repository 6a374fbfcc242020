"""The text in the person's own editor: the terminal is lent to it, or it has a window of its own."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from textual.app import SuspendNotSupported

from carat_tui.cockpit.deck import Deck
from carat_tui.locale import _
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.store.templates import Key

_USUAL = ("sensible-editor", "nano", "vim", "vi")


def command(environment: Mapping[str, str]) -> list[str]:
    """The editor that is wanted: VISUAL, EDITOR, else what the system has. Empty if there is none."""
    wanted = environment.get("VISUAL") or environment.get("EDITOR")
    if wanted:
        return shlex.split(wanted, posix=sys.platform != "win32")
    if sys.platform == "win32":
        return ["notepad.exe"]
    return next(([name] for name in _USUAL if shutil.which(name)), [])


async def edit_outside(deck: Deck, home: Home, key: Key, source: str) -> str:
    """``source`` as the person leaves it; unchanged if the editor failed. Raises ``Abandoned``."""
    path = home.drafts / f"{key.name}.{key.language}.{key.channel}.{os.getpid()}.txt"
    await deck.perform(lambda: _write(path, source))
    try:
        try:
            if sys.platform == "win32":  # notepad has a window of its own
                raise SuspendNotSupported
            with deck.suspend():
                _run(path)
        except SuspendNotSupported:
            deck.tell(_("The text is open in your editor; save it there and close it."))
            await deck.perform(lambda: _run(path))
        return await deck.perform(lambda: _read(path))
    finally:
        path.unlink(missing_ok=True)


def _write(path: Path, source: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(source, encoding="utf-8")


def _run(path: Path) -> None:
    words = command(os.environ)
    try:
        subprocess.run([*words, str(path)], check=True)
    except (OSError, subprocess.CalledProcessError, IndexError) as error:
        raise CaratError(f"The editor {' '.join(words)!r} failed: {error}.", "Set EDITOR to your editor.") from None


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CaratError(f"What the editor left cannot be read: {error}.", "Save it in UTF-8.") from None
