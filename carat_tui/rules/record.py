"""Writing down what was decided about a batch: one short transaction, all of it or nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from carat_tui.rules.drafts import Batch, Draft, Joining, Silent
from carat_tui.store import journal, search_index, tasks
from carat_tui.store.journal import Entry
from carat_tui.store.search_text import MESSAGES
from carat_tui.store.tasks import Task

_WHO = "engine"


class Stale(Exception):
    """The store changed between reading and writing; the batch is to be decided anew."""


class _Rows(NamedTuple):
    """Rows of one batch, ready for ``executemany``."""

    messages: list[tuple[object, ...]]
    events: list[tuple[int, str, int | None, str]]
    documents: list[tuple[int, int]]
    journal: list[Entry]


def write(conn: sqlite3.Connection, batch: Batch, at: str, hold: str = "") -> None:
    """Keep a batch at the stamp ``at`` inside the caller's transaction; with ``hold`` its new messages are held.

    Raises ``Stale`` when one of the events was planned meanwhile or a message to join was written.
    """
    _still_open(conn, batch)
    rows = _Rows([], [], [], [])
    _add_drafts(conn, rows, batch.drafts, at, hold)
    for joining in batch.joinings:
        _join(conn, rows, joining, at)
    for silent in batch.silent:
        rows.events.append((silent.event.id, silent.rule.name, None, silent.choice.trail_json()))
        rows.journal.append(_silence(silent, at))
    _insert(conn, rows)
    _close_events(conn, batch, at)
    tasks.put_many(conn, at, _no_way_tasks(batch.silent))
    file_id = batch.events[0].file_id
    conn.execute("UPDATE import_file SET messages = messages + ? WHERE id = ?", (len(batch.drafts), file_id))


def _still_open(conn: sqlite3.Connection, batch: Batch) -> None:
    ids = json.dumps([event.id for event in batch.events])
    found = conn.execute(
        "SELECT count(*) FROM event WHERE id IN (SELECT value FROM json_each(?)) AND planned_at IS NULL", (ids,)
    ).fetchone()[0]
    if found != len(batch.events):
        raise Stale


def _add_drafts(conn: sqlite3.Connection, rows: _Rows, drafts: list[Draft], at: str, hold: str) -> None:
    state, reason = ("held", hold) if hold else ("waiting", None)
    details: dict[tuple[object, ...], str] = {}
    highest = conn.execute("SELECT ifnull(max(id), 0) FROM message").fetchone()[0]
    for number, draft in enumerate(drafts, highest + 1):
        first, when, choice = draft.first, draft.timing, draft.choice
        rows.messages.append(
            (
                number, draft.key, draft.rule.name, first.kind, first.customer_id, first.file_id, choice.channel,
                choice.address, draft.language, state, reason, when.waits_for, when.due, when.latest, at,
                draft.rule.template,
            )
        )  # fmt: skip
        _link(rows, number, draft)
        alike = (draft.rule.name, when, len(draft.events), *[(step.channel, step.why) for step in choice.steps])
        text = details.get(alike) or details.setdefault(alike, journal.text_of(_planned(draft, hold)))
        rows.journal.append(Entry(at, _WHO, "planned", "message", number, text))


def _planned(draft: Draft, hold: str) -> dict[str, object]:
    """What the journal says of a new message: the ways, but no address, because the journal is for ever."""
    detail: dict[str, object] = {
        "rule": draft.rule.name,
        "channel": draft.choice.channel,
        "events": len(draft.events),
        "waits_for": draft.timing.waits_for,
        "due_at": draft.timing.due,
        "ways": [f"{step.channel}: {step.why}" for step in draft.choice.steps],
    }
    if hold:
        detail["held"] = "brake"
    return detail


def _link(rows: _Rows, message_id: int, source: Draft | Joining) -> None:
    rule = source.rule.name if isinstance(source, Draft) else source.message.rule
    rows.events.extend(
        (event.id, rule, message_id, trail) for event, trail in zip(source.events, source.trails, strict=True)
    )
    documents = {event.document_id for event in source.events if event.document_id is not None}
    rows.documents.extend((message_id, document_id) for document_id in sorted(documents))


def _join(conn: sqlite3.Connection, rows: _Rows, joining: Joining, at: str) -> None:
    message = joining.message
    changed = conn.execute(
        "UPDATE message SET due_at = ?, waits_for = ?"
        " WHERE id = ? AND state = 'waiting' AND composed = 0 AND due_at = ?",
        (joining.timing.due, joining.timing.waits_for, message.id, message.due_at),
    )
    if changed.rowcount == 0:
        raise Stale
    _link(rows, message.id, joining)
    timing = joining.timing
    detail = {"events": len(joining.events), "waits_for": timing.waits_for, "due_at": timing.due}
    rows.journal.append(Entry(at, _WHO, "joined", "message", message.id, detail))


def _silence(silent: Silent, at: str) -> Entry:
    ways = [f"{step.channel}: {step.why}" if step.channel else step.why for step in silent.choice.steps]
    detail = {"rule": silent.rule.name, "ways": ways, "document": silent.event.number}
    return Entry(at, _WHO, silent.outcome, "event", silent.event.id, detail)


def _insert(conn: sqlite3.Connection, rows: _Rows) -> None:
    conn.executemany(
        "INSERT INTO message (id, key, rule, event, customer_id, file_id, channel, to_address, language, state, reason,"
        " waits_for, due_at, latest_at, created_at, template) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows.messages,
    )
    conn.executemany("INSERT INTO message_event (event_id, rule, message_id, trail) VALUES (?, ?, ?, ?)", rows.events)
    conn.executemany("INSERT OR IGNORE INTO message_document (message_id, document_id) VALUES (?, ?)", rows.documents)
    search_index.stale(conn, MESSAGES, {message_id for message_id, _ in rows.documents})
    journal.write_many(conn, rows.journal)


def _close_events(conn: sqlite3.Connection, batch: Batch, at: str) -> None:
    """An event that made a message under one rule counts as told, whatever the other rules said."""
    outcomes = {silent.event.id: silent.outcome for silent in batch.silent}
    sources: list[Draft | Joining] = [*batch.drafts, *batch.joinings]
    for source in sources:
        outcomes.update((event.id, "message") for event in source.events)
    for outcome in set(outcomes.values()):
        ids = json.dumps([event_id for event_id, found in outcomes.items() if found == outcome])
        conn.execute(
            "UPDATE event SET planned_at = ?, outcome = ? WHERE id IN (SELECT value FROM json_each(?))",
            (at, outcome, ids),
        )


def _no_way_tasks(silent: list[Silent]) -> Iterator[Task]:
    """One task for each customer and rule, naming the orders of this batch."""
    stranded: dict[tuple[str, str], list[Silent]] = {}
    for item in silent:
        if item.choice.wanted:
            whom = f"c{item.person.id}" if item.person else f"d{item.event.document_id}"
            stranded.setdefault((item.rule.name, whom), []).append(item)
    for (rule, whom), items in stranded.items():
        event = items[0].event
        yield Task(f"no_way:{rule}:{whom}", "no_way", no_way_text(items), event.customer_id, event.document_id)


def no_way_text(items: list[Silent]) -> str:
    """What the staff read: who could not be told of what, what was tried, what helps."""
    person = items[0].person
    whom = f"Customer {person.number} ({person.name or 'no name'})" if person else "A customer"
    orders = ", ".join(sorted({item.event.number for item in items if item.event.number})) or "no order"
    tried = "; ".join(step.words() for step in items[0].choice.steps)
    return (
        f"{whom} cannot be told ({items[0].rule.name}, {orders}): {tried or 'no way is set'}."
        " Tell them yourself, or add an address and use `carat send`."
    )
