"""Where things stand at this moment, and what a person can do about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from carat_tui.model.clock import moment
from carat_tui.store import settings, story
from carat_tui.store.story import Record

_WAITS = {
    "merge": "collects what else arrives and is written at {due}",
    "window": "waits for the hours in which SMS may be sent, until {due}",
    "delay": "waits until {due}, as its rule says",
    "retry": "is tried again at {due}",
    "file": "waits for its document, at most until {due}",
}
_REMEDIES = {
    "held": "Look at it with `carat outbox show {id}`, then `carat outbox release {id}` or `carat outbox cancel {id}`.",
    "failed": "Put right what the answer says, then `carat outbox retry {id}`.",
    "undelivered": "Correct the address in the ERP, or write by another way with `carat send`.",
    "unclear": "Ask the customer or the route, then `carat outbox resolve {id} --as sent|resend|drop --why TEXT`.",
    "skipped": "Write by another way with `carat send` if the customer still has to know.",
}


@dataclass(frozen=True, slots=True)
class View:
    """What stands, and what can be done, in sentences."""

    now: tuple[str, ...]
    to_change: tuple[str, ...]


def view(conn: sqlite3.Connection, record: Record, zone: ZoneInfo) -> View:
    """The standing of every message of the record, and of the events that made none."""
    now = [_message(row, zone) for row in record.messages]
    changes = [_remedy(row) for row in record.messages]
    # That one rule is off matters only to somebody who heard nothing.
    told = ("message", "no rule") if record.messages else ("message",)
    silent = [row for row in record.events if row["planned_at"] and row["outcome"] not in told]
    now += _silences(silent)
    changes += _what_helps(conn, silent)
    if any(row["planned_at"] is None for row in record.events):
        now.append("The engine has still to look at some of this.")
        changes.append("Start the engine: `carat run`.")
    if any(row["state"] == "waiting" for row in record.messages):
        changes += _obstacles(conn, {row["channel"] for row in record.messages if row["state"] == "waiting"})
    return View(tuple(now), tuple(dict.fromkeys(change for change in changes if change)))


def silent(origins: list[sqlite3.Row]) -> View:
    """The standing of somebody about whom nothing ever happened."""
    if any(row["baseline"] for row in origins):
        return View(
            ("No message: this came in with the first file of its feed, and of what lay there before nobody is told.",),
            ("The next change in the ERP's export is told by the rules.",),
        )
    if origins:
        return View(("No message: nothing has happened that a rule could tell of.",), ())
    return View(("No orders and no messages are on record.",), ("Is the order in the ERP's export?",))


def _message(row: sqlite3.Row, zone: ZoneInfo) -> str:
    return f"Message {row['id']} by {row['channel']} to {row['to_address']} {_state(row, zone)}."


def _state(row: sqlite3.Row, zone: ZoneInfo) -> str:
    due = _local(row["due_at"], zone)
    reason = f": {row['reason'].rstrip('.')}" if row["reason"] else ""
    words = {
        "sending": "is being handed over right now",
        "sent": f"was sent {_local(row['sent_at'], zone)} by {row['route']}",
        "delivered": f"was sent {_local(row['sent_at'], zone)} by {row['route']} and has arrived",
        "undelivered": f"did not arrive{reason}",
        "unclear": f"may or may not have been sent{reason}",
        "held": f"is held until a person releases it{reason}",
        "failed": f"has failed{reason}",
        "cancelled": f"was cancelled{reason}",
        "skipped": f"was skipped{reason}",
        "expired": f"came too late and was given up{reason}",
        "merged": f"became part of message {row['merged_into']}",
    }
    if row["state"] != "waiting":
        return words.get(row["state"], f"is {row['state']}{reason}")
    if row["waits_for"] in _WAITS:
        return _WAITS[row["waits_for"]].replace("{due}", due) + reason
    return f"is handed over from {due} on{reason}" if row["composed"] else f"is to be written at {due}{reason}"


def _remedy(row: sqlite3.Row) -> str:
    return _REMEDIES.get(row["state"], "").replace("{id}", str(row["id"]))


def _silences(events: Iterable[sqlite3.Row]) -> list[str]:
    counts: dict[str, int] = {}
    for row in events:
        counts[row["outcome"]] = counts.get(row["outcome"], 0) + 1
    sentences = {
        "no rule": "because no rule is switched on for it",
        "not wanted": "because none is wanted",
        "no way": "because there is no usable way to the customer",
    }
    return [
        f"{count} {'event' if count == 1 else 'events'} made no message, {sentences.get(outcome, outcome)}."
        for outcome, count in counts.items()
    ]


def _what_helps(conn: sqlite3.Connection, events: list[sqlite3.Row]) -> list[str]:
    outcomes = {row["outcome"] for row in events}
    helps = []
    if "no way" in outcomes:
        helps.append("Add a usable address in the ERP (or write with `carat send`); the next event finds it.")
    if "not wanted" in outcomes:
        helps.append("Change the option of the order or of the customer from none to sms, email or letter.")
    kinds = {row["kind"] for row in events if row["outcome"] == "no rule"}
    for kind, rules in story.rules_for(conn, kinds).items():
        if not any(enabled for _, enabled in rules):
            names = " or ".join(f"`carat rule enable {name}`" for name, _ in rules)
            helps.append(f"To have {kind} told from now on: {names}.")
    return helps


def _obstacles(conn: sqlite3.Connection, channels: set[str]) -> list[str]:
    """What keeps waiting messages from leaving."""
    found = [
        f"Route {name} is paused{': ' if why else ''}{why.rstrip('.')}. `carat outbox resume` lets it go on."
        for channel, name, why in story.paused_routes(conn)
        if channel in channels
    ]
    if why := settings.paused(conn):
        found.append(f"All sending is paused: {why.rstrip('.')}. `carat outbox resume` lets it go on.")
    mode = settings.mode(conn)
    if mode.name == "paused":
        found.append("Sending is paused: `carat mode live` (or rehearsal) lets it go on.")
    if mode.name == "rehearsal":
        found.append(
            "This home rehearses: messages become files and do not leave the house. `carat mode live` changes that."
        )
    if mode.name == "redirect":
        found.append(f"All messages are redirected to {mode.to}: `carat mode live` changes that.")
    return found


def _local(at: str | None, zone: ZoneInfo) -> str:
    return f"{moment(at).astimezone(zone):%Y-%m-%d %H:%M}" if at else "an unknown time"
