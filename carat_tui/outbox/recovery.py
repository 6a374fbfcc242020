"""After a crash: what is left in ``sending`` is settled by evidence, or said to be unclear; never resent blindly."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import datetime
from functools import partial

from carat_tui import channels
from carat_tui.model.clock import stamp
from carat_tui.model.home import Home
from carat_tui.model.message import Outcome, Outgoing, State
from carat_tui.outbox import record
from carat_tui.store import accounts, journal, messages
from carat_tui.store.database import Store
from carat_tui.store.messages import InDoubt

_UNKNOWN = "the program ended while the message was being handed over; nobody knows whether it was accepted"
_LOST = (
    "the program ended while the message was being handed over; its file is not there any more, perhaps it was taken"
)
_NOT_YET = "the program ended before the file was handed over"


def recover(store: Store, home: Home, now: datetime) -> Counter[str]:
    """Settle every message in ``sending``; returns how many became what. Only for the holder of the engine's lock."""
    left = messages.in_doubt(store.read())
    verdicts = [(entry, _verdict(store.read(), home, entry)) for entry in left]
    if verdicts:
        store.write(partial(_settle_all, verdicts=verdicts, now=now))
    return Counter(found[0] for _, found in verdicts)


def _verdict(conn: sqlite3.Connection, home: Home, entry: InDoubt) -> tuple[str, str]:
    """``sent``, ``unclear`` or ``again``, and why."""
    account = next((found for found in accounts.every(conn) if found.name == entry.route), None)
    if account is None or not account.embedded:
        return Outcome.UNCLEAR, _UNKNOWN
    channel = channels.build(account.kind, account.config, home)
    held = channel.holds(Outgoing(entry.due.id, entry.due.channel, entry.due.to, entry.payload, entry.due.name))
    if held is None:
        return Outcome.UNCLEAR, _LOST
    return (Outcome.SENT, "its file was found after the program had ended") if held else ("again", _NOT_YET)


def _settle_all(conn: sqlite3.Connection, verdicts: list[tuple[InDoubt, tuple[str, str]]], now: datetime) -> None:
    for entry, verdict in verdicts:
        _settle(conn, entry, verdict, now)


def _settle(conn: sqlite3.Connection, entry: InDoubt, verdict: tuple[str, str], now: datetime) -> None:
    outcome, words = verdict
    at, message = stamp(now), entry.due.id
    messages.end_attempt(conn, entry.attempt, at, messages.DIED if outcome == "again" else outcome, words)
    if outcome == Outcome.SENT:
        messages.mark_sent(conn, message, at, None, "")
        messages.mark_notified(conn, message, at)
    elif outcome == "again":
        record.put_aside_or_again(conn, message, words, now)
    else:
        messages.to_state(conn, message, State.UNCLEAR, words)
    journal.write(conn, at, record.ENGINE, f"recovered: {outcome}", "message", message, {"words": words})
