"""From the door to the end: opens the cockpit, opens another after a fault, ends the engine."""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from carat_tui.cockpit.app import Cockpit
from carat_tui.cockpit.engine_room import EngineRoom
from carat_tui.locale import _, told
from carat_tui.model.errors import Exchanged

if TYPE_CHECKING:
    from carat_tui.model.clock import Clock
    from carat_tui.model.home import Home
    from carat_tui.store.database import Store

_TOO_OFTEN, _WITHIN_S = 3, 60.0
"""Faults after which opening another app would not help."""


def open_cockpit(home: Home, store: Store, clock: Clock, who: str) -> int:
    """Show the cockpit until the person leaves; returns the exit code. The caller closes the store.

    Raises ``CaratError`` when the database cannot be used any more.
    """
    # The screen's thread must get its turn quickly while an import computes in another.
    sys.setswitchinterval(0.001)
    notice = ""
    with ExitStack() as opened:
        while True:
            room = EngineRoom(home, store, clock)
            try:
                return _show(home, store, clock, who, room, notice)
            except Exchanged:
                notice = _("Another program has replaced the database; this is what it holds now.")
            finally:
                _end(room)
            store = opened.enter_context(type(store).open(home.database, check_s=0.1))


def _end(room: EngineRoom) -> None:
    if room.stop():
        # What hangs (a large import, a silent server) is taken up by the next start.
        print(_("The engine was ended in the middle of its work; the next start clears up."), file=sys.stderr)  # noqa: T201
        sys.stderr.flush()
        os._exit(0)


def _show(home: Home, store: Store, clock: Clock, who: str, room: EngineRoom, notice: str) -> int:
    area = "overview"
    faults: list[float] = []
    while True:
        app = Cockpit(home, store, clock, who, room, notice=notice, area=area)
        app.run()
        if app.again:
            notice, area = "", app.shown
            continue
        if isinstance(app.trouble, Exchanged):
            raise app.trouble
        if app.trouble is None and app.crash is None:
            return 0
        faults = [moment for moment in (*faults, time.monotonic()) if moment > time.monotonic() - _WITHIN_S]
        notice, area = _why(app), "overview"
        if len(faults) < _TOO_OFTEN:
            continue
        if app.trouble is not None:
            raise app.trouble
        print(notice, file=sys.stderr)  # noqa: T201
        return 1


def _why(app: Cockpit) -> str:
    if app.trouble is not None:
        return told(str(app.trouble))
    return _("Something went wrong that should not. Please report {file}").format(file=app.crash)
