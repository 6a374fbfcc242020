"""How late the screen gets its turn while 100,000 order lines are taken in by the engine in the same process.

    python -m bench.heartbeat [LINES]

A timer on the screen's loop asks to be called every 10 ms; what it is late by is what a key press would wait. Goal:
never late by more than 50 ms. The orders are shown meanwhile, and follow the import.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from bench import _exports
from bench.opening import shop
from carat_tui import locale
from carat_tui.cockpit.app import Cockpit
from carat_tui.cockpit.engine_room import EngineRoom
from carat_tui.model.clock import system_clock
from carat_tui.model.home import Home
from carat_tui.store import settings
from carat_tui.store.database import Store

LINES, BEAT_S = 100_000, 0.01


async def _beats(late: list[float]) -> None:
    while True:
        due = time.perf_counter() + BEAT_S
        await asyncio.sleep(BEAT_S)
        late.append((time.perf_counter() - due) * 1000)


async def _watch(store: Store, folder: Path, lines: int) -> tuple[list[float], float]:
    home = Home(folder / "home")
    (home.profiles / "bench.toml").write_text(_exports.PROFILE, encoding="utf-8")
    room = EngineRoom(home, store, system_clock)
    app = Cockpit(home, store, system_clock, "bench", room, area="orders")
    late: list[float] = []
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(2.0)
        part = _exports.write(folder / "export.part", lines)
        beats = asyncio.create_task(_beats(late))
        began = time.perf_counter()
        part.replace(home.root / "watch" / "inbox" / "export.csv")
        while not _done(store):
            await asyncio.sleep(0.1)
        seconds = time.perf_counter() - began
        beats.cancel()
        room.stop()
    return sorted(late), seconds


def _done(store: Store) -> bool:
    row = store.read().execute("SELECT state FROM import_file ORDER BY id DESC LIMIT 1").fetchone()
    return row is not None and row[0] in ("done", "partial")


def main(argv: list[str]) -> None:
    """Take the export in beside the screen; print how late the screen was."""
    lines = int(argv[0]) if argv else LINES
    sys.setswitchinterval(0.001)
    locale.use("en")
    with tempfile.TemporaryDirectory() as name:
        home = shop(Path(name), 1000)
        with Store.open(home.database) as store:
            store.write(lambda conn: settings.put(conn, "intake.settle_s", "0"))
            late, seconds = asyncio.run(_watch(store, Path(name), lines))
    print(f"{lines:,} lines in {seconds:.1f} s, {len(late)} beats; late by, in ms:")
    for share, words in ((0.5, "median"), (0.99, "p99"), (0.999, "p99.9")):
        print(f"{words:<12}{late[int(len(late) * share)]:>8.1f}")
    print(f"{'longest':<12}{late[-1]:>8.1f}   wanted <= 50")


if __name__ == "__main__":
    main(sys.argv[1:])
