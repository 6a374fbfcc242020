"""Merging beside a model of it in a few lines, and two planners at once."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carat_tui.rules.plan import Planned, plan
from carat_tui.store import journal
from carat_tui.store.database import Store
from tests.bookshop import Bookshop

START = datetime.fromisoformat("2026-03-04T09:30:00+00:00")

# (customer, seconds since the intake before): several receipts with 0 seconds between them are one intake.
receipts = st.lists(st.tuples(st.integers(0, 2), st.sampled_from((0, 0, 1, 59, 60, 61, 200))), min_size=1, max_size=14)


def model(events: list[tuple[int, int]], window: int, longest: int) -> list[list[int]]:
    """Which receipts (by number) are told together: a message takes more until it is due."""
    messages: list[list[int]] = []
    collecting: dict[int, tuple[list[int], float, float]] = {}
    intakes: dict[int, list[tuple[int, int]]] = {}
    at = 0
    for number, (customer, gap) in enumerate(events):
        at += gap
        intakes.setdefault(at, []).append((number, customer))
    for at, arrived in intakes.items():
        new: dict[int, list[int]] = {}
        for number, customer in arrived:
            new.setdefault(customer, []).append(number)
        for customer, numbers in sorted(new.items()):
            message, due, latest = collecting.get(customer, ([], -1.0, -1.0))
            if at < due:
                message += numbers
                due = max(due + 0.001, min(at + window, latest))
            else:
                message, latest = list(numbers), at + longest
                due = min(at + window, latest)
                messages.append(message)
            collecting[customer] = (message, due, latest)
    return sorted(messages)


@given(receipts, st.sampled_from((60, 120)), st.sampled_from((60, 150, 900)))
@settings(max_examples=25, deadline=None)
def test_merging_does_what_the_model_says(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[int, int]], window: int, longest: int
) -> None:
    path: Path = tmp_path_factory.mktemp("merge") / "data" / "carat.db"
    with Store.create(path) as store:
        shop = Bookshop.open_new(store, START, merge__window_s=str(window), merge__max_s=str(longest))
        orders = [shop.order(f"B{n}", shop.customer(str(n), email=f"k{n}@example.org")) for n in range(3)]
        numbers: dict[int, int] = {}
        at = 0
        for number, (customer, gap) in enumerate(events):
            if gap:
                plan(store, START + timedelta(seconds=at))
            at += gap
            numbers[shop.arrived(orders[customer])] = number
        plan(store, START + timedelta(seconds=at))
        assert plan(store, START + timedelta(seconds=at)) == Planned()
        told: dict[int, list[int]] = {}
        for row in shop.rows("SELECT event_id, message_id FROM message_event ORDER BY event_id"):
            told.setdefault(row["message_id"], []).append(numbers[row["event_id"]])
        assert sorted(told.values()) == model(events, window, longest)


def test_two_planners_at_once_make_each_message_once(shop: Bookshop, now: datetime) -> None:
    """The command line may plan while the engine does: one of them finds the batch stale and starts anew."""
    shop.set("brake.max_at_once", "100000")
    file = shop.file()
    for number in range(40):
        order = shop.order(f"B{number}", shop.customer(str(number), email=f"k{number}@example.org"))
        for line in range(25):
            shop.arrived(order, file, str(line))
    begin = threading.Barrier(3)
    counts: list[int] = []

    def work() -> None:
        with Store.open(shop.store.path) as own:
            begin.wait()
            counts.append(plan(own, now).messages)

    planners = [threading.Thread(target=work) for _ in range(3)]
    for planner in planners:
        planner.start()
    for planner in planners:
        planner.join()
    assert sum(counts) == len(shop.messages()) == 40
    assert len(shop.rows("SELECT DISTINCT event_id FROM message_event WHERE message_id IS NOT NULL")) == 1000
    assert journal.verify(shop.store.read()).broken_at is None
