"""The first run: from nothing to a rehearsal notice, by keys alone; and nothing when the person leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from carat_tui import locale
from carat_tui.cockpit.screens.wizard import Wizard
from carat_tui.cockpit.screens.wizard_app import FirstRun
from carat_tui.cockpit.words import Plain
from carat_tui.engine import Engine
from carat_tui.model.clock import Clock, fixed_clock
from carat_tui.model.home import Home
from carat_tui.services.home import default_files
from carat_tui.store import settings
from carat_tui.store.database import Store
from tests.cockpit.conftest import AFTER, wait_until

EXAMPLE = default_files() / "watch" / "examples" / "auftraege_20260303_1800.csv"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    locale.use("en")
    yield
    locale.use("en")


def first_run(root: Path) -> FirstRun:
    def run(home: Home, store: Store, clock: Clock) -> None:
        with Engine(home, store, clock) as engine:
            engine.run_once()

    return FirstRun(Home(root), fixed_clock(AFTER), "staff", run)


def wizard(app: FirstRun) -> Wizard:
    assert isinstance(app.screen, Wizard)
    return app.screen


def wrong(app: FirstRun) -> str:
    return str(wizard(app).query_one("#wrong", Plain).render())


async def at(pilot: Pilot[Home | None], page: int, first: str) -> None:
    """Wait until the page stands and its first question has the focus."""
    app = pilot.app
    await wait_until(
        pilot, lambda: wizard(app).at == page and app.focused is not None and app.focused.id == first
    )  # fmt: skip


async def fill(pilot: Pilot[Home | None], *, tongue: int = 0) -> None:
    """Answer all pages but the last."""
    await at(pilot, 0, "screen")
    await pilot.press(*["down"] * tongue, "enter")
    await at(pilot, 1, "name")
    await pilot.press(*"Buchhandlung Wolke", "enter", *"wolke@example.org", "enter")
    await at(pilot, 2, "street")
    await pilot.press(*"Gasse 1", "enter", *"70173", "enter", *"Stuttgart", "enter")
    await at(pilot, 3, "country")
    await pilot.press("enter", "enter")
    await at(pilot, 4, "folder")
    await pilot.press("enter")
    await at(pilot, 5, "feed")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_from_nothing_to_a_rehearsal_notice(tmp_path: Path, size: tuple[int, int]) -> None:
    home = Home(tmp_path / "shop")
    app = first_run(home.root)
    async with app.run_test(size=size) as pilot:
        await fill(pilot)
        assert not home.root.exists(), "nothing is made before the last page"
        await pilot.press("enter")
        await wait_until(pilot, lambda: wizard(app).made, tries=2400)
        letter = wizard(app).made.letter  # type: ignore[union-attr]
        assert letter is not None and letter.file is not None
        await wait_until(pilot, lambda: wizard(app).query("#made"))
        told = str(wizard(app).query_one("#made", Plain).render())
        assert str(letter.file) in told
        assert "Sehr geehrte Frau Berger" in told
        await pilot.press("enter")
    assert app.return_value == home
    assert home.marker.exists()
    assert "wolke@example.org" in letter.file.read_text(encoding="utf-8")
    assert letter.file.is_relative_to(home.data / "mail" / "new")
    with Store.open(home.database) as store:
        conn = store.read()
        assert settings.mode(conn).name == "rehearsal"
        assert settings.get(conn, "shop.name") == "Buchhandlung Wolke"
        assert settings.get(conn, "shop.street") == "Gasse 1"
        assert settings.get(conn, "cockpit.language") == "en"
        assert settings.get(conn, "shop.language") == "de"
        assert conn.execute("SELECT count(*) FROM message WHERE state = 'sent'").fetchone()[0] > 5


async def test_a_wrong_answer_is_told_and_keeps_the_page(tmp_path: Path) -> None:
    app = first_run(tmp_path / "shop")
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, 0, "screen")
        await pilot.press("enter")
        await at(pilot, 1, "name")
        await pilot.press("f10")
        await wait_until(pilot, lambda: "needs a name" in wrong(app))
        await pilot.press(*"Wolke", "enter", *"wolke@", "enter")
        await wait_until(pilot, lambda: "e-mail address" in wrong(app))
        assert wizard(app).at == 1
        assert app.focused is not None and app.focused.id == "email"
        await pilot.press(*"example.org", "enter")
        await at(pilot, 2, "street")
        await pilot.press("escape")
        await at(pilot, 1, "name")
        assert wizard(app).query_one("#name", Input).value == "Wolke", "what was typed stays"


async def test_leaving_early_makes_nothing(tmp_path: Path) -> None:
    app = first_run(tmp_path / "shop")
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot)
        await pilot.press("ctrl+q")
    assert app.return_value is None
    assert not (tmp_path / "shop").exists()


async def test_a_file_of_one_s_own_is_tried_first(tmp_path: Path) -> None:
    home, odd, good = Home(tmp_path / "shop"), tmp_path / "odd.csv", tmp_path / "orders_1.csv"
    odd.write_text("a;b\n1;2\n", encoding="utf-8")
    good.write_bytes(EXAMPLE.read_bytes())
    app = first_run(home.root)
    async with app.run_test(size=(100, 30)) as pilot:
        await fill(pilot)
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: app.focused is not None and app.focused.id == "file")
        await pilot.press("enter")
        await wait_until(pilot, lambda: "Name the file" in wrong(app))
        wizard(app).query_one("#file", Input).value = str(odd)
        await pilot.press("enter")
        await wait_until(pilot, lambda: "put aside" in wrong(app), tries=1200)
        wizard(app).query_one("#file", Input).value = str(good)
        await pilot.press("enter")
        await wait_until(pilot, lambda: "once more" in wrong(app), tries=1200)
        assert not home.root.exists()
        await pilot.press("enter")
        await wait_until(pilot, lambda: wizard(app).made, tries=2400)
    assert (home.root / "watch" / "inbox" / good.name).read_bytes() == good.read_bytes()
    with Store.open(home.database) as store:
        assert store.read().execute("SELECT count(*) FROM document").fetchone()[0] == 0
    assert list((home.data / "rehearsal" / "data" / "mail" / "new").iterdir())


async def test_a_home_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("a file, not a folder", encoding="utf-8")
    app = first_run(tmp_path / "shop")
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot)
        await pilot.press("enter")
        await wait_until(pilot, lambda: "Nothing was made" in wrong(app), tries=1200)
        assert wizard(app).made is None
    assert (tmp_path / "shop").read_text(encoding="utf-8") == "a file, not a folder"


async def test_the_language_is_spoken_from_the_next_page_on(tmp_path: Path) -> None:
    app = first_run(tmp_path / "shop")
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, 0, "screen")
        await pilot.press("home", "enter")
        await at(pilot, 1, "name")
        assert locale.language() == "de"
        await pilot.press(*"Wolke", "enter", *"w@example.org", "enter")
        await at(pilot, 2, "street")
        await pilot.press("f10")
        await at(pilot, 3, "country")
        assert wizard(app).query_one("#country", OptionList).highlighted == 0
        assert wizard(app).answers["language"] == "de"
