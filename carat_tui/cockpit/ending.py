"""The end when nobody can see it any more: the window was closed, the connection is gone."""

from __future__ import annotations

import os
import sys
import threading

from carat_tui.cockpit.engine_room import EngineRoom


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
