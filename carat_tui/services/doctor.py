"""``carat doctor``: is this home well? Reads only; each finding says what to do."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from carat_tui.model.clock import moment
from carat_tui.model.errors import CaratError, StoreError
from carat_tui.model.home import Home
from carat_tui.services import disk, findings, heartbeat
from carat_tui.services.findings import Finding
from carat_tui.store import settings
from carat_tui.store.database import Store

__all__ = ["Finding", "examine"]

_FIXED_IN = (3, 51, 3)


def examine(home: Home, now: datetime) -> list[Finding]:
    """All checks in the order in which a person should read them. Nothing is changed."""
    found = [*_told(lambda: _home(home)), *_told(lambda: _disk(home)), *_told(lambda: _folders(home))]
    try:
        store = Store.open(home.database, check_s=2.0)
    except StoreError as error:
        return [*found, Finding("database", False, error.message, error.hint)]
    except CaratError as error:
        return [*found, Finding("engine", False, error.message, error.hint)]
    with store:
        conn = store.read()
        for check in (
            lambda: _database(conn),
            lambda: _clock(conn, now),
            lambda: _engine(home),
            lambda: _inbox(conn, home),
            lambda: findings.shop(conn),
            lambda: findings.mode(conn),
            lambda: findings.routes(conn),
            lambda: findings.keyring(conn, home),
            lambda: findings.switched_on(conn),
            lambda: findings.templates(home),
            lambda: findings.profiles(home),
            lambda: findings.waiting_for_a_person(conn, now),
            lambda: findings.invariants(conn, home, now),
        ):
            found += _told(check)
    return found


def _told(check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """A check that cannot be made is a finding, too."""
    try:
        return list(check())
    except (CaratError, OSError, sqlite3.Error) as error:
        return [Finding("doctor", False, f"a check could not be made: {error}", "carat -v doctor")]


def _home(home: Home) -> Iterator[Finding]:
    if not home.marker.exists():
        yield Finding(
            "home", False, f"{home.root} has no carat.toml", "carat init DIR makes a home; --home names another"
        )
    else:
        yield Finding("home", True, str(home.root))
    kind = disk.network_drive(home.root) if home.root.exists() else ""
    if kind:
        yield Finding(
            "home", False, f"it lies on a network drive ({kind})", "Move it to a local disk: SQLite needs one."
        )


def _disk(home: Home) -> Iterator[Finding]:
    if not home.data.exists():
        return
    left = disk.free(home.data)
    words = f"{left / 1024**2:,.0f} MB free"
    if left < disk.STOP_BYTES:
        yield Finding("disk", False, f"{words}: nothing is taken in or sent any more", "Make room on this disk.")
    else:
        yield Finding(
            "disk", left >= disk.WARN_BYTES, words, "" if left >= disk.WARN_BYTES else "Make room on this disk."
        )


def _folders(home: Home) -> Iterator[Finding]:
    """Folders that must be there and take files; a file is really written, because rights alone do not tell."""
    bad = []
    for folder in (home.data, home.spool, home.quarantine, home.attachments, home.backups, home.logs):
        try:
            folder.mkdir(exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            bad.append(f"{folder}: {error.strerror}")
    if os.name == "posix" and home.data.exists() and home.data.stat().st_mode & 0o077:
        yield Finding("folders", False, f"others on this machine can look into {home.data}", f"chmod 700 {home.data}")
    yield Finding(
        "folders", not bad, "; ".join(bad) or "all can be written", "Give your user the right to write." if bad else ""
    )


def _database(conn: sqlite3.Connection) -> Iterator[Finding]:
    size = conn.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()").fetchone()[0]
    note = f"sound, {size / 1024**2:,.1f} MB, SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < _FIXED_IN:
        note += " (before 3.51.3: its WAL-reset fault cannot happen here, one connection writes at a time)"
    yield Finding("database", True, note)
    if conn.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        yield Finding("database", False, "it is not in WAL mode", "carat backup, then carat restore the copy")


def _clock(conn: sqlite3.Connection, now: datetime) -> Iterator[Finding]:
    last = conn.execute("SELECT max(at) FROM (SELECT at FROM journal ORDER BY id DESC LIMIT 100)").fetchone()[0]
    zone = settings.get(conn, "shop.timezone")
    if last and moment(last) > now + timedelta(minutes=10):
        yield Finding(
            "clock", False, f"the journal is ahead of this machine's clock: {last}", "Set the clock of this machine."
        )
    else:
        yield Finding("clock", True, f"{now.isoformat(timespec='seconds')}, shop in {zone}")


def _engine(home: Home) -> Iterator[Finding]:
    last, running = heartbeat.last(home), heartbeat.running(home)
    if not running:
        since = f"; the last one was seen at {last.at.isoformat(timespec='seconds')}" if last else ""
        yield Finding("engine", True, f"none runs at the moment{since}")
        return
    yield Finding("engine", True, f"runs (process {last.pid})" if last else "runs")
    for stage, words in (last.trouble if last else {}).items():
        yield Finding("engine", False, f"{stage}: {words}", f"See {home.logs / 'engine.log'}")


def _inbox(conn: sqlite3.Connection, home: Home) -> Iterator[Finding]:
    folder = home.inside(settings.get(conn, "intake.folder"))
    if not folder.is_dir():
        yield Finding(
            "intake", False, f"there is no folder {folder}", "Make it, or carat settings set intake.folder PATH"
        )
        return
    with contextlib.suppress(StopIteration):
        next(iter(folder.iterdir()))
    yield Finding("intake", True, str(folder))
    aside = _put_aside(home.quarantine)
    if aside:
        words = f"{len(aside)} file(s) in quarantine, such as {aside[0].name}"
        yield Finding("intake", False, words, f"Read the .reason.txt beside it in {home.quarantine}, then remove both.")


def _put_aside(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*") if file.is_file() and not file.name.endswith(".reason.txt"))
