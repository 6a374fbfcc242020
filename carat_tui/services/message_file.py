"""A message as a file that a person can open: the one that left, or a copy of its bytes.

A message that an embedded route handed over lies in its folder already. Of any other a copy is written into the home,
not into the machine's temporary folder: it holds what a customer was told.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.message import ChannelKind
from carat_tui.store import accounts, message_list
from carat_tui.store.database import Store

_ENDINGS = {ChannelKind.EMAIL: "eml", ChannelKind.SMS: "txt", ChannelKind.LETTER: "pdf"}


def file_of(store: Store, home: Home, message_id: int) -> Path:
    """The file of a message, absolute; written if need be. ``CaratError`` when the message is not written yet."""
    conn = store.read()
    row = message_list.one(conn, message_id)
    left = conn.execute("SELECT route, provider_ref FROM message WHERE id = ?", (message_id,)).fetchone()
    body = conn.execute("SELECT payload FROM message_body WHERE message_id = ?", (message_id,)).fetchone()
    if body is None:
        raise CaratError(f"Message {message_id} is not written yet.", "It has no bytes until it is due.")
    account = next((one for one in accounts.every(conn) if one.name == left["route"]), None)
    if account is not None and account.embedded and left["provider_ref"]:
        folder = home.inside(account.config["folder"])
        if found := _in_folder(folder, left["provider_ref"]):
            return found
    return _copy(home, f"message-{message_id}.{_ENDINGS[row['channel']]}", bytes(body["payload"]))


def _in_folder(folder: Path, name: str) -> Path | None:
    """The file that an embedded route wrote; a mail program may have moved it to ``cur`` and added flags."""
    for place in (folder / name, folder / "new" / name):
        if place.is_file():
            return place.resolve()
    return next((path.resolve() for path in (folder / "cur").glob(f"{name}*")), None)


def _copy(home: Home, name: str, payload: bytes) -> Path:
    folder = home.data / "view"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    part = path.with_name(f"{name}.{os.getpid()}.part")
    with os.fdopen(
        os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600), "wb"
    ) as file:
        file.write(payload)
    part.replace(path)
    return path.resolve()


def open_with_system(path: Path) -> bool:
    """Let the system show the file with the program that it has for it; False where there is no desktop to do so."""
    if sys.platform == "win32":
        try:
            os.startfile(path)
        except OSError:  # no program for such files
            return False
        return True
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    if sys.platform != "darwin" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    quiet = subprocess.DEVNULL
    try:
        subprocess.Popen([opener, str(path)], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    except OSError:
        return False
    return True
