"""How one message changes by one act of a person: which states allow it, what it becomes, what the journal says.

The same table serves an act on named messages (``acts``, all or none), on many (``many``, what can be done is done)
and the question whether a key may be pressed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex

from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.message import State
from carat_tui.rules import window
from carat_tui.store import journal, messages
from carat_tui.store.journal import Entry

NOT_TRIED, NOT_WRITTEN = "not tried yet", "never written"
"""Why a retry makes no sense although the state would allow it."""


@dataclass(frozen=True, slots=True)
class Done:
    """What happened to one message."""

    id: int
    before: State
    state: State


@dataclass(frozen=True, slots=True)
class Deed:
    """Who acts, when and why. ``series`` is the same for all messages of one act: they are taken back together."""

    who: str
    now: datetime
    why: str
    series: str = field(default_factory=lambda: token_hex(6))

    @property
    def at(self) -> str:
        """The moment as the store keeps it."""
        return stamp(self.now)


Change = Callable[[sqlite3.Connection, sqlite3.Row, Deed], State]


@dataclass(frozen=True, slots=True)
class Act:
    """A kind of act. ``what`` is its word in the journal, ``allowed`` the states in which a message takes it."""

    what: str
    allowed: tuple[State, ...]
    change: Change


def why_not(act: Act, row: Mapping[str, object] | sqlite3.Row) -> str:
    """Empty if a message (``state``, ``waits_for``, ``composed``) takes the act, else its state or what it lacks."""
    state = str(row["state"])
    if state not in act.allowed:
        return state
    if act is ACTS["retry"]:
        if state == State.WAITING and row["waits_for"] != "retry":
            return NOT_TRIED
        if not row["composed"]:
            return NOT_WRITTEN
    return ""


def one(conn: sqlite3.Connection, message_id: int, act: Act, deed: Deed) -> Done:
    """Change one message inside the caller's transaction; ``CaratError`` when it does not take the act."""
    row = conn.execute("SELECT * FROM message WHERE id = ?", (message_id,)).fetchone()
    if row is None:
        raise CaratError(f"There is no message {message_id}.", "`carat outbox list` shows them.")
    if reason := why_not(act, row):
        raise _refused(row, act, reason)
    done, entry = apply(conn, row, act, deed)
    journal.write_many(conn, [entry])
    return done


def apply(conn: sqlite3.Connection, row: sqlite3.Row, act: Act, deed: Deed) -> tuple[Done, Entry]:
    """Change a message that takes the act; the journal's entry is the caller's to write."""
    before, after = State(row["state"]), act.change(conn, row, deed)
    detail = {"before": before, "after": after, "why": deed.why, "act": deed.series, "was": _was(row)}
    return Done(row["id"], before, after), Entry(deed.at, deed.who, act.what, "message", row["id"], detail)


_KEPT = ("reason", "waits_for", "due_at", "retry_from")


def _was(row: sqlite3.Row) -> dict[str, str]:
    """What an act overwrites: by it the act can be taken back."""
    return {name: row[name] for name in _KEPT if row[name] is not None}


def restore(conn: sqlite3.Connection, message_id: int, before: str, was: Mapping[str, str]) -> None:
    """Put a message back to what it was before an act."""
    conn.execute(
        "UPDATE message SET state = ?, reason = ?, waits_for = ?, due_at = ?, retry_from = ? WHERE id = ?",
        (before, *(was.get(name) for name in _KEPT), message_id),
    )


def _refused(row: sqlite3.Row, act: Act, reason: str) -> CaratError:
    number = row["id"]
    if reason == NOT_TRIED:
        return CaratError(f"Message {number} is not up for another try: it waits for {row['waits_for'] or 'its turn'}.")
    if reason == NOT_WRITTEN:
        return CaratError(f"Message {number} was never written, so there is nothing to send again.")
    allowed = " or ".join(act.allowed)
    hint = _HINTS.get(State(reason), "")
    return CaratError(f"Message {number} is {reason}; this works only while it is {allowed}.", hint)


_HINTS = {
    State.UNCLEAR: "Settle it with `carat outbox resolve`.",
    State.HELD: "Let it go on with `carat outbox release`.",
    State.SENT: "What has left cannot be called back.",
}


def _hold(conn: sqlite3.Connection, row: sqlite3.Row, deed: Deed) -> State:
    messages.to_state(conn, row["id"], State.HELD, deed.why or f"held by {deed.who}")
    return State.HELD


def _cancel(conn: sqlite3.Connection, row: sqlite3.Row, deed: Deed) -> State:
    messages.to_state(conn, row["id"], State.CANCELLED, deed.why or f"cancelled by {deed.who}")
    return State.CANCELLED


def _go_on(conn: sqlite3.Connection, row: sqlite3.Row, deed: Deed) -> State:
    """At once; an automatic SMS when the window opens."""
    due = window.earliest(conn, row["channel"], row["rule"], deed.now)
    conn.execute("UPDATE message SET retry_from = ? WHERE id = ?", (deed.at, row["id"]))
    waits_for = "window" if due > deed.now else None
    messages.to_state(conn, row["id"], State.WAITING, None, waits_for, stamp(due))
    return State.WAITING


def _was_sent(conn: sqlite3.Connection, row: sqlite3.Row, deed: Deed) -> State:
    tried = conn.execute("SELECT max(started_at) FROM attempt WHERE message_id = ?", (row["id"],)).fetchone()[0]
    messages.mark_sent(conn, row["id"], tried or deed.at, f"{deed.why} ({deed.who})", row["provider_ref"] or "")
    messages.mark_notified(conn, row["id"], tried or deed.at)
    return State.SENT


ACTS: dict[str, Act] = {
    "hold": Act("held", (State.WAITING,), _hold),
    "release": Act("released", (State.HELD,), _go_on),
    "cancel": Act("cancelled", (State.WAITING, State.HELD), _cancel),
    "retry": Act("retried", (State.FAILED, State.WAITING), _go_on),
    "sent": Act("resolved: sent", (State.UNCLEAR,), _was_sent),
    "resend": Act("resolved: resend", (State.UNCLEAR,), _go_on),
    "drop": Act("resolved: drop", (State.UNCLEAR,), _cancel),
}
"""Name → act. The last three settle an unclear message."""

VERDICTS = ("sent", "resend", "drop")


def check_why(verdict: str, why: str) -> str:
    """The reason of a verdict, or ``CaratError``: a settled message must say how somebody knew."""
    if verdict not in VERDICTS:
        raise CaratError(f"An unclear message is resolved as sent, resend or drop, not as {verdict!r}.")
    if not why.strip():
        raise CaratError(
            "Say why, so that it can be understood later.", 'For example: --why "found in the archive box"'
        )
    return why.strip()


def each(conn: sqlite3.Connection, ids: Iterable[int], act: Act, deed: Deed) -> list[Done]:
    """The act on every message or, by the error of the first that does not take it, on none."""
    return [one(conn, message_id, act, deed) for message_id in dict.fromkeys(ids)]
