"""One channel's stream of due messages and the routes it can take, shared by the workers of the channel."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Sequence

from carat_tui.model.message import ChannelKind
from carat_tui.outbox.routes import Route, Steering
from carat_tui.store import messages
from carat_tui.store.database import Store
from carat_tui.store.messages import Due

_AT_A_TIME = 100
_DOUBTS_IN_A_ROW = 3


class Lane:
    """Messages are claimed here, in memory: the engine's lock on the home makes this the only dispatcher there is.

    ``now`` (stamp) is when the lane was opened; ``only`` limits it to one message.
    """

    def __init__(
        self,
        store: Store,
        kind: ChannelKind,
        routes: Sequence[Route],
        steer: Steering,
        now: str,
        only: int | None = None,
    ) -> None:
        self.kind = kind
        self.steer = steer
        self.counts: Counter[str] = Counter()
        self.trouble: Exception | None = None
        self._store = store
        self._now = now
        self._only = only
        self._routes = deque(routes)
        self._all = tuple(routes)
        self._lock = threading.Lock()
        self._ready: deque[Due] = deque()
        self._in_hand: set[int] = set()
        self.finished = 0
        """How many messages workers have finished with."""
        self._after = ("", 0)
        self._exhausted = False
        self._closed = False
        self._doubts = 0

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def backlog(self) -> int:
        """How many messages are at hand (not more than are read at a time)."""
        return len(self._ready)

    def next(self) -> Due | None:
        """The next message, or None when there is none, no way is left, or the lane was closed."""
        with self._lock:
            if self._closed or not self._routes:
                return None
            if not self._ready and not self._exhausted:
                self._read_on()
            if not self._ready:
                return None
            due = self._ready.popleft()
            self._in_hand.add(due.id)
            return due

    def done(self, due: Due) -> None:
        """A worker has finished with a message."""
        with self._lock:
            self._in_hand.discard(due.id)
            self.finished += 1

    def give_back(self, due: Due) -> None:
        """A message that was not tried after all: it is the next one again."""
        with self._lock:
            self._ready.appendleft(due)

    def look_again(self, now: str) -> None:
        """Take in what has become due until ``now`` (stamp), while a worker may still be waiting for a slow server."""
        with self._lock:
            if not self._closed and self._exhausted and not self._ready and self._only is None:
                self._now, self._after = now, ("", 0)
                self._read_on()

    def route(self) -> Route | None:
        """The way to take now."""
        with self._lock:
            return self._routes[0] if self._routes else None

    def is_last(self, route: Route) -> bool:
        """Whether there is no other way than ``route``."""
        with self._lock:
            return all(other is route for other in self._routes)

    def leave(self, route: Route) -> bool:
        """Take ``route`` no more; False when another worker said so before."""
        with self._lock:
            if route not in self._routes:
                return False
            self._routes.remove(route)
            self._doubts = 0
            return True

    def close(self, trouble: Exception | None = None) -> None:
        """Hand out nothing more; ``trouble`` is why, for whoever waits for the lane."""
        with self._lock:
            self._closed = True
            self.trouble = self.trouble or trouble

    def count(self, what: str) -> None:
        """Add one to the figures of this lane."""
        with self._lock:
            self.counts[what] += 1

    def doubtful(self, unclear: bool) -> bool:
        """Note whether a message became unclear; True = so many in a row that the route must be left alone."""
        with self._lock:
            self._doubts = self._doubts + 1 if unclear else 0
            return self._doubts >= _DOUBTS_IN_A_ROW

    def abort(self) -> None:
        """Break off what the workers wait for."""
        for route in self._all:
            route.channel.abort()

    def _read_on(self) -> None:
        conn = self._store.read()
        if self._only is not None:
            alone = messages.due_alone(conn, self._only, self._now)
            self._ready.extend([alone] if alone else [])
            self._exhausted = True
            return
        found = messages.due(conn, self.kind, self._now, self._after, _AT_A_TIME)
        self._exhausted = len(found) < _AT_A_TIME
        if found:
            self._after = (found[-1].due_at, found[-1].id)
            self._ready.extend(due for due in found if due.id not in self._in_hand)
