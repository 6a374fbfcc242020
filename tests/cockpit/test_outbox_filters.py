"""Filters and search of the outbox: chosen, kept under a name, and aimed at by other areas."""

from __future__ import annotations

from textual.widgets import Input

from carat_tui.cockpit.dialogs import Confirm
from carat_tui.cockpit.screens.outbox import Outbox
from carat_tui.cockpit.screens.outbox_filter import FilterDialog
from carat_tui.cockpit.widgets.labels import Labels
from carat_tui.cockpit.widgets.ticks import Ticks
from carat_tui.model.home import Home
from carat_tui.services import outbox_filters
from carat_tui.services.outbox_filters import View
from tests.cockpit.conftest import OpenCockpit, wait_until
from tests.cockpit.outbox_steps import area, change, choose, opened
from tests.outbox import seed

# -- filters, search, places --------------------------------------------------------------------------------------


async def test_search_narrows_as_it_is_typed_and_escape_goes_back_step_by_step(
    demo_home: Home, cockpit: OpenCockpit
) -> None:
    app = cockpit(area="outbox")
    async with app.run_test() as pilot:
        outbox = await opened(pilot, app)
        await pilot.press("slash", *"b26-10024")
        await wait_until(pilot, lambda: outbox.rows.total == 1)
        assert outbox.rows.current == 4
        await pilot.press("enter", "space", "escape")
        await wait_until(pilot, lambda: not outbox.rows.marked)
        assert outbox.rows.total == 1
        await pilot.press("escape")
        await wait_until(pilot, lambda: outbox.rows.total == 10)
        assert outbox.query_one("#search", Input).value == ""
        assert outbox.rows.current == 4, "the cursor stays with its message"
        await pilot.press("escape")
        assert app.is_running


async def test_a_filter_is_chosen_kept_under_a_name_renamed_and_deleted(demo_home: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(area="outbox")
    async with app.run_test(size=(80, 24)) as pilot:
        outbox = await opened(pilot, app)
        await pilot.press("f")
        await wait_until(pilot, lambda: isinstance(app.screen, FilterDialog))
        app.screen.query_one("#channel").value = "letter"  # type: ignore[attr-defined]
        await pilot.press("f2")
        await wait_until(pilot, lambda: outbox.rows.total == 2)
        assert outbox.query_one("#filters", Labels).labels[-1].text == "letter"

        await choose(pilot, app, "s", "Keep the present filter")
        await pilot.press(*"post", "enter")
        await wait_until(pilot, lambda: outbox.query_one("#filters", Labels).active == "post")
        assert outbox_filters.find(app.store.read(), "post").view == View(channel="letter")

        await choose(pilot, app, "s", "Rename")
        await pilot.press(*"postal", "enter")
        await wait_until(pilot, lambda: outbox.query_one("#filters", Labels).active == "postal")

        await choose(pilot, app, "s", "Delete")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: len(outbox_filters.every(app.store.read())) == len(outbox_filters.BUILT_IN))
        assert seed.states(app.store) == {"sent": 10}


async def test_states_are_taken_in_and_out_with_space(demo_home: Home, cockpit: OpenCockpit) -> None:
    change(demo_home, 3, state="held", reason="because")
    app = cockpit(area="outbox")
    async with app.run_test(size=(80, 24)) as pilot:
        outbox = await opened(pilot, app)
        await pilot.press("f")
        await wait_until(pilot, lambda: isinstance(app.screen, FilterDialog))
        await pilot.press("space", "down", "space", "space", "f2")
        await wait_until(pilot, lambda: outbox.rows.total == 1)
        assert outbox._view == View(states=("held",))
        await pilot.press("f")
        await wait_until(pilot, lambda: isinstance(app.screen, FilterDialog))
        assert app.screen.query_one(Ticks).taken == ("held",)


async def test_a_filter_that_means_nobody_is_refused(demo_home: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(area="outbox")
    async with app.run_test() as pilot:
        outbox = await opened(pilot, app)
        for name, value in (("#customer", "4711"), ("#day", "soon")):
            await pilot.press("f")
            await wait_until(pilot, lambda: isinstance(app.screen, FilterDialog))
            app.screen.query_one(name, Input).value = value
            await pilot.press("f2")
            await pilot.pause()
            assert isinstance(app.screen, FilterDialog)
            await pilot.press("escape")
        assert outbox.rows.total == 10


async def test_other_areas_aim_at_a_message_a_view_or_a_name(demo_home: Home, cockpit: OpenCockpit) -> None:
    change(demo_home, 3, state="held", reason="because")
    app = cockpit(area="overview")
    async with app.run_test(size=(120, 40)) as pilot:
        app.go("outbox", "needs me")
        await wait_until(pilot, lambda: isinstance(app.area, Outbox) and area(app).rows.total == 1)
        app.go("outbox", 7)
        await wait_until(pilot, lambda: area(app).rows.current == 7)
        app.go("outbox", View(customer="10002"))
        await wait_until(pilot, lambda: area(app).rows.total == 1)


async def test_counts_follow_the_store(demo_home: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(area="outbox")
    async with app.run_test() as pilot:
        outbox = await opened(pilot, app)
        counts = {label.key: label.count for label in outbox.query_one("#filters", Labels).labels}
        assert counts == {"all": 10, "needs me": 0, "waiting": 0, "sent today": 10, "failed": 0}
        change(demo_home, 3, state="failed", reason="no")
        app.look()
        await wait_until(pilot, lambda: outbox._counts["failed"] == 1)
