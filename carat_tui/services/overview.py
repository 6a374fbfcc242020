"""What the first screen tells: is all well, what needs a person, what went out today, what goes out next.

Reads only, a few milliseconds at any size of the store; what is slow (trying the templates) is in ``soundness``.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from carat_tui.model.clock import stamp
from carat_tui.model.home import Home
from carat_tui.services.lights import Level, Lights, lights
from carat_tui.store import glance, settings, tasks

_SHOWN = 200
"""Tasks that are listed; how many there are is told all the same."""


class Need(StrEnum):
    """What a line of "what needs a person" is about, in the order in which they stand."""

    UNCLEAR = "unclear"
    FAILED = "failed"
    TEMPLATE = "template"
    BRAKE = "brake"
    HELD = "held"
    QUARANTINE = "quarantine"
    REJECTED = "rejected"
    TASK = "task"
    SETUP = "setup"


@dataclass(frozen=True, slots=True)
class Errand:
    """One line. ``key`` tells it from others; ``text`` is a sentence of the core where there is one; ``number``: how
    many rows or messages; ``ref``: id of the task, the file or the customer that it is about; ``name``: of a file."""

    need: Need
    key: str
    number: int = 1
    text: str = ""
    ref: int = 0
    name: str = ""
    customer_id: int | None = None
    message_id: int | None = None
    document_id: int | None = None
    remedy: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """What routes took on the shop's day: channel → messages in each of its 24 hours."""

    hours: Mapping[str, Sequence[int]]

    def total(self, channel: str) -> int:
        """Messages of a channel."""
        return sum(self.hours.get(channel, ()))


@dataclass(frozen=True, slots=True)
class Next:
    """A message that goes out: when (stamp; in the past = as soon as it is its turn) and what it waits for."""

    id: int
    due_at: str
    channel: str
    event: str
    waits_for: str
    who: str
    about: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the first screen but the templates."""

    lights: Lights
    errands: tuple[Errand, ...]
    more: int
    """tasks that are open and not listed"""
    today: Day
    next: tuple[Next, ...]
    empty: bool
    """nothing was ever taken in"""

    @property
    def well(self) -> bool:
        """Nothing needs anybody."""
        return not self.errands and self.lights.worst == Level.OK


def overview(
    conn: sqlite3.Connection, home: Home, now: datetime, running: bool, trouble: Mapping[str, str] | None = None
) -> Overview:
    """Look at the home at ``now`` (aware); ``running`` and ``trouble`` as for ``lights``."""
    errands, more = _errands(conn, home)
    return Overview(
        lights(conn, home, now, running, trouble),
        tuple(errands),
        more,
        today(conn, now),
        tuple(_next(conn)),
        not glance.anything(conn),
    )


def _errands(conn: sqlite3.Connection, home: Home) -> tuple[list[Errand], int]:
    from carat_tui.services import findings, quarantine  # here: the first picture need not wait for them

    open_tasks = tasks.open_tasks(conn, _SHOWN)
    number = sum(tasks.count(conn).values())
    found = _messages(conn, open_tasks)
    found += [_rejected(row) for row in glance.rejected_by_file(conn)]
    found += [
        Errand(Need.QUARANTINE, f"file-{aside.name}", text=aside.reason, name=aside.name, at=aside.at)
        for aside in quarantine.put_aside(home)
    ]
    found += [_task(row) for row in open_tasks]
    found += [
        Errand(Need.SETUP, f"setup-{flaw.detail}", text=flaw.detail, remedy=flaw.remedy)
        for flaw in findings.shop(conn)
        if not flaw.ok
    ]
    order = list(Need)
    return sorted(found, key=lambda errand: order.index(errand.need)), max(0, number - len(open_tasks))


def _messages(conn: sqlite3.Connection, open_tasks: Sequence[sqlite3.Row]) -> list[Errand]:
    found = [
        Errand(need, str(need), number)
        for need in (Need.UNCLEAR, Need.FAILED)
        if (number := glance.count_state(conn, str(need)))
    ]
    braked = sum(glance.held_of_file(conn, _file_of(row)) for row in open_tasks if row["kind"] == "brake")
    if (number := glance.count_state(conn, "held") - braked) > 0:
        found.append(Errand(Need.HELD, "held", number))
    return found


def _file_of(row: sqlite3.Row) -> int:
    found = re.fullmatch(r"brake:([0-9]+)", row["key"])
    return int(found[1]) if found else 0


def _task(row: sqlite3.Row) -> Errand:
    need = Need.BRAKE if row["kind"] == "brake" else Need.TASK
    return Errand(
        need, f"task-{row['id']}", text=row["text"], ref=row["id"], customer_id=row["customer_id"],
        message_id=row["message_id"], document_id=row["document_id"], at=row["created_at"],
    )  # fmt: skip


def _rejected(row: sqlite3.Row) -> Errand:
    return Errand(
        Need.REJECTED, f"rejected-{row['file_id']}", row["rows"], row["reason"], row["file_id"], row["name"],
        at=row["at"],
    )  # fmt: skip


def today(conn: sqlite3.Connection, now: datetime) -> Day:
    """What went out since the shop's midnight, by channel and local hour."""
    zone = ZoneInfo(settings.get(conn, "shop.timezone"))
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    hours: dict[str, list[int]] = {}
    for channel, hour, number in glance.sent_by_hour(conn, stamp(midnight)):
        local = datetime.fromisoformat(f"{hour}:00:00+00:00").astimezone(zone)
        if local - midnight < timedelta(hours=26):
            hours.setdefault(channel, [0] * 24)[local.hour] += number
    return Day(hours)


def _next(conn: sqlite3.Connection) -> list[Next]:
    return [
        Next(
            row["id"], row["due_at"] or "", row["channel"], row["event"], row["waits_for"] or "",
            row["name"] or row["customer_no"] or row["to_address"], row["subject"] or "",
        )
        for row in glance.going_out(conn)
    ]  # fmt: skip
