"""What a person may do with messages in the outbox. Each act is checked, done and journalled in one transaction.

An act on several messages is done for all of them or for none: the error names the first that does not allow it.
For sets of messages that nobody names one by one see ``many``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from carat_tui.model.clock import stamp
from carat_tui.outbox import changes
from carat_tui.outbox.changes import Deed, Done
from carat_tui.store import accounts, journal, settings
from carat_tui.store.database import Store

__all__ = ["Done", "cancel", "hold", "pause", "release", "resolve", "resume", "retry", "secret_changed"]


def hold(store: Store, ids: Iterable[int], *, who: str, now: datetime, why: str = "") -> list[Done]:
    """Keep waiting messages back until somebody releases them."""
    return _each(store, ids, "hold", Deed(who, now, why))


def release(store: Store, ids: Iterable[int], *, who: str, now: datetime, why: str = "") -> list[Done]:
    """Let held messages go on, at once; one that could not be written is written anew."""
    return _each(store, ids, "release", Deed(who, now, why))


def cancel(store: Store, ids: Iterable[int], *, who: str, now: datetime, why: str = "") -> list[Done]:
    """Drop messages that have not left."""
    return _each(store, ids, "cancel", Deed(who, now, why))


def retry(store: Store, ids: Iterable[int], *, who: str, now: datetime, why: str = "") -> list[Done]:
    """Try failed messages again, or those that wait for their next try; the retry table begins anew."""
    return _each(store, ids, "retry", Deed(who, now, why))


def resolve(store: Store, message_id: int, verdict: str, *, who: str, now: datetime, why: str) -> Done:
    """Settle an unclear message: it was ``sent``, ``resend`` it (same bytes, same Message-ID), or ``drop`` it."""
    deed = Deed(who, now, changes.check_why(verdict, why))
    return _each(store, [message_id], verdict, deed)[0]


def pause(store: Store, route: str | None, *, who: str, now: datetime, why: str = "") -> None:
    """Stop a route, or with ``None`` everything that leaves. Effective with this commit; survives a restart."""
    store.write(partial(_pause, route=route, who=who, at=stamp(now), why=why))


def resume(store: Store, route: str | None = None, *, who: str, now: datetime) -> list[str]:
    """Let a route go on, or with ``None`` everything; returns what had been stopped (``all`` = the whole outbox)."""
    return store.write(partial(_resume, route=route, who=who, at=stamp(now)))


def secret_changed(store: Store, route: str, *, who: str, now: datetime) -> None:
    """A route got a new password: if it had paused itself it is tried at once. A person's own pause stays."""
    store.write(partial(_secret_changed, route=route, who=who, at=stamp(now)))


def _each(store: Store, ids: Iterable[int], act: str, deed: Deed) -> list[Done]:
    wanted = list(ids)
    return store.write(lambda conn: changes.each(conn, wanted, changes.ACTS[act], deed))


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
