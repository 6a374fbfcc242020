"""The file under an open store is another one now: nothing more is written, and nobody sends from what was."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from carat_tui.engine import Engine
from carat_tui.model.clock import Clock
from carat_tui.model.errors import Exchanged
from carat_tui.model.home import Home
from carat_tui.services import backup, heartbeat
from carat_tui.store import settings
from carat_tui.store.database import Store


def another(home: Home) -> None:
    """Somebody copies a database over it, without asking."""
    copy = home.root / "copy.db"
    with closing(sqlite3.connect(home.database)) as conn:
        conn.execute("VACUUM INTO ?", (str(copy),))
    copy.replace(home.database)


def newer(home: Home) -> None:
    """A program of tomorrow renews it."""
    with closing(sqlite3.connect(home.database)) as conn:
        conn.execute("PRAGMA user_version = 999")


def gone(home: Home) -> None:
    """Somebody removes it."""
    home.database.unlink()


@pytest.mark.skipif("sys.platform == 'win32'", reason="Windows does not let an open file be replaced")
@pytest.mark.parametrize("change", [another, newer, gone])
def test_nothing_is_written_to_a_database_that_was_exchanged(home: Home, change: Callable[[Home], None]) -> None:
    with Store.open(home.database) as store:
        store.write(lambda conn: settings.put(conn, "shop.name", "before"))
        assert settings.get(store.read(), "shop.name") == "before"
        change(home)
        for durable in (True, False):
            with pytest.raises(Exchanged) as caught:
                store.write(lambda conn: settings.put(conn, "shop.name", "after"), durable=durable)
            assert caught.value.exit_code == 4
        assert settings.get(store.read(), "shop.name") == "before"


@pytest.mark.skipif("sys.platform == 'win32'", reason="Windows does not let an open file be replaced")
def test_nobody_becomes_the_engine_on_what_was_restored_away(home: Home, clock: Clock, tmp_path: Path) -> None:
    """A cockpit that waits for its turn, beside ``carat restore``, which has the engine's lock for that time."""
    with Store.open(home.database) as store:
        backup.backup(store, home, tmp_path / "copy.db", clock())
        backup.restore(home, tmp_path / "copy.db", clock(), "test")
        with pytest.raises(Exchanged), Engine(home, store, clock):
            raise AssertionError("an engine on a database that lies among the backups")
        assert not heartbeat.running(home), "the lock is free for who opens it anew"


@pytest.mark.skipif("sys.platform == 'win32'", reason="Windows does not let an open file be replaced")
def test_an_engine_ends_when_its_database_was_exchanged(
    home: Home, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "EVERY_S", 0.05)
    with Store.open(home.database) as store, Engine(home, store, clock) as engine:
        ended: list[BaseException] = []
        stop = threading.Event()

        def run() -> None:
            try:
                engine.run(stop)
            except Exchanged as error:
                ended.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        gone(home)
        thread.join(20)
        stop.set()
        assert [type(error) for error in ended] == [Exchanged]
    assert not list(home.logs.glob("crash-*")), "a sentence, no crash"
