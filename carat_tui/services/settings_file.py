"""Settings, routes and rules as a TOML file: for keeping, comparing, and taking to another PC. Never a secret."""

from __future__ import annotations

import json
import sqlite3
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from carat_tui.model.errors import CaratError
from carat_tui.store import accounts, journal, rules, settings

_RULE_KEYS = ("enabled", "merge", "delay_s", "channels")
_MOST = {"enabled": 1, "merge": 1, "delay_s": 366 * 86400}


def export(conn: sqlite3.Connection) -> str:
    """The TOML text of everything that differs from the defaults, plus all routes and rules."""
    lines = [
        "# Settings of a carat home. `carat settings import FILE` reads it. Secrets are in the keyring, not here.",
        "",
        "[settings]",
    ]
    for key, setting in settings.SETTINGS.items():
        stored = conn.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
        if stored and stored[0] != setting.default:
            lines.append(f"{_text(key)} = {_text(stored[0])}")
    for account in accounts.every(conn):
        lines += [
            "",
            "[[route]]",
            f"name = {_text(account.name)}",
            f"kind = {_text(account.kind)}",
            f"position = {account.position}",
        ]
        defaults = accounts.KINDS[account.kind].keys
        lines += [f"{_text(key)} = {_text(value)}" for key, value in account.config.items() if value != defaults[key]]
    for row in conn.execute("SELECT name, enabled, merge, delay_s, channels FROM rule ORDER BY name"):
        lines += ["", "[[rule]]", f"name = {_text(row['name'])}"]
        lines += [f"{key} = {_value(row[key])}" for key in _RULE_KEYS if row[key] is not None]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    # A JSON string is a TOML basic string but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: object) -> str:
    return str(value) if isinstance(value, int) else _text(str(value))


@dataclass(frozen=True, slots=True)
class Imported:
    """How many of each were taken over."""

    settings: int
    routes: int
    rules: int


def take_over(conn: sqlite3.Connection, text: str, at: str, who: str) -> Imported:
    """Read what ``export`` wrote, inside the caller's transaction: all of it or, with ``CaratError``, nothing."""
    try:
        file = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CaratError(
            f"This is not a settings file: {error}.", "`carat settings export` shows what one looks like."
        ) from None
    unknown = set(file) - {"settings", "route", "rule"}
    if unknown:
        raise CaratError(
            f"A settings file has no part {sorted(unknown)[0]!r}.", "Its parts are [settings], [[route]] and [[rule]]."
        )
    for key, value in _section(file, "settings").items():
        settings.put(conn, key, str(value))
    routes, changed = _tables(file, "route"), _tables(file, "rule")
    for route in routes:
        _take_route(conn, route)
    for rule in changed:
        _take_rule(conn, rule)
    done = Imported(len(_section(file, "settings")), len(routes), len(changed))
    journal.write(
        conn,
        at,
        who,
        "imported",
        "setting",
        None,
        {"settings": done.settings, "routes": done.routes, "rules": done.rules},
    )
    return done


def _section(file: Mapping[str, object], name: str) -> dict[str, object]:
    found = file.get(name, {})
    if not isinstance(found, dict):
        raise CaratError(f"[{name}] must be a table of keys and values.")
    return found


def _tables(file: Mapping[str, object], name: str) -> list[dict[str, object]]:
    found = file.get(name, [])
    if not isinstance(found, list) or not all(
        isinstance(entry, dict) and isinstance(entry.get("name"), str) for entry in found
    ):
        raise CaratError(f"[[{name}]] must be tables that each have a name.")
    return found


def _take_route(conn: sqlite3.Connection, route: Mapping[str, object]) -> None:
    name = str(route["name"])
    if name in accounts.EMBEDDED:
        # Every home has these already; only an admin's change of folder or place is taken over.
        route = {key: value for key, value in route.items() if key != "kind"}
    accounts.put(conn, name, {key: str(value) for key, value in route.items() if key != "name"})


def _take_rule(conn: sqlite3.Connection, rule: Mapping[str, object]) -> None:
    name = str(rule["name"])
    rules.find(conn, name)
    for key, value in rule.items():
        if key == "name":
            continue
        if key not in _RULE_KEYS:
            raise CaratError(f"A rule has no key {key!r} in a settings file.", f"It takes: {', '.join(_RULE_KEYS)}.")
        if key == "channels":
            value = settings.known("channels.priority").check(str(value))
        elif not isinstance(value, int) or not 0 <= value <= _MOST[key]:
            raise CaratError(f"{key} of rule {name!r} must be a whole number from 0 to {_MOST[key]}.")
        conn.execute(f"UPDATE rule SET {key} = ? WHERE name = ?", (value, name))  # key is one of _RULE_KEYS
