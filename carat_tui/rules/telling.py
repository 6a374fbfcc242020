"""Rows of the record as sentences, oldest first."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from carat_tui.model.clock import moment
from carat_tui.model.recipient import trail_steps
from carat_tui.store.story import Record

_KINDS = {
    "order.created": "{document} is new",
    "order.cancelled": "{document} was cancelled",
    "order.ready": "All goods of {document} are there",
    "order.fulfilled": "{document} is done",
    "goods.received": "Goods of {document} arrived",
    "line.delayed": "Goods of {document} come later",
}
_FACTS = {"qty": "received", "received_date": "received on", "expected_date": "expected", "status": "status"}
_TOLD_OTHERWISE = ("planned", "joined")


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence of a story. ``at`` is a stamp; ``event`` and ``message`` are ids where it is about one."""

    at: str
    text: str
    event: int | None = None
    message: int | None = None


def happened(record: Record, zone: ZoneInfo) -> tuple[Told, ...]:
    """The whole record in order of time; what happened at one moment stays in the order cause, decision, act."""
    told: list[Told] = []
    if record.left_out and record.events:
        first = record.events[0]
        told.append(Told(first["detected_at"], f"({record.left_out} older events are left out)"))
    decisions: dict[int, list[sqlite3.Row]] = {}
    for row in record.decisions:
        decisions.setdefault(row["event_id"], []).append(row)
    joined: set[int] = set()
    for event in record.events:
        told.append(Told(event["detected_at"], _event(event), event["id"]))
        told += _outcome(event, decisions.get(event["id"], []), {m["id"]: m for m in record.messages}, joined)
    told += [_by_hand(row) for row in record.messages if row["event"] == "manual"]
    told += [_act(row) for row in record.acts if _is_news(row["what"])]
    told += [_attempt(row, zone) for row in record.attempts]
    return tuple(sorted(told, key=lambda one: one.at))


def arrived(origins: list[sqlite3.Row]) -> tuple[Told, ...]:
    """How documents came in that never made an event."""
    return tuple(
        Told(row["first_seen"], f"Order {row['number']} came in with {row['file'] or 'a file'}")
        for row in reversed(origins)
    )


def _event(row: sqlite3.Row) -> str:
    document = f"{row['document_kind'] or 'document'} {row['number'] or 'without number'}"
    text = _KINDS.get(row["kind"], f"{row['kind']} of {{document}}").replace("{document}", document)
    facts = json.loads(row["facts"])
    parts = [f"line {row['line_key']}"] if row["line_key"] else []
    parts += [f"“{row['title']}”"] if row["title"] else []
    parts += _changes(facts)
    source = f" ({_source(row, facts)})" if row["file"] else ""
    return f"{text[0].upper()}{text[1:]}{': ' if parts else ''}{', '.join(parts)}{source}"


def _changes(facts: dict[str, object]) -> list[str]:
    """What became of what, for the facts that people know by name."""
    before, after = facts.get("before") or {}, facts.get("after") or {}
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    return [
        f"{_FACTS[key]} {_plain(before.get(key))} → {_plain(value)}"
        for key, value in after.items()
        if key in _FACTS and before.get(key) != value
    ]


def _plain(value: object) -> str:
    return "nothing" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _source(row: sqlite3.Row, facts: dict[str, object]) -> str:
    line = f", row {facts['row']}" if "row" in facts else ""
    profile = f", profile {row['profile']}" if row["profile"] else ""
    return f"file {row['file']}{line}{profile}"


def _outcome(
    event: sqlite3.Row, decisions: list[sqlite3.Row], messages: dict[int, sqlite3.Row], joined: set[int]
) -> list[Told]:
    """What the rules made of an event."""
    if event["planned_at"] is None:
        return [Told(event["detected_at"], "The rules have not looked at this yet", event["id"])]
    if not decisions:
        text = (
            f"No rule is switched on for {event['kind']}: no message" if event["outcome"] == "no rule" else "No message"
        )
        return [Told(event["planned_at"], text, event["id"])]
    told = []
    for row in decisions:
        message = messages.get(row["message_id"] or 0)
        text = _decision(row, message, joined)
        told.append(Told(event["planned_at"], f"Rule {row['rule']}: {text}", event["id"], row["message_id"]))
    return told


def _decision(row: sqlite3.Row, message: sqlite3.Row | None, joined: set[int]) -> str:
    steps = trail_steps(row["trail"])
    passed = "; ".join(step.words() for step in steps if not step.taken)
    if message is None:
        wanted = any(step.channel for step in steps)
        return f"no way to the customer: {passed}" if wanted else f"no message is wanted: {passed}"
    if message["id"] in joined:
        return f"told together with the others in message {message['id']}"
    joined.add(message["id"])
    because = next((step.why for step in steps if step.taken), "")
    not_taken = f". Not taken: {passed}" if passed else ""
    return f"message {message['id']} by {message['channel']} to {message['to_address']} ({because}){not_taken}"


def _by_hand(row: sqlite3.Row) -> Told:
    text = f"Message {row['id']} by {row['channel']} to {row['to_address']} was written by hand"
    return Told(row["created_at"], text, None, row["id"])


def _is_news(what: str) -> bool:
    return what not in _TOLD_OTHERWISE and not what.startswith("attempt:")


def _act(row: sqlite3.Row) -> Told:
    detail = json.loads(row["detail"])
    why = next((str(detail[key]) for key in ("reason", "why", "words") if detail.get(key)), "")
    text = f"Message {row['message_id']}: {row['what']} by {row['who']}{': ' if why else ''}{why}"
    return Told(row["at"], text, None, row["message_id"])


def _attempt(row: sqlite3.Row, zone: ZoneInfo) -> Told:
    ended = f" at {moment(row['ended_at']).astimezone(zone):%H:%M:%S}" if row["ended_at"] else ""
    answer = f"{row['outcome']}{ended}: {row['words']}" if row["outcome"] else "no answer is on record"
    text = f"Message {row['message_id']}, attempt {row['number']} by {row['route']}: {answer}"
    return Told(row["started_at"], text, None, row["message_id"])
