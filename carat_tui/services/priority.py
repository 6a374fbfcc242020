"""Changing in which order ways to a customer are tried: the shop's order, and a rule's own. The next message obeys."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from carat_tui.compose import templates
from carat_tui.compose.jobs import BY_NUMBER
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.text import plain
from carat_tui.services import setting
from carat_tui.store import journal, rules, settings
from carat_tui.store.database import Store
from carat_tui.store.rules import Rule

_LONGEST_DELAY_S = 30 * 86400
_YES, _NO = ("yes", "1", "true", "on"), ("no", "0", "false", "off")


def order_of(conn: sqlite3.Connection) -> tuple[str, ...]:
    """The shop's order of ways; a channel that is not in it is not used unless a customer or an order asks for it."""
    return tuple(settings.get(conn, "channels.priority").split(","))


def moved(order: Sequence[str], channel: str, by: int) -> tuple[str, ...]:
    """``order`` with ``channel`` ``by`` places further back (negative: further to the front), within its ends."""
    rest = [other for other in order if other != channel]
    place = order.index(channel) if channel in order else len(rest)
    rest.insert(max(0, min(len(rest), place + by)), channel)
    return tuple(rest)


def switched(order: Sequence[str], channel: str) -> tuple[str, ...]:
    """``order`` without ``channel``, or with it as the last; ``CaratError`` for the only one that is left."""
    if channel not in order:
        return (*order, channel)
    if len(order) == 1:
        raise CaratError("One way must stay.", "Take another one in first.")
    return tuple(other for other in order if other != channel)


def checked(order: str) -> tuple[str, ...]:
    """A comma list as typed; ``CaratError`` says what is wrong with it."""
    return tuple(_channels(order).split(","))


def set_order(store: Store, order: Sequence[str], *, who: str, at: str) -> tuple[str, ...]:
    """Store the shop's order of ways and write it down; returns the order before, for undoing it."""
    before, _now = setting.change(store, "channels.priority", ",".join(order), who=who, at=at)
    return tuple(before.split(","))


def change_rule(store: Store, home: Home, name: str, changes: Mapping[str, str], *, who: str, at: str) -> Rule:
    """Change a rule's ``channels`` (comma list, empty = the shop's order), ``template``, ``merge``, ``delay_s``,
    ``description`` or ``enabled``; all of ``changes`` or, with ``CaratError``, nothing. Returns the rule as it is now.
    """
    values = {key: _value(home, key, text) for key, text in changes.items()}

    def job(conn: sqlite3.Connection) -> Rule:
        before = rules.find(conn, name)
        for column, value in values.items():
            conn.execute(f"UPDATE rule SET {column} = ? WHERE name = ?", (value, name))  # _value knows the key
        after = rules.find(conn, name)
        if after != before:
            detail = {"rule": name, "before": _shown(before, values), "after": _shown(after, values)}
            journal.write(conn, at, who, "changed rule", "rule", None, detail)
        return after

    return store.write(job)


def _shown(rule: Rule, keys: Mapping[str, object]) -> dict[str, object]:
    return {key: ",".join(rule.channels) if key == "channels" else getattr(rule, key) for key in keys}


def _value(home: Home, key: str, text: str) -> str | int | None:
    if key == "channels":
        return _channels(text) if text.strip() else None
    if key == "template":
        if text not in (*templates.names(home), *BY_NUMBER):
            raise CaratError(f"There is no template {text!r}.", "`carat template list` shows them.")
        return text
    if key == "description":
        return plain(text)
    if key == "delay_s":
        if not (text.isascii() and text.isdecimal() and int(text[:9]) <= _LONGEST_DELAY_S and len(text) < 9):
            raise CaratError(f"delay_s must be a whole number of seconds up to {_LONGEST_DELAY_S}, not {text!r}.")
        return int(text)
    if key in ("merge", "enabled"):
        if text.lower() not in (*_YES, *_NO):
            raise CaratError(f"{key} is yes or no, not {text!r}.")
        return int(text.lower() in _YES)
    raise CaratError(
        f"A rule has no key {key!r}.", "It takes channels, template, merge, delay_s, description and enabled."
    )


def _channels(text: str) -> str:
    try:
        return settings.known("channels.priority").check(text)
    except ValueError as error:
        raise CaratError(f"channels must be {error}, not {text!r}.") from None
