"""An act on many messages: what will happen, said before; then done in portions for all that take it.

Messages that a person names one by one are changed all or none (``acts``). A set described by words or by marks in a
list is another matter: some of it has moved on by the time somebody acts, so what can be done is done and the rest is
counted by its reason. Portions keep the store open for others: a sender waits for one portion at most.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from carat_tui.model.clock import stamp
from carat_tui.model.message import ChannelKind
from carat_tui.outbox import changes, routes
from carat_tui.outbox.changes import ACTS, Act, Deed
from carat_tui.rules import window
from carat_tui.store import journal
from carat_tui.store.database import Store
from carat_tui.store.journal import Entry

GONE = "gone"
"""Why a message takes no act: there is none of this number."""

_PORTION = 200
_LOOK = 5_000

Progress = Callable[[int], None]
"""Called with the number of messages looked at so far."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an act would do. ``channels`` counts the messages that take it; ``refused`` the others by reason.

    ``later`` of them are SMS that wait until ``opens`` (stamp); ``paused``: nothing leaves at the moment anyway.
    """

    act: str
    ids: array[int]
    channels: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    later: int = 0
    opens: str = ""
    paused: bool = False

    @property
    def able(self) -> int:
        """How many messages take the act."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act did: how many messages changed, how many did not take it, by reason."""

    done: int
    refused: Mapping[str, int]


def plan_of(conn: sqlite3.Connection, act: str, ids: Iterable[int], now: datetime) -> Plan:
    """Look at every message, change nothing. ``act`` is a name of ``changes.ACTS``."""
    kind, able = ACTS[act], array("q")
    channels: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    automatic = 0
    for portion in _portions(list(dict.fromkeys(ids)), _LOOK):
        rows = _states(conn, portion)
        refused[GONE] += len(portion) - len(rows)
        for row in rows:
            if reason := changes.why_not(kind, row):
                refused[reason] += 1
                continue
            able.append(row["id"])
            channels[row["channel"]] += 1
            automatic += row["channel"] == ChannelKind.SMS and row["rule"] != "manual"
    opens = window.earliest(conn, ChannelKind.SMS, "", now) if automatic and sends(act) else now
    later = automatic if opens > now else 0
    paused = sends(act) and routes.steering(conn).closed
    return Plan(act, able, dict(channels), dict(+refused), later, stamp(opens) if later else "", paused)


def possible(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[str, str]:
    """For each act: empty if at least one of the messages takes it, else why the first does not. For some hundreds."""
    rows = _states(conn, ids)
    return {name: _common_reason([changes.why_not(act, row) for row in rows]) for name, act in ACTS.items()}


def _common_reason(reasons: list[str]) -> str:
    return "" if "" in reasons else reasons[0] if reasons else GONE


def sends(act: str) -> bool:
    """Whether what takes this act leaves."""
    return act in ("release", "retry", "resend")


def carry_out(store: Store, act: str, ids: Iterable[int], deed: Deed, told: Progress | None = None) -> Outcome:
    """Do the act to every message that takes it at its turn; the rest is counted. Blocks: call it in a thread.

    All portions have the deed's series, so that they are taken back together. If something fails, what was done
    before stays done and stays in the journal.
    """
    wanted = list(dict.fromkeys(ids))
    done, looked = 0, 0
    refused: Counter[str] = Counter()
    for portion in _portions(wanted, _PORTION):
        changed, not_taken = store.write(lambda conn, portion=portion: _portion(conn, portion, ACTS[act], deed))  # type: ignore[misc]
        done, looked = done + changed, looked + len(portion)
        refused.update(not_taken)
        if told is not None:
            told(looked)
    return Outcome(done, dict(+refused))


def _portion(conn: sqlite3.Connection, ids: Sequence[int], act: Act, deed: Deed) -> tuple[int, Counter[str]]:
    rows = conn.execute(
        "SELECT m.* FROM json_each(?) j CROSS JOIN message m ON m.id = j.value", (json.dumps(list(ids)),)
    ).fetchall()
    refused: Counter[str] = Counter({GONE: len(ids) - len(rows)})
    entries: list[Entry] = []
    for row in rows:
        if reason := changes.why_not(act, row):
            refused[reason] += 1
        else:
            entries.append(changes.apply(conn, row, act, deed)[1])
    journal.write_many(conn, entries)
    return len(entries), refused


def _states(conn: sqlite3.Connection, ids: Sequence[int]) -> list[sqlite3.Row]:
    return conn.execute(
        "SELECT m.id, m.state, m.waits_for, m.composed, m.channel, m.rule"
        " FROM json_each(?) j CROSS JOIN message m ON m.id = j.value",
        (json.dumps(list(ids)),),
    ).fetchall()


def _portions(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
