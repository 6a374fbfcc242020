"""Trouble with the database while the cockpit is open: a sentence each time, no traceback, nothing sent of what was."""

from __future__ import annotations

import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from carat_tui.cockpit.dialogs import Failure
from carat_tui.model.home import Home
from carat_tui.services import backup, heartbeat
from carat_tui.store import settings
from carat_tui.store.database import Store
from tests.cli.door import carat
from tests.cockpit.conftest import AFTER, OpenCockpit, wait_until
from tests.cockpit.terminal import PATIENCE_S, Terminal

posix = pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals of POSIX")


@contextmanager
def locked(home: Home) -> Iterator[sqlite3.Connection]:
    """Another program writes for a while."""
    with closing(sqlite3.connect(home.database, isolation_level=None)) as conn:
        conn.execute("BEGIN EXCLUSIVE")
        yield conn
        conn.execute("ROLLBACK")


def crashes(home: Home) -> list[Path]:
    return list(home.logs.glob("crash-*"))


async def test_a_locked_database_is_a_sentence_and_stop_all_works_again_after_it(
    cockpit: OpenCockpit,
) -> None:
    app = cockpit()
    app.store.write(lambda conn: conn.execute("PRAGMA busy_timeout = 100"))
    async with app.run_test(size=(100, 30)) as pilot:
        with locked(app.home):
            await pilot.press("f8")
            await wait_until(pilot, lambda: isinstance(app.screen, Failure))
            told = " ".join(str(part.render()) for part in app.screen.query("Plain"))
            assert "The database cannot be used now: database is locked." in told
            assert not settings.paused(app.store.read())
        await pilot.press("escape", "f8")
        await wait_until(pilot, lambda: settings.paused(app.store.read()))
    assert not crashes(app.home)


@posix
def test_a_restored_copy_is_shown_and_nothing_goes_out_of_what_it_replaced(demo_home: Home, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with Store.open(demo_home.database) as store:
        backup.backup(store, demo_home, copy, AFTER)
        store.write(lambda conn: settings.put(conn, "shop.name", "Lost Name"))
    with Terminal(demo_home.root) as terminal:
        terminal.wait_for("engine runs here")
        assert carat("restore", str(copy), home=demo_home).code == 3, "a cockpit with the engine is an engine"
        before = len(terminal.output)
        with Store.open(copy) as store:
            store.write(lambda conn: settings.put(conn, "shop.name", "Found Name"))
        for tail in ("-wal", "-shm"):
            demo_home.database.with_name(f"carat.db{tail}").unlink(missing_ok=True)
        copy.replace(demo_home.database)
        terminal.wait_for("Found Name")
        terminal.wait_for("has replaced the database")
        assert b"Traceback" not in terminal.output[before:]
        terminal.press("\x11")
        assert terminal.end() == 0
        assert terminal.restored
    assert not crashes(demo_home)


def removed(home: Home) -> None:
    home.database.unlink()


def folder_gone(home: Home) -> None:
    home.root.rename(home.root.with_name("elsewhere"))


def newer(home: Home) -> None:
    with closing(sqlite3.connect(home.database)) as conn:
        conn.execute("PRAGMA user_version = 999")


@posix
@pytest.mark.parametrize(
    ("harm", "words"),
    [(removed, "There is no database at"), (folder_gone, "There is no database at"), (newer, "newer version")],
)
def test_without_its_database_the_cockpit_ends_with_a_sentence(
    demo_home: Home, harm: Callable[[Home], None], words: str
) -> None:
    with Terminal(demo_home.root) as terminal:
        terminal.wait_for("engine runs here")
        harm(demo_home)
        assert terminal.end() == 4
        assert terminal.restored
        after = terminal.output[terminal.output.rfind(b"\x1b[?1049l") :]
        assert words.encode() in after
        assert b"Traceback" not in terminal.output


@posix
def test_a_full_disk_is_a_sentence_and_the_cockpit_stays(demo_home: Home) -> None:
    """No file may grow any more: what a full disk is to a program."""
    code = (
        "import resource, signal, sys\n"
        "def full(*_): resource.setrlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))\n"
        "def room(*_): resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "signal.signal(signal.SIGUSR1, full); signal.signal(signal.SIGUSR2, room)\n"
        "from carat_tui.__main__ import main\n"
        "sys.exit(main())"
    )
    program = ("-c", code, "--lang", "en", "--home", str(demo_home.root))
    with Terminal(demo_home.root, program=program) as terminal:
        terminal.wait_for("engine runs here")
        terminal.settle()
        terminal.signal(signal.SIGUSR1)
        terminal.press("\x1b[19~")  # F8: stop all
        terminal.wait_for("The database cannot be used now")
        terminal.press("\x1b")
        terminal.settle()
        assert terminal.alive
        terminal.signal(signal.SIGUSR2)
        terminal.press("\x1b[19~")
        until = time.monotonic() + PATIENCE_S
        with Store.open(demo_home.database) as store:
            while not settings.paused(store.read()):
                assert time.monotonic() < until
                terminal.read()
        terminal.press("\x11")
        assert terminal.end() == 0
        assert b"Traceback" not in terminal.output
    assert not crashes(demo_home)
    assert not heartbeat.running(demo_home)
