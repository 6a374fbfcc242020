"""What a person may do with messages in the outbox. Each act is checked, done and journalled in one transaction.

An act on several messages is done for all of them or for none: the error names the first that does not allow it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.message import State
from carat_tui.store import accounts, journal, messages, settings
from carat_tui.store.database import Store


@dataclass(frozen=True, slots=True)
class Done:
    """What happened to one message."""

    id: int
    before: State
    state: State


@dataclass(frozen=True, slots=True)
class _Act:
    """Who does what, when (stamp) and why; ``allowed`` are the states in which a message takes it."""

    what: str
    who: str
    at: str
    why: str
    allowed: tuple[State, ...]


_Change = Callable[[sqlite3.Connection, sqlite3.Row, _Act], State]


def hold(store: Store, ids: Iterable[int], *, who: str, now: datetime, why: str = "") -> list[Done]:
    """Keep waiting messages back until somebody releases them."""
    return _each(store, ids, _Act("held", who, stamp(now), why, (State.WAITING,)), _hold)


def release(store: Store, ids: Iterable[int], *, who: str, now: datetime, why: str = "") -> list[Done]:
    """Let held messages go on, at once; one that could not be written is written anew."""
    return _each(store, ids, _Act("released", who, stamp(now), why, (State.HELD,)), _go_on)


def cancel(store: Store, ids: Iterable[int], *, who: str, now: datetime, why: str = "") -> list[Done]:
    """Drop messages that have not left."""
    return _each(store, ids, _Act("cancelled", who, stamp(now), why, (State.WAITING, State.HELD)), _cancel)


def retry(store: Store, ids: Iterable[int], *, who: str, now: datetime, why: str = "") -> list[Done]:
    """Try failed messages again, or those that wait for their next try; the retry table begins anew."""
    return _each(store, ids, _Act("retried", who, stamp(now), why, (State.FAILED, State.WAITING)), _retry)


def resolve(store: Store, message_id: int, verdict: str, *, who: str, now: datetime, why: str) -> Done:
    """Settle an unclear message: it was ``sent``, ``resend`` it (same bytes, same Message-ID), or ``drop`` it."""
    changes: dict[str, _Change] = {"sent": _was_sent, "resend": _again, "drop": _cancel}
    if verdict not in changes:
        raise CaratError(f"An unclear message is resolved as sent, resend or drop, not as {verdict!r}.")
    if not why.strip():
        raise CaratError(
            "Say why, so that it can be understood later.", 'For example: --why "found in the archive box"'
        )
    act = _Act(f"resolved: {verdict}", who, stamp(now), why.strip(), (State.UNCLEAR,))
    return _each(store, [message_id], act, changes[verdict])[0]


def pause(store: Store, route: str | None, *, who: str, now: datetime, why: str = "") -> None:
    """Stop a route, or with ``None`` everything that leaves. Effective with this commit; survives a restart."""
    store.write(partial(_pause, route=route, who=who, at=stamp(now), why=why))


def resume(store: Store, route: str | None = None, *, who: str, now: datetime) -> list[str]:
    """Let a route go on, or with ``None`` everything; returns what had been stopped (``all`` = the whole outbox)."""
    return store.write(partial(_resume, route=route, who=who, at=stamp(now)))


def secret_changed(store: Store, route: str, *, who: str, now: datetime) -> None:
    """A route got a new password: if it had paused itself it is tried at once. A person's own pause stays."""
    store.write(partial(_secret_changed, route=route, who=who, at=stamp(now)))


def _each(store: Store, ids: Iterable[int], act: _Act, change: _Change) -> list[Done]:
    wanted = list(dict.fromkeys(ids))
    return store.write(lambda conn: [_one(conn, message_id, act, change) for message_id in wanted])


def _one(conn: sqlite3.Connection, message_id: int, act: _Act, change: _Change) -> Done:
    row = conn.execute("SELECT * FROM message WHERE id = ?", (message_id,)).fetchone()
    if row is None:
        raise CaratError(f"There is no message {message_id}.", "`carat outbox list` shows them.")
    before = State(row["state"])
    if before not in act.allowed:
        allowed = " or ".join(act.allowed)
        raise CaratError(
            f"Message {message_id} is {before}; this works only while it is {allowed}.", _HINTS.get(before, "")
        )
    after = change(conn, row, act)
    detail = {"before": before, "after": after, "why": act.why}
    journal.write(conn, act.at, act.who, act.what, "message", message_id, detail)
    return Done(message_id, before, after)


_HINTS = {
    State.UNCLEAR: "Settle it with `carat outbox resolve`.",
    State.HELD: "Let it go on with `carat outbox release`.",
    State.SENT: "What has left cannot be called back.",
}


def _hold(conn: sqlite3.Connection, row: sqlite3.Row, act: _Act) -> State:
    messages.to_state(conn, row["id"], State.HELD, act.why or f"held by {act.who}")
    return State.HELD


def _cancel(conn: sqlite3.Connection, row: sqlite3.Row, act: _Act) -> State:
    messages.to_state(conn, row["id"], State.CANCELLED, act.why or f"cancelled by {act.who}")
    return State.CANCELLED


def _go_on(conn: sqlite3.Connection, row: sqlite3.Row, act: _Act) -> State:
    conn.execute("UPDATE message SET retry_from = ? WHERE id = ?", (act.at, row["id"]))
    messages.to_state(conn, row["id"], State.WAITING, None, None, act.at)
    return State.WAITING


def _retry(conn: sqlite3.Connection, row: sqlite3.Row, act: _Act) -> State:
    if row["state"] == State.WAITING and row["waits_for"] != "retry":
        raise CaratError(f"Message {row['id']} has not been tried yet; it waits for {row['waits_for'] or 'its turn'}.")
    if not row["composed"]:
        raise CaratError(f"Message {row['id']} was never written, so there is nothing to send again.")
    return _go_on(conn, row, act)


def _again(conn: sqlite3.Connection, row: sqlite3.Row, act: _Act) -> State:
    return _go_on(conn, row, act)


def _was_sent(conn: sqlite3.Connection, row: sqlite3.Row, act: _Act) -> State:
    tried = conn.execute("SELECT max(started_at) FROM attempt WHERE message_id = ?", (row["id"],)).fetchone()[0]
    messages.mark_sent(conn, row["id"], tried or act.at, f"{act.why} ({act.who})", row["provider_ref"] or "")
    messages.mark_notified(conn, row["id"], tried or act.at)
    return State.SENT


def _pause(conn: sqlite3.Connection, route: str | None, who: str, at: str, why: str) -> None:
    reason = why or f"paused by {who}"
    if route is None:
        settings.set_paused(conn, f"{reason}, since {at}")
    else:
        accounts.find(conn, route)
        accounts.pause(conn, route, at, reason)
    journal.write(conn, at, who, "paused", "account", None, {"route": route or "all", "why": why})


def _resume(conn: sqlite3.Connection, route: str | None, who: str, at: str) -> list[str]:
    if route is not None:
        accounts.find(conn, route)
    stopped = ["all"] if route is None and settings.paused(conn) else []
    if route is None:
        settings.set_paused(conn, "")
    for account in accounts.every(conn):
        if account.paused_since is not None and route in (None, account.name):
            accounts.resume(conn, account.name)
            stopped.append(account.name)
    journal.write(conn, at, who, "resumed", "account", None, {"route": route or "all", "stopped": stopped})
    return stopped


def _secret_changed(conn: sqlite3.Connection, route: str, who: str, at: str) -> None:
    if accounts.find(conn, route).pause_until is not None:
        accounts.resume(conn, route)
    journal.write(conn, at, who, "secret set", "account", None, {"route": route})
