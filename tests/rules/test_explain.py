"""`carat explain`: why somebody did or did not get a message, in words, for every way it can end."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.rules.explain import Explanation, explain
from carat_tui.rules.plan import plan
from carat_tui.services.send import send_by_hand
from carat_tui.services.written import Written
from carat_tui.store import accounts, journal, suppressions
from carat_tui.store.settings import Mode, set_mode, set_paused
from tests.bookshop import LETTER, Bookshop


def told(shop: Bookshop, number: str, now: datetime) -> str:
    return "\n".join(explain(shop.store, number, now).lines())


def set_message(shop: Bookshop, message_id: int, **values: object) -> None:
    columns = ", ".join(f"{column} = ?" for column in values)
    shop.store.write(
        lambda conn: conn.execute(f"UPDATE message SET {columns} WHERE id = ?", (*values.values(), message_id))
    )


def one_message(shop: Bookshop, now: datetime, **customer: object) -> None:
    """A customer 10023 whose order B1 got goods, planned."""
    addresses = {"mobile": "+4915112345678"} if "mobile" not in customer else {}
    customer_id = shop.customer("10023", **{**addresses, **customer})  # type: ignore[arg-type]
    shop.arrived(shop.order("B1", customer_id), shop.file("we.csv"))
    plan(shop.store, now)


def test_the_whole_story_of_a_customer(shop: Bookshop, now: datetime) -> None:
    customer, file = shop.customer("10023", mobile="+4915112345678"), shop.file("we.csv")
    shop.arrived(shop.order("B1", customer, ("Momo",)), file)
    shop.arrived(shop.order("B2", customer, ("Krabat",)), file)
    plan(shop.store, now)
    sent = stamp(now + timedelta(seconds=130))
    set_message(shop, 1, state="sent", sent_at=sent, route="sms-files", composed=1)
    shop.store.write(
        lambda conn: conn.execute(
            "INSERT INTO attempt (message_id, number, route, started_at, ended_at, outcome, words, sha256)"
            " VALUES (1, 1, 'sms-files', ?, ?, 'sent', 'written as 0001.txt', '')",
            (sent, sent),
        )
    )
    assert explain(shop.store, "10023", now).lines() == [
        "customer 10023",
        "  2026-03-04 10:30:00  Goods of order B1 arrived: line 1, “Momo”, received 0 → 1 (file we.csv)",
        "  2026-03-04 10:30:00  Rule goods_arrived: message 1 by sms to +4915112345678"
        " (the shop's order of ways; the customer's mobile number). Not taken: email: no e-mail address",
        "  2026-03-04 10:30:00  Goods of order B2 arrived: line 1, “Krabat”, received 0 → 1 (file we.csv)",
        "  2026-03-04 10:30:00  Rule goods_arrived: told together with the others in message 1",
        "  2026-03-04 10:30:00  Message 1 collects what else arrives until 2026-03-04 10:32:00",
        "  2026-03-04 10:32:10  Message 1, attempt 1 by sms-files: sent at 10:32:10: written as 0001.txt",
        "Now:",
        "  Message 1 by sms to +4915112345678 was sent 2026-03-04 10:32 by sms-files.",
    ]


def test_as_data_with_the_numbers_of_events_and_messages(shop: Bookshop, now: datetime) -> None:
    one_message(shop, now)
    data = explain(shop.store, "B1", now).as_json()
    assert json.loads(json.dumps(data)) == data
    assert (data["number"], data["kind"], data["asked_at"]) == ("B1", "document", stamp(now))
    assert [(line["event"], line["message"]) for line in data["happened"]] == [(1, None), (1, 1), (None, 1)]  # type: ignore[index, attr-defined]


def test_a_document_and_a_message_tell_their_part(shop: Bookshop, now: datetime) -> None:
    customer, file = shop.customer("1", email="e@example.org"), shop.file()
    for number in ("B1", "B2"):
        shop.arrived(shop.order(number, customer), file)
    plan(shop.store, now)
    assert "B2" not in told(shop, "B1", now)
    assert {"B1", "B2"} <= set(told(shop, "message:1", now).replace(",", " ").split())


def test_a_number_with_two_meanings_names_the_other(shop: Bookshop, now: datetime) -> None:
    shop.order("7", shop.customer("7", email="e@example.org"))
    assert explain(shop.store, "7", now).kind == "document"
    assert "The number also belongs to: `carat explain customer:7`." in told(shop, "7", now)
    assert explain(shop.store, "customer:7", now).kind == "customer"


@pytest.mark.parametrize(
    "number", ["", "?", "message:99", "message:x", "message:" + "9" * 30, "customer:", "O'Brien", "%", "\x00"]
)
def test_an_unknown_number_is_said_so(shop: Bookshop, now: datetime, number: str) -> None:
    one_message(shop, now)
    with pytest.raises(CaratError, match="Nobody and nothing has the number"):
        explain(shop.store, number, now)


@pytest.mark.parametrize(
    ("values", "standing", "remedy"),
    [
        ({"waits_for": "retry", "reason": "451 later"}, "is tried again at 2026-03-04 10:32: 451 later.", ""),
        ({"waits_for": None, "composed": 1}, "is handed over from 2026-03-04 10:32 on.", ""),
        ({"waits_for": None}, "is to be written at 2026-03-04 10:32.", ""),
        ({"waits_for": "merge"}, "collects what else arrives and is written at 2026-03-04 10:32.", ""),
        ({"waits_for": "window"}, "waits for the hours in which SMS may be sent", ""),
        ({"state": "held", "reason": "too many."}, "is held until a person releases it: too many.", "release 1"),
        ({"state": "failed", "reason": "550 no"}, "has failed: 550 no.", "retry 1"),
        ({"state": "unclear", "reason": "cut off"}, "may or may not have been sent: cut off.", "resolve 1 --as"),
        ({"state": "cancelled", "reason": "by anna"}, "was cancelled: by anna.", ""),
        ({"state": "skipped", "reason": "closed"}, "was skipped: closed.", "carat send"),
        ({"state": "merged", "merged_into": 1}, "became part of message 1.", ""),
        ({"state": "sending"}, "is being handed over right now.", ""),
        ({"state": "delivered", "sent_at": "2026-03-04T09:40:00.000Z", "route": "x"}, "by x and has arrived.", ""),
    ],
)  # fmt: skip
def test_every_state_and_what_can_be_done(
    shop: Bookshop, now: datetime, values: dict[str, object], standing: str, remedy: str
) -> None:
    one_message(shop, now)
    set_message(shop, 1, **values)
    text = told(shop, "10023", now)
    assert standing in text
    assert remedy in text


def test_no_way_names_what_was_tried_and_what_helps(shop: Bookshop, now: datetime) -> None:
    one_message(shop, now, mobile=None, phone="+4930123456")
    text = told(shop, "10023", now)
    assert (
        "no way to the customer: email: no e-mail address; sms +4930123456: a landline: takes no SMS;"
        " letter: postal address incomplete: no name, no street, no postcode, no town" in text
    )
    assert "1 event made no message, because there is no usable way to the customer." in text
    assert "Add a usable address" in text


def test_not_wanted(shop: Bookshop, now: datetime) -> None:
    one_message(shop, now, notify_option="none")
    text = told(shop, "10023", now)
    assert "no message is wanted: option none of the customer" in text
    assert "Change the option" in text


def test_no_rule_names_the_rule_that_could_be_switched_on(shop: Bookshop, now: datetime) -> None:
    shop.event("order.created", shop.order("B1", shop.customer("1")), shop.file(), None)
    plan(shop.store, now)
    text = told(shop, "B1", now)
    assert "No rule is switched on for order.created" in text
    assert "`carat rule enable order_confirmed`" in text


def test_suppression_and_the_way_round_it(shop: Bookshop, now: datetime) -> None:
    shop.store.write(lambda conn: suppressions.put(conn, "sms", "+4915112345678", "asked us", stamp(now), "anna"))
    one_message(shop, now, **LETTER)
    assert "sms +4915112345678: suppressed since 2026-03-04: asked us" in told(shop, "10023", now)


def test_not_looked_at_yet(shop: Bookshop, now: datetime) -> None:
    shop.arrived(shop.order("B1", shop.customer("1", email="e@example.org")))
    text = told(shop, "1", now)
    assert "The rules have not looked at this yet" in text
    assert "Start the engine: `carat run`." in text


def test_a_baseline_tells_nobody(shop: Bookshop, now: datetime) -> None:
    shop.order("B1", shop.customer("1", email="e@example.org"), file_id=shop.file("first.csv", baseline=1))
    text = told(shop, "1", now)
    assert "Order B1 came in with first.csv" in text
    assert "this came in with the first file of its feed" in text
    assert "nothing has happened" in told(shop_with_quiet_order(shop), "2", now)
    shop.customer("3")
    assert "No orders and no messages are on record." in told(shop, "3", now)


def shop_with_quiet_order(shop: Bookshop) -> Bookshop:
    shop.order("B2", shop.customer("2"), file_id=shop.file("later.csv"))
    return shop


def test_acts_of_people_and_obstacles(shop: Bookshop, now: datetime) -> None:
    one_message(shop, now)
    at = stamp(now)
    shop.store.write(lambda conn: journal.write(conn, at, "anna", "released", "message", 1, {"why": "looked right"}))
    shop.store.write(lambda conn: accounts.pause(conn, "sms-files", at, "folder is gone"))
    text = told(shop, "10023", now)
    assert "Message 1: released by anna: looked right" in text
    assert "Route sms-files is paused: folder is gone." in text
    assert "This home rehearses" in text
    shop.store.write(lambda conn: set_mode(conn, Mode("redirect", "test@example.org")))
    assert "redirected to test@example.org" in told(shop, "10023", now)
    shop.store.write(lambda conn: set_mode(conn, Mode("paused")))
    assert "Sending is paused" in told(shop, "10023", now)
    shop.store.write(lambda conn: set_paused(conn, "the letterhead is wrong"))
    assert "All sending is paused: the letterhead is wrong." in told(shop, "10023", now)


def test_foreign_text_is_shown_and_not_obeyed(shop: Bookshop, now: datetime) -> None:
    customer = shop.customer("1", email="e@example.org")
    shop.arrived(shop.order("B1", customer, ("\x1b[2J[b]x[/b]{{7*7}}{document}",)), shop.file("\x1b]0;x\x07.csv"))
    plan(shop.store, now)
    text = told(shop, "1", now)
    assert "\x1b" not in text
    assert "\\x1b[2J[b]x[/b]{{7*7}}{document}" in text


def test_a_long_story_is_cut_and_says_so(shop: Bookshop, now: datetime) -> None:
    order, file = shop.order("B1", shop.customer("1", email="e@example.org")), shop.file()
    rows = [(f"k{n}", order, stamp(now), file) for n in range(250)]
    shop.store.write(
        lambda conn: conn.executemany(
            "INSERT INTO event (dedupe_key, kind, document_id, customer_id, detected_at, file_id)"
            " VALUES (?, 'goods.received', ?, 1, ?, ?)",
            rows,
        )
    )
    plan(shop.store, now)
    found: Explanation = explain(shop.store, "1", now)
    assert found.happened[0].text == "(50 older events are left out)"
    assert len(found.happened) == 402


def test_windows_and_merging_are_told(shop: Bookshop, now: datetime) -> None:
    order = shop.order("B1", shop.customer("1", mobile="+4915112345678"))
    evening = now.replace(hour=18, minute=55)  # 19:55 in Berlin
    for minute in (0, 1, 4):
        shop.arrived(order, shop.file(f"{minute}.csv"))
        plan(shop.store, evening + timedelta(minutes=minute))
    text = told(shop, "1", now)
    assert "19:55:00  Message 1 collects what else arrives until 2026-03-04 19:57:00" in text
    assert "19:56:00  Message 1 collects what else arrives until 2026-03-04 19:58:00" in text
    assert "19:59:00  Message 2 waits until 2026-03-05 08:00:00, when SMS may be sent again" in text


def test_a_rule_that_is_off_is_no_news_to_somebody_who_was_told(shop: Bookshop, now: datetime) -> None:
    one_message(shop, now)
    shop.event("order.ready", 1, 1, None)
    plan(shop.store, now)
    text = told(shop, "10023", now)
    assert "All goods of order B1 are there" in text
    assert ". No rule is switched on for order.ready" in text
    assert "carat rule enable" not in text


def test_a_message_by_hand_names_who_wrote_it(shop: Bookshop, now: datetime) -> None:
    shop.order("B1", shop.customer("1", mobile="+4915112345678"))
    home = Home(shop.store.path.parents[1])
    send_by_hand(shop.store, home, Written("sms", "Hallo", orders=("B1",)), "anna", now)
    assert "Message 1 by sms to +4915112345678: written by hand by anna" in told(shop, "B1", now)


def test_the_brake_is_told(shop: Bookshop, now: datetime) -> None:
    shop.set("brake.max_at_once", "1")
    file = shop.file("full.csv")
    for number in ("1", "2"):
        shop.arrived(shop.order(f"B{number}", shop.customer(number, email="e@example.org")), file)
    plan(shop.store, now)
    text = told(shop, "customer:1", now)
    assert "Message 1 is held: its file makes more messages than usual" in text
    assert "is held until a person releases it: full.csv makes 2 messages at once; the limit is 1" in text
    assert "`carat outbox release 1`" in text
