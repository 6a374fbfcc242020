"""The dispatcher: opens a lane per channel, puts workers on it, and sees that results reach the disk.

There is one per home, kept so by the engine's lock (``Home.engine_lock``), which the caller holds. So messages are
claimed in memory, without a lease that a stopped clock or a sleeping laptop could break (reliability §3.1, step 2).
"""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

from carat_tui.model.clock import Clock, stamp
from carat_tui.model.errors import CaratError, StoreError
from carat_tui.model.home import Home
from carat_tui.model.message import Answer, ChannelKind, Outcome
from carat_tui.outbox import crew, record, recovery, routes
from carat_tui.outbox.crew import Crew, Loop
from carat_tui.outbox.lane import Lane
from carat_tui.outbox.ledger import Ledger
from carat_tui.outbox.routes import Route, SecretOf, Steering
from carat_tui.outbox.worker import Tools
from carat_tui.store import messages, settings
from carat_tui.store.accounts import Account
from carat_tui.store.database import Store

log = logging.getLogger(__name__)

Counts = dict[str, Counter[str]]
"""Channel → what came of its messages (``sent``, ``retry``, ``failed``, ``unclear``, ``skipped`` …) → how many."""

_POLL_S = 0.5
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
        return self._work(list(ChannelKind), stop or threading.Event())

    def send_one(self, message_id: int) -> Counts:
        """Hand over this one message, if it is due and a way is open."""
        return self._work(list(ChannelKind), threading.Event(), only=message_id)

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Recover, then hand over what becomes due until ``stop`` is set; ``wake`` says that something may be due.

        Every channel has a loop of its own, so that a mail server that hangs delays no SMS. When the disk takes no
        writes nothing leaves; every ten seconds it is tried again (reliability R9).
        """
        while not stop.is_set() and not self._written(lambda: self.recover()):
            stop.wait(_STORE_AGAIN_S)
        loops = [Loop(partial(self._turn, kind, stop), stop, self._store.release) for kind in ChannelKind]
        while not stop.is_set() and all(loop.is_alive() for loop in loops):
            for loop in loops:
                loop.nudge.set()
            wake.wait(_POLL_S)
            wake.clear()
        stop.set()
        for loop in loops:
            loop.finish()

    def _turn(self, kind: ChannelKind, stop: threading.Event) -> None:
        """One look at one channel."""
        if not self._written(lambda: self._work([kind], stop, keep_looking=True)):
            stop.wait(_STORE_AGAIN_S)

    def _written(self, work: Callable[[], object]) -> bool:
        """Do something that must be recorded; False = it could not be."""
        try:
            work()
            return True
        except _UNWRITABLE as error:
            log.error("sending has stopped, because what is sent could not be recorded: %s", error)
            return False

    def _work(
        self, kinds: list[ChannelKind], stop: threading.Event, only: int | None = None, keep_looking: bool = False
    ) -> Counts:
        self._ledger.settle()
        lanes = [lane for kind in kinds if (lane := self._lane(kind, only)) is not None]
        crews = [Crew(self._tools, lane, self._workers(lane)) for lane in lanes]
        for each in crews:
            each.grow()
        crew.wait(crews, stop, self._clock if keep_looking else None)
        for lane in lanes:
            if lane.trouble is not None:
                raise lane.trouble
        return {lane.kind.value: lane.counts for lane in lanes if lane.counts}

    def _lane(self, kind: ChannelKind, only: int | None) -> Lane | None:
        """A lane for a channel that has something to do and a way to do it."""
        conn, now = self._store.read(), stamp(self._clock())
        steer = routes.steering(conn)
        if steer.closed or not self._has_work(conn, kind, now, only):
            return None
        ways = [route for account in routes.open_now(conn, kind, now) for route in self._built(account, steer)]
        return Lane(self._store, kind, ways, steer, now, only) if ways else None

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
