"""An automatic SMS leaves in its window only, however it came due; what a person wrote by hand leaves at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from carat_tui.model.clock import stamp
from carat_tui.model.home import Home
from carat_tui.model.message import ChannelKind
from carat_tui.outbox import acts
from carat_tui.outbox.dispatch import Dispatcher
from carat_tui.rules.explain import explain
from carat_tui.store import settings
from carat_tui.store.database import Store

from . import seed
from .conftest import Hands
from .test_acts import ACTS
from .test_many import put

OPENS = timedelta(hours=8, minutes=30)
"""From 22:30 UTC, half past eleven in Berlin, to eight o'clock there."""


@pytest.fixture
def night(hands: Hands) -> datetime:
    hands.now = hands.now.replace(hour=22, minute=30)
    return hands.now


def sms_files(home: Home) -> list[str]:
    folder = home.data / "sms"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


@pytest.mark.parametrize(("act", "state"), [("release", "held"), ("retry", "failed")])
def test_released_or_retried_at_night_it_waits_for_the_morning(
    store: Store, home: Home, dispatcher: Dispatcher, hands: Hands, night: datetime, act: str, state: str
) -> None:
    (message,) = seed.messages(store, 1, night, ChannelKind.SMS)
    put(store, [message], state)
    ACTS[act](store, [message], who="eva", now=night)
    found = seed.row(store, message)
    assert (found["state"], found["waits_for"], found["due_at"]) == ("waiting", "window", stamp(night + OPENS))
    dispatcher.drain()
    assert sms_files(home) == []
    hands.now = night + OPENS
    dispatcher.drain()
    assert len(sms_files(home)) == 1
    assert seed.row(store, message)["state"] == "sent"


def test_sent_again_at_night_it_waits_too(store: Store, night: datetime) -> None:
    (message,) = seed.messages(store, 1, night, ChannelKind.SMS)
    put(store, [message], "unclear")
    acts.resolve(store, message, "resend", who="eva", now=night, why="the provider has none")
    assert seed.row(store, message)["waits_for"] == "window"


def test_what_came_due_during_a_pause_is_not_let_out_at_night(
    store: Store, home: Home, dispatcher: Dispatcher, hands: Hands, now: datetime
) -> None:
    acts.pause(store, None, who="eva", now=now)
    (message,) = seed.messages(store, 1, now, ChannelKind.SMS)
    hands.now = now.replace(hour=22, minute=30)
    acts.resume(store, who="eva", now=hands.now)
    assert dispatcher.drain()["sms"] == {"postponed": 1}
    found = seed.row(store, message)
    assert (found["state"], found["waits_for"], found["due_at"]) == ("waiting", "window", stamp(hands.now + OPENS))
    assert found["attempts"] == 0
    last = store.read().execute("SELECT who, what FROM journal ORDER BY id DESC LIMIT 1").fetchone()
    assert tuple(last) == ("engine", "postponed")
    told = "\n".join(explain(store, f"message:{message}", hands.now).lines())
    assert "waits until 2026-03-05 08:00:00, when SMS may be sent again" in told
    assert dispatcher.drain() == {}
    assert sms_files(home) == []
    hands.now += OPENS
    assert dispatcher.drain()["sms"] == {"sent": 1}


def test_an_email_and_a_letter_know_no_night(store: Store, dispatcher: Dispatcher, night: datetime) -> None:
    ids = [*seed.messages(store, 1, night), *seed.messages(store, 1, night, ChannelKind.LETTER)]
    put(store, ids, "held")
    acts.release(store, ids, who="eva", now=night)
    dispatcher.drain()
    assert seed.states(store) == {"sent": 2}


def test_written_by_hand_it_leaves_at_night(store: Store, home: Home, dispatcher: Dispatcher, night: datetime) -> None:
    (message,) = seed.messages(store, 1, night, ChannelKind.SMS)
    put(store, [message], "held", rule="manual")
    acts.release(store, [message], who="eva", now=night)
    assert seed.row(store, message)["due_at"] == stamp(night)
    dispatcher.drain()
    assert len(sms_files(home)) == 1


def test_without_a_window_nothing_waits(store: Store, dispatcher: Dispatcher, night: datetime) -> None:
    store.write(lambda conn: (settings.put(conn, "sms.window", ""), settings.put(conn, "sms.rest_days", "no")))
    seed.messages(store, 1, night, ChannelKind.SMS)
    dispatcher.drain()
    assert seed.states(store) == {"sent": 1}
