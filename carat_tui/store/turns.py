"""Who writes next: jobs of many threads, one leader at a time.

The first thread that finds the leader's place free takes all durable jobs that wait as one batch. Patient jobs (chunks
of an import) stand in a queue of their own, are committed one by one, and take turns with the batches: after a batch
the place is handed to the patient job that has waited longest, and a patient job lets the batch that waits go first.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]


class Ticket(Generic[T]):
    """A job in the queue and, later, what came of it."""

    __slots__ = ("done", "durable", "error", "job", "result")

    def __init__(self, job: Job[T], durable: bool) -> None:
        self.job = job
        self.durable = durable
        self.done = False
        self.result: T | None = None
        self.error: BaseException | None = None


class Turns:
    """The queues. ``commit`` gets a batch and marks each ticket of it done; it raises only what ends the program."""

    def __init__(self, commit: Callable[[list[Ticket[object]]], None]) -> None:
        self._commit = commit
        self._queue: deque[Ticket[object]] = deque()
        self._patient: deque[Ticket[object]] = deque()
        self._gate = threading.Condition(threading.Lock())
        self._leader: Ticket[object] | None = None
        self._turn_of: Ticket[object] | None = None
        """the patient job that is next; nobody else may take the leader's place"""

    def add(self, ticket: Ticket[object]) -> None:
        """Queue a durable job that no thread waits for; it goes with the next batch."""
        self._queue.append(ticket)

    def left(self) -> bool:
        """Whether durable jobs wait."""
        return bool(self._queue)

    def work_off(self, ticket: Ticket[object]) -> None:
        """Queue up until ``ticket`` is done, leading whenever the place is free."""
        lane = self._queue if ticket.durable else self._patient
        lane.append(ticket)
        try:
            while not ticket.done:
                batch = self._next_batch(ticket)
                if batch:
                    self._commit(batch)
                    self._step_down(hand_over=batch[0].durable)
        finally:
            if not ticket.done or self._leader is ticket:
                self._give_up(ticket, lane)

    def _give_up(self, ticket: Ticket[object], lane: deque[Ticket[object]]) -> None:
        """Interrupted (Ctrl-C): nobody must wait for a thread that has gone."""
        with self._gate:
            if ticket in lane:
                lane.remove(ticket)
            if self._turn_of is ticket:
                self._turn_of = None
            if self._leader is ticket:
                self._leader = None
            self._gate.notify_all()

    def _next_batch(self, ticket: Ticket[object]) -> list[Ticket[object]]:
        """Wait for the leader's place and take what comes next; nothing if ``ticket`` was done meanwhile."""
        with self._gate:
            while not ticket.done and (self._leader or self._turn_of not in (None, ticket)):
                self._gate.wait()
            if ticket.done:
                return []
            self._leader = ticket
            mine = self._turn_of is ticket or not (ticket.durable or self._queue)
            self._turn_of = None
            if mine:
                self._patient.remove(ticket)
                return [ticket]
            return [self._queue.popleft() for _ in range(len(self._queue))]

    def _step_down(self, *, hand_over: bool) -> None:
        """Give the leader's place up; with ``hand_over`` to the patient job that has waited longest."""
        with self._gate:
            self._leader = None
            self._turn_of = self._patient[0] if hand_over and self._patient else None
            self._gate.notify_all()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """The leader's place between two batches, for what cannot be done in a transaction."""
        with self._gate:
            while self._leader:
                self._gate.wait()
            self._leader = Ticket(lambda conn: None, True)
        try:
            yield
        finally:
            self._step_down(hand_over=True)
