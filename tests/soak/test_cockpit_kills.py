"""Kill -9 of a cockpit while the engine beside its screens hands mail over: as for the engine alone."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.cockpit.terminal import Terminal

from .kills import Victim, soak


class CockpitVictim(Victim):
    """The whole program in a terminal, which somebody reads."""

    longest_run_s = 2.0
    _terminal: Terminal | None = None
    _reader: threading.Thread | None = None

    def start(self) -> None:
        """A new cockpit; it becomes the engine by itself."""
        terminal = Terminal(self._home.root)
        self._terminal = terminal

        def read() -> None:
            with contextlib.suppress(OSError):
                while terminal.read(0.1):
                    pass

        self._reader = threading.Thread(target=read, daemon=True)
        self._reader.start()

    def end(self) -> None:
        """Leave it by its key."""
        assert self._terminal is not None
        until = time.monotonic() + 60
        while self._terminal.alive:
            assert time.monotonic() < until, "the cockpit does not end"
            self._terminal.press("\x11")  # again and again: before the first picture nobody listens
            time.sleep(0.05)
        self._reap()

    def _kill_only(self) -> None:
        if self._terminal is not None:
            self._terminal.__exit__(None, None, None)

    def _reap(self) -> None:
        if self._reader is not None:
            self._reader.join(10)
        self._terminal = self._reader = None


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals of POSIX")
def test_a_cockpit_killed_at_any_moment(tmp_path: Path) -> None:
    found = soak(tmp_path, kills=12, messages=120, workers=2, seed_of_chance=3, kind=CockpitVictim)
    assert (found.kills, found.copies, found.false_claims, found.stuck, found.unsound) == (12, 0, 0, 0, 0), found
    assert found.broken_rules == []
    assert found.most_doubts <= 2
    assert found.unclear == sum(found.doubts)
    assert (found.copies_in_the_end, found.missing_in_the_end) == (0, 0)
    assert found.unclear_accepted >= found.aimed
