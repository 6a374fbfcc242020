"""Open events become messages: merged, once for ever, never silently none."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from carat_tui.model.clock import stamp
from carat_tui.model.home import Home
from carat_tui.rules.plan import Planned, plan
from carat_tui.services.send import send_by_hand
from carat_tui.services.written import Written
from carat_tui.store import journal, rules, suppressions, tasks
from tests.bookshop import LETTER, Bookshop


def after(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


def test_three_receipts_of_one_customer_and_one_of_another_make_two_messages(shop: Bookshop, now: datetime) -> None:
    file = shop.file()
    erika, max_ = shop.customer("1", email="erika@example.org"), shop.customer("2", mobile="+4915112345678")
    first, second = shop.order("B1", erika, ("Momo", "Krabat")), shop.order("B2", erika)
    for document, line in ((first, "1"), (first, "2"), (second, "1")):
        shop.arrived(document, file, line)
    shop.arrived(shop.order("B3", max_), file)

    planned = plan(shop.store, now)

    assert planned == Planned(events=4, messages=2, files={file: 2})
    mail, sms = shop.messages()
    assert (mail["channel"], mail["to_address"], mail["state"], mail["composed"]) == (
        "email", "erika@example.org", "waiting", 0,
    )  # fmt: skip
    assert (mail["waits_for"], mail["due_at"], mail["latest_at"]) == (
        "merge",
        stamp(after(now, 120)),
        stamp(after(now, 900)),
    )
    assert (mail["rule"], mail["event"], mail["template"], mail["language"]) == (
        "goods_arrived", "goods.received", "goods_arrived", "de",
    )  # fmt: skip
    assert sms["channel"] == "sms"
    links = shop.rows("SELECT message_id, document_id FROM message_document ORDER BY 1, 2")
    assert [tuple(row.values()) for row in links] == [(1, first), (1, second), (2, 3)]
    assert len(shop.rows("SELECT * FROM message_event WHERE message_id = 1")) == 3


def test_planning_again_makes_nothing(shop: Bookshop, now: datetime) -> None:
    shop.arrived(shop.order("B1", shop.customer("1", email="erika@example.org")), shop.file())
    plan(shop.store, now)
    before = shop.messages()
    assert plan(shop.store, after(now, 1)) == Planned()
    assert shop.messages() == before


def test_the_key_names_rule_event_recipient_channel_version(shop: Bookshop, now: datetime) -> None:
    shop.arrived(shop.order("B1", shop.customer("10023", email="erika@example.org")), shop.file())
    plan(shop.store, now)
    assert shop.messages()[0]["key"] == "goods_arrived|goods.received:erp:B1:1:1|10023|email|v1"


def test_a_late_joiner_moves_the_end_of_the_window(shop: Bookshop, now: datetime) -> None:
    order = shop.order("B1", shop.customer("1", email="erika@example.org"), ("Momo", "Krabat"))
    shop.arrived(order, shop.file("a.csv"))
    plan(shop.store, now)
    shop.arrived(order, shop.file("b.csv"), "2")
    planned = plan(shop.store, after(now, 60))
    assert (planned.messages, planned.joined) == (0, 1)
    (message,) = shop.messages()
    assert message["due_at"] == stamp(after(now, 180))


def test_joining_ends_at_the_longest_merge(shop: Bookshop, now: datetime) -> None:
    order = shop.order("B1", shop.customer("1", email="erika@example.org"))
    for second in range(0, 900, 100):
        shop.arrived(order, shop.file(f"{second}.csv"))
        plan(shop.store, after(now, second))
    (message,) = shop.messages()
    assert message["latest_at"] == stamp(after(now, 900))
    assert message["latest_at"] <= message["due_at"] <= stamp(after(now, 900.002))


def test_a_join_always_moves_the_time_so_that_a_writer_notices(shop: Bookshop, now: datetime) -> None:
    order = shop.order("B1", shop.customer("1", email="erika@example.org"))
    times = set()
    for name in ("a.csv", "b.csv", "c.csv"):
        shop.arrived(order, shop.file(name))
        plan(shop.store, now)
        times.add(shop.messages()[0]["due_at"])
    assert len(times) == 3


def test_after_the_window_a_new_message_begins(shop: Bookshop, now: datetime) -> None:
    order = shop.order("B1", shop.customer("1", email="erika@example.org"))
    shop.arrived(order, shop.file("a.csv"))
    plan(shop.store, now)
    shop.arrived(order, shop.file("b.csv"))
    plan(shop.store, after(now, 120))
    assert len(shop.messages()) == 2


@pytest.mark.parametrize(
    "change", ["composed = 1", "state = 'cancelled'", "state = 'held'", "to_address = 'other@example.org'"]
)
def test_a_message_that_is_written_or_stopped_or_for_another_address_takes_no_more(
    shop: Bookshop, now: datetime, change: str
) -> None:
    order = shop.order("B1", shop.customer("1", email="erika@example.org"))
    shop.arrived(order, shop.file("a.csv"))
    plan(shop.store, now)
    shop.store.write(lambda conn: conn.execute(f"UPDATE message SET {change}"))
    shop.arrived(order, shop.file("b.csv"))
    plan(shop.store, after(now, 10))
    assert len(shop.messages()) == 2


def test_with_a_window_of_zero_each_intake_is_its_own(shop: Bookshop, now: datetime) -> None:
    shop.set("merge.window_s", "0")
    order = shop.order("B1", shop.customer("1", email="erika@example.org"), ("Momo", "Krabat"))
    for name in ("a.csv", "b.csv"):
        file = shop.file(name)
        shop.arrived(order, file, "1")
        shop.arrived(order, file, "2")
    plan(shop.store, now)
    messages = shop.messages()
    assert [(m["due_at"], m["waits_for"]) for m in messages] == [(stamp(now), None)] * 2
    counts = shop.rows("SELECT count(*) AS n FROM message_event GROUP BY message_id")
    assert [row["n"] for row in counts] == [2, 2]


def test_orders_with_addresses_of_their_own_are_told_apart(shop: Bookshop, now: datetime) -> None:
    customer, file = shop.customer("1", email="erika@example.org"), shop.file()
    shop.arrived(shop.order("B1", customer), file)
    shop.arrived(shop.order("B2", customer, contact_email="buero@example.org"), file)
    shop.arrived(shop.order("B3", customer, notify_option="sms", contact_phone="+4915112345678"), file)
    plan(shop.store, now)
    assert [(m["channel"], m["to_address"]) for m in shop.messages()] == [
        ("email", "erika@example.org"),
        ("email", "buero@example.org"),
        ("sms", "+4915112345678"),
    ]


def test_a_web_shop_pickup_order_gets_mail_whatever_the_option(shop: Bookshop, now: datetime) -> None:
    customer = shop.customer("1", email="erika@example.org", mobile="+4915112345678", notify_option="none")
    shop.arrived(shop.order("B1", customer, web=1, pickup=1, notify_option="sms"), shop.file())
    shop.arrived(shop.order("B2", customer, web=0, pickup=1, notify_option="sms"), shop.file())
    plan(shop.store, now)
    assert [m["channel"] for m in shop.messages()] == ["email", "sms"]


def test_not_wanted_is_kept_and_can_be_explained(shop: Bookshop, now: datetime) -> None:
    event = shop.arrived(shop.order("B1", shop.customer("1", email="e@example.org", notify_option="none")), shop.file())
    planned = plan(shop.store, now)
    assert (planned.messages, planned.not_wanted) == (0, 1)
    assert shop.rows("SELECT outcome FROM event")[0]["outcome"] == "not wanted"
    assert shop.trail(event)[0]["why"] == "option none of the customer"
    assert tasks.count(shop.store.read()) == {}


def test_no_way_is_a_task_and_a_line_of_the_journal(shop: Bookshop, now: datetime) -> None:
    customer, file = shop.customer("10023", phone="+4930123456", name="Erika Muster", street="Weg 1"), shop.file()
    for number in ("B1", "B2"):
        shop.arrived(shop.order(number, customer), file)
    planned = plan(shop.store, now)
    assert (planned.messages, planned.no_way) == (0, 2)
    (task,) = tasks.open_tasks(shop.store.read())
    assert task["kind"] == "no_way"
    assert task["text"] == (
        "Customer 10023 (Erika Muster) cannot be told (goods_arrived, B1, B2): email: no e-mail address;"
        " sms +4930123456: a landline: takes no SMS; letter Erika Muster, Weg 1: postal address incomplete:"
        " no postcode, no town. Tell them yourself, or add an address and use `carat send`."
    )
    assert [row["what"] for row in shop.rows("SELECT what FROM journal")] == ["no way", "no way"]
    assert {row["outcome"] for row in shop.rows("SELECT outcome FROM event")} == {"no way"}


def test_a_task_that_was_done_is_opened_again(shop: Bookshop, now: datetime) -> None:
    order = shop.order("B1", shop.customer("1"))
    shop.arrived(order, shop.file())
    plan(shop.store, now)
    (task,) = tasks.open_tasks(shop.store.read())
    shop.store.write(lambda conn: tasks.finish(conn, task["id"], stamp(now)))
    shop.arrived(order, shop.file("b.csv"))
    plan(shop.store, after(now, 60))
    (again,) = tasks.open_tasks(shop.store.read())
    assert (again["id"], again["created_at"]) == (task["id"], stamp(after(now, 60)))


def test_suppressed_addresses_get_nothing(shop: Bookshop, now: datetime) -> None:
    customer = shop.customer("1", email="erika@example.org", **LETTER)
    shop.store.write(
        lambda conn: suppressions.put(conn, "email", "Erika@example.org", "asked us to", stamp(now), "anna")
    )
    shop.arrived(shop.order("B1", customer), shop.file())
    plan(shop.store, now)
    (message,) = shop.messages()
    assert (message["channel"], message["to_address"]) == ("letter", "Erika Muster, Weg 1, 70173 Stuttgart")


def test_events_without_a_rule_are_closed_together(shop: Bookshop, now: datetime) -> None:
    order, file = shop.order("B1", shop.customer("1", email="e@example.org")), shop.file()
    for kind in ("order.created", "line.delayed", "order.fulfilled"):
        shop.event(kind, order, file)
    shop.arrived(order, file)
    planned = plan(shop.store, now)
    assert (planned.events, planned.messages, planned.no_rule) == (4, 1, 3)
    assert {row["outcome"] for row in shop.rows("SELECT outcome FROM event WHERE kind <> 'goods.received'")} == {
        "no rule"
    }


def test_rules_that_do_not_merge_write_one_message_an_event(shop: Bookshop, now: datetime) -> None:
    shop.store.write(lambda conn: rules.switch(conn, "order_confirmed", True, stamp(now), "anna"))
    customer, file = shop.customer("1", email="e@example.org"), shop.file()
    for number in ("B1", "B2"):
        shop.event("order.created", shop.order(number, customer), file, None)
    plan(shop.store, now)
    assert [(m["event"], m["due_at"], m["waits_for"]) for m in shop.messages()] == [
        ("order.created", stamp(now), None)
    ] * 2


def test_a_rule_can_wait_and_have_ways_of_its_own(shop: Bookshop, now: datetime) -> None:
    shop.store.write(
        lambda conn: conn.execute("UPDATE rule SET delay_s = 3600, channels = 'letter' WHERE name = 'goods_arrived'")
    )
    shop.arrived(shop.order("B1", shop.customer("1", email="e@example.org", **LETTER)), shop.file())
    plan(shop.store, now)
    (message,) = shop.messages()
    assert (message["channel"], message["waits_for"], message["due_at"]) == ("letter", "delay", stamp(after(now, 3600)))


def test_two_rules_for_one_event_make_two_messages(shop: Bookshop, now: datetime) -> None:
    shop.store.write(
        lambda conn: conn.execute(
            "INSERT INTO rule (name, event, template, enabled, merge, channels)"
            " VALUES ('copy', 'goods.received', 'goods_arrived', 1, 1, 'sms')"
        )
    )
    event = shop.arrived(shop.order("B1", shop.customer("1", email="e@example.org")), shop.file())
    planned = plan(shop.store, now)
    assert (planned.messages, planned.no_way) == (1, 1)
    kept = shop.rows("SELECT rule, message_id FROM message_event WHERE event_id = ? ORDER BY rule", event)
    assert [tuple(row.values()) for row in kept] == [("copy", None), ("goods_arrived", 1)]
    assert shop.rows("SELECT outcome FROM event")[0]["outcome"] == "message"


@pytest.mark.parametrize(
    ("spoken", "written"), [("pl", "pl"), ("PL-pl", "pl"), ("fr", "de"), (None, "de"), ("sk", "sk")]
)
def test_language_of_the_customer_or_the_shop(shop: Bookshop, now: datetime, spoken: str | None, written: str) -> None:
    shop.arrived(shop.order("B1", shop.customer("1", email="e@example.org", language=spoken)), shop.file())
    plan(shop.store, now)
    assert shop.messages()[0]["language"] == written


def test_an_order_without_a_customer_uses_its_own_address(shop: Bookshop, now: datetime) -> None:
    file = shop.file()
    shop.arrived(shop.order("B1", None, contact_email="gast@example.org"), file)
    shop.arrived(shop.order("B2", None), file)
    planned = plan(shop.store, now)
    assert (planned.messages, planned.no_way) == (1, 1)
    assert shop.messages()[0]["to_address"] == "gast@example.org"


def test_an_sms_at_night_waits_for_the_window_and_collects_until_then(shop: Bookshop, now: datetime) -> None:
    order = shop.order("B1", shop.customer("1", mobile="+4915112345678"), ("Momo", "Krabat"))
    evening = now.replace(hour=18, minute=59, second=30)  # 19:59:30 in Berlin
    shop.arrived(order, shop.file("a.csv"))
    plan(shop.store, evening)
    (message,) = shop.messages()
    assert (message["waits_for"], message["due_at"]) == ("window", stamp(now.replace(day=5, hour=7, minute=0)))
    shop.arrived(order, shop.file("b.csv"), "2")
    assert plan(shop.store, evening + timedelta(hours=11)).joined == 1
    assert shop.messages()[0]["due_at"] == stamp(now.replace(day=5, hour=7, minute=0) + timedelta(milliseconds=1))
    assert shop.messages()[0]["waits_for"] == "window"


def test_an_sms_of_saturday_evening_waits_for_monday(shop: Bookshop, now: datetime) -> None:
    shop.arrived(shop.order("B1", shop.customer("1", mobile="+4915112345678")), shop.file())
    plan(shop.store, datetime.fromisoformat("2026-03-07T20:15:00+01:00"))
    assert shop.messages()[0]["due_at"] == "2026-03-09T07:00:00.000Z"


def test_mail_and_letters_know_no_night(shop: Bookshop, now: datetime) -> None:
    night = now.replace(hour=2)
    shop.arrived(shop.order("B1", shop.customer("1", email="e@example.org")), shop.file())
    plan(shop.store, night)
    assert shop.messages()[0]["due_at"] == stamp(after(night, 120))


def test_the_journal_is_whole_and_holds_no_address(shop: Bookshop, now: datetime) -> None:
    file = shop.file()
    shop.arrived(shop.order("B1", shop.customer("1", email="erika@example.org")), file)
    shop.arrived(shop.order("B2", shop.customer("2")), file)
    plan(shop.store, now)
    assert journal.verify(shop.store.read()).broken_at is None
    entries = shop.rows("SELECT what, detail FROM journal ORDER BY id")
    assert [entry["what"] for entry in entries] == ["planned", "no way"]
    assert "erika" not in "".join(entry["detail"] for entry in entries)


def test_customers_of_a_big_file_are_never_cut_in_two(shop: Bookshop, now: datetime) -> None:
    """More events than a batch holds, a customer's receipts far apart, a window of 0: still one message each."""
    shop.set("merge.window_s", "0")
    shop.set("brake.max_at_once", "100000")
    file = shop.file()
    orders = [shop.order(f"B{n}", shop.customer(str(n), email=f"k{n}@example.org")) for n in range(300)]

    def receipts(conn) -> None:  # type: ignore[no-untyped-def]
        for line in range(4):
            conn.executemany(
                "INSERT INTO event (dedupe_key, kind, document_id, line_key, customer_id, detected_at, file_id)"
                " VALUES (?, 'goods.received', ?, ?, ?, ?, ?)",
                [(f"{order}:{line}", order, str(line), order, stamp(now), file) for order in orders],
            )

    shop.store.write(receipts)
    assert plan(shop.store, now).messages == 300
    counts = shop.rows("SELECT DISTINCT count(*) AS n FROM message_event GROUP BY message_id")
    assert [row["n"] for row in counts] == [4]


@pytest.mark.parametrize("about", ["customer", "order"])
def test_a_task_is_settled_once_somebody_wrote_by_hand(shop: Bookshop, now: datetime, about: str) -> None:
    customer = shop.customer("1", phone="+4930123456") if about == "customer" else None
    order = shop.order("B1", customer)
    shop.arrived(order, shop.file())
    plan(shop.store, now)
    home = Home(shop.store.path.parents[1])
    written = Written("email", "Ihr Buch ist da.", to="neu@example.org", orders=("B1",))
    send_by_hand(shop.store, home, written, "anna", after(now, 60))
    plan(shop.store, after(now, 61))
    assert tasks.count(shop.store.read()) == {"no_way": 1}
    at = stamp(after(now, 70))
    shop.store.write(lambda conn: conn.execute("UPDATE message SET state = 'sent', sent_at = ?", (at,)))
    plan(shop.store, after(now, 80))
    assert tasks.count(shop.store.read()) == {}
    assert shop.rows("SELECT what FROM journal ORDER BY id DESC LIMIT 1") == [{"what": "task settled"}]


def test_an_automatic_message_does_not_settle_what_was_never_told(shop: Bookshop, now: datetime) -> None:
    customer = shop.customer("1")
    shop.arrived(shop.order("B1", customer), shop.file("a.csv"))
    plan(shop.store, now)
    shop.contact(customer, "email", "neu@example.org")
    shop.arrived(shop.order("B2", customer), shop.file("b.csv"))
    plan(shop.store, after(now, 60))
    shop.store.write(
        lambda conn: conn.execute("UPDATE message SET state = 'sent', sent_at = ?", (stamp(after(now, 70)),))
    )
    plan(shop.store, after(now, 80))
    assert tasks.count(shop.store.read()) == {"no_way": 1}


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"pickup": 0}, "not picked up"),
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "fulfilled"}, "handed over"),
    ],
)
def test_nobody_is_called_to_the_shop_in_vain(
    shop: Bookshop, now: datetime, columns: dict[str, object], why: str
) -> None:
    event = shop.arrived(shop.order("B1", shop.customer("1", email="erika@example.org"), **columns), shop.file())
    planned = plan(shop.store, now)
    assert (planned.messages, planned.not_wanted) == (0, 1)
    (step,) = shop.trail(event)
    assert why in step["why"]
