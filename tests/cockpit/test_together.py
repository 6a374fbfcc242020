"""``carat run`` in one terminal and two cockpits in others, 2,000 messages flowing: all see the same, nobody waits."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import pytest

from carat_tui.model.home import Home
from carat_tui.services import heartbeat
from carat_tui.store import settings
from carat_tui.store.database import Store
from tests.cockpit.terminal import PATIENCE_S, Terminal
from tests.e2e.shop import drop, line

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals of POSIX")

MESSAGES = 2_000
SETTINGS = {"merge.window_s": "0", "brake.max_at_once": "100000", "brake.factor": "1000", "intake.settle_s": "0"}

HOME, ESCAPE = "\x1b[H", "\x1b"


@contextmanager
def engine(home: Home) -> Iterator[None]:
    """``carat run`` in a process of its own."""
    program = [sys.executable, "-m", "carat_tui", "--home", str(home.root), "run"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            until = time.monotonic() + PATIENCE_S
            while not heartbeat.running(home):
                assert time.monotonic() < until, "the engine never started"
                time.sleep(0.02)  # another process is starting
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            _out, err = process.communicate(timeout=PATIENCE_S)
            assert process.returncode == 0, err
            assert b"locked" not in err


def orders(*, arrived: bool) -> list[dict[str, str]]:
    """One order each of as many customers with an e-mail address; the goods came in today, by the machine's clock."""
    today = f"{datetime.now(UTC):%d.%m.%Y}" if arrived else ""
    rows = []
    for number in range(MESSAGES):
        customer = {"Kundennummer": f"K{number}", "Nachname": f"Kunde {number}", "E-Mail": f"k{number}@example.org"}
        rows.append({**line(f"B{number}", 1, f"Titel {number}", customer, arrived=arrived), "WE-Datum": today})
    return rows


def sent(store: Store) -> int:
    return int(store.read().execute("SELECT count(*) FROM message WHERE state = 'sent'").fetchone()[0])


def test_all_see_the_same_and_nobody_waits(home: Home) -> None:
    with ExitStack() as stack:
        store = stack.enter_context(Store.open(home.database))
        _set_up(store)
        stack.enter_context(engine(home))
        cockpits = [stack.enter_context(Terminal(home.root, columns=120, lines=40)) for _ in range(2)]
        for cockpit in cockpits:
            cockpit.wait_for("another process")
            cockpit.press("3")
        _drop(home, "orders_1.csv", arrived=False)
        _wait(store, cockpits, "SELECT count(*) = 1 FROM import_file WHERE state = 'done'")
        _drop(home, "orders_2.csv", arrived=True)
        slowest = _wait(store, cockpits, f"SELECT count(*) = {MESSAGES} FROM message WHERE state = 'sent'")
        assert slowest < 5.0, "a key waited for the messages"
        one, other = map(_seen, cockpits)
        assert one == other
        assert {f"all {MESSAGES:,}", f"sent today {MESSAGES:,}", "needs me 0", "Kunde 1999"} <= set(one)
        assert not any(b"locked" in cockpit.output for cockpit in cockpits)
        for cockpit in cockpits:
            cockpit.press("\x11")
            assert cockpit.end() == 0
            assert cockpit.restored
    _nothing_twice(home)


def _set_up(store: Store) -> None:
    def job(conn: sqlite3.Connection) -> None:
        for key, value in SETTINGS.items():
            settings.put(conn, key, value)

    store.write(job)


def _drop(home: Home, name: str, *, arrived: bool) -> None:
    """Into the folder at once and whole, because the engine looks at it without waiting."""
    aside = Home(home.root / "aside")
    path = drop(aside, name, orders(arrived=arrived))
    path.replace(home.root / "watch" / "inbox" / name)


def _wait(store: Store, cockpits: list[Terminal], question: str) -> float:
    """Go up and down in both cockpits until the store says yes; returns the longest time that a key took."""
    slowest, until = 0.0, time.monotonic() + 120
    while not store.read().execute(question).fetchone()[0]:
        assert time.monotonic() < until, "it never came to an end"
        for cockpit in cockpits:
            began, before = time.monotonic(), len(cockpit.output)
            cockpit.press("?")
            while len(cockpit.output) == before and time.monotonic() - began < PATIENCE_S:
                assert cockpit.read(), cockpit.output[-3000:].decode(errors="replace")
            slowest = max(slowest, time.monotonic() - began)
            cockpit.press("\x1b")
            cockpit.read()
    return slowest


def _seen(cockpit: Terminal) -> list[str]:
    """The figures and the customers that the outbox of this cockpit shows now."""
    for key in (ESCAPE, ESCAPE, ESCAPE, HOME, "1", "3"):
        cockpit.settle(0.6)
        before = len(cockpit.output)
        cockpit.press(key)
    cockpit.settle(0.6)
    text = _ESCAPES.sub("", cockpit.output[before:].decode("utf-8"))
    return sorted(set(re.findall(r"Kunde \d+|(?:all|needs me|waiting|sent today|failed) [\d,]+", text)))


_ESCAPES = re.compile(r"\x1b(\[[0-9;?<>=]*[a-zA-Z]|\][^\x07]*\x07)")


def _nothing_twice(home: Home) -> None:
    mails = list((home.data / "mail" / "new").iterdir())
    assert len(mails) == MESSAGES
    with Store.open(home.database) as store:
        conn = store.read()
        assert sent(store) == MESSAGES
        assert conn.execute("SELECT count(DISTINCT to_address) FROM message").fetchone()[0] == MESSAGES
        assert conn.execute("SELECT count(*) FROM attempt").fetchone()[0] == MESSAGES
    assert list(home.logs.glob("crash-*")) == []
    assert "locked" not in (home.logs / "engine.log").read_text(encoding="utf-8")
