"""The help page: made from what has the focus, wrapped to the room, and each of its lines can be done."""

from __future__ import annotations

from typing import cast

from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import OptionList

from carat_tui.cockpit.areas import AREAS
from carat_tui.cockpit.dialogs import Choose
from carat_tui.cockpit.help import Help
from carat_tui.cockpit.page import Area
from carat_tui.cockpit.screens.customers import Customers
from tests.cockpit.conftest import OpenCockpit, settle, wait_until


async def helped(pilot: Pilot[None], key: str = "f1") -> list[str]:
    """Open the help; its lines."""
    await settle(pilot)
    await pilot.press(key)
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, Help))
    await settle(pilot)
    return [str(option.prompt) for option in pilot.app.screen.query_one(OptionList).options]


async def test_every_area_says_what_it_is_for_and_names_its_keys(cockpit: OpenCockpit) -> None:
    for digit, area_id, _title, _name in AREAS:
        app = cockpit(area=area_id)
        async with app.run_test(size=(120, 40)) as pilot:
            shown = await helped(pilot)
            assert isinstance(app.area, Area)
            assert app.area.HELP, f"{area_id} says nothing about itself"
            assert str(app.area.HELP) in str(app.screen.query("Plain").first().render())
            assert "On this page" in shown, area_id
            assert any(line.startswith("F8") and "Stop all" in line for line in shown)
            assert any(line.startswith(digit) for line in shown)


async def test_it_knows_the_focus_and_tells_why_not(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(120, 40)) as pilot:
        shown = await helped(pilot, "question_mark")
        assert any(line.startswith("Enter") and "Open" in line for line in shown)
        assert any("Open address" in line and "No address of the customer is closed." in line for line in shown)
        await pilot.press("question_mark")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)
        await pilot.press("slash")
        shown = await helped(pilot)
        assert not any(line.startswith("Enter") for line in shown)


async def test_enter_does_it(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(120, 40)) as pilot:
        shown = await helped(pilot)
        at = next(number for number, line in enumerate(shown) if line.startswith("w "))
        app.screen.query_one(OptionList).highlighted = at
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, Choose))


async def test_a_moved_key_stands_in_the_help(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    app.set_keymap({"customers.wish": "f7"})
    async with app.run_test(size=(120, 40)) as pilot:
        app.set_keymap({"customers.wish": "f7"})
        assert any(line.startswith("F7") and "Wish" in line for line in await helped(pilot))


async def test_lines_fit_and_follow_the_terminal(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(120, 40)) as pilot:
        await helped(pilot)
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        listed = app.screen.query_one(OptionList)
        wide = [line for option in listed.options for line in str(option.prompt).split("\n")]
        assert max(cell_len(line) for line in wide) <= listed.scrollable_content_region.width
        page = cast("Customers", app.screen_stack[0].query_one(Customers))
        await pilot.press("escape")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)
        assert page.rows.has_focus
