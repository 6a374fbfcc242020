"""Kill -9 while files are handed over: every message is one file, and the outbox knows it."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from carat_tui.model.home import Home
from carat_tui.model.message import ChannelKind
from carat_tui.outbox import acts, invariants
from carat_tui.store import accounts, settings
from carat_tui.store.database import Store
from tests.outbox import seed

ROOT = Path(__file__).parents[2]
EACH = 250
KILLS = 8
FOLDERS = {ChannelKind.EMAIL: "mail/new", ChannelKind.SMS: "sms", ChannelKind.LETTER: "letters"}


def child(home: Home) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.soak.child", str(home.root)], cwd=ROOT, stdin=subprocess.PIPE)


def files(home: Home) -> dict[str, int]:
    found = {kind: [*(home.data / folder).glob("*")] for kind, folder in FOLDERS.items()}
    return {kind: sum(file.suffix != ".part" for file in files) for kind, files in found.items()}


def at_any_hour(conn: sqlite3.Connection) -> None:
    """The clock here is the real one, and the suite runs at night, too."""
    settings.put(conn, "sms.window", "")
    settings.put(conn, "sms.rest_days", "no")


def released(store: Store, now: datetime) -> int:
    """Let go on what met two kills; how many those were."""
    held = [row[0] for row in store.read().execute("SELECT id FROM message WHERE state = 'held'")]
    acts.release(store, held, who="test", now=now)
    return len(held)


def test_every_message_is_one_file(tmp_path: Path) -> None:
    home, chance = Home(tmp_path), random.Random(7)
    with Store.create(home.database) as store:
        store.write(accounts.install)
        store.write(at_any_hour)
        for kind in ChannelKind:
            seed.messages(store, EACH, datetime.now(UTC), kind)
    for _ in range(KILLS):
        with child(home) as victim:
            time.sleep(chance.uniform(0.08, 0.3))
            victim.kill()
    with child(home) as last, Store.open(home.database) as store:
        until = time.monotonic() + 60
        while seed.states(store) != {"sent": 3 * EACH} and time.monotonic() < until:
            released(store, datetime.now(UTC))
            time.sleep(0.05)
        assert last.stdin is not None
        last.stdin.close()
        last.wait(20)
        assert seed.states(store) == {"sent": 3 * EACH}
        assert files(home) == dict.fromkeys(ChannelKind, EACH)
        assert invariants.check(store.read(), datetime.now(UTC), engine_runs=False) == []
    assert not [*home.data.rglob("*.part")]
    assert not [*(home.data / "mail" / "tmp").iterdir()]
