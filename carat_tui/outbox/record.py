"""What is written before and after a message leaves. Each function here is one job inside the store's transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from carat_tui.model.clock import moment, stamp
from carat_tui.model.message import Answer, Outcome, State
from carat_tui.outbox import retry, routes
from carat_tui.outbox.routes import Route, Steering
from carat_tui.store import accounts, journal, messages
from carat_tui.store.messages import Due

ENGINE = "engine"
_DEATHS_ALLOWED = 1


class Withdrawn(Exception):
    """The message must not leave now: ``why`` is ``changed``, ``suppressed``, ``route`` or ``steering``."""

    def __init__(self, why: str, words: str = "") -> None:
        super().__init__(words or why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to hand a message over by a route. ``row`` is its id on disk, None = never came to the moment."""

    due: Due
    route: Route
    started: str
    sha256: str
    row: int | None = None


def gate(conn: sqlite3.Connection, due: Due, route: Route, steer: Steering, now: str) -> None:
    """Raises ``Withdrawn`` unless the message may leave by this route at this very moment."""
    found = messages.standing(conn, due, route.name)
    if Steering(found.mode, found.redirect, found.all_paused) != steer:
        raise Withdrawn("steering")
    if not found.route_known or routes.is_closed(found, now):
        raise Withdrawn("route")
    if not found.waiting:
        raise Withdrawn("changed")
    if found.objection is not None:
        raise Withdrawn("suppressed", f"the address is closed: {found.objection}")


def begin(conn: sqlite3.Connection, attempt: Attempt, steer: Steering) -> int:
    """The last write before the irrevocable moment. Raises ``Withdrawn``."""
    gate(conn, attempt.due, attempt.route, steer, attempt.started)
    return messages.begin_attempt(conn, attempt.due.id, attempt.route.name, attempt.started, attempt.sha256)


def finish(conn: sqlite3.Connection, attempt: Attempt, answer: Answer, now: datetime, chance: float) -> None:
    """What came of it: attempt, message, customer, documents and journal in one step."""
    at, message = stamp(now), attempt.due.id
    words = f"redirected to {attempt.route.redirect}: {answer.words}" if attempt.route.redirect else answer.words
    if attempt.row is not None:
        messages.end_attempt(conn, attempt.row, at, answer.outcome, words)
    elif answer.outcome != Outcome.ROUTE_ILL:
        messages.note_attempt(
            conn, message, attempt.route.name, attempt.started, attempt.sha256, at, answer.outcome, words
        )
        if not messages.is_waiting(conn, message):
            return  # held or cancelled by a person in the meantime; the attempt is on record
    _move(conn, attempt, answer, words, now, chance)
    detail = {"route": attempt.route.name, "words": words}
    journal.write(conn, at, ENGINE, f"attempt: {answer.outcome}", "message", message, detail)


def _move(conn: sqlite3.Connection, attempt: Attempt, answer: Answer, words: str, now: datetime, chance: float) -> None:
    message, at = attempt.due.id, stamp(now)
    match answer.outcome:
        case Outcome.SENT:
            messages.mark_sent(conn, message, at, words if attempt.route.redirect else None, answer.reference)
            if not attempt.route.redirect:
                messages.mark_notified(conn, message, at)
        case Outcome.RETRY:
            count, first = messages.tries(conn, message)
            when = retry.next_try(count, moment(first) if first else now, now, chance, answer.retry_after_s)
            if when is None:
                messages.to_state(conn, message, State.FAILED, f"given up after 48 hours; at last: {words}")
            else:
                messages.to_state(conn, message, State.WAITING, words, "retry", stamp(when))
        case Outcome.ROUTE_ILL:
            _route_was_ill(conn, attempt, words, now)
        case Outcome.FAILED:
            messages.to_state(conn, message, State.FAILED, words)
        case Outcome.UNCLEAR:
            messages.to_state(conn, message, State.UNCLEAR, words)


def _route_was_ill(conn: sqlite3.Connection, attempt: Attempt, words: str, now: datetime) -> None:
    """Back to waiting, uncounted; due a minute later, so that a message that makes a route ill lets others go first."""
    if attempt.row is not None:
        messages.uncount_attempt(conn, attempt.due.id)
    elif not messages.is_waiting(conn, attempt.due.id):
        return
    messages.to_state(conn, attempt.due.id, State.WAITING, words, "retry", stamp(retry.next_probe(now, now)))


def skip(conn: sqlite3.Connection, due: Due, reason: str, at: str) -> None:
    """The customer objected after the message was written (threat I3)."""
    if messages.is_waiting(conn, due.id):
        messages.to_state(conn, due.id, State.SKIPPED, reason)
        journal.write(conn, at, ENGINE, "skipped", "message", due.id, {"reason": reason})


def postpone(conn: sqlite3.Connection, due: Due, until: str, at: str) -> None:
    """An automatic SMS came due outside its window: after a retry, a pause, a night without the engine."""
    changed = conn.execute(
        "UPDATE message SET waits_for = 'window', due_at = ?1"
        " WHERE id = ?2 AND state = 'waiting' AND composed = 1 AND due_at < ?1",
        (until, due.id),
    )
    if changed.rowcount:
        detail = {"waits_for": "window", "due_at": until}
        journal.write(conn, at, ENGINE, "postponed", "message", due.id, detail)


def hold(conn: sqlite3.Connection, due: Due, reason: str, at: str) -> None:
    """Something is wrong with the message itself: a person must look."""
    if messages.is_waiting(conn, due.id):
        messages.to_state(conn, due.id, State.HELD, reason)
        journal.write(conn, at, ENGINE, "held", "message", due.id, {"reason": reason})


def died(conn: sqlite3.Connection, attempt: Attempt, words: str, now: datetime) -> None:
    """The worker failed in the middle of this message; the second time the message is put aside (reliability §4.8).

    After the irrevocable moment nobody knows, so it is unclear at once.
    """
    at, message = stamp(now), attempt.due.id
    if attempt.row is not None:
        messages.end_attempt(conn, attempt.row, at, messages.DIED, words)
        messages.to_state(conn, message, State.UNCLEAR, f"the worker failed: {words}")
    else:
        messages.note_attempt(
            conn, message, attempt.route.name, attempt.started, attempt.sha256, at, messages.DIED, words
        )
        put_aside_or_again(conn, message, words, retry.next_probe(now, now))
    journal.write(conn, at, ENGINE, "attempt: died", "message", message, {"route": attempt.route.name, "words": words})


def put_aside_or_again(conn: sqlite3.Connection, message: int, words: str, when: datetime) -> None:
    """After a death that left the message unsent: once more at ``when``, and held after the second."""
    if messages.deaths(conn, message) > _DEATHS_ALLOWED:
        messages.to_state(conn, message, State.HELD, f"made the worker fail twice: {words}")
    else:
        messages.to_state(conn, message, State.WAITING, words, "retry", stamp(when))


def pause(conn: sqlite3.Connection, name: str, answer: Answer, now: datetime) -> None:
    """A route is ill: leave it alone for a while and say so. A person's own pause stays as it is."""
    account = next((found for found in accounts.every(conn) if found.name == name), None)
    if account is None or (account.paused_since is not None and account.pause_until is None):
        return
    since = account.paused_since or stamp(now)
    until = stamp(retry.next_probe(moment(since), now, answer.retry_after_s))
    accounts.pause(conn, name, since, answer.words, until)
    detail = {"route": name, "reason": answer.words, "until": until}
    journal.write(conn, stamp(now), ENGINE, "route paused", "account", None, detail)


def well_again(conn: sqlite3.Connection, name: str, now: datetime) -> None:
    """A route that had paused itself works."""
    changed = conn.execute(
        "UPDATE account SET paused_since = NULL, pause_reason = NULL, pause_until = NULL"
        " WHERE name = ? AND pause_until IS NOT NULL",
        (name,),
    )
    if changed.rowcount:
        journal.write(conn, stamp(now), ENGINE, "route works again", "account", None, {"route": name})
