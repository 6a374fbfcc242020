"""Channel priorities: a move is thought of, foretold, made, undone; the next message takes the other way."""

from __future__ import annotations

from datetime import datetime, timedelta

from carat_tui.cockpit.app import Cockpit
from carat_tui.cockpit.screens.priorities import Priorities
from carat_tui.cockpit.widgets.rows import Rows
from carat_tui.cockpit.words import Plain
from carat_tui.engine import Engine
from carat_tui.model.clock import fixed_clock
from carat_tui.model.home import Home
from carat_tui.services import wishes
from carat_tui.store import rules, settings
from carat_tui.store.database import Store
from tests.bookshop import Bookshop
from tests.cockpit.conftest import AFTER, OpenCockpit, wait_until
from tests.engine.shop import Order, export

SIZE = (100, 30)


def page(app: Cockpit) -> Priorities:
    return app.screen_stack[0].query_one(Priorities)


def order_in_store(app: Cockpit) -> str:
    return settings.get(app.store.read(), "channels.priority")


def brings(app: Cockpit) -> str:
    return str(page(app).query_one("#brings", Plain).render())


def shown_order(app: Cockpit) -> tuple[str, ...]:
    return page(app)._ways.order


async def test_a_move_is_foretold_made_and_undone(cockpit: OpenCockpit) -> None:
    app = cockpit(area="priorities")
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: "cannot be reached" in brings(app))
        await pilot.press("down", "plus")
        assert shown_order(app) == ("sms", "email", "letter")
        assert "4 customers: SMS instead of e-mail." in brings(app)
        assert order_in_store(app) == "email,sms,letter", "only thought of"
        await pilot.press("escape")
        assert shown_order(app) == ("email", "sms", "letter")
        await pilot.press("plus", "enter")
        await wait_until(pilot, lambda: order_in_store(app) == "sms,email,letter")
        row = app.store.read().execute("SELECT who, what, detail FROM journal ORDER BY id DESC").fetchone()
        assert tuple(row)[:2] == ("staff", "changed setting")
        await wait_until(pilot, lambda: not page(app).why_not("undo"))
        await pilot.press("u")
        await wait_until(pilot, lambda: order_in_store(app) == "email,sms,letter")


async def test_the_next_message_takes_the_other_way(cockpit: OpenCockpit, demo_home: Home) -> None:
    first, second = two_orders(demo_home, ())
    app = cockpit(area="priorities")
    async with app.run_test(size=SIZE) as pilot:
        work(app, AFTER)
        two_orders(demo_home, (first,))
        work(app, AFTER + timedelta(minutes=10), AFTER + timedelta(minutes=13))
        assert last_message(app) == ("email", "sent")
        await wait_until(pilot, lambda: "cannot be reached" in brings(app))
        await pilot.press("down", "plus", "enter")
        await wait_until(pilot, lambda: order_in_store(app) == "sms,email,letter")
        two_orders(demo_home, (first, second))
        work(app, AFTER + timedelta(minutes=20), AFTER + timedelta(minutes=23))
        assert last_message(app) == ("sms", "sent")
        assert len(list((demo_home.data / "sms").glob("*.txt"))) == 4, "three of the demo's and this one"


def two_orders(home: Home, received: tuple[str, ...]) -> tuple[str, str]:
    """An export with two orders of a customer whom either way reaches; those in ``received`` have come."""
    orders = [
        Order(number, "900", [number], set(received), "neun@example.org", "0171 3920099") for number in ("T-1", "T-2")
    ]
    inbox = home.root / "watch" / "inbox"
    export(inbox / f"orders_{len(list(inbox.iterdir()))}.csv", *orders)
    return "T-1", "T-2"


def work(app: Cockpit, *moments: datetime) -> None:
    for moment in moments:
        with Engine(app.home, app.store, fixed_clock(moment)) as engine:
            engine.run_once()


def last_message(app: Cockpit) -> tuple[str, str]:
    row = (
        app.store.read()
        .execute(
            "SELECT m.channel, m.state FROM message m JOIN customer c ON c.id = m.customer_id"
            " WHERE c.customer_no = '900' ORDER BY m.id DESC"
        )
        .fetchone()
    )
    return row["channel"], row["state"]


async def test_a_way_is_left_out_but_never_the_last(cockpit: OpenCockpit) -> None:
    app = cockpit(area="priorities")
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: "cannot be reached" in brings(app))
        await pilot.press("end", "o")
        await wait_until(pilot, lambda: shown_order(app) == ("email", "sms"))
        await pilot.press("enter")
        await wait_until(pilot, lambda: order_in_store(app) == "email,sms")
        await pilot.press("home", "down", "o", "enter")
        await wait_until(pilot, lambda: order_in_store(app) == "email")
        await pilot.press("home", "o")
        await wait_until(pilot, lambda: len(app.screen_stack) == 2)
        assert order_in_store(app) == "email"
        await pilot.press("enter")


async def test_a_notice_gets_an_order_of_its_own_and_is_switched(cockpit: OpenCockpit) -> None:
    app = cockpit(area="priorities")
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: "cannot be reached" in brings(app))
        page(app).query_one("#rules", Rows).focus()
        await pilot.press("enter")
        await wait_until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.press("down", "down", "enter")
        await wait_until(pilot, lambda: rules.find(app.store.read(), "goods_arrived").channels == ("sms",))
        row = app.store.read().execute("SELECT what, detail FROM journal ORDER BY id DESC").fetchone()
        assert row["what"] == "changed rule"
        await pilot.press("down", "o")
        await wait_until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.press("y")
        await wait_until(pilot, lambda: rules.find(app.store.read(), "order_confirmed").enabled)


async def test_customers_with_a_wish_say_where_it_comes_from(cockpit: OpenCockpit, demo_home: Home) -> None:
    with Store.open(demo_home.database) as store:
        Bookshop(store, AFTER).customer("7001", name="[b]Ada\x1b]0;x\x07", notify_option="sms")
        wishes.set_channels(store, "10001", "letter,email", "karin", AFTER)
    app = cockpit(area="priorities")
    went: list[tuple[str, object]] = []
    app.go = lambda area, target=None: went.append((area, target))  # type: ignore[method-assign]
    async with app.run_test(size=SIZE) as pilot:
        own = page(app).query_one("#own", Rows)
        await wait_until(pilot, lambda: own.total == 2)
        cells = own.source.cells(app.store.read(), list(own._picks.ids)).values()
        berger, ada = sorted(cells, key=lambda row: row[0])
        assert berger[2] == ("only letter, e-mail", "")
        assert berger[3] == ("karin, 09:40", "muted")
        assert ada[2] == ("SMS first", "")
        assert ada[3] == ("the export", "muted")
        own.focus()
        await pilot.press("home", "enter")
        await wait_until(pilot, lambda: went)
        number = "SELECT id FROM customer WHERE customer_no = '10001'"
        assert went == [("customers", app.store.read().execute(number).fetchone()[0])]


async def test_another_cockpit_s_move_is_seen(cockpit: OpenCockpit, demo_home: Home) -> None:
    app = cockpit(area="priorities")
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: shown_order(app) == ("email", "sms", "letter"))
        with Store.open(demo_home.database) as other:
            other.write(lambda conn: settings.put(conn, "channels.priority", "letter"))
        await wait_until(pilot, lambda: shown_order(app) == ("letter",))
