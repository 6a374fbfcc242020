"""Acts on many messages: the sentence before is true, what can be done is done, the rest is counted."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from carat_tui.model.clock import stamp
from carat_tui.model.message import ChannelKind
from carat_tui.outbox import acts, many
from carat_tui.outbox.changes import Deed
from carat_tui.outbox.many import GONE
from carat_tui.store import journal
from carat_tui.store.database import Store

from . import seed


def put(store: Store, ids: list[int], state: str, **columns: object) -> None:
    sets = ", ".join(f"{name} = :{name}" for name in ("state", *columns))
    values = {"state": state, **columns, "ids": json.dumps(ids)}
    store.write(
        lambda conn: conn.execute(
            f"UPDATE message SET reason = 'before', {sets} WHERE id IN (SELECT value FROM json_each(:ids))", values
        )
    )


@pytest.fixture
def mixed(store: Store, now: datetime) -> list[int]:
    """Nine held e-mails, two held SMS, a held letter, two that were sent, one unclear."""
    mails = seed.messages(store, 9, now)
    texts = seed.messages(store, 2, now, ChannelKind.SMS)
    letters = seed.messages(store, 1, now, ChannelKind.LETTER)
    sent, unclear = seed.messages(store, 2, now), seed.messages(store, 1, now)
    put(store, mails + texts + letters, "held")
    put(store, sent, "sent")
    put(store, unclear, "unclear")
    return [*mails, *texts, *letters, *sent, *unclear]


def test_the_plan_counts_by_channel_and_reason_and_changes_nothing(
    store: Store, now: datetime, mixed: list[int]
) -> None:
    before = seed.states(store)
    plan = many.plan_of(store.read(), "release", [*mixed, mixed[0], 4711], now)
    assert (plan.able, dict(plan.channels)) == (12, {"email": 9, "sms": 2, "letter": 1})
    assert plan.refused == {"sent": 2, "unclear": 1, GONE: 1}
    assert (plan.later, plan.opens, plan.paused) == (0, "", False)
    assert seed.states(store) == before


def test_what_can_be_done_is_done_under_one_series(store: Store, now: datetime, mixed: list[int]) -> None:
    progress: list[int] = []
    done = many.carry_out(store, "release", [*mixed, 4711], Deed("eva", now, "looked at them"), progress.append)
    assert (done.done, done.refused) == (12, {"sent": 2, "unclear": 1, GONE: 1})
    assert seed.states(store) == {"waiting": 12, "sent": 2, "unclear": 1}
    rows = store.read().execute("SELECT who, what, detail FROM journal WHERE what = 'released'").fetchall()
    assert len(rows) == 12
    assert {row["who"] for row in rows} == {"eva"}
    assert len({json.loads(row["detail"])["act"] for row in rows}) == 1
    assert progress == [16]
    assert journal.verify(store.read()).broken_at is None


def test_many_portions_are_one_act(store: Store, now: datetime) -> None:
    ids = seed.messages(store, 1001, now)
    progress: list[int] = []
    done = many.carry_out(store, "hold", ids, Deed("eva", now, ""), progress.append)
    assert (done.done, progress[-1], len(progress)) == (1001, 1001, 6)
    assert seed.states(store) == {"held": 1001}


def test_between_two_portions_others_get_their_turn(store: Store, now: datetime) -> None:
    ids = seed.messages(store, 600, now)

    def meanwhile(_looked: int) -> None:
        if seed.states(store).get("cancelled", 0) == 200:
            acts.hold(store, [ids[-1]], who="ben", now=now)
            put(store, [ids[-2]], "sent")

    done = many.carry_out(store, "cancel", ids, Deed("eva", now, ""), meanwhile)
    assert (done.done, done.refused) == (599, {"sent": 1})


def test_the_plan_says_how_many_wait_for_the_window(store: Store, now: datetime, mixed: list[int]) -> None:
    night = now.replace(hour=22, minute=0)
    plan = many.plan_of(store.read(), "release", mixed, night)
    assert (plan.later, plan.opens) == (2, stamp(night.replace(hour=7) + timedelta(days=1)))
    assert many.plan_of(store.read(), "cancel", mixed, night).later == 0


def test_the_plan_says_that_nothing_leaves_while_sending_is_paused(
    store: Store, now: datetime, mixed: list[int]
) -> None:
    acts.pause(store, None, who="eva", now=now)
    assert many.plan_of(store.read(), "release", mixed, now).paused
    assert not many.plan_of(store.read(), "cancel", mixed, now).paused
