"""Ctrl+P: acts of the place it was opened over, areas, customers, orders and messages; foreign text stays text."""

from __future__ import annotations

from typing import cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from carat_tui.cockpit import finding
from carat_tui.cockpit.dialogs import Choose
from carat_tui.cockpit.finding import Entry
from carat_tui.cockpit.palette import Palette
from carat_tui.cockpit.screens.customers_sheet import CustomerSheet
from carat_tui.locale import language
from carat_tui.store import settings
from tests.bookshop import Bookshop
from tests.cockpit.conftest import AFTER, OpenCockpit, settle, wait_until

HOSTILE = "[@click=app.quit]Quit[/] \x1b]0;owned\x07\x9b31m\u202e"


async def opened(pilot: Pilot[None]) -> Palette:
    await settle(pilot)
    await pilot.press("ctrl+p")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, Palette))
    await settle(pilot)
    return cast("Palette", pilot.app.screen)


def lines(palette: Palette) -> list[str]:
    return [str(option.prompt) for option in palette.query_one(OptionList).options]


async def typed(pilot: Pilot[None], palette: Palette, words: str, hit: str) -> None:
    """Type, and wait until some line holds ``hit``."""
    palette.query_one(Input).value = words
    await wait_until(pilot, lambda: any(hit in line for line in lines(palette)))


async def test_it_offers_what_can_be_done_here_and_says_what_cannot(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(120, 40)) as pilot:
        palette = await opened(pilot)
        shown = lines(palette)
        assert shown[0] == "Here and now"
        assert any(line.startswith("Close address") and "s · " in line for line in shown)
        assert any("Open address" in line and "No address of the customer is closed." in line for line in shown)
        assert any("Go to: Outbox" in line for line in shown)
        assert any("Stop all" in line for line in shown)
        assert not any(line.startswith(("Up ", "Page down ")) for line in shown)


async def test_an_act_is_done_where_the_palette_was_opened(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(120, 40)) as pilot:
        palette = await opened(pilot)
        await typed(pilot, palette, "wish", "Wish")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, Choose))


async def test_stop_all_through_the_palette(cockpit: OpenCockpit) -> None:
    app = cockpit(area="overview")
    async with app.run_test(size=(120, 40)) as pilot:
        palette = await opened(pilot)
        await typed(pilot, palette, "stop", "Stop all")
        await pilot.press("enter")
        await wait_until(pilot, lambda: settings.paused(app.store.read()))


async def test_other_colours_are_kept(cockpit: OpenCockpit) -> None:
    app = cockpit(area="overview")
    async with app.run_test(size=(120, 40)) as pilot:
        palette = await opened(pilot)
        assert not any("Colours: carat " in line for line in lines(palette))
        await typed(pilot, palette, "colours light", "carat-light")
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.theme == "carat-light")
    assert settings.get(app.store.read(), "cockpit.theme") == "carat-light"
    assert cockpit().theme == "carat-light"


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light", "textual-light", "nord"])
async def test_every_theme_has_our_colours(cockpit: OpenCockpit, theme: str) -> None:
    app = cockpit(area="orders")
    async with app.run_test(size=(120, 40)) as pilot:
        app.theme = theme
        await pilot.pause()
        assert "REHEARSAL" in app.export_screenshot()


async def test_another_language_opens_the_cockpit_anew(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders")
    async with app.run_test(size=(120, 40)) as pilot:
        palette = await opened(pilot)
        assert not any("Language: English" in line for line in lines(palette))
        await typed(pilot, palette, "language slo", "Slovenčina")
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.again)
    assert settings.get(app.store.read(), "cockpit.language") == "sk"
    assert (language(), app.shown) == ("sk", "orders")


async def test_an_act_that_cannot_be_done_says_why(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(120, 40)) as pilot:
        palette = await opened(pilot)
        await typed(pilot, palette, "open address", "Open address")
        await pilot.press("enter")
        await wait_until(pilot, lambda: any("No address of" in str(one.message) for one in app._notifications))
        assert not app.screen.is_modal


@pytest.mark.parametrize(
    ("words", "hit", "area"),
    [
        ("orders", "Go to: Orders", "orders"),
        ("B26-10031", "B26-10031", "orders"),
        ("liegen bereit", "Artikel", "outbox"),
    ],
)
async def test_it_leads_to_areas_orders_and_messages(cockpit: OpenCockpit, words: str, hit: str, area: str) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(120, 40)) as pilot:
        palette = await opened(pilot)
        await typed(pilot, palette, words, hit)
        at = next(number for number, line in enumerate(lines(palette)) if hit in line)
        palette.query_one(OptionList).highlighted = at
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.area is not None and app.area.area_id == area)
        assert len(app.screen_stack) == 1


async def test_it_leads_to_a_customer_even_over_a_page(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, CustomerSheet))
        palette = await opened(pilot)
        await typed(pilot, palette, "heyde", "Friedrich von der Heyde")
        await pilot.press("enter")
        await wait_until(
            pilot,
            lambda: (
                isinstance(app.screen, CustomerSheet)
                and app.screen.customer is not None
                and app.screen.customer.name == "Friedrich von der Heyde"
            ),
        )
        assert len(app.screen_stack) == 2


async def test_nothing_found_is_said_and_escape_goes_back(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    async with app.run_test(size=(80, 24)) as pilot:
        palette = await opened(pilot)
        palette.query_one(Input).value = "qqqq zzzz"
        await wait_until(pilot, lambda: palette.query_one(".nothing").display)
        assert lines(palette) == []
        await pilot.press("enter", "down", "up", "pagedown", "escape")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)


async def test_names_are_text_and_no_act_runs(cockpit: OpenCockpit) -> None:
    app = cockpit(area="customers")
    shop = Bookshop(app.store, AFTER)
    shop.order(HOSTILE, shop.customer("666", name=HOSTILE, email="evil@example.org", city=HOSTILE), (HOSTILE,))
    async with app.run_test(size=(120, 40)) as pilot:
        palette = await opened(pilot)
        await typed(pilot, palette, "quit[/]", "[@click=app.quit]Quit[/] \\x1b]0;owned\\x07\\x9b31m\\u202e")
        assert not any(char in app.export_screenshot() for char in "\x1b\x07\x9b\u202e")
        await settle(pilot)
        await pilot.click(OptionList, offset=(6, 1))
        await wait_until(pilot, lambda: len(app.screen_stack) == 1 or isinstance(app.screen, CustomerSheet))
        assert app.is_running
        assert app._exception is None


def entry(label: str, note: str = "") -> Entry:
    return Entry(finding.HERE, label, note, lambda: None)


def test_beginnings_of_words_come_first_and_all_words_count() -> None:
    entries = [
        entry("Überhangliste"),
        entry("An alle"),
        entry("Hang drauf"),
        entry("Los", "hang it"),
        entry("x", "uhang"),
    ]
    assert [one.label for one in finding.matching(entries, "HANG")] == ["Hang drauf", "Überhangliste", "Los"]
    assert [one.label for one in finding.matching(entries, "uber liste")] == ["Überhangliste"]
    assert finding.matching(entries, "hang nix") == []
    assert len(finding.matching(entries, "")) == len(entries)
