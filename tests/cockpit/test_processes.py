"""Cockpits, engines and commands beside each other, and their ends: who is the engine, what an end leaves behind."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carat_tui.model.home import Home
from carat_tui.outbox import invariants
from carat_tui.services import heartbeat
from carat_tui.store.database import Store
from tests.channels.mailserver import MailServer
from tests.cli.door import carat, program
from tests.cockpit.terminal import PATIENCE_S, Terminal
from tests.e2e.shop import drop, line
from tests.outbox import seed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals of POSIX")

QUIT = "\x11"
LINES = 100_000
LEFT = b"The engine was ended in the middle of its work; the next start clears up."


def until(true: Callable[[], object], *terminals: Terminal) -> None:
    """Go on until ``true()``, while somebody reads the terminals."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it never came true"
        for terminal in terminals:
            terminal.read(0.02)
        time.sleep(0.02)  # other processes are at work


def one(home: Home, question: str) -> int:
    with Store.open(home.database, check_s=0.01) as store:
        return int(store.read().execute(question).fetchone()[0])


def test_the_cockpit_takes_over_when_the_engine_ends_and_refuses_another(demo_home: Home) -> None:
    words = [sys.executable, "-m", "carat_tui", "--home", str(demo_home.root), "run"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as engine:
        until(lambda: heartbeat.running(demo_home))
        with Terminal(demo_home.root, columns=140) as terminal:
            terminal.wait_for("another process")
            engine.send_signal(signal.SIGTERM)
            assert engine.wait(PATIENCE_S) == 0
            began = time.monotonic()
            terminal.wait_for("engine runs here")
            assert time.monotonic() - began < 4
            refused = program("run", "--once", home=demo_home)
            assert refused.code == 3
            assert "cockpit" in refused.err
            terminal.press(QUIT)
            assert terminal.end() == 0
        engine.communicate()
    assert program("run", "--once", home=demo_home).code in (0, 1)


def test_two_cockpits_started_at_once_share_one_engine(demo_home: Home) -> None:
    with ExitStack() as stack:
        both = [stack.enter_context(Terminal(demo_home.root, columns=140)) for _ in range(2)]
        told = (b"engine runs here", b"another process")
        until(lambda: all(any(words in one.output for words in told) for one in both), *both)
        assert sum(b"engine runs here" in one.output for one in both) == 1
        host = next(one for one in both if b"engine runs here" in one.output)
        other = next(one for one in both if one is not host)
        host.press(QUIT)
        assert host.end() == 0
        other.wait_for("engine runs here")
        other.press(QUIT)
        assert other.end() == 0
        assert host.restored and other.restored


def test_send_beside_a_cockpit_goes_out_by_its_engine_once(demo_home: Home) -> None:
    with Terminal(demo_home.root, columns=140) as terminal:
        terminal.wait_for("engine runs here")
        words = [sys.executable, "-m", "carat_tui", "--home", str(demo_home.root), "--json"]
        words += ["send", "--customer", "10001", "--channel", "email", "--subject", "Heute", "--text", "Bis 20 Uhr."]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as sending:
            until(lambda: sending.poll() is not None, terminal)
            said = json.loads(sending.communicate()[0])
        assert (sending.returncode, said["state"]) == (0, "sent")
        terminal.press(QUIT)
        assert terminal.end() == 0
    assert one(demo_home, f"SELECT count(*) FROM attempt WHERE message_id = {said['id']}") == 1


def test_term_in_the_middle_of_a_large_import_and_the_next_start_goes_on(home: Home, tmp_path: Path) -> None:
    assert carat("settings", "set", "intake.settle_s", "0", home=home).code == 0
    rows = [
        line(f"B{n}", 1, f"Titel {n}", {"Kundennummer": f"K{n % 5000}", "Nachname": f"Kunde {n % 5000}"}, arrived=False)
        for n in range(LINES)
    ]
    drop(Home(tmp_path / "aside"), "orders.csv", rows).replace(home.root / "watch" / "inbox" / "orders.csv")
    with Terminal(home.root) as terminal:
        until(lambda: any((home.data / "spool").iterdir()), terminal)
        began = time.monotonic()
        terminal.signal(signal.SIGTERM)
        assert terminal.end() == 0
        assert time.monotonic() - began < 6.5
        assert terminal.restored
        assert b"Traceback" not in terminal.output
    left = one(home, "SELECT count(*) FROM import_file WHERE state = 'done'") == 0
    assert (LEFT in terminal.output[terminal.output.rfind(b"\x1b[?1049l") :]) is left
    assert program("run", "--once", home=home).code in (0, 1)
    assert one(home, "SELECT count(*) FROM document") == LINES


def test_term_while_a_server_is_silent_says_so_and_nothing_is_claimed(home: Home) -> None:
    with MailServer({"dot": "silence"}) as server:
        with Store.open(home.database) as store:
            seed.live(store)
            seed.smtp_route(store, server.port)
            seed.messages(store, 3, datetime.now(UTC))
        with Terminal(home.root) as terminal:
            until(lambda: server.seen.mails, terminal)
            began = time.monotonic()
            terminal.signal(signal.SIGTERM)
            assert terminal.end() == 0
            assert time.monotonic() - began < 6.5
            assert terminal.restored
            left = one(home, "SELECT count(*) FROM message WHERE state = 'sending'") > 0
            assert (LEFT in terminal.output[terminal.output.rfind(b"\x1b[?1049l") :]) is left
    assert one(home, "SELECT count(*) FROM message WHERE state = 'sent'") == 0
    carat("outbox", "pause", home=home)
    carat("run", "--once", home=home)
    assert one(home, "SELECT count(*) FROM message WHERE state = 'unclear'") >= 1
    with Store.open(home.database) as store:
        assert invariants.check(store.read(), datetime.now(UTC), engine_runs=False) == []


@pytest.mark.parametrize("how", [(), ("--no-cockpit",)])
def test_the_demo_opens_the_cockpit_on_a_terminal(tmp_path: Path, how: tuple[str, ...]) -> None:
    shop = tmp_path / "demo"
    words = ("-m", "carat_tui", "--lang", "en", "demo", str(shop), *how)
    with Terminal(tmp_path, program=words) as terminal:
        if not how:
            terminal.wait_for("Enter opens the cockpit")
            terminal.press("\r")
            terminal.wait_for("REHEARSAL")
            terminal.settle()
            terminal.press(QUIT)
        assert terminal.end() == 0
        assert (b"\x1b[?1049h" in terminal.output) is not bool(how)
        assert b"Traceback" not in terminal.output
        assert b"Buchladen Sonne" in terminal.output


def test_a_program_that_asks_for_json_gets_no_screen(demo_home: Home) -> None:
    with Terminal(demo_home.root, "--json") as terminal:
        assert terminal.end() == 2
        assert b"\x1b[?1049h" not in terminal.output
        assert b"The cockpit needs a terminal." in terminal.output
