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
from carat_tui.outbox import record, recovery, routes
from carat_tui.outbox.crew import Crew, wait
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

        With ``stop`` this is the engine's call: it ends early, within seconds, when ``stop`` is set, and while a worker
        waits for a slow server whatever becomes due meanwhile is handed over beside it, also on other channels.
        Raises ``StoreError`` or ``sqlite3.Error`` when something cannot be written: then nothing more leaves.
        """
        return self._work(stop or threading.Event(), keep_looking=stop is not None)

    def send_one(self, message_id: int) -> Counts:
        """Hand over this one message, if it is due and a way is open."""
        return self._work(threading.Event(), only=message_id)

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

    def _work(self, stop: threading.Event, only: int | None = None, keep_looking: bool = False) -> Counts:
        self._ledger.settle()
        crews: list[Crew] = []
        self._add_crews(crews, only)
        wait(crews, stop, self._ledger, partial(self._look_again, crews) if keep_looking else None)
        self._ledger.settle()
        counts: Counts = {}
        for lane in (crew.lane for crew in crews):
            if lane.trouble is not None:
                raise lane.trouble
            if lane.counts:
                counts.setdefault(lane.kind.value, Counter()).update(lane.counts)
        return counts

    def _add_crews(self, crews: list[Crew], only: int | None = None) -> None:
        """Put workers on every channel that has something to do and nobody at work."""
        busy = {crew.lane.kind for crew in crews if crew.at_work}
        for kind in ChannelKind:
            if kind not in busy and (lane := self._lane(kind, only)) is not None:
                crews.append(Crew(self._tools, lane, self._workers(lane)))
                crews[-1].grow()

    def _look_again(self, crews: list[Crew]) -> None:
        """While a server keeps a worker waiting: more messages for that lane, and the other channels."""
        if any(crew.lane.trouble for crew in crews):
            return
        now = stamp(self._clock())
        for crew in crews:
            if crew.at_work:
                crew.lane.look_again(now)
                crew.grow()
        self._add_crews(crews)

    def _lane(self, kind: ChannelKind, only: int | None) -> Lane | None:
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
