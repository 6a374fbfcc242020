"""Filters of the outbox by name: those that every shop needs, and the shop's own, kept in the settings.

A filter says *when* in words (``today``, ``7 days``) or as a day, so that one saved in March still means something in
May; ``to_list`` makes of it what the list understands.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from carat_tui.locale import N_
from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.message import ChannelKind, State
from carat_tui.model.text import plain
from carat_tui.store import journal, message_list, settings
from carat_tui.store.database import Store
from carat_tui.store.message_list import Filter

NEEDS_ME = (State.HELD, State.UNCLEAR, State.FAILED)
"""States in which nothing happens any more unless a person acts."""

DAYS = {"today": 0, "7 days": 6, "30 days": 29}
"""Words for since when → how many days before today."""

_KEY = "outbox.filters"
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class View:
    """What to show: all fields together narrow the list. ``since`` (made) and ``sent_since``: a word or an ISO day."""

    states: tuple[str, ...] = ()
    channel: str = ""
    event: str = ""
    customer: str = ""
    since: str = ""
    sent_since: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A filter with its name; ``own`` = the shop made it, so it may be renamed and deleted."""

    name: str
    view: View
    own: bool = False


BUILT_IN = (
    Named(N_("all"), View()),
    Named(N_("needs me"), View(states=NEEDS_ME)),
    Named(N_("waiting"), View(states=(State.WAITING, State.SENDING))),
    Named(N_("sent today"), View(states=(State.SENT, State.DELIVERED, State.UNDELIVERED), sent_since="today")),
    Named(N_("failed"), View(states=(State.FAILED, State.UNDELIVERED))),
)


def every(conn: sqlite3.Connection) -> list[Named]:
    """All filters, the built-in ones first, the shop's own by name."""
    return [*BUILT_IN, *_own(conn)]


def find(conn: sqlite3.Connection, name: str) -> Named:
    """The filter of that name; ``CaratError`` names the known ones otherwise."""
    known = every(conn)
    for named in known:
        if named.name.casefold() == plain(name).casefold():
            return named
    raise CaratError(f"There is no filter {name!r}.", f"There are: {', '.join(named.name for named in known)}.")


def to_list(conn: sqlite3.Connection, view: View, now: datetime) -> Filter:
    """The view as the list takes it at ``now``: days become stamps, in the shop's time zone."""
    zone = ZoneInfo(settings.get(conn, "shop.timezone"))
    return Filter(
        states=view.states,
        channel=view.channel,
        event=view.event,
        customer=view.customer,
        since=_stamp(view.since, now, zone),
        sent_since=_stamp(view.sent_since, now, zone),
        search=view.search,
    )


def _stamp(since: str, now: datetime, zone: ZoneInfo) -> str:
    """``since`` was checked when the filter was made."""
    if not since:
        return ""
    if since in DAYS:
        day = now.astimezone(zone).date() - timedelta(days=DAYS[since])
        return stamp(datetime.combine(day, time.min, zone))
    moment = datetime.fromisoformat(since)
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def check(view: View) -> View:
    """The view if all of it means something; ``CaratError`` otherwise."""
    for state in view.states:
        if state not in set(State):
            raise CaratError(f"There is no state {state!r}.", f"There are: {', '.join(State)}.")
    if view.channel and view.channel not in set(ChannelKind):
        raise CaratError(f"There is no channel {view.channel!r}.", f"There are: {', '.join(ChannelKind)}.")
    for since in (view.since, view.sent_since):
        _check_since(since)
    return view


def _check_since(since: str) -> None:
    if not since or since in DAYS:
        return
    try:
        year = datetime.fromisoformat(since).year
    except ValueError:
        year = 0
    if not 1970 <= year <= 2999:
        raise CaratError(f"{since!r} is no day.", f"Write 2026-03-02, or one of {', '.join(DAYS)}.")


def save(store: Store, name: str, view: View, who: str, now: datetime) -> Named:
    """Keep a filter under ``name``, in place of the shop's own of that name.

    ``CaratError`` for a name that cannot be and for a filter that means nothing.
    """
    named = Named(_usable(name), check(view), own=True)

    def change(own: list[Named]) -> list[Named]:
        return [*(one for one in own if one.name.casefold() != named.name.casefold()), named]

    _change(store, change, "saved filter", {"name": named.name}, who, now)
    return named


def rename(store: Store, name: str, new: str, who: str, now: datetime) -> Named:
    """Give one of the shop's own filters another name."""
    usable = _usable(new)

    def change(own: list[Named]) -> list[Named]:
        found = _among(own, name)
        if any(one.name.casefold() == usable.casefold() for one in own if one is not found):
            raise CaratError(f"There is a filter {usable!r} already.", "Choose another name.")
        return [Named(usable, one.view, own=True) if one is found else one for one in own]

    _change(store, change, "renamed filter", {"name": name, "new": usable}, who, now)
    return find(store.read(), usable)


def delete(store: Store, name: str, who: str, now: datetime) -> None:
    """Forget one of the shop's own filters."""

    def change(own: list[Named]) -> list[Named]:
        found = _among(own, name)
        return [one for one in own if one is not found]

    _change(store, change, "deleted filter", {"name": name}, who, now)


def _usable(name: str) -> str:
    clean = plain(name)
    if not clean or len(clean) > _LONGEST_NAME:
        raise CaratError(f"A filter's name has 1 to {_LONGEST_NAME} characters.")
    if any(named.name == clean.casefold() for named in BUILT_IN):
        raise CaratError(f"{clean!r} is a filter of the program.", "Choose another name.")
    return clean


def _among(own: list[Named], name: str) -> Named:
    for named in own:
        if named.name.casefold() == plain(name).casefold():
            return named
    raise CaratError(f"The shop has no filter {name!r} of its own.", "`carat outbox filter list` names them.")


def _own(conn: sqlite3.Connection) -> list[Named]:
    row = conn.execute("SELECT value FROM setting WHERE key = ?", (_KEY,)).fetchone()
    return [_read(one) for one in json.loads(row[0])] if row else []


def _read(kept: dict[str, object]) -> Named:
    fields = {**kept}
    name, states = str(fields.pop("name")), fields.pop("states")
    assert isinstance(states, list)
    texts = {key: str(value) for key, value in fields.items()}
    return Named(name, View(states=tuple(str(state) for state in states), **texts), own=True)


def _change(
    store: Store,
    change: Callable[[list[Named]], list[Named]],
    what: str,
    detail: dict[str, str],
    who: str,
    now: datetime,
) -> None:
    def job(conn: sqlite3.Connection) -> None:
        own = sorted(change(_own(conn)), key=lambda named: named.name.casefold())
        text = json.dumps([{"name": named.name, **asdict(named.view)} for named in own], ensure_ascii=False)
        conn.execute("INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (_KEY, text))
        journal.write(conn, stamp(now), who, what, "setting", None, detail)

    store.write(job)


def counts(conn: sqlite3.Connection, now: datetime) -> dict[str, int]:
    """How many messages each filter means, by name, as far as that can be said without searching: in one pass."""
    by_state = dict(
        conn.execute("SELECT state, count(*) FROM message INDEXED BY message_state GROUP BY state").fetchall()
    )
    found: dict[str, int] = {}
    for named in every(conn):
        view = named.view
        if view == View(states=view.states):
            found[named.name] = sum(
                count for state, count in by_state.items() if not view.states or state in view.states
            )
        elif view == View(states=view.states, sent_since=view.sent_since):
            found[named.name] = len(message_list.ids(conn, to_list(conn, view, now), None))
    return found
