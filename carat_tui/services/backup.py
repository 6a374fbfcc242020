"""Copies of the database that are known to be good, and bringing one back (reliability §4.3)."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from carat_tui.model.clock import stamp
from carat_tui.model.errors import Busy, CaratError, StoreError
from carat_tui.model.home import Home
from carat_tui.model.text import plain
from carat_tui.rules.plan import plan
from carat_tui.store import journal, settings
from carat_tui.store.database import Store
from carat_tui.store.lock import FileLock

GROWING = ("journal", "message", "event", "customer", "document", "import_file", "attempt")
"""Tables that never lose a row: a copy taken while others write must lie between the counts before and after."""

DAILY, WEEKLY = 14, 8


@dataclass(frozen=True, slots=True)
class Copy:
    """A verified copy: where, how big (bytes), and how many rows of each growing table it holds."""

    file: Path
    size: int
    rows: dict[str, int]


def backup(store: Store, home: Home, target: Path | None, now: datetime) -> Copy:
    """Copy the database while everything goes on, open the copy again, check it thoroughly and count its rows.

    Without ``target`` the copy goes to ``data/backups`` and older ones there are thinned out. Raises ``StoreError``
    when the copy is not sound (it is removed then) and ``CaratError`` when it cannot be written.
    """
    home.backups.mkdir(exist_ok=True, mode=0o700)
    file = target or _free(home.backups, now)
    if file.exists():
        raise CaratError(f"{file} exists already.", "Choose another name; a backup never overwrites one.")
    before = _counts(store.read())
    try:
        store.copy_to(file)
        rows = _checked(file)
    except (sqlite3.Error, OSError, StoreError) as error:
        file.unlink(missing_ok=True)
        raise StoreError(
            f"The copy {file} could not be made: {error}.", "Is there room on that disk, and may you write there?"
        ) from error
    after = _counts(store.read())
    wrong = [table for table in GROWING if not before[table] <= rows[table] <= after[table]]
    if wrong:
        file.unlink(missing_ok=True)
        raise StoreError(
            f"The copy {file} does not hold all rows of {', '.join(wrong)}; it was removed.", "Run `carat doctor`."
        )
    if target is None:
        _thin_out(home.backups, now)
    return Copy(file, file.stat().st_size, rows)


def _free(folder: Path, now: datetime) -> Path:
    """A name that says when; two copies within a second: the later one bears the next second."""
    while (file := folder / f"carat-{now:%Y%m%d-%H%M%S}.db").exists():
        now += timedelta(seconds=1)
    return file


def _counts(conn: sqlite3.Connection) -> dict[str, int]:
    return {table: int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in GROWING}


def _checked(file: Path) -> dict[str, int]:
    with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        found = conn.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok" or conn.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise StoreError("the copy is not sound", str(found))
        return _counts(conn)


def _thin_out(folder: Path, now: datetime) -> None:
    """Keep all of today, the newest of each of 14 days and of each of 8 weeks; only files named by us are looked at."""
    found = sorted(folder.glob("carat-????????-??????.db"), reverse=True)
    keep = {file for file in found if file.name.startswith(f"carat-{now:%Y%m%d}")}
    keep |= set(_newest_of_each(found, "%Y%m%d", DAILY)) | set(_newest_of_each(found, "%G-%V", WEEKLY))
    for file in found:
        if file not in keep:
            file.unlink(missing_ok=True)


def _newest_of_each(files: Iterable[Path], period: str, periods: int) -> list[Path]:
    newest: dict[str, Path] = {}
    for file in files:
        try:
            day = datetime.strptime(file.stem, "carat-%Y%m%d-%H%M%S")  # noqa: DTZ007  # a name, not a moment
        except ValueError:
            newest.setdefault(file.name, file)  # not a time after all: not ours to remove
            continue
        newest.setdefault(day.strftime(period), file)
    return list(newest.values())[:periods]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: how many messages wait for a person now, and where the database before lies."""

    held: int
    replaced: Path | None


def restore(home: Home, file: Path, now: datetime, who: str) -> Restored:
    """Put the copy ``file`` in the place of the database; everything that was about to be sent is held.

    The copy may be older than what was sent since: so nothing of it leaves by itself, and sending is paused until a
    person resumes it, because exports that the copy does not know would be told a second time (threat E6). The
    database before is kept beside the backups. Raises ``Busy`` while an engine runs, ``StoreError`` when ``file`` is
    not a sound database of ours; then nothing was touched.
    """
    if not file.is_file():
        raise CaratError(f"There is no file {file}.", f"Copies lie in {home.backups}.")
    home.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    home.backups.mkdir(exist_ok=True, mode=0o700)
    engine = FileLock(home.engine_lock)
    try:
        if not engine.try_acquire():
            raise Busy("An engine works on this home.", "Stop it, then restore.")
        room = home.data / "restoring"
        shutil.rmtree(room, ignore_errors=True)
        room.mkdir(mode=0o700)
        try:
            held = _prepare(file, room / "carat.db", now, who)
            replaced = _exchange(home, room / "carat.db", now)
        finally:
            shutil.rmtree(room, ignore_errors=True)
        return Restored(held, replaced)
    finally:
        engine.close()


def _prepare(file: Path, copy: Path, now: datetime, who: str) -> int:
    try:
        with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as conn:
            conn.execute("VACUUM INTO ?", (str(copy),))
    except sqlite3.Error as error:
        raise StoreError(
            f"{file} is not a sound database: {error}.", "Nothing was touched; try an older copy."
        ) from error
    with _opened(copy, file) as store:
        # Events that nobody looked at yet become messages now, so that they are held like the others.
        plan(store, now)
        return store.write(lambda conn: _hold_all(conn, stamp(now), who, file))


def _opened(copy: Path, file: Path) -> Store:
    try:
        return Store.open(copy, check_s=600)
    except StoreError as error:  # it speaks of our copy; the person knows the file alone
        raise StoreError(error.message.replace(str(copy), str(file)), error.hint) from error


def _hold_all(conn: sqlite3.Connection, at: str, who: str, file: Path) -> int:
    conn.execute(
        "UPDATE attempt SET ended_at = ?, outcome = 'unclear', words = 'restored from a copy' WHERE ended_at IS NULL",
        (at,),
    )
    held = conn.execute(
        "UPDATE message SET state = 'held', reason = 'restored', waits_for = NULL"
        " WHERE state IN ('waiting', 'sending', 'unclear')"
    ).rowcount
    settings.set_paused(conn, f"restored from {plain(file.name)}, since {at}")
    journal.write(conn, at, who, "restored", "home", None, {"file": file.name, "held": held})
    return held


def _exchange(home: Home, copy: Path, now: datetime) -> Path | None:
    """Move the old database aside and the new one in, while no other process can write."""
    lock = FileLock(home.data / "carat.write.lock")
    aside: Path | None = home.backups / f"replaced-{now:%Y%m%d-%H%M%S-%f}.db"
    try:
        with lock:
            if home.database.exists():
                for tail in ("-wal", "-shm", ""):
                    part = home.database.with_name(home.database.name + tail)
                    if part.exists():
                        part.replace(f"{aside}{tail}")
            else:
                aside = None
            copy.replace(home.database)
            _flush_folder(home.data)
    except OSError as error:
        raise StoreError(
            f"{home.database} could not be replaced: {error.strerror}.", "Close every program that uses this home."
        ) from error
    finally:
        lock.close()
    return aside


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # NTFS journals the rename itself; folders cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
