"""The process that is killed: a dispatcher over the home given as argument, until the end comes.

python -m tests.soak.child HOME
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from carat_tui.model.clock import system_clock
from carat_tui.model.home import Home
from carat_tui.outbox.dispatch import Dispatcher
from carat_tui.store.database import Store
from carat_tui.store.lock import FileLock


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
    sys.exit(main(Home(Path(sys.argv[1]))))
