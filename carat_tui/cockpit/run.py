"""From the door to the end: opens the cockpit, opens another after a fault, ends the engine."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from carat_tui.cockpit.app import Cockpit
from carat_tui.cockpit.engine_room import EngineRoom
from carat_tui.locale import _

if TYPE_CHECKING:
    from carat_tui.model.clock import Clock
    from carat_tui.model.home import Home
    from carat_tui.store.database import Store

_TOO_OFTEN, _WITHIN_S = 3, 60.0
"""Faults after which opening another app would not help."""


def open_cockpit(home: Home, store: Store, clock: Clock, who: str) -> int:
    """Show the cockpit until the person leaves; returns the exit code. The caller closes the store."""
    # The screen's thread must get its turn quickly while an import computes in another.
    sys.setswitchinterval(0.001)
    room = EngineRoom(home, store, clock)
    try:
        return _show(home, store, clock, who, room)
    finally:
        if room.stop():
            # What hangs (a large import, a silent server) is taken up by the next start.
            print(_("The engine was ended in the middle of its work; the next start clears up."), file=sys.stderr)  # noqa: T201
            sys.stderr.flush()
            os._exit(0)


def _show(home: Home, store: Store, clock: Clock, who: str, room: EngineRoom) -> int:
    notice, area = "", "overview"
    faults: list[float] = []
    while True:
        app = Cockpit(home, store, clock, who, room, notice=notice, area=area)
        app.run()
        if app.again:
            notice, area = "", app.shown
            continue
        if app.crash is None:
            return 0
        faults = [moment for moment in (*faults, time.monotonic()) if moment > time.monotonic() - _WITHIN_S]
        words = _("Something went wrong that should not. Please report {file}").format(file=app.crash)
        if len(faults) >= _TOO_OFTEN:
            print(words, file=sys.stderr)  # noqa: T201
            return 1
        notice = words
