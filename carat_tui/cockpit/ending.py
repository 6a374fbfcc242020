"""The end that nobody pressed a key for: a signal, a closed window, a connection that is gone."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from typing import Any

from textual.app import App

from carat_tui.cockpit.engine_room import EngineRoom


def obey_signals(app: App[Any], room: EngineRoom) -> None:
    """A closed window (SIGHUP), TERM and an INT from outside end ``app`` as quitting does; Textual alone would leave
    the terminal raw (STYLE §3.5). Called on the app's loop."""
    loop = asyncio.get_running_loop()

    def end() -> None:
        if terminal_is_there():
            app.exit()
        else:
            end_without_terminal(room)

    for name in ("SIGTERM", "SIGHUP", "SIGINT", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, end)
        except NotImplementedError:  # Windows: the loop cannot, Python can
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(end))


def leave_without_terminal(room: EngineRoom) -> None:
    """A terminal that vanishes without SIGHUP would leave the program at full load for ever; to be asked again and
    again."""
    if not terminal_is_there():
        end_without_terminal(room)


def terminal_is_there() -> bool:
    """Whether there is still a terminal behind the standard input."""
    try:
        return os.isatty(sys.__stdin__.fileno()) if sys.__stdin__ is not None else False
    except ValueError:  # closed already
        return False


def end_without_terminal(room: EngineRoom) -> None:
    """Stop the engine and end the process, in a thread of its own.

    The orderly way through Textual is closed: its writing thread has died of the missing terminal, and whoever writes
    next waits for it for ever. Nothing is lost, because whatever counts is on the disk before it is done.
    """

    def end() -> None:
        room.stop()
        os._exit(0)

    threading.Thread(target=end, name="ending").start()
