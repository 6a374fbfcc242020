"""The terms under which one plan is made: rules, ways, windows as set at its beginning, and when a message is due."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from carat_tui.model.clock import moment, stamp
from carat_tui.rules import window as send_window
from carat_tui.rules.ways import Shop
from carat_tui.rules.window import Window, next_permitted
from carat_tui.store import rules, settings, suppressions
from carat_tui.store.people import Joinable
from carat_tui.store.rules import Rule


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a whole plan. ``merge_s``/``merge_max_s`` in seconds, 0 = each intake on its own."""

    now: datetime
    rules: Mapping[str, tuple[Rule, ...]]
    """event kind → enabled rules"""
    shop: Shop
    language: str
    merge_s: int
    merge_max_s: int
    sms_window: Window


@dataclass(frozen=True, slots=True)
class Timing:
    """When a message is written (``due``, stamp), how long it may collect (``latest``), what it waits for."""

    due: str
    latest: str | None
    waits_for: str | None


def read(conn: sqlite3.Connection, now: datetime) -> Terms:
    """The terms as the settings and rules stand at this moment."""
    by_kind: dict[str, tuple[Rule, ...]] = {}
    for rule in rules.every(conn):
        if rule.enabled:
            by_kind[rule.event] = (*by_kind.get(rule.event, ()), rule)
    return Terms(
        now,
        by_kind,
        shop_of(conn),
        settings.get(conn, "shop.language"),
        settings.number(conn, "merge.window_s"),
        settings.number(conn, "merge.max_s"),
        send_window.of(conn),
    )


def shop_of(conn: sqlite3.Connection) -> Shop:
    """The shop's side of the choice of a way."""
    priority = tuple(settings.get(conn, "channels.priority").split(","))
    return Shop(priority, settings.get(conn, "shop.country"), suppressions.every(conn))


def timing(terms: Terms, rule: Rule, channel: str) -> Timing:
    """When a new message of ``rule`` by ``channel`` is due (architecture: merge, delay; DOMAIN B.6: window)."""
    due, waits_for = terms.now, None
    latest: datetime | None = None
    if rule.delay_s:
        due, waits_for = terms.now + timedelta(seconds=rule.delay_s), "delay"
    if rule.merge and terms.merge_s:
        latest = terms.now + timedelta(seconds=terms.merge_max_s)
        collected = min(terms.now + timedelta(seconds=terms.merge_s), latest)
        if collected >= due:
            due, waits_for = collected, "merge"
        latest = max(latest, due)
    return _in_window(terms, channel, due, stamp(latest) if latest else None, waits_for)


def prolonged(terms: Terms, message: Joinable) -> Timing:
    """When a waiting message is due once one more event joined it: later, but at most at its ``latest_at``.

    At least a millisecond later: whoever is writing the message at this moment sees by it that there is more to tell.
    """
    ends = min(terms.now + timedelta(seconds=terms.merge_s), moment(message.latest_at))
    soon = moment(message.due_at) + timedelta(milliseconds=1)
    waits_for = "merge" if ends > soon else message.waits_for
    return _in_window(terms, message.channel, max(ends, soon), message.latest_at, waits_for)


def _in_window(terms: Terms, channel: str, due: datetime, latest: str | None, waits_for: str | None) -> Timing:
    if channel == "sms" and (permitted := next_permitted(due, terms.sms_window)) > due:
        return Timing(stamp(permitted), latest, "window")
    return Timing(stamp(due), latest, waits_for)
