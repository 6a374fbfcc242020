"""Handed over: no notice calls a customer to the shop in vain (issue 3 point 3), and it can be taken back."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta
from functools import partial

import pytest

from carat_tui.compose.renderer import Renderer
from carat_tui.compose.write import compose_due
from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.outbox import acts, invariants
from carat_tui.rules.explain import explain
from carat_tui.rules.plan import plan
from carat_tui.services.handover import HandedOver, TakenBack, hand_over, missing, take_back
from carat_tui.store import journal, messages
from tests.bookshop import Bookshop


@pytest.fixture
def orders(shop: Bookshop) -> tuple[int, int]:
    """Orders B1 (Momo) and B2 (Krabat) of one customer; goods of both have arrived and wait for company."""
    customer = shop.customer("10023", email="erika@example.org", language="de")
    first, second = shop.order("B1", customer, ("Momo",)), shop.order("B2", customer, ("Krabat",))
    file = shop.file()
    shop.arrived(first, file)
    shop.arrived(second, file)
    plan(shop.store, shop.now)
    return first, second


def set_status(conn: sqlite3.Connection, order: int, status: str) -> None:
    conn.execute("UPDATE document SET status = ? WHERE id = ?", (status, order))


def message(shop: Bookshop) -> dict[str, object]:
    (row,) = shop.messages()
    return row


def texts(shop: Bookshop, home: Home, now: datetime) -> str:
    with Renderer() as renderer:
        compose_due(shop.store, home, renderer, now)
    return str(shop.rows("SELECT text FROM message_body")[0]["text"])


def test_the_notice_about_it_alone_is_cancelled(shop: Bookshop, now: datetime) -> None:
    customer = shop.customer("7", email="e@example.org")
    shop.arrived(shop.order("B7", customer))
    plan(shop.store, now)
    assert hand_over(shop.store, ["B7"], "anna", now) == HandedOver(("B7",), cancelled=(1,))
    assert (message(shop)["state"], message(shop)["reason"]) == ("cancelled", "the order was handed over already")
    assert shop.rows("SELECT handed_over_at FROM document") == [{"handed_over_at": stamp(now)}]
    assert journal.verify(shop.store.read()).broken_at is None


def test_a_notice_about_several_orders_goes_on_without_it(
    shop: Bookshop, home: Home, now: datetime, orders: tuple[int, int]
) -> None:
    assert hand_over(shop.store, [orders[0]], "anna", now) == HandedOver(("B1",), shortened=(1,))
    text = texts(shop, home, now + timedelta(minutes=5))
    assert "Krabat" in text
    assert "Momo" not in text
    assert shop.rows("SELECT document_id FROM message_document") == [{"document_id": orders[1]}]
    (step,) = [step for step in shop.trail(1) if not step["taken"]]
    assert step["why"] == "the order was handed over already; message 1 goes on without it"
    story = [told.text for told in explain(shop.store, "B1", now).happened]
    assert any("no message is wanted: the order was handed over already; message 1" in text for text in story)
    assert "Order B1: handed over by anna" in story


def test_a_written_notice_is_written_anew(shop: Bookshop, home: Home, now: datetime, orders: tuple[int, int]) -> None:
    later = now + timedelta(minutes=5)
    assert "Momo" in texts(shop, home, later)
    in_hand = messages.due_alone(shop.store.read(), 1, stamp(later))
    assert in_hand is not None
    assert messages.standing(shop.store.read(), in_hand, "local-mail").waiting
    hand_over(shop.store, [orders[0]], "anna", later)
    assert message(shop)["composed"] == 0
    assert "Momo" not in texts(shop, home, later + timedelta(seconds=1))
    assert not messages.standing(shop.store.read(), in_hand, "local-mail").waiting, "the old bytes must not leave"
    assert invariants.check(shop.store.read(), later, engine_runs=False) == []


def test_both_orders_one_after_the_other(shop: Bookshop, now: datetime, orders: tuple[int, int]) -> None:
    assert hand_over(shop.store, orders, "anna", now) == HandedOver(("B1", "B2"), cancelled=(1,))
    assert message(shop)["state"] == "cancelled"
    assert take_back(shop.store, ["B1", "B2"], "anna", now) == TakenBack(("B1", "B2"))
    assert message(shop)["state"] == "waiting"
    assert len(shop.rows("SELECT * FROM message_event WHERE message_id = 1")) == 2
    assert len(shop.rows("SELECT * FROM message_document")) == 2


def test_one_of_two_is_taken_back(shop: Bookshop, home: Home, now: datetime, orders: tuple[int, int]) -> None:
    hand_over(shop.store, orders, "anna", now)
    take_back(shop.store, [orders[0]], "anna", now)
    text = texts(shop, home, now + timedelta(minutes=5))
    assert "Momo" in text
    assert "Krabat" not in text


def test_taking_back_what_was_shortened(shop: Bookshop, home: Home, now: datetime, orders: tuple[int, int]) -> None:
    before = shop.rows("SELECT * FROM message_event ORDER BY event_id")
    hand_over(shop.store, [orders[0]], "anna", now)
    assert take_back(shop.store, [orders[0]], "anna", now) == TakenBack(("B1",))
    assert [
        {**row, "trail": json.loads(row["trail"])} for row in shop.rows("SELECT * FROM message_event ORDER BY event_id")
    ] == [{**row, "trail": json.loads(row["trail"])} for row in before]
    text = texts(shop, home, now + timedelta(minutes=5))
    assert "Momo" in text
    assert "Krabat" in text
    assert shop.rows("SELECT DISTINCT outcome FROM event") == [{"outcome": "message"}]


def test_taking_back_too_late_says_who_was_not_told(
    shop: Bookshop, home: Home, now: datetime, orders: tuple[int, int]
) -> None:
    hand_over(shop.store, [orders[0]], "anna", now)
    texts(shop, home, now + timedelta(minutes=5))
    shop.store.write(lambda conn: conn.execute("UPDATE message SET state = 'sent'"))
    assert take_back(shop.store, [orders[0]], "anna", now).untold == ("B1",)


def test_what_is_leaving_is_left_alone(shop: Bookshop, now: datetime, orders: tuple[int, int]) -> None:
    shop.store.write(lambda conn: conn.execute("UPDATE message SET state = 'sending'"))
    assert hand_over(shop.store, [orders[0]], "anna", now) == HandedOver(("B1",), leaving=(1,))
    assert message(shop)["state"] == "sending"
    assert len(shop.rows("SELECT * FROM message_document")) == 2
    shop.store.write(lambda conn: conn.execute("UPDATE message SET state = 'sent'"))
    assert take_back(shop.store, [orders[0]], "anna", now).untold == ()


def test_bytes_that_may_have_arrived_are_not_changed(
    shop: Bookshop, home: Home, now: datetime, orders: tuple[int, int]
) -> None:
    texts(shop, home, now + timedelta(minutes=5))
    shop.store.write(
        lambda conn: conn.execute(
            "INSERT INTO attempt (message_id, number, route, started_at, ended_at, outcome, words, sha256)"
            " VALUES (1, 1, 'shop', ?1, ?1, 'unclear', 'gone', '')",
            (stamp(now),),
        )
    )
    hand_over(shop.store, [orders[0]], "anna", now)
    assert message(shop)["composed"] == 1


def test_what_arrives_later_is_told_only_if_something_was_missing(shop: Bookshop, now: datetime) -> None:
    customer = shop.customer("7", email="e@example.org")
    whole, part = shop.order("B1", customer, ("Momo", "Krabat")), shop.order("B2", customer, ("Emil", "Timm"))
    assert missing(shop.store.read(), ["B2"]) == ["Emil", "Timm"]
    hand_over(shop.store, ["B1"], "anna", now)
    hand_over(shop.store, ["B2"], "anna", now, whole=False)
    shop.now = now + timedelta(days=1)
    events = [shop.arrived(whole, line="2"), shop.arrived(part, line="2")]
    plan(shop.store, shop.now)
    outcomes = [shop.rows("SELECT outcome FROM event WHERE id = ?", event)[0]["outcome"] for event in events]
    assert outcomes == ["not wanted", "message"]


def test_events_not_looked_at_yet_make_no_notice(shop: Bookshop, now: datetime) -> None:
    order = shop.order("B1", shop.customer("7", email="e@example.org"))
    shop.arrived(order)
    hand_over(shop.store, [order], "anna", now, whole=False)
    plan(shop.store, now)
    assert shop.messages() == []


def test_what_is_over_is_refused_and_nothing_is_done(shop: Bookshop, now: datetime) -> None:
    customer = shop.customer("7", email="e@example.org")
    shop.order("B1", customer)
    shop.order("B2", customer, status="cancelled")
    with pytest.raises(CaratError, match="Order B2 is cancelled already"):
        hand_over(shop.store, ["B1", "B2"], "anna", now)
    hand_over(shop.store, ["B1"], "anna", now)
    with pytest.raises(CaratError, match="Order B1 was handed over already"):
        hand_over(shop.store, ["B1"], "anna", now)
    take_back(shop.store, ["B1"], "anna", now)
    for name in ("B1", "B2"):
        with pytest.raises(CaratError, match=f"Nobody here has marked order {name}"):
            take_back(shop.store, [name], "anna", now)
    with pytest.raises(CaratError, match="There is no order 'B9'"):
        hand_over(shop.store, ["B1", "B9"], "anna", now)
    assert shop.rows("SELECT handed_over_at FROM document WHERE handed_over_at IS NOT NULL") == []


@pytest.mark.parametrize(
    ("status", "kind", "why"),
    [
        ("fulfilled", "order.fulfilled", "the order was handed over already"),
        ("cancelled", "order.cancelled", "the order is cancelled"),
    ],
)
def test_the_erp_says_that_it_is_over_while_a_notice_waits(
    shop: Bookshop, now: datetime, orders: tuple[int, int], status: str, kind: str, why: str
) -> None:
    for number, order in enumerate(orders):
        shop.store.write(partial(set_status, order=order, status=status))
        shop.event(kind, order, line=None)
        plan(shop.store, now)
        assert message(shop)["state"] == ("waiting", "cancelled")[number]
    assert message(shop)["reason"] == why
    assert shop.rows("SELECT count(*) AS n FROM event WHERE planned_at IS NULL") == [{"n": 0}]


def test_a_held_notice_is_stopped_too_and_comes_back_held(
    shop: Bookshop, now: datetime, orders: tuple[int, int]
) -> None:
    acts.hold(shop.store, [1], who="anna", now=now, why="to be looked at")
    hand_over(shop.store, orders, "anna", now)
    assert message(shop)["state"] == "cancelled"
    take_back(shop.store, orders, "anna", now)
    assert (message(shop)["state"], message(shop)["reason"]) == ("held", "to be looked at")


def test_a_message_by_hand_is_not_stopped(shop: Bookshop, now: datetime, orders: tuple[int, int]) -> None:
    row = {
        "key": "manual|9", "rule": "manual", "event": "manual", "channel": "email", "to_address": "e@example.org",
        "language": "de", "state": "waiting", "due_at": stamp(now), "created_at": stamp(now),
    }  # fmt: skip
    manual = shop._insert("message", row)
    shop._insert("message_document", {"message_id": manual, "document_id": orders[0]})
    hand_over(shop.store, orders, "anna", now)
    assert shop.messages()[1]["state"] == "waiting"
