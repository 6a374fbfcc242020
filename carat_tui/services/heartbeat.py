"""The engine's sign of life beside the store, so that any program can say whether one works on this home.

A file of its own and not a row: what the store holds changes only when something happens, and whoever watches it need
not look again every ten seconds because of a heartbeat.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from carat_tui.model.clock import moment, stamp
from carat_tui.model.home import Home
from carat_tui.store.lock import FileLock

EVERY_S = 10.0


@dataclass(frozen=True, slots=True)
class Beat:
    """The last sign: when (aware), which process, what ails which stage (empty = all well), and whether a cockpit has
    the engine beside its screens."""

    at: datetime
    pid: int
    trouble: Mapping[str, str]
    cockpit: bool = False


def beat(home: Home, now: datetime, trouble: Mapping[str, str], *, cockpit: bool = False) -> None:
    """Leave a sign; it need not survive a power cut. ``OSError`` when it cannot be written."""
    said = {"at": stamp(now), "pid": os.getpid(), "trouble": dict(trouble), "cockpit": cockpit}
    part = _file(home).with_suffix(".part")
    part.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    part.chmod(0o600)
    part.replace(_file(home))


def last(home: Home) -> Beat | None:
    """The last sign that any engine left; None when there is none, or none that can be read."""
    try:
        said = json.loads(_file(home).read_text(encoding="utf-8"))
        return Beat(moment(said["at"]), said["pid"], said["trouble"], said["cockpit"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _file(home: Home) -> Path:
    return home.data / "heartbeat.json"


def running(home: Home) -> bool:
    """Whether an engine holds this home at the moment; the lock knows, also after a ``kill -9``."""
    if not home.engine_lock.exists():
        return False
    lock = FileLock(home.engine_lock)
    try:
        return not lock.try_acquire()
    finally:
        lock.close()
