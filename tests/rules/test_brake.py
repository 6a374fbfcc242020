"""The brake: a file that makes far more messages than usual waits for a person (threat I2)."""

from __future__ import annotations

from datetime import datetime

from carat_tui.rules.plan import plan
from carat_tui.store import tasks
from tests.bookshop import Bookshop


def receipts(shop: Bookshop, count: int, name: str = "orders.csv", profile: str = "orders") -> int:
    """A file with one goods receipt for each of ``count`` customers."""
    file = shop.file(name, profile=profile)
    for number in range(count):
        shop.arrived(shop.order(f"{name}-{number}", shop.customer(f"{name}-{number}", email="k@example.org")), file)
    return file


def states(shop: Bookshop) -> set[str]:
    return {message["state"] for message in shop.messages()}


def test_as_many_as_allowed_go_on(shop: Bookshop, now: datetime) -> None:
    shop.set("brake.max_at_once", "5")
    receipts(shop, 5)
    assert plan(shop.store, now).held == 0
    assert states(shop) == {"waiting"}


def test_one_more_holds_the_whole_file_and_says_so(shop: Bookshop, now: datetime) -> None:
    shop.set("brake.max_at_once", "5")
    file = receipts(shop, 6)
    planned = plan(shop.store, now)
    assert (planned.messages, planned.held, planned.files) == (6, 6, {file: 6})
    assert states(shop) == {"held"}
    reason = shop.messages()[0]["reason"]
    assert reason == (
        "orders.csv makes 6 messages at once; the limit is 5 (brake.max_at_once)."
        " Look at some of them, then `carat outbox release` or `carat outbox cancel`."
    )
    assert [task["text"] for task in tasks.open_tasks(shop.store.read())] == [reason]
    assert [row["what"] for row in shop.rows("SELECT what FROM journal WHERE subject = 'import_file'")] == ["braked"]


def test_messages_count_and_not_events(shop: Bookshop, now: datetime) -> None:
    shop.set("brake.max_at_once", "1")
    file, order = shop.file(), shop.order("B1", shop.customer("1", email="k@example.org"))
    for line in range(9):
        shop.arrived(order, file, str(line))
    assert plan(shop.store, now).held == 0


def test_far_more_than_the_feed_usually_makes(shop: Bookshop, now: datetime) -> None:
    for number in range(3):
        shop.file(f"usual-{number}.csv", messages=21)
    shop.file("silent.csv", messages=0)
    receipts(shop, 64)
    assert plan(shop.store, now).held == 64
    assert "usual are about 21, and 3 times that is the limit" in shop.messages()[0]["reason"]


def test_the_usual_number_is_taken_as_at_least_twenty(shop: Bookshop, now: datetime) -> None:
    shop.file("usual.csv", messages=1)
    receipts(shop, 60)
    assert plan(shop.store, now).held == 0


def test_other_feeds_and_new_feeds_have_no_usual_number(shop: Bookshop, now: datetime) -> None:
    shop.file("usual.csv", messages=1)
    receipts(shop, 70, "other.csv", "other")
    assert plan(shop.store, now).held == 0


def test_a_plan_that_was_broken_off_counts_together_with_its_rest(shop: Bookshop, now: datetime) -> None:
    shop.set("brake.max_at_once", "5")
    file = receipts(shop, 4)
    plan(shop.store, now)
    for number in range(2):
        shop.arrived(shop.order(f"X{number}", shop.customer(f"X{number}", email="k@example.org")), file)
    plan(shop.store, now)
    assert states(shop) == {"held"}
    assert len(shop.messages()) == 6


def test_a_held_file_does_not_slip_into_messages_that_go_out(shop: Bookshop, now: datetime) -> None:
    customer = shop.customer("1", email="k1@example.org")
    shop.arrived(shop.order("B1", customer), shop.file("good.csv"))
    plan(shop.store, now)
    shop.set("brake.max_at_once", "1")
    file = receipts(shop, 3, "wrong.csv")
    shop.arrived(shop.order("B2", customer), file)
    assert plan(shop.store, now).held == 4
    assert shop.rows("SELECT count(*) AS n FROM message_event WHERE message_id = 1") == [{"n": 1}]


def test_the_task_goes_when_nothing_of_the_file_is_held_any_more(shop: Bookshop, now: datetime) -> None:
    shop.set("brake.max_at_once", "1")
    receipts(shop, 2)
    plan(shop.store, now)
    for message_id in (1, 2):
        assert tasks.count(shop.store.read()) == {"brake": 1}
        state = "waiting" if message_id == 1 else "cancelled"
        shop.store.write(
            lambda conn, state=state, number=message_id: conn.execute(  # type: ignore[misc]
                "UPDATE message SET state = ? WHERE id = ?", (state, number)
            )
        )
        plan(shop.store, now)
    assert tasks.count(shop.store.read()) == {}
