"""The frame: areas by digit, the mode in word and colour, stop and go on, faults that end in a sentence."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from textual.app import App
from textual.pilot import Pilot

from carat_tui.cockpit.acting import act
from carat_tui.cockpit.areas import AREAS
from carat_tui.cockpit.dialogs import Ask, Choose, Confirm, Failure
from carat_tui.cockpit.engine_room import Place
from carat_tui.cockpit.page import Area, Sheet
from carat_tui.cockpit.widgets.frame import AreaTabs, KeyBar, TopBar
from carat_tui.engine import Engine
from carat_tui.model.clock import fixed_clock
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.store import settings
from tests.cockpit.conftest import AFTER, OpenCockpit, wait_until


def top(app: App[None]) -> str:
    return app.screen_stack[0].query_one(TopBar).render().plain


async def test_digits_go_to_the_areas_and_escape_never_leaves(cockpit: OpenCockpit) -> None:
    app = cockpit()
    async with app.run_test(size=(80, 24)) as pilot:
        for digit, area_id, _title, _name in AREAS:
            await pilot.press(digit)
            await wait_until(pilot, lambda area_id=area_id: app.area is not None and app.area.area_id == area_id)
            assert app.screen_stack[0].query_one(AreaTabs).active == area_id
            await pilot.press("escape", "escape")
            assert app.is_running
        await pilot.press("3")
        await wait_until(pilot, lambda: app.area is not None and app.area.area_id == "outbox")


async def test_a_click_on_a_tab_goes_there(cockpit: OpenCockpit) -> None:
    app = cockpit()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.click(AreaTabs, offset=(14, 0))
        await wait_until(pilot, lambda: app.area is not None and app.area.area_id == "orders")


async def test_stop_all_from_a_text_field_and_going_on(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", "a", "f8")
        await wait_until(pilot, lambda: "STOPPED" in top(app))
        assert "stopped in the cockpit" in settings.paused(app.store.read())
        await pilot.press("f8")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("n")
        await pilot.pause()
        assert settings.paused(app.store.read())
        await pilot.press("f8")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: "REHEARSAL" in top(app))
        assert not settings.paused(app.store.read())
    whats = [row[0] for row in app.store.read().execute("SELECT what FROM journal ORDER BY id DESC LIMIT 2")]
    assert whats == ["resumed", "paused"]


async def test_the_key_bar_offers_what_the_keys_do(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders")
    async with app.run_test(size=(100, 30)) as pilot:
        bar = app.screen.query_one(KeyBar)
        await wait_until(pilot, lambda: "Send notice" in bar.render().plain)
        assert "F8 Stop all" in bar.render().plain
        assert "/ Search" in bar.render().plain
        await pilot.press("slash")
        assert "/ Search" not in bar.render().plain, "the field takes the key as a character"
        assert "F8 Stop all" in bar.render().plain


async def choose_mode(pilot: Pilot[None], number: int) -> None:
    await pilot.press("f9")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, Choose))
    await pilot.press("home", *["down"] * number, "enter")


async def test_live_wants_the_shops_name(cockpit: OpenCockpit) -> None:
    app = cockpit()
    async with app.run_test(size=(80, 24)) as pilot:
        await choose_mode(pilot, 3)
        await wait_until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press(*"Sonne", "enter")
        await wait_until(pilot, lambda: isinstance(app.screen, Failure))
        assert settings.mode(app.store.read()).name == "rehearsal"
        await pilot.press("escape")
        await choose_mode(pilot, 3)
        await wait_until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press(*"buchladen", "space", *"sonne", "enter")
        await wait_until(pilot, lambda: "LIVE" in top(app))
        assert settings.mode(app.store.read()).name == "live"


async def test_redirect_asks_for_the_address(cockpit: OpenCockpit) -> None:
    app = cockpit()
    async with app.run_test(size=(120, 40)) as pilot:
        await choose_mode(pilot, 1)
        await wait_until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press(*"me@example.org", "enter")
        await wait_until(pilot, lambda: "me@example.org" in top(app))
        assert settings.mode(app.store.read()).to == "me@example.org"


class Broken(Area):
    """An area whose acts go wrong."""

    area_id = "orders"

    @act
    async def action_foreseen(self) -> None:
        def job() -> None:
            raise CaratError("The order cannot be told.", "Do something else.")

        await self.app.perform(job)
        raise AssertionError("an act ends where it fails")

    @act
    async def action_unforeseen(self) -> None:
        address = "secret@example.org"
        raise RuntimeError(f"unforeseen {len(address)}")


async def test_an_act_that_fails_is_a_sentence_and_the_program_goes_on(cockpit: OpenCockpit) -> None:
    app = cockpit()
    async with app.run_test(size=(80, 24)) as pilot:
        broken = Broken()
        await app.screen.mount(broken)
        broken.action_foreseen()
        await wait_until(pilot, lambda: isinstance(app.screen, Failure))
        await pilot.press("escape")
        broken.action_unforeseen()
        await wait_until(pilot, lambda: isinstance(app.screen, Failure))
        await pilot.press("escape", "2")
        await wait_until(pilot, lambda: app.area is not None and app.area.area_id == "orders")
        (crash,) = app.home.logs.glob("crash-*")
        assert "unforeseen 18" in crash.read_text()
        assert "secret@" not in crash.read_text()


class Slow(Sheet[None]):
    """A page whose answer comes when the test says so."""

    def __init__(self, answer: asyncio.Event) -> None:
        super().__init__()
        self.answer, self.answered = answer, False

    def on_mount(self) -> None:
        self.run_worker(self._look(), exit_on_error=True)
        self.action_look()

    @act
    async def action_look(self) -> None:
        await self._look()

    async def _look(self) -> None:
        with suppress(asyncio.CancelledError):  # as one that is told too late
            await self.answer.wait()
        self.answered = True
        self.query_one("#gone")


async def test_an_answer_that_comes_after_its_page_was_closed_disturbs_nobody(cockpit: OpenCockpit) -> None:
    app = cockpit()
    async with app.run_test(size=(80, 24)) as pilot:
        slow = Slow(asyncio.Event())
        await app.push_screen(slow)
        await pilot.press("escape")
        slow.answer.set()
        await wait_until(pilot, lambda: slow.answered)
        await pilot.pause()
        assert not isinstance(app.screen, Failure)
        assert app.is_running and app.crash is None


async def test_beside_another_engine_the_cockpit_attaches_and_takes_over_when_it_ends(cockpit: OpenCockpit) -> None:
    app = cockpit(engine=True)
    with Engine(app.home, app.store, fixed_clock(AFTER)):
        async with app.run_test(size=(120, 40)) as pilot:
            await wait_until(pilot, lambda: app.room.place is Place.ELSEWHERE)
            await wait_until(pilot, lambda: "another process" in top(app))


async def test_the_engine_runs_beside_the_screens(cockpit: OpenCockpit) -> None:
    app = cockpit(engine=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await wait_until(pilot, lambda: "engine runs here" in top(app))


async def test_a_key_that_repeats_asks_once(cockpit: OpenCockpit) -> None:
    app = cockpit()
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(30):
            app.simulate_key("question_mark")
        await wait_until(pilot, lambda: len(app.screen_stack) > 1)
        await pilot.pause(0.2)
        assert len(app.screen_stack) <= 2


async def test_keys_can_be_moved(cockpit: OpenCockpit) -> None:
    app = cockpit()
    app.store.write(lambda conn: settings.put(conn, "cockpit.keys", "app.stop=f7, app.outbox=o"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f8")
        await pilot.pause()
        assert not settings.paused(app.store.read())
        await pilot.press("f7")
        await wait_until(pilot, lambda: settings.paused(app.store.read()))
        await pilot.press("o")
        await wait_until(pilot, lambda: app.area is not None and app.area.area_id == "outbox")


_FAULTY = """
import sys
from carat_tui.cli.app import run
from carat_tui.cockpit.screens import overview
sound = overview.Overview.refresh_data
def broken(self):
    overview.Overview.refresh_data = sound
    raise RuntimeError("a picture that cannot be drawn")
overview.Overview.refresh_data = broken
sys.exit(run(["--lang", "en", "--home", sys.argv[1]]))
"""


def test_a_fault_in_a_page_opens_the_cockpit_anew_and_the_engine_goes_on(demo_home: Home) -> None:
    import sys

    import pytest

    if sys.platform == "win32":
        pytest.skip("pseudo terminals of POSIX")
    from tests.cockpit.terminal import Terminal

    with Terminal(demo_home.root, program=("-c", _FAULTY, str(demo_home.root))) as terminal:
        terminal.wait_for("should not.")
        assert terminal.output.count(b"\x1b[?1049h") == 2
        terminal.press("\x11")
        assert terminal.end() == 0
        assert terminal.restored
        assert b"Traceback" not in terminal.output
    assert len(list(demo_home.logs.glob("crash-*"))) == 1
