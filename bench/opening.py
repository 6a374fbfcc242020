"""From the start of the program to its first picture, beside a minimal typical Textual app, posting and harlequin.

    python -m bench.opening [RUNS]

The cockpit opens on a home with 100,000 messages. Goal: at most 1.6 x the typical app, and sooner than posting and
harlequin, which are measured where they are installed (on the PATH, or named by POSTING and HARLEQUIN).
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench._terminal import Run
from bench.pages import fill
from carat_tui.model.home import Home
from carat_tui.services.home import Shop, init
from carat_tui.store.database import Store

RUNS, MESSAGES = 9, 100_000

TYPICAL = """
from textual.app import App
from textual.widgets import DataTable, Footer, Header, Input, Tab, Tabs
class Typical(App):
    BINDINGS = [("q", "quit", "Quit"), ("d", "toggle_dark", "Dark")]
    def compose(self):
        yield Header()
        yield Tabs(*(Tab(word) for word in ("Cockpit", "Orders", "Outbox", "Customers")))
        yield Input()
        yield DataTable()
        yield Footer()
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("id", "state", "customer", "channel", "to", "subject")
        for row in range(100):
            table.add_row(str(row), "sent", "Kundin", "email", "kundin@example.org", "Ihre Bestellung ist da")
Typical().run()
"""


def shop(folder: Path, messages: int) -> Home:
    """A home with that many messages."""
    home = init(Home(folder / "home"), Shop("DE", "en", "Buchladen Sonne"), datetime(2026, 3, 4, tzinfo=UTC), "bench")
    with Store.open(home.database) as store:
        fill(store, messages)
    return home


def carat(home: Home) -> list[str]:
    """How the cockpit is started on ``home``."""
    return [sys.executable, "-m", "carat_tui", "--lang", "en", "--home", str(home.root)]


def _cases(folder: Path) -> dict[str, Callable[[], float]]:
    home = shop(folder, MESSAGES)
    (folder / "typical.py").write_text(TYPICAL, encoding="utf-8")

    def text(argv: list[str], wanted: str) -> Callable[[], float]:
        def once() -> float:
            with Run(argv) as run:
                return run.until(wanted)

        return once

    def screenful(argv: list[str]) -> Callable[[], float]:
        def once() -> float:
            with Run(argv, {"HOME": str(folder)}, folder) as run:
                return run.until_written(4000)

        return once

    cases = {
        "typical Textual app": text([sys.executable, str(folder / "typical.py")], "Ihre Bestellung ist da"),
        "carat": text(carat(home), "REHEARSAL"),
        "carat, all figures on it": text(carat(home), "Watch folder"),
    }
    for name in ("posting", "harlequin"):
        if found := os.environ.get(name.upper()) or shutil.which(name):
            cases[name] = screenful([found])
        else:
            print(f"{name} is not installed here and not measured")
    return cases


def main(argv: list[str]) -> None:
    """Time the programs in turn; print medians and ratios."""
    runs = int(argv[0]) if argv else RUNS
    with tempfile.TemporaryDirectory() as folder:
        cases = _cases(Path(folder))
        times: dict[str, list[float]] = {name: [] for name in cases}
        for number in range(runs + 1):
            for name, once in cases.items():
                seconds = once()
                times[name] += [seconds] if number else []  # the first round fills the caches
    bound = statistics.median(times["typical Textual app"])
    print(f"{'median of ' + str(runs) + ', first paint':<32}{'ms':>8}{'ratio':>8}   wanted")
    for name, measured in times.items():
        middle = statistics.median(measured)
        wanted = "<= 1.6, below posting and harlequin" if name == "carat" else ""
        print(f"{name:<32}{middle * 1000:>8.0f}{middle / bound:>8.2f}   {wanted}")


if __name__ == "__main__":
    main(sys.argv[1:])
