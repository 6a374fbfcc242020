"""When an automatic SMS may go out: by day, not on Sundays and public holidays (DOMAIN B.6)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from carat_tui.store import settings

if TYPE_CHECKING:
    from holidays import HolidayBase


@dataclass(frozen=True, slots=True)
class Window:
    """Permitted: ``opens`` <= local time < ``closes`` in ``zone``; with ``rest_days`` not on Sundays and holidays."""

    opens: time
    closes: time
    rest_days: bool
    zone: str
    country: str
    subdivision: str = ""


def of(conn: sqlite3.Connection) -> Window:
    """The shop's window as set."""
    opens, _, closes = settings.get(conn, "sms.window").partition("-")
    return Window(
        time.fromisoformat(opens) if opens else time.min,
        time.fromisoformat(closes) if closes else time.max,
        settings.get(conn, "sms.rest_days") == "yes",
        settings.get(conn, "shop.timezone"),
        settings.get(conn, "shop.country"),
        settings.get(conn, "shop.subdivision").upper(),
    )


def next_permitted(moment: datetime, window: Window) -> datetime:
    """``moment`` (aware) if it lies in the window, otherwise the next opening; in UTC."""
    local = moment.astimezone(ZoneInfo(window.zone))
    day = local.date()
    if _works(day, window):
        if window.opens <= local.time() < window.closes:
            return moment.astimezone(UTC)
        if local.time() < window.opens:
            return _opening(day, window)
    day += timedelta(days=1)
    while not _works(day, window):
        day += timedelta(days=1)
    return _opening(day, window)


def earliest(conn: sqlite3.Connection, channel: str, rule: str, moment: datetime) -> datetime:
    """When a message may leave at the earliest, asked at ``moment`` (aware).

    The window binds an SMS that the program writes by itself; what a person wrote by hand goes when it is sent.
    """
    if channel != "sms" or rule == "manual":
        return moment
    return next_permitted(moment, of(conn))


def opens_for(conn: sqlite3.Connection, message_id: int, moment: datetime) -> datetime:
    """``earliest`` for a message in the store."""
    row = conn.execute("SELECT channel, rule FROM message WHERE id = ?", (message_id,)).fetchone()
    return earliest(conn, row["channel"], row["rule"], moment) if row else moment


def _opening(day: date, window: Window) -> datetime:
    return datetime.combine(day, window.opens, ZoneInfo(window.zone)).astimezone(UTC)


def _works(day: date, window: Window) -> bool:
    if not window.rest_days:
        return True
    return day.weekday() != 6 and day not in _holidays(window.country, window.subdivision)


@lru_cache(maxsize=8)
def _holidays(country: str, subdivision: str) -> HolidayBase:
    """Public holidays; a subdivision that is not known counts as none given."""
    import holidays

    whole = holidays.country_holidays(country)
    return holidays.country_holidays(country, subdiv=subdivision) if subdivision in whole.subdivisions else whole
