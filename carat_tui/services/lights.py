"""The traffic lights of the first screen: is the engine alive, are files taken in, does what is due go out?

Only facts stand here, and how bad they are; the words are the screen's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from carat_tui.model.clock import moment, stamp
from carat_tui.model.home import Home
from carat_tui.model.message import ChannelKind
from carat_tui.services import disk, heartbeat
from carat_tui.store import accounts, glance, settings
from carat_tui.store.accounts import Account

SILENT_AFTER = timedelta(seconds=4 * heartbeat.EVERY_S)
"""An engine without a sign of life for longer has stopped or hangs."""
_LATE, _VERY_LATE = timedelta(minutes=2), timedelta(minutes=15)


class Level(StrEnum):
    """How bad it is. ``OFF``: nothing to say yet."""

    OK = "ok"
    WARN = "warn"
    ERROR = "error"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class EngineLight:
    """``running``: some engine holds the home; ``seen``: its last sign of life; ``trouble``: stage → words."""

    level: Level
    running: bool
    seen: datetime | None
    pid: int | None
    trouble: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FolderLight:
    """The watched folder; ``why`` says what is wrong with it (empty = nothing)."""

    level: Level
    path: Path
    why: str = ""


@dataclass(frozen=True, slots=True)
class RouteLight:
    """A way out. ``used``: it is the one that messages take now; ``paused``: since when (stamp) and ``why``."""

    level: Level
    name: str
    kind: str
    channel: str
    embedded: bool
    used: bool
    paused: str = ""
    why: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class ExportLight:
    """The last file that was taken in, or the one in work (``busy``; then ``rows`` is how far it is)."""

    level: Level
    name: str = ""
    at: str = ""
    rows: int = 0
    rejected: int = 0
    messages: int = 0
    baseline: bool = False
    busy: bool = False


@dataclass(frozen=True, slots=True)
class QueueLight:
    """``waiting``: messages that will go out; ``overdue``: how long the oldest due one has waited for its turn;
    ``closed``: why nothing leaves (paused, stopped), empty = it does."""

    level: Level
    waiting: int
    overdue: timedelta
    closed: str = ""


@dataclass(frozen=True, slots=True)
class DiskLight:
    """Bytes left on the disk of the home."""

    level: Level
    free: int


@dataclass(frozen=True, slots=True)
class Lights:
    """All of them."""

    engine: EngineLight
    folder: FolderLight
    routes: tuple[RouteLight, ...]
    export: ExportLight
    queue: QueueLight
    disk: DiskLight

    @property
    def worst(self) -> Level:
        """The worst of all lights that say something."""
        levels = [self.engine.level, self.folder.level, self.export.level, self.queue.level, self.disk.level]
        levels += [route.level for route in self.routes]
        return next((bad for bad in (Level.ERROR, Level.WARN) if bad in levels), Level.OK)


def lights(
    conn: sqlite3.Connection, home: Home, now: datetime, running: bool, trouble: Mapping[str, str] | None = None
) -> Lights:
    """Look at everything. ``running``: whether an engine holds the home; ``trouble`` of an engine in this process."""
    return Lights(
        engine(home, now, running, trouble),
        folder(conn, home),
        routes(conn, stamp(now)),
        export(conn),
        queue(conn, now),
        _disk(home),
    )


def engine(home: Home, now: datetime, running: bool, trouble: Mapping[str, str] | None = None) -> EngineLight:
    """Whether one works, and what ails it."""
    last = heartbeat.last(home)
    ails = dict(trouble if trouble is not None else last.trouble if last and running else {})
    silent = running and trouble is None and (last is None or now - last.at > SILENT_AFTER)
    level = Level.ERROR if ails or not running else Level.WARN if silent else Level.OK
    return EngineLight(level, running, last.at if last else None, last.pid if last else None, ails)


def folder(conn: sqlite3.Connection, home: Home) -> FolderLight:
    """Whether the folder that the ERP drops files into can be looked into."""
    path = home.inside(settings.get(conn, "intake.folder"))
    if not path.is_dir():
        return FolderLight(Level.ERROR, path, "missing")
    try:
        next(path.iterdir(), None)
    except OSError as error:
        return FolderLight(Level.ERROR, path, error.strerror or str(error))
    return FolderLight(Level.OK, path)


def routes(conn: sqlite3.Connection, now: str) -> tuple[RouteLight, ...]:
    """The ways out that are used in the home's mode, and those that are paused."""
    used = {
        route.name for channel in settings.get(conn, "channels.priority").split(",") for route in _first(conn, channel)
    }
    return tuple(
        _route(account, account.name in used, now)
        for account in accounts.every(conn)
        if account.name in used or account.paused_since
    )


def _first(conn: sqlite3.Connection, channel: str) -> list[Account]:
    return accounts.usable(conn, ChannelKind(channel))


def _route(account: Account, used: bool, now: str) -> RouteLight:
    from carat_tui.outbox.routes import is_closed  # in functions: the first picture need not wait for its libraries

    closed = is_closed(account, now)
    level = Level.ERROR if closed and used else Level.WARN if account.paused_since else Level.OK
    return RouteLight(
        level, account.name, account.kind, str(account.channel), account.embedded, used,
        account.paused_since or "", account.pause_reason or "", account.pause_until or "",
    )  # fmt: skip


def export(conn: sqlite3.Connection) -> ExportLight:
    """The file in work, else the last one."""
    if busy := glance.being_taken_in(conn):
        return ExportLight(Level.OK, busy["name"], busy["started_at"], busy["rows"], busy=True)
    last = glance.last_export(conn)
    if last is None:
        return ExportLight(Level.OFF)
    return ExportLight(
        Level.WARN if last["rejected"] else Level.OK, last["name"], last["finished_at"] or last["started_at"],
        last["rows"], last["rejected"], last["messages"], bool(last["baseline"]),
    )  # fmt: skip


def queue(conn: sqlite3.Connection, now: datetime) -> QueueLight:
    """Whether what is due goes out."""
    from carat_tui.outbox.routes import steering

    oldest = glance.going_out(conn, 1)
    overdue = max(now - moment(oldest[0]["due_at"]), timedelta()) if oldest and oldest[0]["due_at"] else timedelta()
    steer = steering(conn)
    closed = steer.paused or (steer.mode if steer.closed else "")
    late = Level.ERROR if overdue > _VERY_LATE else Level.WARN if overdue > _LATE else Level.OK
    return QueueLight(Level.WARN if closed else late, glance.count_waiting(conn), overdue, closed)


def _disk(home: Home) -> DiskLight:
    free = disk.free(home.data)
    level = Level.ERROR if free < disk.STOP_BYTES else Level.WARN if free < disk.WARN_BYTES else Level.OK
    return DiskLight(level, free)
