"""The dispatcher: opens a lane per channel, puts workers on it, and sees that results reach the disk.

There is one per home, kept so by the engine's lock (``Home.engine_lock``), which the caller holds. So messages are
claimed in memory, without a lease that a stopped clock or a sleeping laptop could break (reliability §3.1, step 2).
"""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from carat_tui.model.clock import Clock, stamp
from carat_tui.model.errors import CaratError, StoreError
from carat_tui.model.home import Home
from carat_tui.model.message import Answer, ChannelKind, Outcome
from carat_tui.outbox import record, recovery, routes
from carat_tui.outbox.lane import Lane
from carat_tui.outbox.ledger import Ledger
from carat_tui.outbox.routes import Route, SecretOf, Steering
from carat_tui.outbox.worker import Tools, Worker
from carat_tui.store import messages, settings
from carat_tui.store.accounts import Account
from carat_tui.store.database import Store

log = logging.getLogger(__name__)

Counts = dict[str, Counter[str]]
"""Channel → what came of its messages (``sent``, ``retry``, ``failed``, ``unclear``, ``skipped`` …) → how many."""

_GATHER_S = 0.005
_POLL_S = 0.5
_GRACE_S = 3.0
_AFTER_ABORT_S = 1.0
_STORE_AGAIN_S = 10.0
_UNWRITABLE = (sqlite3.Error, StoreError, OSError)


class Dispatcher:
    """Hands over what is due. ``secret_of`` gives a route's secret; ``chance`` spreads retries."""

    def __init__(
        self, store: Store, home: Home, clock: Clock, secret_of: SecretOf, chance: Callable[[], float] = random.random
    ) -> None:
        self._store = store
        self._home = home
        self._clock = clock
        self._secret_of = secret_of
        self._ledger = Ledger(store)
        self._tools = Tools(store, self._ledger, clock, chance)

    def recover(self) -> Counter[str]:
        """Settle what an earlier run left in ``sending``: once, before the first message leaves."""
        self._ledger.settle()
        return recovery.recover(self._store, self._home, self._clock())

    def drain(self, stop: threading.Event | None = None) -> Counts:
        """Hand over everything that is due now and return what came of it.

        Ends early, within seconds, when ``stop`` is set. Raises ``StoreError`` or ``sqlite3.Error`` when something
        cannot be written: then nothing more leaves.
        """
        return self._work(stop or threading.Event(), None)

    def send_one(self, message_id: int) -> Counts:
        """Hand over this one message, if it is due and a way is open."""
        return self._work(threading.Event(), message_id)

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Recover, then hand over what becomes due until ``stop`` is set; ``wake`` says that something may be due.

        When the disk takes no writes nothing leaves; every ten seconds it is tried again (reliability R9).
        """
        recovered = False
        while not stop.is_set():
            try:
                if not recovered:
                    self.recover()
                    recovered = True
                self.drain(stop)
            except _UNWRITABLE as error:
                log.error("sending has stopped, because what is sent could not be recorded: %s", error)
                stop.wait(_STORE_AGAIN_S)
                continue
            wake.wait(_POLL_S)
            wake.clear()

    def _work(self, stop: threading.Event, only: int | None) -> Counts:
        self._ledger.settle()
        lanes = self._lanes(only)
        crews = [Crew(self._tools, lane, self._workers(lane)) for lane in lanes]
        for crew in crews:
            crew.start()
        self._watch(crews, stop)
        self._ledger.settle()
        for lane in lanes:
            if lane.trouble is not None:
                raise lane.trouble
        return {lane.kind.value: lane.counts for lane in lanes if lane.counts}

    def _lanes(self, only: int | None) -> list[Lane]:
        """A lane for every channel that has something to do and a way to do it."""
        conn, now = self._store.read(), stamp(self._clock())
        steer = routes.steering(conn)
        if steer.closed:
            return []
        lanes = []
        for kind in ChannelKind:
            if not self._has_work(conn, kind, now, only):
                continue
            ways = [route for account in routes.open_now(conn, kind, now) for route in self._built(account, steer)]
            if ways:
                lanes.append(Lane(self._store, kind, ways, steer, now, only))
        return lanes

    def _has_work(self, conn: sqlite3.Connection, kind: ChannelKind, now: str, only: int | None) -> bool:
        if only is not None:
            alone = messages.due_alone(conn, only, now)
            return alone is not None and alone.channel == kind
        return bool(messages.due(conn, kind, now, ("", 0), 1))

    def _built(self, account: Account, steer: Steering) -> Iterator[Route]:
        """The route, or nothing: what it lacks is written where a person sees it, and it is looked at again later."""
        try:
            yield routes.build(self._store.read(), account, self._home, self._secret_of, steer)
        except CaratError as error:
            answer = Answer(Outcome.ROUTE_ILL, str(error))
            self._store.write(partial(record.pause, name=account.name, answer=answer, now=self._clock()))

    def _workers(self, lane: Lane) -> int:
        """Connections at a time; a folder needs one."""
        route = lane.route()
        if route is None or route.account.embedded:
            return 1
        return settings.number(self._store.read(), "outbox.workers")

    def _watch(self, crews: list[Crew], stop: threading.Event) -> None:
        """Wait for the workers; meanwhile results that no other commit took along are committed here."""
        stopping_at: float | None = None
        while any(crew.at_work for crew in crews):
            if stop.is_set() and stopping_at is None:
                stopping_at = time.monotonic()
                for crew in crews:
                    crew.lane.close()
            if stopping_at is not None and _broke_off(crews, time.monotonic() - stopping_at):
                return
            self._ledger.news.wait(0.05)
            self._ledger.news.clear()
            # Under load they ride along with the next attempts; a flush of their own would only slow those down.
            time.sleep(_GATHER_S)
            with _closing_all(crews):
                self._ledger.settle(_GATHER_S)


class Crew:
    """The workers of one lane: the first opens the way, and only when it stands the others follow."""

    def __init__(self, tools: Tools, lane: Lane, size: int) -> None:
        self.lane = lane
        self._tools = tools
        self._size = size
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    @property
    def at_work(self) -> bool:
        with self._lock:
            return any(thread.is_alive() for thread in self._threads)

    def start(self) -> None:
        """Put the first worker on the lane."""
        with self._lock:
            self._add()

    def _add(self) -> None:
        # Daemons: a worker that hangs in a name look-up must not keep the program from ending.
        name = f"{self.lane.kind}-{len(self._threads) + 1}"
        thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self) -> None:
        Worker(self._tools, self.lane, self._grow).run()
        self._tools.ledger.news.set()

    def _grow(self) -> None:
        """A connection stands: let as many more come as there are messages for them."""
        with self._lock:
            wanted = min(self._size, len(self._threads) + self.lane.backlog)
            while len(self._threads) < wanted:
                self._add()


@contextmanager
def _closing_all(crews: list[Crew]) -> Iterator[None]:
    """What cannot be recorded stops all lanes at once."""
    try:
        yield
    except Exception as error:
        for crew in crews:
            crew.lane.close(error)


def _broke_off(crews: list[Crew], waited_s: float) -> bool:
    """While stopping: after a grace break connections off, and a second later give up on workers that still hang."""
    if waited_s > _GRACE_S:
        for crew in crews:
            crew.lane.abort()
    return waited_s > _GRACE_S + _AFTER_ABORT_S
