"""The acts of the outbox: what staff do on the screen is looked for in the store and on the disk."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from carat_tui.cockpit.app import Cockpit
from carat_tui.cockpit.dialogs import Ask, Confirm
from carat_tui.cockpit.screens.message_detail import MessageDetail, MessageSheet
from carat_tui.cockpit.screens.outbox_settle import Settle
from carat_tui.cockpit.widgets.labels import Labels
from carat_tui.cockpit.words import Plain
from carat_tui.engine import Engine
from carat_tui.model.clock import fixed_clock, stamp
from carat_tui.model.home import Home
from carat_tui.store import journal
from carat_tui.store.database import Store
from tests.cli.door import carat
from tests.cockpit.conftest import AFTER, OpenCockpit, settle, wait_until
from tests.cockpit.outbox_steps import area, change, files, last_entry, opened, question, text_of
from tests.engine.shop import export, two_customers
from tests.outbox import seed

BRAKED_AT = datetime(2026, 3, 4, 9, 40, tzinfo=UTC)


@pytest.fixture
def braked(home: Home) -> Home:
    """A shop whose second export made more messages than its brake allows: both are held."""
    for key, value in (("intake.settle_s", "0"), ("brake.max_at_once", "1"), ("merge.window_s", "0")):
        assert carat("settings", "set", key, value, home=home).code == 0
    inbox = home.root / "watch" / "inbox"
    for name, received, now in (
        ("orders_1.csv", False, "2026-03-04T10:00"),
        ("orders_2.csv", True, "2026-03-04T10:30"),
    ):
        export(inbox / name, *two_customers(received=received))
        carat("run", "--once", "--now", now, home=home)
    return home


# -- release what the brake held ----------------------------------------------------------------------------------


async def test_held_messages_are_found_released_and_leave(braked: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(home=braked, clock=fixed_clock(BRAKED_AT), area="outbox")
    async with app.run_test(size=(120, 40)) as pilot:
        outbox = await opened(pilot, app)
        assert seed.states(app.store) == {"held": 2}
        await pilot.press("right")
        await wait_until(pilot, lambda: outbox.rows.total == 2)
        assert outbox.query_one("#filters", Labels).active == "needs me"
        await pilot.press("a", "r")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        assert question(app) == "2 messages: 1 e-mail, 1 text message go out now."
        assert seed.states(app.store) == {"held": 2}, "nothing happens before somebody says yes"
        await pilot.press("y")
        await wait_until(pilot, lambda: seed.states(app.store) == {"waiting": 2})
        assert last_entry(app) == ("staff", "released")
        await wait_until(pilot, lambda: not outbox.rows.marked)
        assert files(braked.data / "mail") == []
        with Engine(braked, app.store, app.clock) as engine:
            engine.run_once()
        assert seed.states(app.store) == {"sent": 2}
        assert len(files(braked.data / "mail")) == len(files(braked.data / "sms")) == 1
        app.look()
        await wait_until(pilot, lambda: outbox.rows.total == 0)
        assert journal.verify(app.store.read()).broken_at is None


async def test_with_the_engine_beside_it_a_released_message_is_sent_before_ones_eyes(
    braked: Home, cockpit: OpenCockpit
) -> None:
    app = cockpit(home=braked, clock=fixed_clock(BRAKED_AT), area="outbox", engine=True)
    async with app.run_test(size=(120, 40)) as pilot:
        outbox = await opened(pilot, app)
        await wait_until(pilot, lambda: outbox.rows.current == 2)
        await pilot.press("r")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: seed.states(app.store) == {"held": 1, "sent": 1})
        detail = outbox.query_one(MessageDetail)
        await wait_until(pilot, lambda: detail.page is not None and detail.page.state == "sent")
        assert len(files(braked.data / "sms")) == 1


async def test_saying_no_changes_nothing(braked: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(home=braked, clock=fixed_clock(BRAKED_AT), area="outbox")
    async with app.run_test() as pilot:
        await opened(pilot, app)
        for no in ("n", "escape"):
            await pilot.press("a", "r")
            await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
            await pilot.press(no)
            await wait_until(pilot, lambda: not isinstance(app.screen, Confirm))
        await settle(pilot)
        assert seed.states(app.store) == {"held": 2}


async def test_a_release_is_taken_back_while_nothing_has_left(braked: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(home=braked, clock=fixed_clock(BRAKED_AT), area="outbox")
    async with app.run_test() as pilot:
        await opened(pilot, app)
        before = [dict(seed.row(app.store, number)) for number in (1, 2)]
        await pilot.press("a", "r")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: seed.states(app.store) == {"waiting": 2})
        await wait_until(pilot, lambda: app.screen is app.screen_stack[0])
        await pilot.press("u")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        assert question(app) == "Hold the 2 messages again that you released (10:40)?"
        await pilot.press("y")
        await wait_until(pilot, lambda: seed.states(app.store) == {"held": 2})
        assert [dict(seed.row(app.store, number)) for number in (1, 2)] == before
        assert last_entry(app) == ("staff", "taken back")


async def test_what_was_sent_is_not_taken_back(braked: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(home=braked, clock=fixed_clock(BRAKED_AT), area="outbox")
    async with app.run_test() as pilot:
        outbox = await opened(pilot, app)
        await pilot.press("a", "r")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: seed.states(app.store) == {"waiting": 2})
        await wait_until(pilot, lambda: app.screen is app.screen_stack[0])
        with Engine(braked, app.store, app.clock) as engine:
            engine.run_once()
        await pilot.press("z")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await settle(pilot)
        assert seed.states(app.store) == {"sent": 2}
        app.look()
        outbox.refresh_data()
        await wait_until(pilot, lambda: "already sent" in outbox.why_not("release"))


# -- settle an unclear one ----------------------------------------------------------------------------------------


async def unclear(pilot: Pilot[None], app: Cockpit) -> None:
    """Go to the unclear message and open its dialogue."""
    area(app).aim(2)
    await wait_until(pilot, lambda: area(app).rows.current == 2)
    if isinstance(app.screen, MessageSheet):
        await pilot.press("escape")
    await wait_until(pilot, lambda: not area(app).why_not("settle"))
    await pilot.press("e")
    await wait_until(pilot, lambda: isinstance(app.screen, Settle))
    await wait_until(pilot, lambda: text_of(app.screen.query_one("#evidence", Plain)))


@pytest.mark.parametrize(
    ("downs", "state", "what"),
    [(0, "sent", "resolved: sent"), (1, "waiting", "resolved: resend"), (2, "cancelled", "resolved: drop")],
)
async def test_an_unclear_message_is_settled_with_a_reason(
    demo_home: Home, cockpit: OpenCockpit, downs: int, state: str, what: str
) -> None:
    change(demo_home, 2, state="unclear", reason="the line was cut after the final dot")
    app = cockpit(area="outbox")
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, app)
        await unclear(pilot, app)
        evidence = text_of(app.screen.query_one("#evidence", Plain))
        assert "the line was cut after the final dot" in evidence
        assert seed.row(app.store, 2)["message_ref"] in evidence
        await pilot.press(*["down"] * downs, "enter")
        assert app.screen.query_one("#why", Input).has_focus
        await pilot.press("enter")
        assert isinstance(app.screen, Settle), "without a reason there is no verdict"
        await pilot.press(*"asked")
        await pilot.press("enter")
        await wait_until(pilot, lambda: seed.row(app.store, 2)["state"] == state)
        row = app.store.read().execute("SELECT who, what, detail FROM journal ORDER BY id DESC LIMIT 1").fetchone()
        assert (row["who"], row["what"], json.loads(row["detail"])["why"]) == ("staff", what, "asked")


async def test_settling_may_be_left_for_later(demo_home: Home, cockpit: OpenCockpit) -> None:
    change(demo_home, 2, state="unclear", reason="cut")
    app = cockpit(area="outbox")
    async with app.run_test() as pilot:
        await opened(pilot, app)
        await unclear(pilot, app)
        await pilot.press("escape")
        await settle(pilot)
        assert seed.row(app.store, 2)["state"] == "unclear"


# -- acts on many -------------------------------------------------------------------------------------------------


async def test_an_act_on_marked_rows_does_what_can_be_done_and_says_the_rest(
    demo_home: Home, cockpit: OpenCockpit
) -> None:
    for number in (8, 9, 10):
        change(demo_home, number, state="waiting", waits_for="merge", due_at=stamp(AFTER + timedelta(minutes=5)))
    app = cockpit(area="outbox")
    async with app.run_test(size=(120, 40)) as pilot:
        outbox = await opened(pilot, app)
        before = {number: dict(seed.row(app.store, number)) for number in (8, 9, 10)}
        await pilot.press("space", "space", "space", "space")
        await wait_until(pilot, lambda: outbox.rows.marked == 4)
        await pilot.press("h")
        await wait_until(pilot, lambda: isinstance(app.screen, Ask))
        assert question(app) == (
            "3 messages: 1 e-mail, 1 text message, 1 letter are kept back until released. 1 cannot: already sent."
        )
        await pilot.press(*"asks")
        await pilot.press("enter")
        await wait_until(pilot, lambda: seed.states(app.store).get("held") == 3)
        assert {seed.row(app.store, number)["reason"] for number in (8, 9, 10)} == {"asks"}
        await wait_until(pilot, lambda: app.screen is app.screen_stack[0])
        await pilot.press("z")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: "held" not in seed.states(app.store))
        assert {number: dict(seed.row(app.store, number)) for number in (8, 9, 10)} == before


async def test_many_thousands_are_dropped_beside_a_screen_that_lives(home: Home, cockpit: OpenCockpit) -> None:
    with Store.open(home.database) as store:
        seed.messages(store, 5_000, AFTER, due=AFTER + timedelta(days=1), durable=False)
    app = cockpit(home=home, area="outbox")
    async with app.run_test() as pilot:
        outbox = await opened(pilot, app)
        await wait_until(pilot, lambda: outbox.rows.total == 5_000)
        await pilot.press("a", "c")
        await wait_until(pilot, lambda: isinstance(app.screen, Ask))
        assert question(app) == "5000 e-mails are dropped and never sent."
        await pilot.press("enter")
        await wait_until(pilot, lambda: seed.states(app.store).get("cancelled", 0) > 0)
        below = outbox.rows.current
        await pilot.press("down")
        assert outbox.rows.current != below, "the list moves while the act is under way"
        await wait_until(pilot, lambda: seed.states(app.store) == {"cancelled": 5_000}, tries=2_000)


async def test_keys_that_make_no_sense_say_why(demo_home: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(area="outbox")
    async with app.run_test() as pilot:
        outbox = await opened(pilot, app)
        assert outbox.why_not("release") == "This cannot be done: already sent."
        await pilot.press("r", "h", "c", "t", "e")
        await settle(pilot)
        assert app.screen is app.screen_stack[0]
        assert seed.states(app.store) == {"sent": 10}
