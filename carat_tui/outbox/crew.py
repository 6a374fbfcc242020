"""Threads of the dispatcher: the workers of a lane, and waiting for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from carat_tui.outbox.lane import Lane
from carat_tui.outbox.ledger import Ledger
from carat_tui.outbox.worker import Tools, Worker

_LOOK_S = 0.01
_MEASURE_S = 0.02
_QUICK_S = 0.002
_LOOK_AGAIN_S = 0.5
_GRACE_S = 3.0
_AFTER_ABORT_S = 1.0


class Crew:
    """The workers of one lane: the first opens the way, and when it stands others follow as long as they are of use.

    Where server and disk are quick, four threads in one interpreter only stand in each other's way (measured: 0.75 of
    what one alone sends); where messages take their time, which is what a shop has, the crew is soon complete.
    """

    def __init__(self, tools: Tools, lane: Lane, size: int) -> None:
        self.lane = lane
        self._tools = tools
        self._size = size
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._allowed = 1
        self._looked_at: float | None = None
        """None until a connection stands"""
        self._finished = 0

    @property
    def at_work(self) -> bool:
        """Whether a worker still works."""
        with self._lock:
            return any(thread.is_alive() for thread in self._threads)

    def join(self, wait_s: float) -> None:
        """Wait up to ``wait_s`` for one of the workers."""
        with self._lock:
            alive = [thread for thread in self._threads if thread.is_alive()]
        if alive:
            alive[0].join(wait_s)

    def grow(self) -> None:
        """As many workers as there are messages at hand, up to what is allowed by now."""
        with self._lock:
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            wanted = min(self._allowed, len(self._threads) + max(self.lane.backlog, not self._threads))
            while len(self._threads) < wanted:
                self._add()

    def _add(self) -> None:
        # Daemons: a worker that hangs in a name look-up must not keep the program from ending.
        thread = threading.Thread(target=self._run, name=str(self.lane.kind), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self) -> None:
        Worker(self._tools, self.lane, self._opened).run()

    def _opened(self) -> None:
        if self._looked_at is None:
            self._looked_at = time.monotonic()

    def keep_up(self, now: float) -> None:
        """Let one more worker join while a message takes each of them longer than ``_QUICK_S``: then it is the server
        or the disk that is waited for. ``now`` is of the monotonic clock."""
        if self._looked_at is None or now - self._looked_at < _MEASURE_S:
            return
        finished = self.lane.finished
        quick = self._allowed * (now - self._looked_at) / _QUICK_S
        if finished - self._finished < quick and self._allowed < self._size:
            self._allowed += 1
            self.grow()
        self._looked_at, self._finished = now, finished


def wait(crews: list[Crew], stop: threading.Event, ledger: Ledger, look_again: Callable[[], None] | None) -> None:
    """Until the workers are done; ``look_again`` is called now and then meanwhile and may add to ``crews``.

    Results that nothing took along are committed from here; what cannot be recorded stops all lanes at once. When
    ``stop`` is set the workers get a grace for the message in hand, then their connections are broken off.
    """
    stopping_at: float | None = None
    looked_at = time.monotonic()
    while working := [crew for crew in crews if crew.at_work]:
        working[0].join(_LOOK_S)
        _settle(crews, ledger)
        now = time.monotonic()
        for crew in working:
            crew.keep_up(now)
        if stop.is_set():
            stopping_at = stopping_at or _closed(crews, now)
            if _broke_off(crews, now - stopping_at):
                return
        elif look_again is not None and now - looked_at >= _LOOK_AGAIN_S:
            looked_at = now
            look_again()


def _settle(crews: list[Crew], ledger: Ledger) -> None:
    try:
        ledger.settle(_LOOK_S)
    except Exception as error:  # told to whoever waits for the lanes
        for crew in crews:
            crew.lane.close(error)


def _closed(crews: list[Crew], now: float) -> float:
    for crew in crews:
        crew.lane.close()
    return now


def _broke_off(crews: list[Crew], waited_s: float) -> bool:
    """While stopping: after a grace break connections off, and a second later give up on workers that still hang."""
    if waited_s > _GRACE_S:
        for crew in crews:
            crew.lane.abort()
    return waited_s > _GRACE_S + _AFTER_ABORT_S
