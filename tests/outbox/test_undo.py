"""A person's last act is taken back as far as nothing of it has left; the journal knows both."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from carat_tui.model.clock import stamp
from carat_tui.model.message import ChannelKind
from carat_tui.outbox import acts, many, undo
from carat_tui.outbox.changes import Deed
from carat_tui.outbox.dispatch import Dispatcher
from carat_tui.outbox.undo import CHANGED_SINCE, TAKEN_BACK, TakenBack
from carat_tui.store import journal
from carat_tui.store.database import Store

from . import seed
from .test_acts import ACTS
from .test_many import put


def take_back(store: Store, now: datetime, who: str = "eva") -> TakenBack:
    act = undo.last_act(store.read(), who, now)
    assert act is not None
    assert act.why_not == ""
    return undo.take_back(store, act, who=who, now=now)


@pytest.mark.parametrize(
    ("act", "before", "waits_for"),
    [
        ("hold", "waiting", "merge"),
        ("hold", "waiting", None),
        ("release", "held", None),
        ("cancel", "waiting", "window"),
        ("cancel", "held", None),
        ("retry", "failed", None),
        ("retry", "waiting", "retry"),
    ],
)
def test_the_message_is_as_it_was(store: Store, now: datetime, act: str, before: str, waits_for: str | None) -> None:
    (message,) = seed.messages(store, 1, now, due=now + timedelta(minutes=7))
    put(store, [message], before, waits_for=waits_for)
    was = dict(seed.row(store, message))
    ACTS[act](store, [message], who="eva", now=now, why="by mistake")
    assert dict(seed.row(store, message)) != was
    assert take_back(store, now) == TakenBack(_word(act), 1, {})
    assert dict(seed.row(store, message)) == was
    last = store.read().execute("SELECT who, what, detail FROM journal ORDER BY id DESC LIMIT 1").fetchone()
    assert (last["who"], last["what"], json.loads(last["detail"])["why"]) == ("eva", TAKEN_BACK, _word(act))
    assert journal.verify(store.read()).broken_at is None


def _word(act: str) -> str:
    return {"hold": "held", "release": "released", "cancel": "cancelled", "retry": "retried"}[act]


@pytest.mark.parametrize("verdict", ["resend", "drop"])
def test_a_verdict_on_an_unclear_message_is_taken_back(store: Store, now: datetime, verdict: str) -> None:
    (message,) = seed.messages(store, 1, now)
    put(store, [message], "unclear")
    acts.resolve(store, message, verdict, who="eva", now=now, why="thought so")
    take_back(store, now)
    assert (seed.row(store, message)["state"], seed.row(store, message)["reason"]) == ("unclear", "before")


def test_what_counts_as_sent_is_not_taken_back(store: Store, now: datetime) -> None:
    (message,) = seed.messages(store, 1, now)
    put(store, [message], "unclear")
    acts.resolve(store, message, "sent", who="eva", now=now, why="found it")
    act = undo.last_act(store.read(), "eva", now)
    assert act is not None
    assert act.why_not == "A message that counts as sent is not taken back."


def test_what_has_left_stays_sent_and_the_rest_is_taken_back(
    store: Store, dispatcher: Dispatcher, now: datetime
) -> None:
    first, second = seed.messages(store, 2, now)
    put(store, [first, second], "held")
    many.carry_out(store, "release", [first, second], Deed("eva", now, ""))
    dispatcher.send_one(first)
    assert take_back(store, now) == TakenBack("released", 1, {"sent": 1})
    assert [seed.row(store, n)["state"] for n in (first, second)] == ["sent", "held"]
    dispatcher.drain()
    assert seed.row(store, second)["state"] == "held"


def test_an_act_on_many_is_taken_back_as_one(store: Store, now: datetime) -> None:
    ids = seed.messages(store, 501, now)
    many.carry_out(store, "cancel", ids, Deed("eva", now, ""))
    assert take_back(store, now).done == 501
    assert seed.states(store) == {"waiting": 501}


def test_only_the_very_last_act_and_only_once(store: Store, now: datetime) -> None:
    first, second = seed.messages(store, 2, now)
    acts.hold(store, [first], who="eva", now=now)
    acts.hold(store, [second], who="eva", now=now)
    assert take_back(store, now).done == 1
    assert [seed.row(store, n)["state"] for n in (first, second)] == ["held", "waiting"]
    act = undo.last_act(store.read(), "eva", now)
    assert act is not None
    assert act.why_not == "The last act was taken back already."


def test_everybody_takes_back_their_own(store: Store, now: datetime) -> None:
    first, second = seed.messages(store, 2, now)
    acts.hold(store, [first], who="eva", now=now)
    acts.cancel(store, [second], who="ben", now=now)
    take_back(store, now, "eva")
    assert [seed.row(store, n)["state"] for n in (first, second)] == ["waiting", "cancelled"]


def test_what_another_person_changed_since_is_left_alone(store: Store, now: datetime) -> None:
    (message,) = seed.messages(store, 1, now)
    acts.hold(store, [message], who="eva", now=now)
    acts.release(store, [message], who="ben", now=now)
    acts.hold(store, [message], who="ben", now=now)
    assert take_back(store, now) == TakenBack("held", 0, {CHANGED_SINCE: 1})


def test_an_act_of_yesterday_is_history(store: Store, now: datetime) -> None:
    (message,) = seed.messages(store, 1, now)
    acts.hold(store, [message], who="eva", now=now)
    assert undo.last_act(store.read(), "eva", now + timedelta(hours=25)) is None
    assert undo.last_act(store.read(), "ben", now) is None


def test_nothing_is_taken_back_across_a_restored_copy(store: Store, now: datetime) -> None:
    (message,) = seed.messages(store, 1, now)
    acts.cancel(store, [message], who="eva", now=now)
    store.write(lambda conn: journal.write(conn, stamp(now), "eva", "restored", "home", None, {}))
    assert undo.last_act(store.read(), "eva", now) is None


def test_the_last_act_is_found_quickly_behind_much_else(store: Store, now: datetime) -> None:
    (message,) = seed.messages(store, 1, now, ChannelKind.SMS)
    other = [journal.Entry(stamp(now - timedelta(days=2)), "engine", "sent", "message", 1) for _ in range(3000)]
    store.write(lambda conn: journal.write_many(conn, other))
    acts.hold(store, [message], who="eva", now=now)
    act = undo.last_act(store.read(), "eva", now)
    assert act is not None
    assert len(act.entries) == 1
