"""What the cockpit costs while nobody touches it: processor time and memory, with 1,000,000 messages (Linux).

    python -m bench.resting [MESSAGES]

Goals: at most 1 % of one processor and 110 MiB, engine included; measured on each of the first three areas. The engine
has nothing to send and the search index knows every row.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from bench._terminal import Run
from bench.opening import carat, shop
from bench.searching import feed
from carat_tui.model.home import Home
from carat_tui.store.database import Store

MESSAGES, SECONDS = 1_000_000, 20.0


def main(argv: list[str]) -> None:
    """Open the cockpit, let it come to rest, watch it."""
    messages = int(argv[0]) if argv else MESSAGES
    print(f"{messages:,} messages, {SECONDS:.0f} s each{'':<12}{'CPU %':>8}{'MiB':>8}   wanted <= 1 %, <= 110 MiB")
    with tempfile.TemporaryDirectory() as folder, Run(carat(_at_rest(shop(Path(folder), messages), messages))) as run:
        run.until("REHEARSAL")
        for keys, name in ((b"1", "Cockpit"), (b"2", "Orders"), (b"3", "Outbox")):
            run.press(keys) if name != "Cockpit" else None
            _pass(run, 8.0)
            before, began = run.cpu_seconds(), time.perf_counter()
            _pass(run, SECONDS)
            share = (run.cpu_seconds() - before) / (time.perf_counter() - began)
            print(f"{name:<36}{100 * share:>8.2f}{run.memory_mib():>8.1f}")


def _at_rest(home: Home, messages: int) -> Home:
    """Nothing is to be sent and everything is in the search index: the engine has nothing to do."""
    with Store.open(home.database) as store:
        store.write(lambda conn: conn.execute("UPDATE message SET state = 'held' WHERE state = 'waiting'"))
        feed(store, messages)
    return home


def _pass(run: Run, seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        run.read(0.5)


if __name__ == "__main__":
    main(sys.argv[1:])
