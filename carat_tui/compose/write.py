"""Planned messages become finished bytes in the outbox (docs/architecture.md, "Compose").

While the child renders some chunks, the chunk before them is finished and stored. A message that a person stopped, or
that another event joined, while it was being written is left alone: it is written again when its new time comes.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from carat_tui.compose import material, shop
from carat_tui.compose.jobs import Desk, Finished, Hold, Prepared, finish, next_shorter, prepare, typed
from carat_tui.compose.material import Material
from carat_tui.compose.renderer import Batch, Job, Rendered, Renderer
from carat_tui.compose.templates import Template
from carat_tui.model.clock import stamp
from carat_tui.model.home import Home
from carat_tui.model.text import plain
from carat_tui.store import journal, search_index
from carat_tui.store import templates as versions
from carat_tui.store.database import Store
from carat_tui.store.journal import Entry
from carat_tui.store.search_text import MESSAGES

_CHUNK = 256
_AHEAD = 3
"""chunks that the child has to do while this process finishes one: enough to last through a commit"""
_COMMIT = 600


@dataclass(frozen=True, slots=True)
class Written:
    """How many messages were written, how many wait for a person."""

    written: int = 0
    held: int = 0


class _Outcome(NamedTuple):
    """What became of one message: finished bytes, or the reason why it is held."""

    material: Material
    template: Template | None
    fallback: str
    finished: Finished | None
    reason: str


@dataclass(slots=True)
class _Chunk:
    """Messages on their way through the child."""

    prepared: list[Prepared]
    outcomes: list[_Outcome]
    batch: Batch


def compose_due(store: Store, home: Home, renderer: Renderer, now: datetime, limit: int = 1000) -> Written:
    """Write up to ``limit`` messages whose time has come at ``now`` (aware).

    What cannot be written is ``held`` with the reason; raises ``CaratError`` only when no renderer can be started.
    """
    at, after, taken = stamp(now), ("", 0), 0
    messages = material.due(store.read(), at, after, min(_CHUNK, limit))
    if not messages:
        return Written()
    pile = _Pile(store, Desk(home, shop.read(store.read(), now)))
    under_way: deque[_Chunk] = deque()
    try:
        while messages:
            under_way.append(_begin(store, pile.desk, renderer, messages))
            if len(under_way) > _AHEAD:
                pile.add(_end(pile.desk, renderer, under_way.popleft()))
            taken, after = taken + len(messages), (messages[-1].due_at, messages[-1].id)
            messages = material.due(store.read(), at, after, min(_CHUNK, limit - taken))
        for chunk in under_way:
            pile.add(_end(pile.desk, renderer, chunk))
    except BaseException:
        renderer.close()  # what is still on its way there belongs to nobody now
        raise
    return pile.stored()


def compose_one(store: Store, home: Home, renderer: Renderer, message_id: int, now: datetime) -> Written:
    """Write this one message, if its time has come: what a person sends by hand does not wait behind others."""
    conn, at = store.read(), stamp(now)
    row = conn.execute("SELECT due_at FROM message WHERE id = ?", (message_id,)).fetchone()
    messages = material.due(conn, at, (row["due_at"] or "", message_id - 1), 1) if row else []
    if [message.id for message in messages] != [message_id]:
        return Written()
    pile = _Pile(store, Desk(home, shop.read(conn, now)))
    pile.add(_end(pile.desk, renderer, _begin(store, pile.desk, renderer, messages)))
    return pile.stored()


def _begin(store: Store, desk: Desk, renderer: Renderer, messages: list[material.Planned]) -> _Chunk:
    """Gather what is known and give the child its jobs."""
    prepared: list[Prepared] = []
    outcomes: list[_Outcome] = []
    for item in material.load(store.read(), messages):
        try:
            prepared.append(prepare(desk, item))
        except Exception as error:
            outcomes.append(_held(item, None, error))
    return _Chunk(prepared, outcomes, renderer.start([item.job for item in prepared if item.job is not None]))


def _end(desk: Desk, renderer: Renderer, chunk: _Chunk) -> list[_Outcome]:
    """Fetch what the child made and finish it."""
    results = iter(renderer.finish(chunk.batch))
    waiting = [(item, next(results) if item.job is not None else typed(item)) for item in chunk.prepared]
    while waiting:
        waiting = _finish_all(desk, renderer, waiting, chunk.outcomes)
    return chunk.outcomes


class _Pile:
    """Finished messages on their way into the store, several chunks in one commit: each waits for the disk."""

    def __init__(self, store: Store, desk: Desk) -> None:
        self.desk = desk
        self._store = store
        self._outcomes: list[_Outcome] = []
        self._written = self._held = 0

    def add(self, outcomes: list[_Outcome]) -> None:
        self._outcomes += outcomes
        if len(self._outcomes) >= _COMMIT:
            self._put_away()

    def stored(self) -> Written:
        """What was written and held, all of it in the store now."""
        if self._outcomes:
            self._put_away()
        return Written(self._written, self._held)

    def _put_away(self) -> None:
        written, held = self._store.write(lambda conn: _store(conn, self.desk, self._outcomes))
        self._outcomes = []
        self._written += written
        self._held += held


def _finish_all(
    desk: Desk, renderer: Renderer, waiting: list[tuple[Prepared, Rendered]], outcomes: list[_Outcome]
) -> list[tuple[Prepared, Rendered]]:
    """Finish what can be finished; the SMS that must be told shorter come back rendered anew."""
    again: list[tuple[Prepared, Job]] = []
    for item, rendered in waiting:
        template = item.choice.template if item.choice else None
        try:
            done = finish(desk, item, rendered)
        except Exception as error:
            outcomes.append(_held(item.material, template, error))
            continue
        if done is not None:
            fallback = item.choice.fallback if item.choice else ""
            outcomes.append(_Outcome(item.material, template, fallback, done, ""))
        elif (job := next_shorter(item)) is not None:
            again.append((item, job))
    rendered_again = renderer.render_many([job for _, job in again]) if again else []
    return [(item, rendered) for (item, _), rendered in zip(again, rendered_again, strict=True)]


def _held(item: Material, template: Template | None, error: Exception) -> _Outcome:
    """A message that waits for a person.

    Also for what nobody foresaw: one odd row must not stop all other messages, and the reason shows what it was.
    """
    words = str(error)
    if not isinstance(error, Hold):
        words = f"This message cannot be written: {type(error).__name__}: {error}"
    return _Outcome(item, template, "", None, plain(words))


_STILL_WANTED = """
SELECT m.id, m.due_at FROM json_each(?) j CROSS JOIN message m ON m.id = j.value
WHERE m.state = 'waiting' AND m.composed = 0
"""
_WRITTEN = """
UPDATE message SET composed = 1, waits_for = ?, due_at = ?, subject = ?, parts = ?, template = coalesce(?, template),
template_version = ?, message_ref = ?, reason = ? WHERE id = ?
"""
_HELD = "UPDATE message SET state = 'held', waits_for = NULL, reason = ? WHERE id = ?"
_BODY = "INSERT OR REPLACE INTO message_body (message_id, payload, sha256, text) VALUES (?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of one transaction, ready for ``executemany``."""

    written: list[tuple[object, ...]]
    bodies: list[tuple[int, bytes, str, str]]
    held: list[tuple[str, int]]
    journal: list[Entry]


def _store(conn: sqlite3.Connection, desk: Desk, outcomes: list[_Outcome]) -> tuple[int, int]:
    """Put messages into the outbox inside the transaction; returns how many were written and held."""
    at, rows = stamp(desk.shop.now), _Rows([], [], [], [])
    undo_s = desk.shop.number("outbox.undo_s")
    undo_until = stamp(desk.shop.now + timedelta(seconds=undo_s)) if undo_s else None
    version_of = _versions(conn, at)
    wanted = dict(conn.execute(_STILL_WANTED, (json.dumps([one.material.message.id for one in outcomes]),)).fetchall())
    for outcome in outcomes:
        message = outcome.material.message
        if wanted.get(message.id) != message.due_at:
            continue
        if outcome.finished is None:
            rows.held.append((outcome.reason, message.id))
            rows.journal.append(Entry(at, "engine", "held", "message", message.id, {"reason": outcome.reason}))
        else:
            _add(rows, outcome, outcome.finished, version_of, undo_until, at)
    conn.executemany(_HELD, rows.held)
    conn.executemany(_WRITTEN, rows.written)
    conn.executemany(_BODY, rows.bodies)
    search_index.stale(conn, MESSAGES, [body[0] for body in rows.bodies])
    journal.write_many(conn, rows.journal)
    return len(rows.written), len(rows.held)


def _add(
    rows: _Rows, outcome: _Outcome, done: Finished, version_of: Callable[[Template], int], undo: str | None, at: str
) -> None:
    """The rows of one finished message; ``undo`` is the stamp until which it may be taken back."""
    message, template = outcome.material.message, outcome.template
    version = version_of(template) if template else None
    rows.written.append(
        (
            "delay" if undo else None, undo or message.due_at, done.subject, done.parts,
            template.name if template else None, version, done.message_ref, outcome.fallback or None, message.id,
        )
    )  # fmt: skip
    sha256 = hashlib.sha256(done.payload).hexdigest()
    rows.bodies.append((message.id, done.payload, sha256, done.text))
    detail = _detail(template, version, sha256, outcome.fallback)
    rows.journal.append(Entry(at, "engine", "composed", "message", message.id, detail))


def _versions(conn: sqlite3.Connection, at: str) -> Callable[[Template], int]:
    """Looks each template's version up once in a transaction."""
    known: dict[tuple[str, str, str, str], int] = {}

    def version_of(template: Template) -> int:
        key = (template.name, template.language, template.channel, template.sha256)
        if key not in known:
            known[key] = versions.version_of(conn, *key, template.source, at)
        return known[key]

    return version_of


def _detail(template: Template | None, version: int | None, sha256: str, fallback: str) -> dict[str, object]:
    detail: dict[str, object] = {"sha256": sha256}
    if template is not None:
        detail |= {"template": f"{template.language}/{template.name}", "version": version}
    if fallback:
        detail["fallback"] = fallback
    return detail
