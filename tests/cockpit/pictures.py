"""Draws the scenes: ``python -m tests.cockpit.pictures`` (``make pictures``) remakes ``docs/pictures``.

A picture is Textual's own SVG without its fonts from the network, with names that depend on its content alone.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from carat_tui import locale
from carat_tui.cockpit.app import Cockpit
from carat_tui.cockpit.engine_room import Place
from carat_tui.cockpit.screens.wizard_app import FirstRun
from carat_tui.engine import Engine
from carat_tui.model.clock import Clock, fixed_clock
from carat_tui.model.home import Home
from carat_tui.services import disk
from carat_tui.services.demo import play
from carat_tui.services.home import Shop, init
from carat_tui.store import settings
from carat_tui.store.database import Store
from tests.cockpit.conftest import AFTER, NoEngine, wait_until
from tests.cockpit.scenes import SCENES, Scene

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"


def shops(folder: Path) -> None:
    """The shops that scenes take place in: ``demo``, ``empty`` and ``long`` (the longest words there are)."""

    def run(home: Home, store: Store, clock: Clock) -> None:
        with Engine(home, store, clock) as engine:
            engine.run_once()

    play(Home(folder / "demo"), "staff", run)
    with Store.open(Home(folder / "demo").database) as store:
        store.write(lambda conn: conn.execute("UPDATE attempt SET words = replace(words, ?, ?)", (str(folder), "…")))
    init(Home(folder / "empty"), Shop("DE", "de", "Buchladen Sonne"), AFTER, "staff")
    shutil.copytree(folder / "demo", folder / "long")
    with Store.open(Home(folder / "long").database) as store:
        store.write(_lengthen)


def _lengthen(conn: sqlite3.Connection) -> None:
    settings.put(conn, "shop.name", "Verlagsbuchhandlung Donaudampfschifffahrtsgesellschaft")
    conn.execute("UPDATE customer SET name = 'Freifrau von Rechtsschutzversicherungsgesellschaften-Hohenzollern'")
    conn.execute("UPDATE document_line SET title = 'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz'")
    conn.execute("UPDATE message SET subject = 'Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung'")
    conn.execute("UPDATE message SET state = 'held', reason = 'Kraftfahrzeughaftpflichtversicherung' WHERE id % 2")


async def draw(scene: Scene, home: Home) -> str:
    """The picture of a scene, as SVG."""
    locale.use(scene.lang)
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(disk, "free", lambda _folder: 70 * 1024**3))
        for widget in (Input, TextArea):
            stack.enter_context(mock.patch.object(widget.cursor_blink, "_default", False))
        if scene.no_colour:
            stack.enter_context(mock.patch.dict("os.environ", {"NO_COLOR": "1"}))
        app = _first_run() if scene.shop == "none" else _cockpit(scene, home, stack)
        app.animation_level = "none"
        async with app.run_test(size=scene.size) as pilot:
            await _play(pilot, scene)
            return _plain(app.export_screenshot(title="carat"))


def _cockpit(scene: Scene, home: Home, stack: ExitStack) -> App[Any]:
    store = stack.enter_context(Store.open(home.database))
    store.write(lambda conn: settings.put(conn, "cockpit.theme", scene.theme))
    room = NoEngine(home, store, fixed_clock(AFTER))
    room.place = Place.HERE
    return Cockpit(home, store, fixed_clock(AFTER), "staff", room, area=scene.area)


def _first_run() -> App[Any]:
    def run(_home: Home, _store: Store, _clock: Clock) -> None:
        """Nothing: no scene goes as far as the rehearsal."""

    return FirstRun(Home(Path("/home/anna/carat")), fixed_clock(AFTER), "anna", run)


async def _play(pilot: Pilot[Any], scene: Scene) -> None:
    await _rest(pilot)
    for step in scene.keys:
        kind, _colon, text = step.partition(":")
        if kind == "paste":
            pilot.app.post_message(events.Paste(text))
        elif kind == "until":
            await wait_until(pilot, lambda text=text: text in _text(pilot))
        else:
            await pilot.press(*(text if kind == "text" else [step]))
        await _rest(pilot)


def _text(pilot: Pilot[Any]) -> str:
    return re.sub(r"<[^>]*>", "", pilot.app.export_screenshot()).replace("&#160;", " ")


async def _rest(pilot: Pilot[Any]) -> None:
    """Until nothing is at work any more and the picture does not change."""
    same, before = 0, ""
    for _attempt in range(100):
        await pilot.pause(0.1)
        working = any(worker.is_running for worker in pilot.app.workers if worker.group not in ("act", "stay"))
        now = _plain(pilot.app.export_screenshot(title="carat"))
        same = same + 1 if now == before and not working else 0
        if same >= 2:
            return
        before = now


def _plain(svg: str) -> str:
    svg = re.sub(r"@font-face \{.*?\}\n?", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas")
    svg = re.sub(r"terminal-\d+", "carat", svg)
    return re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE)


def main() -> None:
    """Draw them all."""
    names = set(sys.argv[1:])
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shops(folder)
        for scene in SCENES:
            if names and scene.name not in names:
                continue
            own = folder / "own" / scene.name
            if scene.shop != "none":
                shutil.copytree(folder / scene.shop, own)
            (FOLDER / f"{scene.name}.svg").write_text(asyncio.run(draw(scene, Home(own))), encoding="utf-8")
    for old in FOLDER.glob("*.svg"):
        if old.stem not in {scene.name for scene in SCENES}:
            old.unlink()


if __name__ == "__main__":
    main()
