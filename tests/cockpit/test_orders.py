"""The order book through the keys: filter and search, the card, collected and taken back, the wish; the store tells."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from carat_tui.cockpit.app import Cockpit
from carat_tui.cockpit.dialogs import Choose, Confirm
from carat_tui.cockpit.screens.customers import Customers
from carat_tui.cockpit.screens.explain import Explain
from carat_tui.cockpit.screens.orders import Orders
from carat_tui.cockpit.screens.orders_detail import OrderDetail
from carat_tui.cockpit.screens.orders_sheet import OrderSheet
from carat_tui.cockpit.screens.send import Send
from carat_tui.cockpit.widgets.card import Card
from carat_tui.cockpit.widgets.rows import Rows
from carat_tui.cockpit.words import Plain
from carat_tui.engine import Engine
from carat_tui.model.clock import fixed_clock, stamp
from carat_tui.model.home import Home
from carat_tui.rules.plan import plan
from carat_tui.store import order_list
from carat_tui.store.database import Store
from carat_tui.store.order_list import OrderFilter
from tests.cockpit.conftest import AFTER, OpenCockpit, wait_until

WIDE, NARROW = (120, 40), (80, 24)


def area(app: Cockpit) -> Orders:
    assert isinstance(app.area, Orders)
    return app.area


def one(app: Cockpit, sql: str, *values: object) -> Any:
    return app.store.read().execute(sql, values).fetchone()[0]


def shown(app: Cockpit) -> int:
    """The order whose card is shown."""
    order = area(app).order
    return order.id if order else 0


async def to_order(app: Cockpit, pilot: Pilot[None], number: str) -> int:
    """Put the cursor on an order and wait for its card."""
    order_id = int(one(app, "SELECT id FROM document WHERE number = ?", number))
    await wait_until(pilot, lambda: area(app).rows.total)
    area(app).rows.move_to(order_id)
    await wait_until(pilot, lambda: shown(app) == order_id)
    return order_id


def has(rows: Rows, total: int) -> bool:
    return rows.total == total


def card(app: Cockpit) -> str:
    return str(app.screen.query_one(OrderDetail).query_one(Card).render())


def receive(home: Home, number: str) -> int:
    """Goods of an order's lines come in once more; returns the message that the rules make of it."""
    with Store.open(home.database) as store:
        document, customer = (
            store.read().execute("SELECT id, customer_id FROM document WHERE number = ?", (number,)).fetchone()
        )
        store.write(
            lambda conn: conn.execute(
                "INSERT INTO event (dedupe_key, kind, document_id, line_key, customer_id, detected_at)"
                " SELECT 'again:' || line_key, 'goods.received', ?1, line_key, ?2, ?3 FROM document_line"
                " WHERE document_id = ?1",
                (document, customer, stamp(AFTER)),
            )
        )
        plan(store, AFTER)
        return int(store.read().execute("SELECT max(id) FROM message").fetchone()[0])


async def test_filters_by_key_and_search_while_typing(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders")
    async with app.run_test(size=NARROW) as pilot:
        rows = area(app).rows
        await wait_until(pilot, lambda: rows.total == 15)
        await pilot.press("right")
        await wait_until(pilot, lambda: rows.total == 2)  # to be told: one without a way, one who wants no notice
        await pilot.press("left", "left")
        await wait_until(pilot, lambda: rows.total == 16)
        await pilot.press("slash")
        for typed, found in (("lalka", 1), ("anna berg", 2), ("B26-10030", 1), ("9783161484117", 2)):
            await pilot.press(*(key if key != " " else "space" for key in typed))
            await wait_until(pilot, partial(has, rows, found))
            await pilot.press("escape")
            await wait_until(pilot, lambda: rows.total == 16)
        await pilot.press(*"xyzzy")
        await wait_until(pilot, lambda: rows.total == 0)
        await pilot.press("escape", "escape")
        assert rows.has_focus
        assert app.screen.query_one(Input).value == ""


async def test_the_card_tells_of_the_order(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders")
    async with app.run_test(size=WIDE) as pilot:
        await to_order(app, pilot, "B26-10021")
        await wait_until(pilot, lambda: "Anna Berger" in card(app))
        for words in ("B26-10021", "10001", "Der Zauberberg", "✓ 1/1", "○ 0/1", "09:38", "Message 1 by email"):
            assert words in " ".join(card(app).split()), words
        about = area(app).query_one("#about", Rows)
        await wait_until(pilot, partial(has, about, 1))
        about.focus()
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.area is not None and app.area.area_id == "outbox")


async def test_a_page_of_its_own_where_it_is_narrow(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders")
    async with app.run_test(size=NARROW) as pilot:
        await to_order(app, pilot, "B26-10023")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, OrderSheet) and "Karl Lehmann" in card(app))
        await pilot.press("x")
        await wait_until(pilot, lambda: isinstance(app.screen, Explain))
        await pilot.press("escape", "escape")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)
        assert area(app).rows.current == one(app, "SELECT id FROM document WHERE number = 'B26-10023'")


async def test_collected_stops_the_waiting_notice_and_is_taken_back(cockpit: OpenCockpit, demo_home: Home) -> None:
    message = receive(demo_home, "B26-10022")
    app = cockpit(area="orders")
    state = "SELECT state FROM message WHERE id = ?"
    async with app.run_test(size=WIDE) as pilot:
        assert one(app, state, message) == "waiting"
        order = await to_order(app, pilot, "B26-10022")
        await pilot.press("c")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("n")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)
        assert one(app, state, message) == "waiting"
        await pilot.press("c")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: one(app, state, message) == "cancelled")
        assert one(app, "SELECT handed_over_at FROM document WHERE id = ?", order) == stamp(AFTER)
        await wait_until(pilot, lambda: order not in area(app).rows.chosen())  # it is not open any more
        await wait_until(pilot, lambda: shown(app) not in (0, order))
        await pilot.press("u")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: one(app, state, message) == "waiting")
        assert one(app, "SELECT handed_over_at FROM document WHERE id = ?", order) is None
    with Engine(demo_home, app.store, fixed_clock(AFTER + timedelta(minutes=5))) as engine:
        engine.run_once()
    assert one(app, state, message) == "sent"


async def test_what_is_missing_is_asked_about(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders")
    async with app.run_test(size=NARROW) as pilot:
        order = await to_order(app, pilot, "B26-10021")
        await pilot.press("c")
        await wait_until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: one(app, "SELECT collected_at FROM document WHERE id = ?", order))
        area(app).aim("closed")
        await to_order(app, pilot, "B26-09990")
        assert area(app).why_not("collected") == "B26-09990: handed over or cancelled already."
        assert one(app, "SELECT handed_over_at FROM document WHERE id = ?", order) is None


async def test_the_wish_of_an_order_and_for_good(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders")
    async with app.run_test(size=NARROW) as pilot:
        order = await to_order(app, pilot, "B26-10033")
        await pilot.press("w")
        await wait_until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press("down", "down", "enter")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: one(app, "SELECT notify_option FROM customer WHERE customer_no = '10001'"))
        assert one(app, "SELECT notify_option FROM document WHERE id = ?", order) == "sms"
        assert one(app, "SELECT notify_option FROM customer WHERE customer_no = '10001'") == "sms"


async def test_keys_that_come_faster_than_pages_mean_the_page_and_the_row_that_come(cockpit: OpenCockpit) -> None:
    app = cockpit(area="overview")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("3", "1")
        await wait_until(pilot, lambda: app.area is not None and app.area.area_id == "overview")
        for key in ("2", "down", "w"):
            app.simulate_key(key)
        await wait_until(pilot, lambda: isinstance(app.screen, Choose))
        second = int(area(app).rows.current or 0)
        number = one(app, "SELECT number FROM document WHERE id = ?", second)
        assert number in str(app.screen.query(Plain).first().render())
        assert second == order_list.ids(app.store.read(), OrderFilter(standing="open"), 2)[1]
        await pilot.press("escape")
        for key in ("4", "down", "n"):
            app.simulate_key(key)
        await wait_until(pilot, lambda: isinstance(app.screen, Send))
        assert isinstance(app.area, Customers)
        number = one(app, "SELECT customer_no FROM customer WHERE id = ?", app.area.rows.current)
        assert isinstance(app.screen, Send) and app.screen.suggestion.person.number == number


async def test_marked_orders_of_several_customers(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders")
    async with app.run_test(size=WIDE) as pilot:
        first, second = [await to_order(app, pilot, number) for number in ("B26-10021", "B26-10022")]
        area(app).rows.mark(first)
        area(app).rows.mark(second)
        await wait_until(pilot, lambda: "2 customers" in area(app).why_not("send"))
        await pilot.press("n")
        await pilot.pause()
        assert len(app.screen_stack) == 1
        await pilot.press("escape")
        assert area(app).rows.marked == 0
        await wait_until(pilot, lambda: area(app).why_not("send") == "")


async def test_an_empty_shop_says_what_to_do(cockpit: OpenCockpit, home: Home) -> None:
    app = cockpit(area="orders", home=home)
    async with app.run_test(size=NARROW) as pilot:
        await wait_until(pilot, lambda: area(app).rows.total == 0)
        assert "watch folder" in area(app).rows.source.empty
        await pilot.press("n", "c", "w", "x", "enter")
        await pilot.pause()
        assert len(app.screen_stack) == 1
