"""The engine's sign of life in the store, so that any program can say whether one works on this home."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from carat_tui.model.clock import moment, stamp
from carat_tui.model.home import Home
from carat_tui.store.database import Store
from carat_tui.store.lock import FileLock

EVERY_S = 10.0
_KEY = "engine.heartbeat"


@dataclass(frozen=True, slots=True)
class Beat:
    """The last sign: when (aware), which process, what ails which stage (empty = all well), and whether a cockpit has
    the engine beside its screens."""

    at: datetime
    pid: int
    trouble: Mapping[str, str]
    cockpit: bool = False


def beat(store: Store, now: datetime, trouble: Mapping[str, str], *, cockpit: bool = False) -> None:
    """Leave a sign; it need not survive a power cut."""
    said = {"at": stamp(now), "pid": os.getpid(), "trouble": dict(trouble), "cockpit": cockpit}
    text = json.dumps(said, ensure_ascii=False)

    def job(conn: sqlite3.Connection) -> None:
        conn.execute("INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (_KEY, text))

    store.write(job, durable=False)


def last(conn: sqlite3.Connection) -> Beat | None:
    """The last sign that any engine left."""
    row = conn.execute("SELECT value FROM setting WHERE key = ?", (_KEY,)).fetchone()
    if row is None:
        return None
    said = json.loads(row[0])
    return Beat(moment(said["at"]), said["pid"], said["trouble"], said.get("cockpit", False))


def running(home: Home) -> bool:
    """Whether an engine holds this home at the moment; the lock knows, also after a ``kill -9``."""
    if not home.engine_lock.exists():
        return False
    lock = FileLock(home.engine_lock)
    try:
        return not lock.try_acquire()
    finally:
        lock.close()
