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
_WAITS = {
    "merge": "collects what else arrives until {due}",
    "window": "waits until {due}, when SMS may be sent again",
    "delay": "waits until {due}, as its rule says",
}


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
    messages = {row["id"]: row for row in record.messages}
    for event in record.events:
        told.append(Told(event["detected_at"], _event(event), event["id"]))
        told += _outcome(event, decisions.get(event["id"], []), messages, joined)
    told += [_act(row, messages[row["message_id"]], zone) for row in record.acts if _is_news(row)]
    told += [_attempt(row, zone) for row in record.attempts]
    told += [_deed(row) for row in record.deeds]
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
    source = f" (file {row['file']})" if row["file"] else ""
    silent = f". No rule is switched on for {row['kind']}" if row["outcome"] == "no rule" else ""
    return f"{text[0].upper()}{text[1:]}{': ' if parts else ''}{', '.join(parts)}{source}{silent}"


def _changes(facts: dict[str, object]) -> list[str]:
    """What became of what, for the facts that people know by name."""
    before, after = facts.get("before") or {}, facts.get("after") or {}
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    return [
        _change(_FACTS[key], before.get(key), value)
        for key, value in after.items()
        if key in _FACTS and before.get(key) != value
    ]


def _change(name: str, before: object, after: object) -> str:
    return f"{name} {_plain(after)}" if before is None else f"{name} {_plain(before)} → {_plain(after)}"


def _plain(value: object) -> str:
    return "nothing" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _outcome(
    event: sqlite3.Row, decisions: list[sqlite3.Row], messages: dict[int, sqlite3.Row], joined: set[int]
) -> list[Told]:
    """What the rules made of an event."""
    if event["planned_at"] is None:
        return [Told(event["detected_at"], "The rules have not looked at this yet", event["id"])]
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
        wanted = bool(steps) and bool(steps[-1].channel)
        return f"no way to the customer: {passed}" if wanted else f"no message is wanted: {passed}"
    if message["id"] in joined:
        return f"told together with the others in message {message['id']}"
    joined.add(message["id"])
    because = next((step.why for step in steps if step.taken), "")
    not_taken = f". Not taken: {passed}" if passed else ""
    return f"message {message['id']} by {message['channel']} to {message['to_address']} ({because}){not_taken}"


def _is_news(row: sqlite3.Row) -> bool:
    """Attempts are told from their own rows; a plan is news only where the message waits for something."""
    if row["what"] in ("planned", "joined"):
        detail = json.loads(row["detail"])
        return "held" in detail or detail.get("waits_for") in _WAITS
    return not row["what"].startswith("attempt:")


def _act(row: sqlite3.Row, message: sqlite3.Row, zone: ZoneInfo) -> Told:
    detail, name = json.loads(row["detail"]), f"Message {message['id']}"
    if "held" in detail:
        return Told(row["at"], f"{name} is held: its file makes more messages than usual", None, message["id"])
    if row["what"] in ("planned", "joined", "postponed"):
        due = f"{moment(detail['due_at']).astimezone(zone):%Y-%m-%d %H:%M:%S}"
        return Told(row["at"], f"{name} {_WAITS[detail['waits_for']].replace('{due}', due)}", None, message["id"])
    if message["event"] == "manual":
        name += f" by {message['channel']} to {message['to_address']}"
    why = next((str(detail[key]) for key in ("reason", "why", "words") if detail.get(key)), "")
    text = f"{name}: {row['what']} by {row['who']}{': ' if why else ''}{why}"
    return Told(row["at"], text, None, message["id"])


def _deed(row: sqlite3.Row) -> Told:
    """What a person did with the order itself."""
    detail = json.loads(row["detail"])
    if row["what"] == "changed":
        what = f"its option is {detail.get('notify_option') or 'inherit'} now, set"
    else:
        what = row["what"] if detail.get("whole", True) else f"{row['what']} as far as it was there,"
    return Told(row["at"], f"Order {row['number']}: {what} by {row['who']}")


def _attempt(row: sqlite3.Row, zone: ZoneInfo) -> Told:
    ended = f" at {moment(row['ended_at']).astimezone(zone):%H:%M:%S}" if row["ended_at"] else ""
    answer = f"{row['outcome']}{ended}: {row['words']}" if row["outcome"] else "no answer is on record"
    text = f"Message {row['message_id']}, attempt {row['number']} by {row['route']}: {answer}"
    return Told(row["started_at"], text, None, row["message_id"])
