"""Filters of the outbox by name: what they mean on a given day, and what cannot be saved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from carat_tui.model.errors import CaratError
from carat_tui.outbox.dispatch import Dispatcher
from carat_tui.services import outbox_filters
from carat_tui.services.outbox_filters import BUILT_IN, View
from carat_tui.store import message_list
from carat_tui.store.database import Store
from tests.outbox import seed


def ids(store: Store, view: View, now: datetime) -> list[int]:
    conn = store.read()
    return sorted(message_list.ids(conn, outbox_filters.to_list(conn, view, now), None))


def test_a_day_is_the_shops_day(store: Store) -> None:
    """Half past midnight in Berlin is still yesterday in UTC."""
    now = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    (yesterday,) = seed.messages(store, 1, now - timedelta(hours=1))
    (today,) = seed.messages(store, 1, now - timedelta(minutes=10))
    assert ids(store, View(since="today"), now) == [today]
    assert ids(store, View(since="7 days"), now) == [yesterday, today]
    assert ids(store, View(since="2026-03-05"), now) == [today]


def test_sent_today_is_what_left_today_whenever_it_was_made(store: Store, home: object, now: datetime) -> None:
    from carat_tui.model.home import Home

    assert isinstance(home, Home)
    old = seed.messages(store, 2, now - timedelta(days=3))
    clock = [now - timedelta(days=2)]
    dispatcher = Dispatcher(store, home, lambda: clock[0], lambda _account: "")
    dispatcher.send_one(old[0])
    clock[0] = now
    dispatcher.send_one(old[1])
    sent_today = next(named.view for named in BUILT_IN if named.name == "sent today")
    assert ids(store, sent_today, now) == [old[1]]
    assert outbox_filters.counts(store.read(), now) == {
        "all": 2, "needs me": 0, "waiting": 0, "sent today": 1, "failed": 0,
    }  # fmt: skip


def test_own_filters_survive_and_are_journalled(store: Store, now: datetime) -> None:
    view = View(states=("held", "failed"), channel="letter", since="7 days", search="Müller")
    outbox_filters.save(store, "  Briefe \n Müller ", view, "eva", now)
    assert outbox_filters.find(store.read(), "briefe müller").view == view
    outbox_filters.save(store, "BRIEFE MÜLLER", View(), "eva", now)
    assert [named.name for named in outbox_filters.every(store.read())][len(BUILT_IN) :] == ["BRIEFE MÜLLER"]
    outbox_filters.rename(store, "Briefe Müller", "Post", "eva", now)
    outbox_filters.delete(store, "post", "eva", now)
    assert outbox_filters.every(store.read()) == list(BUILT_IN)
    what = [row[0] for row in store.read().execute("SELECT what FROM journal WHERE who = 'eva' ORDER BY id")]
    assert what == ["saved filter", "saved filter", "renamed filter", "deleted filter"]


@pytest.mark.parametrize("name", ["", " ", "x" * 41, "Needs Me", "all"])
def test_names_that_cannot_be(store: Store, now: datetime, name: str) -> None:
    with pytest.raises(CaratError):
        outbox_filters.save(store, name, View(), "eva", now)


@pytest.mark.parametrize(
    "view", [View(states=("lost",)), View(channel="pigeon"), View(since="soon"), View(sent_since="0001-01-01")]
)
def test_views_that_mean_nothing(store: Store, now: datetime, view: View) -> None:
    with pytest.raises(CaratError):
        outbox_filters.save(store, "x", view, "eva", now)


def test_two_filters_do_not_get_one_name(store: Store, now: datetime) -> None:
    for name in ("a", "b"):
        outbox_filters.save(store, name, View(channel="sms"), "eva", now)
    with pytest.raises(CaratError, match="already"):
        outbox_filters.rename(store, "a", "B", "eva", now)
    assert outbox_filters.rename(store, "a", "A", "eva", now).name == "A"
