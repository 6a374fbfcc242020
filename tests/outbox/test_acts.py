"""What a person may do with messages, what is refused, and that the journal knows who it was."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.message import State
from carat_tui.outbox import acts
from carat_tui.outbox.dispatch import Dispatcher
from carat_tui.store import accounts, settings
from carat_tui.store.database import Store
from tests.channels.mailserver import MailServer

from . import seed


def in_state(store: Store, state: str, now: datetime, waits_for: str | None = None) -> int:
    (message,) = seed.messages(store, 1, now - timedelta(hours=1))
    store.write(
        lambda conn: conn.execute(
            "UPDATE message SET state = ?, waits_for = ?, reason = 'before' WHERE id = ?", (state, waits_for, message)
        )
    )
    return message


def journal_of(store: Store, message: int) -> list[tuple[str, str, dict[str, Any]]]:
    rows = store.read().execute(
        "SELECT who, what, detail FROM journal WHERE subject = 'message' AND subject_id = ? ORDER BY id", (message,)
    )
    return [(row["who"], row["what"], json.loads(row["detail"])) for row in rows]


ACTS = {"hold": acts.hold, "release": acts.release, "cancel": acts.cancel, "retry": acts.retry}


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        ("hold", "waiting", "held"),
        ("release", "held", "waiting"),
        ("cancel", "waiting", "cancelled"),
        ("cancel", "held", "cancelled"),
        ("retry", "failed", "waiting"),
    ],
)
def test_what_is_allowed_is_done_and_journalled(store: Store, now: datetime, act: str, before: str, after: str) -> None:
    message = in_state(store, before, now)
    (done,) = ACTS[act](store, [message], who="eva", now=now, why="because")
    assert (done.id, done.before, done.state) == (message, State(before), State(after))
    found = seed.row(store, message)
    assert found["state"] == after
    if after == "waiting":
        assert (found["due_at"], found["reason"], found["waits_for"]) == (stamp(now), None, None)
    else:
        assert found["reason"] == "because"
    ((who, _, detail),) = journal_of(store, message)
    assert (who, detail["before"], detail["after"], detail["why"]) == ("eva", before, after, "because")
    assert detail["was"]["reason"] == "before"


@pytest.mark.parametrize(
    ("act", "allowed"),
    [
        ("hold", {"waiting"}),
        ("release", {"held"}),
        ("cancel", {"waiting", "held"}),
        ("retry", {"failed"}),
    ],
)
def test_everything_else_is_refused_and_nothing_changes(
    store: Store, now: datetime, act: str, allowed: set[str]
) -> None:
    for state in State:
        if state in allowed:
            continue
        message = in_state(store, state, now)
        with pytest.raises(CaratError, match=f"Message {message}"):
            ACTS[act](store, [message], who="eva", now=now)
        assert (seed.row(store, message)["state"], journal_of(store, message)) == (state, [])


def test_all_or_none(store: Store, now: datetime) -> None:
    good, bad = in_state(store, "waiting", now), in_state(store, "sent", now)
    with pytest.raises(CaratError, match=f"Message {bad} is sent"):
        acts.cancel(store, [good, bad], who="eva", now=now)
    assert seed.row(store, good)["state"] == "waiting"
    with pytest.raises(CaratError, match="There is no message 4711"):
        acts.cancel(store, [good, 4711], who="eva", now=now)
    assert [done.id for done in acts.cancel(store, [good, good], who="eva", now=now)] == [good]


def test_a_message_that_waits_for_its_next_try_may_go_now(store: Store, now: datetime) -> None:
    message = in_state(store, "waiting", now, "retry")
    acts.retry(store, [message], who="eva", now=now)
    assert seed.row(store, message)["due_at"] == stamp(now)
    merging = in_state(store, "waiting", now, "merge")
    with pytest.raises(CaratError, match="waits for merge"):
        acts.retry(store, [merging], who="eva", now=now)


@pytest.mark.parametrize(("verdict", "state"), [("sent", "sent"), ("resend", "waiting"), ("drop", "cancelled")])
def test_an_unclear_message_is_settled_by_a_person(store: Store, now: datetime, verdict: str, state: str) -> None:
    message = in_state(store, "unclear", now)
    done = acts.resolve(store, message, verdict, who="eva", now=now, why="the customer called")
    assert (done.state, seed.row(store, message)["state"]) == (State(state), state)
    ((who, what, detail),) = journal_of(store, message)
    assert (who, what, detail["why"]) == ("eva", f"resolved: {verdict}", "the customer called")


def test_settling_needs_a_verdict_and_a_reason(store: Store, now: datetime) -> None:
    message = in_state(store, "unclear", now)
    with pytest.raises(CaratError, match="sent, resend or drop"):
        acts.resolve(store, message, "perhaps", who="eva", now=now, why="x")
    with pytest.raises(CaratError, match="Say why"):
        acts.resolve(store, message, "sent", who="eva", now=now, why="  ")
    clear = in_state(store, "sent", now)
    with pytest.raises(CaratError, match="only while it is unclear"):
        acts.resolve(store, clear, "resend", who="eva", now=now, why="x")


def test_resending_sends_the_same_bytes(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime
) -> None:
    mail_route.script["dot"] = ["drop", "250 ok"]
    (message,) = seed.messages(store, 1, now)
    dispatcher.drain()
    assert seed.row(store, message)["state"] == "unclear"
    acts.resolve(store, message, "resend", who="eva", now=now, why="not in the archive")
    dispatcher.drain()
    assert seed.row(store, message)["state"] == "sent"
    first, second = (mail[2] for mail in mail_route.seen.mails)
    assert first == second == seed.mime(message)


def test_said_to_be_sent_is_sent_when_it_was_tried(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime
) -> None:
    mail_route.script["dot"] = "drop"
    (message,) = seed.messages(store, 1, now)
    dispatcher.drain()
    acts.resolve(store, message, "sent", who="eva", now=now + timedelta(hours=3), why="in the archive")
    found = seed.row(store, message)
    assert (found["sent_at"], found["reason"]) == (stamp(now), "in the archive (eva)")


def test_pause_and_resume(store: Store, now: datetime) -> None:
    acts.pause(store, "mailbox", who="eva", now=now, why="holiday")
    acts.pause(store, None, who="eva", now=now)
    assert accounts.find(store.read(), "mailbox").pause_reason == "holiday"
    assert "eva" in settings.paused(store.read())
    assert acts.resume(store, "mailbox", who="eva", now=now) == ["mailbox"]
    assert settings.paused(store.read())
    assert acts.resume(store, who="eva", now=now) == ["all"]
    assert settings.paused(store.read()) == ""
    with pytest.raises(CaratError, match="no route 'pigeon'"):
        acts.pause(store, "pigeon", who="eva", now=now)


def test_a_new_password_does_not_lift_a_persons_pause(store: Store, now: datetime) -> None:
    acts.pause(store, "mailbox", who="eva", now=now)
    acts.secret_changed(store, "mailbox", who="eva", now=now)
    assert accounts.find(store.read(), "mailbox").paused_since is not None
