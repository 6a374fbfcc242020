"""Routes: the configured ways out. Secrets are in the keyring; a row here can be shown to anybody in the shop."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from carat_tui.model.errors import CaratError
from carat_tui.model.message import ChannelKind
from carat_tui.model.text import visible
from carat_tui.store import settings


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of route: what it carries and which keys it takes (CLI.md, "Account kinds and their keys")."""

    channel: ChannelKind
    keys: Mapping[str, str]
    """key → default; an empty default with the key in ``required`` must be set"""
    required: tuple[str, ...] = ()
    embedded: bool = False
    secret: bool = False


KINDS: dict[str, Kind] = {
    "maildir": Kind(ChannelKind.EMAIL, {"folder": "data/mail"}, embedded=True),
    "textfile": Kind(ChannelKind.SMS, {"folder": "data/sms"}, embedded=True),
    "hotfolder": Kind(ChannelKind.LETTER, {"folder": "data/letters"}, embedded=True),
    "smtp": Kind(
        ChannelKind.EMAIL,
        {
            "host": "",
            "port": "",
            "security": "starttls",
            "user": "",
            "from": "",
            "reply_to": "",
            "archive_bcc": "",
            "auth": "plain",
            "secret_file": "",
        },
        required=("host",),
        secret=True,
    ),
}

EMBEDDED = {"mailbox": "maildir", "sms-files": "textfile", "letter-folder": "hotfolder"}
"""The routes that every home has from the start: name → kind."""


@dataclass(frozen=True, slots=True)
class Account:
    """One route as configured; ``config`` has every key of its kind. Stamps are UTC."""

    name: str
    kind: str
    channel: ChannelKind
    position: int
    config: Mapping[str, str] = field(default_factory=dict)
    paused_since: str | None = None
    pause_reason: str | None = None
    pause_until: str | None = None

    @property
    def embedded(self) -> bool:
        """Whether this route only writes files of ours."""
        return KINDS[self.kind].embedded


def install(conn: sqlite3.Connection) -> None:
    """Give a new home its embedded routes; they stand last, so that what an admin adds comes before them."""
    for position, (name, kind) in enumerate(EMBEDDED.items()):
        conn.execute(
            "INSERT OR IGNORE INTO account (name, kind, channel, position) VALUES (?, ?, ?, ?)",
            (name, kind, KINDS[kind].channel, 1000 + position),
        )


def every(conn: sqlite3.Connection) -> list[Account]:
    """All routes in the order in which they are tried."""
    rows = conn.execute(
        "SELECT name, kind, channel, position, config, paused_since, pause_reason, pause_until"
        " FROM account ORDER BY position, name"
    )
    return [
        Account(
            row["name"],
            row["kind"],
            ChannelKind(row["channel"]),
            row["position"],
            {**KINDS[row["kind"]].keys, **json.loads(row["config"])},
            row["paused_since"],
            row["pause_reason"],
            row["pause_until"],
        )
        for row in rows
    ]


def find(conn: sqlite3.Connection, name: str) -> Account:
    """The route of that name; ``CaratError`` if there is none."""
    for account in every(conn):
        if account.name == name:
            return account
    raise CaratError(f"There is no route {name!r}.", "`carat account list` names them.")


def usable(conn: sqlite3.Connection, channel: ChannelKind) -> list[Account]:
    """The routes of ``channel`` that may be used in the home's mode, in order, paused ones included.

    In rehearsal these are the embedded ones only; otherwise what an admin configured. The embedded route of the channel
    counts only where nothing else is configured or an admin moved it to the front: it is no substitute for a real way
    out that is ill. In redirect an SMS or a letter goes to the embedded route, since it cannot be redirected.
    """
    routes = [account for account in every(conn) if account.channel == channel]
    mode = settings.mode(conn).name
    if mode == "rehearsal" or (mode == "redirect" and channel != ChannelKind.EMAIL):
        return [account for account in routes if account.name in EMBEDDED]
    return [account for place, account in enumerate(routes) if place == 0 or account.name not in EMBEDDED]


def put(conn: sqlite3.Connection, name: str, changes: Mapping[str, str]) -> Account:
    """Make or change a route inside the caller's transaction.

    ``changes`` may hold ``kind`` (needed for a new one), ``position`` (1 = first) and the kind's keys. Raises
    ``CaratError`` for an unknown key, a missing required one, or clear text to anything but this machine.
    """
    row = conn.execute("SELECT kind, position, config FROM account WHERE name = ?", (name,)).fetchone()
    kind_name = changes.get("kind") or (row["kind"] if row else "")
    if kind_name not in KINDS:
        raise CaratError(
            f"A route needs kind=, one of {', '.join(KINDS)}.",
            f"For example: carat account set {name} kind=smtp host=…",
        )
    if row and row["kind"] != kind_name:
        raise CaratError(f"{name} is a route of kind {row['kind']}.", "Remove it first, or choose another name.")
    kind = KINDS[kind_name]
    config = json.loads(row["config"]) if row else {}
    for key, value in changes.items():
        if key in ("kind", "position"):
            continue
        if key not in kind.keys:
            raise CaratError(f"A route of kind {kind_name} has no key {key!r}.", f"It takes: {', '.join(kind.keys)}.")
        config[key] = value.strip()
        if visible(config[key]) != config[key]:
            raise CaratError(
                f"{key} of route {name} cannot hold {visible(config[key])!r}.", "Give it as one plain line."
            )
    _check(kind_name, {**kind.keys, **config}, kind.required)
    position = _position(conn, changes.get("position"), row["position"] if row else None)
    conn.execute(
        "INSERT INTO account (name, kind, channel, position, config) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET position = excluded.position, config = excluded.config,"
        " paused_since = NULL, pause_reason = NULL, pause_until = NULL",
        (name, kind_name, kind.channel, position, json.dumps(config, sort_keys=True)),
    )
    return find(conn, name)


def remove(conn: sqlite3.Connection, name: str) -> None:
    """Take a route away; the embedded ones stay."""
    if name in EMBEDDED:
        raise CaratError(f"{name} is an embedded route and stays.", "Put your own before it with position=1.")
    find(conn, name)
    conn.execute("DELETE FROM account WHERE name = ?", (name,))


def pause(conn: sqlite3.Connection, name: str, at: str, reason: str, until: str | None = None) -> None:
    """Stop using a route until a person resumes it, or until the stamp ``until``."""
    conn.execute(
        "UPDATE account SET paused_since = ?, pause_reason = ?, pause_until = ? WHERE name = ?",
        (at, reason, until, name),
    )


def resume(conn: sqlite3.Connection, name: str) -> None:
    """Use a route again."""
    conn.execute(
        "UPDATE account SET paused_since = NULL, pause_reason = NULL, pause_until = NULL WHERE name = ?", (name,)
    )


def _position(conn: sqlite3.Connection, wanted: str | None, present: int | None) -> int:
    if wanted is not None:
        if not re.fullmatch("[0-9]{1,4}", wanted):
            raise CaratError("position must be a whole number up to 9999, 1 = tried first.")
        conn.execute("UPDATE account SET position = position + 1 WHERE position >= ?", (int(wanted),))
        return int(wanted)
    if present is not None:
        return present
    highest = conn.execute("SELECT max(position) FROM account WHERE position < 1000").fetchone()[0]
    return (highest or 0) + 1


def _check(kind: str, config: Mapping[str, str], required: tuple[str, ...]) -> None:
    from carat_tui.model.address import email

    missing = [key for key in required if not config[key]]
    if missing:
        raise CaratError(f"A route of kind {kind} needs {', '.join(missing)}.")
    if kind == "smtp":
        if config["security"] not in ("none", "starttls", "tls"):
            raise CaratError("security must be starttls, tls or none.")
        if config["security"] == "none" and config["host"] not in ("localhost", "127.0.0.1", "::1"):
            raise CaratError("security=none is allowed for this machine only.", "Use starttls or tls.")
        if config["auth"] not in ("plain", "login", "xoauth2", "none"):
            raise CaratError("auth must be plain, login, xoauth2 or none.")
        if config["port"] and not (re.fullmatch("[0-9]{1,5}", config["port"]) and 0 < int(config["port"]) < 65536):
            raise CaratError("port must be a number from 1 to 65535.")
        for key in ("from", "reply_to", "archive_bcc"):
            if config[key] and not email(config[key]).usable:
                raise CaratError(f"{key} must be one e-mail address, not {config[key]!r}.")
