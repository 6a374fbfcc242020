"""The process that is killed: a dispatcher over the home given as argument, until the end comes.

python -m tests.soak.child HOME [blind|early]

With ``blind`` it sends again whatever it finds in doubt, with ``early`` it writes ``sent`` before it sends: two famous
mistakes, so that the harness can be seen to notice them (reliability R27).
"""

from __future__ import annotations

import sqlite3
import sys
import threading
from pathlib import Path

from carat_tui.model.clock import system_clock
from carat_tui.model.home import Home
from carat_tui.outbox.dispatch import Dispatcher
from carat_tui.store.database import Store
from carat_tui.store.lock import FileLock


def make_mistake(name: str) -> None:
    """Break this process on purpose."""
    from carat_tui.outbox import record, recovery

    if name == "blind":
        recovery._verdict = lambda conn, home, entry: ("again", "sent again blindly")
    if name == "early":
        honest = record.begin

        def begin(conn: sqlite3.Connection, attempt: record.Attempt, steer: record.Steering) -> int:
            row = honest(conn, attempt, steer)
            conn.execute("UPDATE message SET state = 'sent' WHERE id = ?", (attempt.due.id,))
            return row

        record.begin = begin


def main(home: Home) -> int:
    """As the engine does it: lock, open, recover, send. Ends when its standard input closes."""
    lock = FileLock(home.engine_lock)
    if not lock.try_acquire():
        return 3
    stop, wake = threading.Event(), threading.Event()

    def end() -> None:
        sys.stdin.read()
        stop.set()
        wake.set()

    threading.Thread(target=end, daemon=True).start()
    with Store.open(home.database, check_s=0.005) as store:
        Dispatcher(store, home, system_clock, lambda account: "").run(stop, wake)
    return 0


if __name__ == "__main__":
    for mistake in sys.argv[2:]:
        make_mistake(mistake)
    sys.exit(main(Home(Path(sys.argv[1]))))
