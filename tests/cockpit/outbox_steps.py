"""Steps in the outbox that its tests share."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import OptionList

from carat_tui.cockpit.app import Cockpit
from carat_tui.cockpit.screens.outbox import Outbox
from carat_tui.cockpit.words import Plain
from carat_tui.model.home import Home
from carat_tui.store.database import Store
from tests.cockpit.conftest import wait_until


def change(home: Home, message: int, **columns: object) -> None:
    sets = ", ".join(f"{name} = :{name}" for name in columns)
    with Store.open(home.database) as store:
        store.write(lambda conn: conn.execute(f"UPDATE message SET {sets} WHERE id = {message}", columns))


def area(app: Cockpit) -> Outbox:
    found = app.area
    assert isinstance(found, Outbox)
    return found


async def opened(pilot: Pilot[None], app: Cockpit) -> Outbox:
    """The outbox with its list read and its filters counted."""
    await wait_until(pilot, lambda: isinstance(app.area, Outbox) and area(app).rows.complete)
    await wait_until(pilot, lambda: area(app)._counts)
    return area(app)


def text_of(screen_widget: Plain) -> str:
    return str(screen_widget.render())


def question(app: Cockpit) -> str:
    return text_of(app.screen.query(Plain).first())


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []


def last_entry(app: Cockpit) -> tuple[str, str]:
    row = app.store.read().execute("SELECT who, what FROM journal ORDER BY id DESC LIMIT 1").fetchone()
    return row["who"], row["what"]


async def choose(pilot: Pilot[None], app: Cockpit, key: str, words: str) -> None:
    """Press a key and take the line of the menu that begins with these words."""
    await wait_until(pilot, lambda: app.screen is app.screen_stack[0])
    await pilot.press(key)
    await wait_until(pilot, lambda: bool(app.screen.query(OptionList)) and app.screen is not app.screen_stack[0])
    menu = app.screen.query_one(OptionList)
    lines = [str(menu.get_option_at_index(place).prompt) for place in range(menu.option_count)]
    menu.highlighted = next(place for place, line in enumerate(lines) if line.startswith(words))
    await pilot.press("enter")
    await wait_until(pilot, lambda: not app.screen.query(OptionList) or app.screen is app.screen_stack[0])
