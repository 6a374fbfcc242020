"""The demo shop with a cockpit on it: real store, real files, a clock that stands still, the engine only when asked."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot

from carat_tui import locale
from carat_tui.cockpit.app import Cockpit
from carat_tui.cockpit.engine_room import EngineRoom
from carat_tui.engine import Engine
from carat_tui.model.clock import Clock, fixed_clock
from carat_tui.model.home import Home
from carat_tui.services.demo import play
from carat_tui.store.database import Store

AFTER = datetime(2026, 3, 4, 8, 40, tzinfo=UTC)
"""Two minutes after the demo's last run: a Wednesday, 9:40 in Berlin."""

OpenCockpit = Callable[..., Cockpit]


class NoEngine(EngineRoom):
    """An engine room that stays empty: the test decides what the engine does."""

    def start(self) -> None:
        """Nothing."""


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo shop, played once; tests get copies."""
    home = Home(tmp_path_factory.mktemp("demo") / "home")

    def run(home: Home, store: Store, clock: Clock) -> None:
        with Engine(home, store, clock) as engine:
            engine.run_once()

    play(home, "test", run)
    return home.root


@pytest.fixture
def demo_home(played: Path, tmp_path: Path) -> Home:
    """A copy of the demo shop for this test alone."""
    shutil.copytree(played, tmp_path / "shop")
    return Home(tmp_path / "shop")


@pytest.fixture
def cockpit(demo_home: Home) -> Iterator[OpenCockpit]:
    """Makes a cockpit: ``cockpit(engine=False, home=…, clock=…, lang="en", area="overview")``; all is closed after."""
    with ExitStack() as stack:

        def build(
            *,
            engine: bool = False,
            home: Home = demo_home,
            clock: Clock | None = None,
            lang: str = "en",
            area: str = "overview",
        ) -> Cockpit:
            locale.use(lang)
            store = stack.enter_context(Store.open(home.database))
            clock = clock or fixed_clock(AFTER)
            room = (EngineRoom if engine else NoEngine)(home, store, clock)
            stack.callback(room.stop)
            return Cockpit(home, store, clock, "staff", room, area=area)

        yield build
    locale.use("en")


@pytest.fixture(autouse=True)
def turns() -> Iterator[None]:
    """As the runner sets it: the screen's thread gets its turn quickly."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.001)
    yield
    sys.setswitchinterval(before)


async def wait_until(pilot: Pilot[None], true: Callable[[], object], *, tries: int = 400) -> None:
    """Let the app go on until ``true()``; fails after about ten seconds of trying."""
    for _attempt in range(tries):
        if true():
            return
        await pilot.pause(0.025)
    raise AssertionError("it never came true")


async def settle(pilot: Pilot[None]) -> None:
    """Let workers and what they cause come to rest."""
    workers = [worker for worker in pilot.app.workers if worker.group not in ("act", "stay")]
    if workers:  # an empty list would mean all of them to Textual, and an act waits for its dialogue
        await pilot.app.workers.wait_for_complete(workers)
    await pilot.pause()
