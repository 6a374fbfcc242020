"""When a file may be taken in, and where a dry run writes."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from carat_tui.model.home import Home
from carat_tui.store.database import Store
from carat_tui.store.lock import FileLock

_IN_THIS_PROCESS = threading.Lock()
_SWITCH_S = 0.0005


@contextmanager
def one_at_a_time(home: Home) -> Iterator[None]:
    """One file at a time in a home, whatever threads and processes there are.

    Two that came with the same bytes would share the copy in the spool and its staging, and two first files of a feed
    would both be its baseline. The other threads of this process get the interpreter within half a millisecond: while
    rows are parsed they would else wait five for each step of theirs (limits §10).
    """
    home.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _IN_THIS_PROCESS, closing(FileLock(home.data / "carat.intake.lock")) as lock, lock:
        usual = sys.getswitchinterval()
        sys.setswitchinterval(min(usual, _SWITCH_S))
        try:
            yield
        finally:
            sys.setswitchinterval(usual)


@contextmanager
def rehearsed(store: Store, home: Home) -> Iterator[Store]:
    """A copy of the store that may be written to and is thrown away: what a dry run works on."""
    home.spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = home.spool / f"dry-run-{time.monotonic_ns()}"
    folder.mkdir(mode=0o700)
    try:
        store.copy_to(folder / "carat.db")
        with Store.open(folder / "carat.db") as copy:
            yield copy
    finally:
        for left in folder.iterdir():
            left.unlink()
        folder.rmdir()
