"""What the top line tells, read from the store and the engine room."""

from __future__ import annotations

import sqlite3

from carat_tui.cockpit.engine_room import EngineRoom
from carat_tui.cockpit.widgets.frame import Situation
from carat_tui.store import settings


def situation(conn: sqlite3.Connection, room: EngineRoom) -> Situation:
    """The shop, what may leave, where the engine works."""
    mode = settings.mode(conn)
    return Situation(
        settings.get(conn, "shop.name"),
        "stopped" if settings.paused(conn) else mode.name,
        mode.to,
        room.place,
        "; ".join(f"{stage}: {words}" for stage, words in room.trouble.items()),
    )
