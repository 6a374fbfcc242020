"""Taking back a person's last act on messages, as far as nothing of it has left the house.

The journal holds what each act overwrote, so nothing is remembered anywhere else: it works after a restart, from
another terminal and for an act on 100,000 messages. Only the very last act is taken back, and it is taken back once.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

from carat_tui.model.clock import stamp
from carat_tui.outbox import changes
from carat_tui.outbox.changes import ACTS
from carat_tui.store import journal
from carat_tui.store.database import Store
from carat_tui.store.journal import Entry
from carat_tui.store.since import first_since

TAKEN_BACK = "taken back"
WITHIN = timedelta(days=1)
"""An older act is history: nobody means it when pressing a key."""

CHANGED_SINCE = "changed since"
"""Why a message is not taken back although its state would fit: somebody acted on it later."""

_REVERSIBLE = {ACTS[name].what for name in ("hold", "release", "cancel", "retry", "resend", "drop")}
_ACTS = {act.what for act in ACTS.values()} | {TAKEN_BACK}
_PORTION = 200


@dataclass(frozen=True, slots=True)
class LastAct:
    """A person's last act on messages: its word in the journal, when, and the journal's rows of it, newest first."""

    what: str
    at: str
    entries: tuple[int, ...]
    why_not: str = ""
    """Why it cannot be taken back whatever became of its messages; empty = it can"""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What came of it: the act's word, how many messages are as before, how many not and why (a state, or since)."""

    what: str
    done: int
    refused: Mapping[str, int]


def last_act(conn: sqlite3.Connection, who: str, now: datetime) -> LastAct | None:
    """The last act of ``who`` within a day; None if there is none."""
    first = first_since(conn, "journal", stamp(now - WITHIN))
    rows = conn.execute(
        "SELECT id, at, what, subject, detail FROM journal WHERE id >= ? AND (who = ? OR what = 'restored')"
        " ORDER BY id DESC",
        (first, who),
    )
    what = at = series = ""
    entries: list[int] = []
    for row in rows:
        if row["subject"] == "home" and row["what"] == "restored":
            break  # the copy knows nothing of what left after it was made
        act = json.loads(row["detail"]).get("act") if row["subject"] == "message" and row["what"] in _ACTS else None
        if act is None:
            continue
        if entries and act != series:
            break
        what, at, series = row["what"], row["at"], act
        entries.append(row["id"])
    return LastAct(what, at, tuple(entries), _why_never(what)) if entries else None


def _why_never(what: str) -> str:
    if what == TAKEN_BACK:
        return "The last act was taken back already."
    if what not in _REVERSIBLE:
        return "A message that counts as sent is not taken back."
    return ""


def take_back(
    store: Store, act: LastAct, *, who: str, now: datetime, told: Callable[[int], None] | None = None
) -> TakenBack:
    """Put every message of ``act`` back that is still as the act left it. Blocks: call it in a thread."""
    series, done, looked = token_hex(6), 0, 0
    refused: Counter[str] = Counter()
    for start in range(0, len(act.entries), _PORTION):
        ids = act.entries[start : start + _PORTION]
        changed, kept = store.write(lambda conn, ids=ids: _portion(conn, ids, who, stamp(now), series))  # type: ignore[misc]
        done, looked = done + changed, looked + len(ids)
        refused.update(kept)
        if told is not None:
            told(looked)
    return TakenBack(act.what, done, dict(refused))


def _portion(
    conn: sqlite3.Connection, entries: Sequence[int], who: str, at: str, series: str
) -> tuple[int, Counter[str]]:
    refused: Counter[str] = Counter()
    written: list[Entry] = []
    for entry in _entries(conn, entries):
        detail = json.loads(entry["detail"])
        if entry["state"] != detail["after"]:
            refused[entry["state"]] += 1
        elif _acted_since(conn, entry["message_id"], entry["id"]):
            refused[CHANGED_SINCE] += 1
        else:
            changes.restore(conn, entry["message_id"], detail["before"], detail["was"])
            told = {"before": detail["after"], "after": detail["before"], "why": entry["what"], "act": series}
            written.append(Entry(at, who, TAKEN_BACK, "message", entry["message_id"], told))
    journal.write_many(conn, written)
    return len(written), refused


def _entries(conn: sqlite3.Connection, ids: Sequence[int]) -> list[sqlite3.Row]:
    return conn.execute(
        "SELECT e.id, e.what, e.detail, m.id AS message_id, m.state FROM json_each(?) j"
        " CROSS JOIN journal e ON e.id = j.value CROSS JOIN message m ON m.id = e.subject_id",
        (json.dumps(list(ids)),),
    ).fetchall()


def _acted_since(conn: sqlite3.Connection, message_id: int, entry: int) -> bool:
    """Whether somebody acted on the message after that row of the journal; what the engine did has no series."""
    found = conn.execute(
        "SELECT 1 FROM journal INDEXED BY journal_subject WHERE subject = 'message' AND subject_id = ? AND id > ?"
        " AND json_extract(detail, '$.act') IS NOT NULL LIMIT 1",
        (message_id, entry),
    ).fetchone()
    return found is not None
