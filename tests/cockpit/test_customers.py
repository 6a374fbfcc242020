"""The customers' page: found, told by another way, opened again; what is done is in the store and in the rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from carat_tui.cockpit.dialogs import Ask, Choose
from carat_tui.cockpit.screens.customers import Customers
from carat_tui.cockpit.screens.customers_order import OwnOrder
from carat_tui.cockpit.screens.customers_sheet import CustomerSheet
from carat_tui.cockpit.screens.explain import Explain
from carat_tui.cockpit.screens.send import Send
from carat_tui.cockpit.widgets.card import Card
from carat_tui.cockpit.widgets.rows import Rows
from carat_tui.engine import Engine
from carat_tui.model.clock import fixed_clock
from carat_tui.model.home import Home
from carat_tui.services import wishes
from carat_tui.store.database import Store
from tests.bookshop import Bookshop
from tests.cockpit.conftest import AFTER, OpenCockpit, settle, wait_until

HOSTILE = "[@click=app.quit]Quit[/] \x1b]0;owned\x07\x9b31m\u202e[red]x[/]"


def rows(store: Store, sql: str, *values: object) -> list[dict[str, Any]]:
    return [dict(row) for row in store.read().execute(sql, values)]


def area(pilot: Pilot[None]) -> Customers:
    return cast("Customers", pilot.app.screen_stack[0].query_one(Customers))


def card(pilot: Pilot[None]) -> str:
    """What the card of the customer says."""
    return str(pilot.app.screen.query_one(Card).content)


async def find(pilot: Pilot[None], words: str) -> None:
    """Search for a customer as staff do, and wait for the card."""
    await pilot.press("slash", *words, "enter")
    page = area(pilot)
    await wait_until(
        pilot, lambda: page.rows.total == 1 and page.customer is not None and words in page.customer.name.lower()
    )


async def dialog(pilot: Pilot[None], kind: type) -> None:
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, kind))
    await pilot.pause()


async def no_dialog(pilot: Pilot[None]) -> None:
    await wait_until(pilot, lambda: not pilot.app.screen.is_modal)
    await settle(pilot)


async def close_email(pilot: Pilot[None], why: str) -> None:
    """Close the first address, which is the e-mail address, with a reason."""
    await pilot.press("s")
    await dialog(pilot, Choose)
    await pilot.press("enter")
    await dialog(pilot, Ask)
    await pilot.press(*why, "enter")
    await no_dialog(pilot)


async def test_where_it_is_narrow_the_search_opens_when_it_is_wanted(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(80, 24)) as pilot:
        search = area(pilot).query_one("#search", Input)
        await wait_until(pilot, lambda: (search.size.width, search.placeholder) == (3, "/"))
        await pilot.press("slash", *"anna")
        await wait_until(pilot, lambda: search.size.width == 32)
        await pilot.press("enter")
        await wait_until(pilot, lambda: search.size.width == 16)


# -- the journey -------------------------------------------------------------------------------------------------------


async def test_find_a_customer_close_the_address_and_the_next_notice_goes_another_way(
    cockpit: OpenCockpit, demo_home: Home
) -> None:
    app = cockpit()
    sms, mail = demo_home.root / "data" / "sms", demo_home.root / "data" / "mail" / "new"
    before = len(list(sms.iterdir())), len(list(mail.iterdir()))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("4")
        await wait_until(pilot, lambda: app.area is not None and app.area.area_id == "customers")
        await find(pilot, "berger")
        assert "→ e-mail" in card(pilot)
        await close_email(pilot, "moved")
        await wait_until(pilot, lambda: "closed since" in card(pilot))
        assert "→ SMS  +491713920011" in card(pilot)
        assert area(pilot).rows.total == 1  # the search stays, and the cursor with it

    assert rows(app.store, "SELECT type, value, reason, who FROM suppression") == [
        {"type": "email", "value": "anna.berger@example.org", "reason": "moved", "who": "staff"}
    ]
    assert rows(app.store, "SELECT who, what FROM journal WHERE subject = 'suppression'") == [
        {"who": "staff", "what": "suppressed"}
    ]
    goods_arrive(app.store, "B26-10021")
    for minutes in (1, 5):
        later = fixed_clock(AFTER + timedelta(minutes=minutes))
        with Engine(demo_home, app.store, later) as engine:
            engine.run_once()
    (message,) = rows(app.store, "SELECT channel, to_address, state FROM message ORDER BY id DESC LIMIT 1")
    assert message == {"channel": "sms", "to_address": "+491713920011", "state": "sent"}
    assert (len(list(sms.iterdir())), len(list(mail.iterdir()))) == (before[0] + 1, before[1])


def goods_arrive(store: Store, number: str) -> None:
    """What an export would have brought: goods of this order came in."""
    shop = Bookshop(store, AFTER)
    (order,) = rows(store, "SELECT id FROM document WHERE number = ?", number)
    (line,) = rows(store, "SELECT min(line_key) AS key FROM document_line WHERE document_id = ?", order["id"])
    shop.arrived(order["id"], shop.file("later.csv"), line["key"])


async def test_an_address_is_opened_again_with_the_reason_in_sight(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await find(pilot, "berger")
        await pilot.press("u")  # nothing is closed yet: the key says so and does nothing
        await settle(pilot)
        assert not app.screen.is_modal
        await close_email(pilot, "moved")
        await wait_until(pilot, lambda: "closed since" in card(pilot))
        await pilot.press("u")
        await dialog(pilot, Ask)
        assert "moved" in str(app.screen.query("Plain").first().render())
        await pilot.press("escape")
        await no_dialog(pilot)
        assert len(rows(app.store, "SELECT * FROM suppression")) == 1
        await pilot.press("u")
        await dialog(pilot, Ask)
        await pilot.press(*"back", "enter")
        await no_dialog(pilot)
        await wait_until(pilot, lambda: "closed since" not in card(pilot))
    assert rows(app.store, "SELECT * FROM suppression") == []


async def test_without_a_reason_nothing_is_closed(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await find(pilot, "berger")
        await close_email(pilot, "")
    assert rows(app.store, "SELECT * FROM suppression") == []


# -- wishes ------------------------------------------------------------------------------------------------------------


async def test_a_wish_is_set_and_taken_back(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await find(pilot, "berger")
        for keys, option in ((("down",), "none"), (("home",), None)):
            await pilot.press("w")
            await dialog(pilot, Choose)
            await pilot.press(*keys, "enter")
            await no_dialog(pilot)
            (customer,) = rows(app.store, "SELECT notify_option FROM customer WHERE customer_no = '10001'")
            assert customer["notify_option"] == option


async def test_an_own_order_of_ways(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")

    def stored() -> str | None:
        (customer,) = rows(app.store, "SELECT channels FROM customer WHERE customer_no = '10001'")
        return cast("str | None", customer["channels"])

    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await find(pilot, "berger")
        await pilot.press("o")
        await dialog(pilot, OwnOrder)
        await pilot.press("d")  # no own order to give up
        await pilot.press("minus", "end", "space", "enter")  # e-mail after SMS, no letter
        await no_dialog(pilot)
        assert stored() == "sms,email"
        await wait_until(pilot, lambda: "→ SMS" in card(pilot))
        await pilot.press("o")
        await dialog(pilot, OwnOrder)
        await pilot.press("space", "down", "space", "enter")  # none at all is no order
        assert isinstance(app.screen, OwnOrder)
        await pilot.press("d")
        await no_dialog(pilot)
        assert stored() is None


# -- looking -----------------------------------------------------------------------------------------------------------


async def test_search_by_number_address_and_phone_and_escape_step_by_step(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        page = area(pilot)
        everybody = page.rows.total
        for words in ("10001", "anna.berger@", "3920011", "berger"):
            page.query_one(Input).value = words
            await wait_until(pilot, lambda: page.rows.total == 1)
        await pilot.press("slash", "escape")
        await wait_until(pilot, lambda: page.rows.total == everybody)
        assert page.query_one(Input).has_focus
        await pilot.press("escape")
        assert page.rows.has_focus
        await pilot.press("escape", "escape")
        assert app.is_running


async def test_filters(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    wishes.set_option(app.store, "10007", "none", "staff", AFTER)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        page = area(pilot)
        seen = {}
        for only in ("unreachable", "suppressed", "none"):
            await pilot.press("right")
            await settle(pilot)
            seen[only] = page.rows.total
        assert seen == {"unreachable": 1, "suppressed": 0, "none": 1}
        page.aim("unreachable")
        await wait_until(pilot, lambda: page.customer is not None and page.customer.name == "Otto Brandt")
        assert "by no way" in card(pilot)


async def test_the_history_leads_to_the_message_and_the_order(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    (anna,) = rows(app.store, "SELECT id FROM customer WHERE customer_no = '10001'")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for press, place in (((), "outbox"), (("down",), "orders")):
            app.go("customers", anna["id"])
            await dialog(pilot, CustomerSheet)
            history = app.screen.query_one("#history", Rows)
            await wait_until(pilot, lambda history=history: history.total == 3)
            await pilot.press(*press, "enter")
            await wait_until(pilot, lambda place=place: app.area is not None and app.area.area_id == place)


async def test_on_a_narrow_terminal_the_customer_has_a_page_with_the_same_acts(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await find(pilot, "berger")
        await pilot.press("enter")
        await dialog(pilot, CustomerSheet)
        await wait_until(pilot, lambda: "→ e-mail" in card(pilot))
        await close_email(pilot, "moved")
        await wait_until(pilot, lambda: "closed since" in card(pilot))
        await pilot.press("x")
        await dialog(pilot, Explain)
        await wait_until(pilot, lambda: "B26-10021" in card(pilot))
        await pilot.press("escape", "escape")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)
        assert area(pilot).rows.current is not None
    assert len(rows(app.store, "SELECT * FROM suppression")) == 1


async def test_writing_without_an_order(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await find(pilot, "berger")
        await pilot.press("n")
        await dialog(pilot, Send)
        form = cast("Send", app.screen)
        assert (form.suggestion.orders, form.suggestion.person.number) == ((), "10001")
        await pilot.press("escape")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)


async def test_a_change_from_elsewhere_is_seen_and_the_cursor_stays(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("down", "down")
        page = area(pilot)
        await wait_until(pilot, lambda: page.customer is not None and page.customer.id == page.rows.current)
        before = page.rows.current
        Bookshop(app.store, AFTER).customer("99999", name="Neu Hier", email="neu@example.org")
        await wait_until(pilot, lambda: page.rows.total == 14)
        assert page.rows.current == before


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_hostile_names_addresses_and_reasons_are_text(cockpit: OpenCockpit, size: tuple[int, int]) -> None:
    app = cockpit(area="customers")
    shop = Bookshop(app.store, AFTER)
    customer = shop.customer(HOSTILE, name=HOSTILE, email="evil@example.org", street=HOSTILE, zip="1", city=HOSTILE,
                             note=HOSTILE, language=HOSTILE, company="x" + HOSTILE)  # fmt: skip
    shop.order(HOSTILE, customer, (HOSTILE,), status=HOSTILE)
    shop._insert("suppression", {"type": "email", "value": "evil@example.org", "reason": HOSTILE,
                                 "created_at": "2026-03-04T08:00:00.000000Z", "who": HOSTILE})  # fmt: skip
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        app.go("customers", customer)
        await wait_until(pilot, lambda: "\\x1b]0;owned" in card(pilot))
        if app.screen.is_modal or isinstance(app.screen, CustomerSheet):
            await pilot.click(Card, offset=(3, 0))
        for keys, kind in ((("u",), Ask), (("w",), Choose), (("o",), OwnOrder), (("x",), Explain), (("f1",), object)):
            await pilot.press(*keys)
            await dialog(pilot, kind)
            picture = app.export_screenshot()
            assert not any(char in picture for char in "\x1b\x07\x9b\u202e")
            await pilot.press("escape")
            await no_dialog(pilot)
        assert app.is_running
        assert app._exception is None


async def test_the_page_of_a_customer_who_is_nobody_says_so_and_closes(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.push_screen(CustomerSheet(4711))
        await wait_until(pilot, lambda: any("no customer" in str(one.message) for one in app._notifications))
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)
        assert app._exception is None
