"""Threads of the dispatcher: the workers of a lane, and the loop of a channel."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from carat_tui.model.clock import Clock, stamp
from carat_tui.outbox.lane import Lane
from carat_tui.outbox.worker import Tools, Worker

_LOOK_S = 0.1
_LOOK_AGAIN_S = 0.5
_GRACE_S = 3.0
_AFTER_ABORT_S = 1.0


class Crew:
    """The workers of one lane: the first opens the way, and only when it stands the others follow."""

    def __init__(self, tools: Tools, lane: Lane, size: int) -> None:
        self.lane = lane
        self._tools = tools
        self._size = size
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._stands = False

    def at_work(self, wait_s: float) -> bool:
        """Whether a worker still works; waits up to ``wait_s`` for the first that does."""
        with self._lock:
            alive = [thread for thread in self._threads if thread.is_alive()]
        if alive:
            alive[0].join(wait_s)
        return bool(alive)

    def grow(self) -> None:
        """As many workers as there are messages at hand, up to the crew's size; one while no connection stands yet."""
        with self._lock:
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            size = self._size if self._stands else 1
            wanted = min(size, len(self._threads) + max(self.lane.backlog, not self._threads))
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
        self._stands = True
        self.grow()


def wait(crews: list[Crew], stop: threading.Event, clock: Clock | None) -> None:
    """Until the workers are done; with a ``clock`` new messages are taken in while some of them wait for a server.

    When ``stop`` is set the workers get a grace for the message in hand, then their connections are broken off.
    """
    stopping_at: float | None = None
    looked_at = time.monotonic()
    for crew in crews:
        while crew.at_work(_LOOK_S):
            now = time.monotonic()
            if stop.is_set():
                stopping_at = stopping_at or _closed(crews, now)
                if _broke_off(crews, now - stopping_at):
                    return
            elif clock is not None and now - looked_at >= _LOOK_AGAIN_S:
                looked_at = now
                crew.lane.look_again(stamp(clock()))
                if crew.lane.backlog:
                    crew.grow()


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


class Loop(threading.Thread):
    """Calls ``turn`` each time it is nudged until ``stop`` is set; ``leave`` is the last thing it does.

    What ``turn`` raises ends the loop and is raised by ``finish``, in the thread of whoever started it.
    """

    def __init__(self, turn: Callable[[], None], stop: threading.Event, leave: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self.nudge = threading.Event()
        self._turn = turn
        self._until = stop
        self._leave_last = leave
        self._trouble: Exception | None = None
        self.start()

    def run(self) -> None:
        """In the loop's own thread."""
        try:
            while not self._until.is_set():
                self.nudge.wait(_LOOK_AGAIN_S)
                self.nudge.clear()
                self._turn()
        except Exception as error:  # raised by finish
            self._trouble = error
        finally:
            self._leave_last()

    def finish(self) -> None:
        """Wait for the end of the loop, once ``stop`` is set."""
        self.join()
        if self._trouble is not None:
            raise self._trouble
