"""Changing the home's mode: what may leave the house (DESIGN §5)."""

from __future__ import annotations

import sqlite3

from carat_tui.model.address import email
from carat_tui.model.errors import CaratError
from carat_tui.store import accounts, journal, settings
from carat_tui.store.settings import Mode


def wanted(name: str, to: str) -> Mode:
    """The mode a person asked for; ``CaratError`` when the word is unknown or the address is missing or unusable."""
    if name not in settings.MODES:
        raise CaratError(f"There is no mode {name!r}.", f"One of {', '.join(settings.MODES)}.")
    if name != "redirect":
        if to:
            raise CaratError(f"Mode {name} takes no address.")
        return Mode(name)
    if not to:
        raise CaratError("redirect needs the address that gets everything.", "carat mode redirect me@example.org")
    address = email(to)
    if not address.usable:
        raise CaratError(f"{to!r} is not an address that mail can be sent to: {address.why}.")
    return Mode(name, address.value)


def confirm_live(conn: sqlite3.Connection, typed: str) -> None:
    """Going live is meant when the person can type the shop's name; ``CaratError`` otherwise."""
    name = settings.get(conn, "shop.name")
    if not name:
        raise CaratError("The shop has no name yet.", 'carat settings set shop.name "…"')
    if " ".join(typed.split()).casefold() != name.casefold():
        raise CaratError(
            "That is not the shop's name; the mode stays as it is.", "`carat settings get shop.name` shows it."
        )


def change(conn: sqlite3.Connection, new: Mode, at: str, who: str) -> None:
    """Store the mode and write it down, inside the caller's transaction."""
    old = settings.mode(conn)
    settings.set_mode(conn, new)
    detail = {"before": old.name, "after": new.name, "to": new.to}
    journal.write(conn, at, who, "changed mode", "setting", None, detail)


def warnings(conn: sqlite3.Connection, new: Mode) -> list[str]:
    """What a person should know about the mode they chose: channels that still only write files."""
    if new.name != "live":
        return []
    only_files = [
        channel
        for channel in settings.get(conn, "channels.priority").split(",")
        if all(route.embedded for route in accounts.every(conn) if route.channel == channel)
    ]
    return [
        f"{channel}: no route is configured; messages are written as files (docs/providers.md)."
        for channel in only_files
    ]
