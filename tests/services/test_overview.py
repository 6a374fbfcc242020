"""The first screen's figures: is all well, what needs a person, what went out, what goes out next."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carat_tui.compose import templates
from carat_tui.intake.take_in import take_in
from carat_tui.model.clock import Clock, stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.outbox import acts
from carat_tui.rules.plan import plan
from carat_tui.services import chores, heartbeat, quarantine
from carat_tui.services.lights import Level
from carat_tui.services.overview import Need, Overview, overview
from carat_tui.services.soundness import broken_templates
from carat_tui.store import settings, tasks
from carat_tui.store.database import Store
from tests.bookshop import Bookshop
from tests.engine.shop import Order, export


def look(store: Store, home: Home, now: datetime, *, running: bool = True) -> Overview:
    return overview(store.read(), home, now, running)


def needs(found: Overview) -> list[Need]:
    return [errand.need for errand in found.errands]


def beat(home: Home, now: datetime) -> None:
    heartbeat.beat(home, now, {})


def message(shop: Bookshop, number: int, state: str, **columns: object) -> int:
    customer = shop.customer(f"c{number}", email=f"c{number}@example.org", name=f"Kundin {number}")
    row = {
        "key": str(number), "rule": "goods_arrived", "event": "goods.received", "customer_id": customer,
        "channel": "email", "to_address": f"c{number}@example.org", "language": "de", "state": state,
        "created_at": stamp(shop.now), "due_at": stamp(shop.now), **columns,
    }  # fmt: skip
    return shop._insert("message", row)


def test_a_new_home_is_well_and_empty(store: Store, home: Home, now: datetime) -> None:
    beat(home, now)
    found = look(store, home, now)
    assert found.empty
    assert found.well
    assert found.lights.export.level == Level.OFF
    assert [route.name for route in found.lights.routes] == ["mailbox", "sms-files", "letter-folder"]


def test_an_engine_that_is_silent_or_not_there_is_told(store: Store, home: Home, now: datetime) -> None:
    beat(home, now)
    assert look(store, home, now + timedelta(seconds=30)).lights.engine.level == Level.OK
    assert look(store, home, now + timedelta(minutes=2)).lights.engine.level == Level.WARN
    assert look(store, home, now, running=False).lights.engine.level == Level.ERROR
    heartbeat.beat(home, now, {"intake": "the disk is full"})
    assert look(store, home, now).lights.engine.trouble == {"intake": "the disk is full"}
    assert look(store, home, now).lights.engine.level == Level.ERROR


def test_a_folder_that_is_gone_is_red(store: Store, home: Home, now: datetime) -> None:
    store.write(lambda conn: settings.put(conn, "intake.folder", str(home.root / "nowhere")))
    found = look(store, home, now).lights.folder
    assert (found.level, found.why) == (Level.ERROR, "missing")


def test_a_paused_route_says_why(store: Store, home: Home, now: datetime) -> None:
    acts.pause(store, "mailbox", who="test", now=now, why="the server is moved")
    route = look(store, home, now).lights.routes[0]
    assert (route.name, route.level, route.why) == ("mailbox", Level.ERROR, "the server is moved")


def test_messages_that_wait_for_a_person_stand_first(store: Store, home: Home, shop: Bookshop, now: datetime) -> None:
    for number, state in enumerate(("held", "failed", "unclear", "unclear", "sent")):
        message(shop, number, state)
    found = look(store, home, now)
    assert needs(found) == [Need.UNCLEAR, Need.FAILED, Need.HELD]
    assert [errand.number for errand in found.errands] == [2, 1, 1]
    assert not found.well


def test_messages_that_the_brake_holds_are_told_once(store: Store, home: Home, shop: Bookshop, now: datetime) -> None:
    file = shop.file()
    message(shop, 1, "held", file_id=file)
    message(shop, 2, "held", file_id=file)
    store.write(
        lambda conn: tasks.put_many(conn, stamp(now), [tasks.Task(f"brake:{file}", "brake", "2 messages at once")])
    )
    assert needs(look(store, home, now)) == [Need.BRAKE]
    message(shop, 3, "held")
    found = look(store, home, now)
    assert needs(found) == [Need.BRAKE, Need.HELD]
    assert found.errands[1].number == 1


def test_rejected_rows_by_file_and_dismissed_and_back(store: Store, home: Home, now: datetime, clock: Clock) -> None:
    orders = [Order(f"A-{n}", "501", ["Momo"], email="a@example.org") for n in range(9)]
    path = export(home.root / "watch" / "inbox" / "orders.csv", *orders, Order("", "502", ["Lalka"]))
    report = take_in(store, home, path, clock=clock)
    assert len(report.rejected) == 1
    found = look(store, home, now)
    assert needs(found) == [Need.REJECTED]
    errand = found.errands[0]
    assert (errand.number, errand.name, errand.ref) == (1, "orders.csv", report.file_id)
    assert found.lights.export.rejected == 1
    ids = chores.rows_of(store.read(), errand.ref)
    chores.done(store, ids, who="test", at=stamp(now))
    assert needs(look(store, home, now)) == []
    chores.reopen(store, ids, who="test", at=stamp(now))
    assert needs(look(store, home, now)) == [Need.REJECTED]
    with pytest.raises(CaratError):
        chores.reopen(store, ids, who="test", at=stamp(now))


def test_a_file_put_aside_goes_back_and_is_read_again(store: Store, home: Home, now: datetime, clock: Clock) -> None:
    inbox = home.root / "watch" / "inbox"
    (inbox / "orders_1.csv").write_text("this;is\nno;export\n", encoding="utf-8")
    assert take_in(store, home, inbox / "orders_1.csv", clock=clock).state == "quarantined"
    found = look(store, home, now)
    assert needs(found) == [Need.QUARANTINE]
    assert found.errands[0].text == quarantine.put_aside(home)[0].reason != ""
    export(home.quarantine / "orders_1.csv", Order("A-1", "501", ["Momo"], email="a@example.org"))
    target = quarantine.put_back(store, home, "orders_1.csv", who="test", now=now)
    assert target.parent == inbox
    assert target.name != "orders_1.csv", "the path is known as refused"
    assert take_in(store, home, target, clock=clock).state == "done"
    assert needs(look(store, home, now)) == []
    assert not list(home.quarantine.iterdir())


@pytest.mark.parametrize("name", ["", "..", "../carat.db", "nothing.csv", "a.csv.reason.txt"])
def test_only_a_file_put_aside_can_be_put_back_or_removed(store: Store, home: Home, now: datetime, name: str) -> None:
    (home.quarantine / "a.csv.reason.txt").write_text("Reason: x", encoding="utf-8")
    with pytest.raises(CaratError):
        quarantine.put_back(store, home, name, who="test", now=now)
    with pytest.raises(CaratError):
        quarantine.remove(store, home, name, who="test", now=now)
    assert home.database.exists()


def test_a_customer_without_a_way_is_an_errand(store: Store, home: Home, shop: Bookshop, now: datetime) -> None:
    customer = shop.customer("77", name="Otto")
    shop.arrived(shop.order("B-1", customer), shop.file())
    plan(store, now)
    found = look(store, home, now)
    assert needs(found) == [Need.TASK]
    assert found.errands[0].customer_id == customer


def test_today_is_the_shop_s_day_and_its_hours(store: Store, home: Home, shop: Bookshop) -> None:
    def sent(number: int, at: str) -> None:
        row = {"number": 1, "route": "mailbox", "sha256": "", "outcome": "sent", "started_at": at, "ended_at": at}
        shop._insert("attempt", {"message_id": message(shop, number, "sent"), **row})

    sent(1, "2026-03-03T22:59:59.000Z")  # 23:59 in Berlin
    sent(2, "2026-03-03T23:00:00.000Z")
    sent(3, "2026-03-04T08:30:00.000Z")
    sent(4, "2026-03-04T08:59:00.000Z")
    day = look(store, home, datetime(2026, 3, 4, 20, 0, tzinfo=UTC)).today
    assert day.total("email") == 3
    assert (day.hours["email"][0], day.hours["email"][9]) == (1, 2)
    assert day.total("sms") == 0


def test_next_is_by_time_over_written_and_unwritten(store: Store, home: Home, shop: Bookshop, now: datetime) -> None:
    at = [stamp(now + timedelta(minutes=minute)) for minute in (5, 1, 3)]
    message(shop, 1, "waiting", due_at=at[0], waits_for="merge")
    message(shop, 2, "waiting", due_at=at[1], composed=1)
    message(shop, 3, "waiting", due_at=at[2], composed=1, channel="sms", waits_for="window")
    found = look(store, home, now)
    assert [one.due_at for one in found.next] == [at[1], at[2], at[0]]
    assert [one.waits_for for one in found.next] == ["", "window", "merge"]
    assert found.lights.queue.level == Level.OK
    assert look(store, home, now + timedelta(minutes=10)).lights.queue.level == Level.WARN
    assert look(store, home, now + timedelta(minutes=30)).lights.queue.level == Level.ERROR


def test_stopped_is_told_at_the_queue(store: Store, home: Home, now: datetime) -> None:
    acts.pause(store, None, who="test", now=now, why="stock-taking")
    queue = look(store, home, now).lights.queue
    assert queue.level == Level.WARN
    assert "stock-taking" in queue.closed


def test_a_broken_template_is_found_when_its_file_changes(home: Home) -> None:
    assert broken_templates(home) == ()
    path = templates.path_of(home, "goods_arrived_one", "de", "sms")
    path.write_text("{{ nobody.knows }}", encoding="utf-8")
    found = broken_templates(home)
    assert [flaw.file for flaw in found] == ["templates/de/goods_arrived_one/sms.txt.j2"]


def test_the_look_is_quick_among_many_messages(store: Store, home: Home, shop: Bookshop, now: datetime) -> None:
    """20 ms of CPU at 50,000 messages, with room for a busy machine; one table scan would take longer."""
    import time

    customer = shop.customer("1", name="A")
    at = stamp(now)

    def job(conn: object) -> None:
        conn.executemany(  # type: ignore[attr-defined]
            "INSERT INTO message (key, rule, event, customer_id, channel, to_address, language, state, created_at,"
            " due_at, composed) VALUES (?, 'r', 'goods.received', ?, 'email', 'a', 'de', ?, ?, ?, 1)",
            ((str(n), customer, "sent" if n % 10 else "waiting", at, at) for n in range(50_000)),
        )
        conn.executemany(  # type: ignore[attr-defined]
            "INSERT INTO attempt (message_id, number, route, started_at, ended_at, outcome, sha256)"
            " VALUES (?, 1, 'mailbox', ?, ?, 'sent', '')",
            ((n + 1, "2026-03-01", "2026-03-01") for n in range(50_000)),
        )

    store.write(job)
    look(store, home, now)
    began = time.process_time()
    for _ in range(5):
        look(store, home, now)
    assert (time.process_time() - began) / 5 < 0.02


def test_the_command_line_can_do_the_same(home: Home, tmp_path: Path) -> None:
    from tests.cli.door import carat

    (home.quarantine / "odd.csv").write_text("x", encoding="utf-8")
    (home.quarantine / "odd.csv.reason.txt").write_text("When:   now\nReason: odd\n", encoding="utf-8")
    assert carat("quarantine", "list", "--json", home=home).json == [{"name": "odd.csv", "at": "now", "reason": "odd"}]
    said = carat("quarantine", "put-back", "odd.csv", "--json", home=home)
    assert json.loads(said.out)["file"] == str(home.root / "watch" / "inbox" / "odd.csv")
    assert carat("quarantine", "remove", "odd.csv", home=home).code == 2
