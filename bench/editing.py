"""Typing in a text of 500 lines: key to frame, key to the new picture (issue 3: 30 ms and 300 ms, 95 of 100 keys).

In the real cockpit on the demo shop, headless, at 120x40. Key to frame: from the key's arrival to the end of the next
drawing. Key to picture: from the last key of a burst until the preview shows the text that was typed, the pause that
typing must rest included. Beside it, in the same run: Textual's own text area without colours and without anything
below it, which is the bound.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import TextArea

from carat_tui.cockpit.app import Cockpit
from carat_tui.cockpit.engine_room import EngineRoom
from carat_tui.cockpit.screens.editor import Editor
from carat_tui.cockpit.screens.templates import Templates
from carat_tui.cockpit.widgets.template_preview import TemplatePreview
from carat_tui.cockpit.widgets.template_text import TemplateText
from carat_tui.compose import templates
from carat_tui.model.clock import fixed_clock
from carat_tui.model.home import Home
from carat_tui.services.demo import MORNING
from carat_tui.services.home import Shop, init
from carat_tui.store import settings
from carat_tui.store.database import Store
from carat_tui.store.templates import Key

KEY = Key("goods_arrived_one", "de", "email")
LINES, KEYS, BURSTS = 500, 120, 20
FRAME_MS, PICTURE_MS = 30.0, 300.0
_BLOCK = (
    "{{ salutation }}",
    "",
    "Ihr bestellter **Artikel** {{ item_title }} ist bei uns eingetroffen.",
    "Er liegt{% if shelf_no %} im Abholfach {{ shelf_no }}{% endif %} bis {{ pickup_until }} für Sie bereit.",
    "",
)


class Quiet(EngineRoom):
    """No engine: only the typing is measured."""

    def start(self) -> None:
        """Nothing."""


class Bare(App[None]):
    """The bound: a text area and nothing else."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._source = text

    def compose(self) -> ComposeResult:
        """Line numbers and wrapping as in the editor."""
        yield TextArea(self._source, show_line_numbers=True)


def long_text() -> str:
    """A mail of ``LINES`` lines."""
    body = [_BLOCK[number % len(_BLOCK)] for number in range(LINES - 3)]
    return "\n".join(["---", "subject: Ihre Bestellung {{ order_no }}", "---", *body])


def _home(folder: Path) -> Home:
    home = init(Home(folder / "home"), Shop("DE", "", "Buchladen Sonne"), MORNING, "bench")
    with Store.open(home.database) as store:
        for key, value in {"shop.email": "laden@example.org", "shop.opening_hours": "Mo-Sa"}.items():
            store.write(lambda conn, key=key, value=value: settings.put(conn, key, value))  # type: ignore[misc]
    templates.path_of(home, *KEY).write_text(long_text(), encoding="utf-8")
    return home


async def _until(pilot: Pilot[None], true: Callable[[], object]) -> None:
    while not true():
        await pilot.pause(0.005)


async def _frames(app: App[None], area: TextArea) -> list[float]:
    """Milliseconds from each key to the frame that shows it."""
    drawn = asyncio.Event()
    before = app._display

    def display(*args: object, **kwargs: object) -> None:
        before(*args, **kwargs)  # type: ignore[arg-type]
        drawn.set()

    app._display = display  # type: ignore[method-assign, assignment]
    area.move_cursor((LINES // 2, 0))
    await asyncio.sleep(0.5)
    spent = []
    for number in range(KEYS):
        drawn.clear()
        began = time.perf_counter()
        app.simulate_key("abcdefgh"[number % 8])
        await drawn.wait()
        spent.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.03)  # a quick typist; the previews are made in between
    app._display = before  # type: ignore[method-assign]
    return spent


async def bare() -> list[float]:
    """The bound."""
    app = Bare(long_text())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        return await _frames(app, app.query_one(TextArea))


async def ours(folder: Path) -> tuple[list[float], list[float]]:
    """Key to frame and key to picture in the cockpit."""
    home, clock = _home(folder), fixed_clock(MORNING)
    with Store.open(home.database) as store:
        app = Cockpit(home, store, clock, "bench", Quiet(home, store, clock), area="templates")
        async with app.run_test(size=(120, 40)) as pilot:
            area = app.area
            assert isinstance(area, Templates)
            await _until(pilot, lambda: area.entry)
            area.aim(KEY)
            await _until(pilot, lambda: area.entry is not None and area.entry.key == KEY)
            area.action_edit()
            await _until(pilot, lambda: isinstance(app.screen, Editor) and app.screen.query_one(TemplateText).text)
            text, preview = app.screen.query_one(TemplateText), app.screen.query_one(TemplatePreview)
            await _until(pilot, lambda: preview.good)
            text.focus()
            frames = await _frames(app, text)
            return frames, [await _picture(app, pilot, text, preview, number) for number in range(BURSTS)]


async def _picture(
    app: Cockpit, pilot: Pilot[None], text: TemplateText, preview: TemplatePreview, number: int
) -> float:
    await asyncio.sleep(0.6)
    word = f"wort{number}"
    text.move_cursor((5 + number * 5, 0))
    await pilot.press(*word[:-1])
    began = time.perf_counter()
    app.simulate_key(word[-1])
    while preview.good is None or word not in preview.good.text:
        await asyncio.sleep(0.002)
    return (time.perf_counter() - began) * 1000


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def main(argv: list[str]) -> None:
    """Print the table and say whether the bounds hold."""
    sys.setswitchinterval(0.001)
    bound = asyncio.run(bare())
    with tempfile.TemporaryDirectory(prefix="carat-bench-") as name:
        frames, pictures = asyncio.run(ours(Path(name)))
    print(f"{f'text of {LINES} lines':<36}{'median ms':>12}{'p95 ms':>10}{'at most':>10}")
    for label, values, most in (
        ("bound: key → frame, bare text area", bound, None),
        ("carat: key → frame", frames, FRAME_MS),
        ("carat: key → picture", pictures, PICTURE_MS),
    ):
        held = "" if most is None else f"{most:.0f} {'✓' if _p95(values) <= most else '✗'}"
        print(f"{label:<36}{statistics.median(values):>12.1f}{_p95(values):>10.1f}{held:>10}")
    print(f"frame: {_p95(frames) / _p95(bound):.2f} x bound")


if __name__ == "__main__":
    main(sys.argv[1:])
