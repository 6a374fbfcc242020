"""From start to end in a real terminal: whatever ends the program, the terminal is as it was."""

from __future__ import annotations

import signal
import sys

import pytest

from carat_tui.model.home import Home
from carat_tui.services import heartbeat
from tests.cockpit.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals of POSIX")

QUIT, CTRL_C = "\x11", "\x03"


@pytest.mark.parametrize("ending", [QUIT, CTRL_C + CTRL_C, "TERM", "HUP", "INT"])
def test_every_end_gives_the_terminal_back(demo_home: Home, ending: str) -> None:
    with Terminal(demo_home.root) as terminal:
        terminal.wait_for("REHEARSAL")
        if ending.isalpha():
            terminal.signal(getattr(signal, f"SIG{ending}"))
        else:
            terminal.press(ending)
        assert terminal.end() == 0
        assert terminal.restored
        assert b"Traceback" not in terminal.output
    assert not heartbeat.running(demo_home), "the engine went with the cockpit"


def test_a_closed_window_ends_the_program(demo_home: Home) -> None:
    with Terminal(demo_home.root) as terminal:
        terminal.wait_for("REHEARSAL")
        terminal.hang_up()
        assert terminal.end() == 0


def test_escape_never_leaves(demo_home: Home) -> None:
    with Terminal(demo_home.root) as terminal:
        terminal.wait_for("REHEARSAL")
        for _ in range(5):
            terminal.press("\x1b")
            terminal.read(0.2)
        terminal.press("2")
        terminal.wait_for("Orders")
        terminal.press(QUIT)
        assert terminal.end() == 0


def test_without_a_terminal_it_says_so_and_opens_nothing(demo_home: Home) -> None:
    import subprocess

    done = subprocess.run(
        [sys.executable, "-m", "carat_tui", "--home", str(demo_home.root)],
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.startswith(b"The cockpit needs a terminal.")
