"""What has become of a message that somebody waits for: its state, the route's words, or what stands in its way."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from carat_tui.model.message import ChannelKind, State
from carat_tui.store import accounts, message_list, settings

_OPEN = (State.WAITING, State.SENDING)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``words``: the route's own; ``because``: why it waits or was not sent (a sentence's part, empty = not known);
    ``obstacle``: what kind of thing stands in its way: ``mode``, ``stop``, ``route``, ``none`` (no route), or empty."""

    id: int
    channel: str
    to: str
    state: str
    words: str
    because: str
    obstacle: str = ""

    @property
    def settled(self) -> bool:
        """Whether nothing more will happen by itself soon: it has left, was stopped, or something stands in its way."""
        return self.state not in _OPEN or (self.state == State.WAITING and bool(self.words or self.because))


def outcomes(conn: sqlite3.Connection, ids: Sequence[int]) -> list[Outcome]:
    """How these messages stand at this moment, in the same order."""
    return [_outcome(conn, message_list.one(conn, number)) for number in ids]


def _outcome(conn: sqlite3.Connection, row: sqlite3.Row) -> Outcome:
    attempts = message_list.attempts(conn, row["id"])
    words = (attempts[-1]["words"] if attempts else "") or ""
    because, obstacle = row["reason"] or "", ""
    if row["state"] == State.WAITING and not words:
        obstacle, why = standing_in_the_way(conn, row["channel"])
        because = why or because
        if row["waits_for"] == "delay":
            because = because or "it can be taken back until it is due (outbox.undo_s)"
    return Outcome(row["id"], row["channel"], row["to_address"], row["state"], words, because, obstacle)


def standing_in_the_way(conn: sqlite3.Connection, channel: str) -> tuple[str, str]:
    """Why a message waits that no route was asked about: an obstacle's kind and words; empty = nothing."""
    if settings.mode(conn).name == "paused":
        return "mode", "the home is paused; it goes out after `carat mode live` or `carat mode rehearsal`"
    if why := settings.paused(conn):
        return "stop", f"sending is paused ({why}); it goes out after `carat outbox resume`"
    routes = accounts.usable(conn, ChannelKind(channel))
    if not routes:
        return "none", f"there is no route for {channel}; it goes out after `carat account set`"
    ill = [route for route in routes if route.paused_since]
    if len(ill) < len(routes):
        return "", ""
    return "route", "; ".join(f"route {route.name} is paused: {route.pause_reason}" for route in ill)
