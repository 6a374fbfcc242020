"""Open events become planned messages (docs/architecture.md, "Rules").

Read a batch, decide it in memory, write it in one short transaction; a customer is never cut in two, so goods of one
file meet in one message even with a merge window of 0. Planning again finds nothing to do: each event is closed in the
transaction that makes its message, and ``message_event`` and ``message.key`` are unique.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from carat_tui.model.clock import stamp
from carat_tui.model.errors import StoreError
from carat_tui.rules import brake, ending, record, terms
from carat_tui.rules.brake import Limit
from carat_tui.rules.drafts import Batch, Decider
from carat_tui.rules.terms import Terms
from carat_tui.store import events, journal, people, tasks
from carat_tui.store.database import Store
from carat_tui.store.events import Queue
from carat_tui.store.journal import Entry

_BATCH = 500
_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan came to. ``joined`` counts events that joined a waiting message; ``files`` = new messages by file."""

    events: int = 0
    messages: int = 0
    held: int = 0
    joined: int = 0
    not_wanted: int = 0
    no_way: int = 0
    no_rule: int = 0
    files: Mapping[int, int] = field(default_factory=dict)


class _Tally:
    """Counts while a plan runs."""

    def __init__(self) -> None:
        self.events = self.held = self.joined = self.not_wanted = self.no_way = self.no_rule = 0
        self.files: dict[int, int] = {}

    def add(self, batch: Batch, held: bool) -> None:
        self.events += len(batch.events)
        file_id = batch.events[0].file_id or 0
        self.files[file_id] = self.files.get(file_id, 0) + len(batch.drafts)
        self.held += len(batch.drafts) if held else 0
        self.joined += sum(len(joining.events) for joining in batch.joinings)
        self.no_way += sum(1 for silent in batch.silent if silent.choice.wanted)
        self.not_wanted += sum(1 for silent in batch.silent if not silent.choice.wanted)

    def result(self) -> Planned:
        messages = sum(self.files.values())
        files = {file_id: count for file_id, count in self.files.items() if file_id and count}
        total = self.events + self.no_rule
        return Planned(total, messages, self.held, self.joined, self.not_wanted, self.no_way, self.no_rule, files)


def plan(store: Store, now: datetime) -> Planned:
    """Look at every open event at the time ``now`` (aware) and leave messages, tasks and journal rows.

    The writes need no flush of their own: what is sent later is flushed before, and an event that a power cut makes
    open again is planned again. Raises ``StoreError`` if another process keeps planning the same events.
    """
    _settle_tasks(store, stamp(now))
    if not events.any_open(store.read()):
        return Planned()
    under = terms.read(store.read(), now)
    tally = _Tally()
    _stop_pointless(store, stamp(under.now))
    _close_without_rule(store, under, tally)
    for _ in range(_ATTEMPTS):
        try:
            _plan_queue(store, under, tally)
        except record.Stale:
            continue
        return tally.result()
    raise StoreError("Another program plans the same events.", "Let only one engine work on this home.")


def _settle_tasks(store: Store, at: str) -> None:
    """Close the tasks that a person has dealt with, so that the list holds what still needs somebody."""
    ids = tasks.settled(store.read())
    if not ids:
        return

    def job(conn: sqlite3.Connection) -> None:
        for task_id in tasks.settled(conn):
            tasks.finish(conn, task_id, at)
            journal.write(conn, at, "engine", "task settled", "task", task_id)

    store.write(job, durable=False)


def _stop_pointless(store: Store, at: str) -> None:
    """Before an order's end is looked at, notices that still wait to call the customer for it are stopped."""
    after = 0
    while over := ending.ended(store.read(), after):

        def job(conn: sqlite3.Connection, over: list[tuple[int, str]] = over) -> None:
            for document_id, why in over:
                ending.stop(conn, document_id, why, ending.ENGINE, at)

        store.write(job, durable=False)
        after = over[-1][0]


def _close_without_rule(store: Store, under: Terms, tally: _Tally) -> None:
    after, at = 0, stamp(under.now)
    while True:
        count, after = store.write(
            lambda conn, after=after: events.close_without_rule(conn, under.rules, after, at),  # type: ignore[misc]
            durable=False,
        )
        tally.no_rule += count
        if count == 0:
            return


def _plan_queue(store: Store, under: Terms, tally: _Tally) -> None:
    queue = events.open_queue(store.read(), under.rules)
    held = _braked(store, under, queue)
    for file_id, ids in queue.batches(_BATCH):
        hold = held.get(file_id, "")
        batch = _decide(store.read(), under, ids, join=not hold)
        if batch is not None:
            _write(store, batch, stamp(under.now), hold)
            tally.add(batch, bool(hold))


def _write(store: Store, batch: Batch, at: str, hold: str) -> None:
    store.write(lambda conn: record.write(conn, batch, at, hold), durable=False)


def _decide(conn: sqlite3.Connection, under: Terms, ids: list[int], *, join: bool) -> Batch | None:
    """The batch decided, or None when somebody else has planned all of it. With ``join`` waiting messages take more."""
    found = events.load(conn, ids)
    if not found:
        return None
    customers = {event.customer_id for event in found if event.customer_id is not None}
    waiting = people.joinable(conn, customers, stamp(under.now)) if join and under.merge_s else []
    return Decider(under, people.load(conn, customers), waiting).decide(found)


def _braked(store: Store, under: Terms, queue: Queue) -> dict[int, str]:
    """Which files are held, and why. Only a file with more events than its limit needs counting."""
    held: dict[int, str] = {}
    for file_id, count in queue.per_file().items():
        if not file_id:
            continue
        limit = brake.limit_of(store.read(), file_id)
        if limit.already + count <= limit.most:
            continue
        total = limit.already + _count(store, under, queue, file_id)
        if total > limit.most:
            held[file_id] = limit.reason(total)
            _hold_file(store, under, file_id, limit, total)
    return held


def _count(store: Store, under: Terms, queue: Queue, file_id: int) -> int:
    """How many new messages the open events of a file would make."""
    total = 0
    for _, ids in queue.batches(_BATCH, file_id):
        batch = _decide(store.read(), under, ids, join=True)
        total += len(batch.drafts) if batch else 0
    return total


def _hold_file(store: Store, under: Terms, file_id: int, limit: Limit, total: int) -> None:
    """Tell the staff, and hold what an interrupted plan has made of the file already."""
    at, reason = stamp(under.now), limit.reason(total)

    def job(conn: sqlite3.Connection) -> None:
        conn.execute(
            "UPDATE message SET state = 'held', reason = ? WHERE state = 'waiting' AND file_id = ?", (reason, file_id)
        )
        tasks.put_many(conn, at, [tasks.Task(f"brake:{file_id}", "brake", reason)])
        detail = {"messages": total, "limit": limit.most, "usual": limit.usual}
        journal.write_many(conn, [Entry(at, "engine", "braked", "import_file", file_id, detail)])

    store.write(job, durable=False)
