"""The little pieces of the first screen: bars of hours, lamps in columns, words for a time that has passed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from carat_tui.cockpit.screens.overview_words import ago, number
from carat_tui.cockpit.widgets.lights import Lamp, LightBoard
from carat_tui.cockpit.widgets.spark import DayChart, bars
from carat_tui.services.priority import moved


def test_bars_share_one_scale_and_show_the_least() -> None:
    assert bars([0, 1, 4, 8], 8) == "·▁▄█"
    assert bars([1, 1_000_000], 1_000_000) == "▁█"
    assert bars([0, 3], 3, 2) == "· ██"


class Board(App[None]):
    CSS = "Screen { layout: vertical; } DayChart, LightBoard { width: 100%; }"

    def compose(self) -> ComposeResult:
        yield LightBoard()
        yield DayChart()


@pytest.mark.parametrize("width", [20, 30, 60, 118])
@pytest.mark.parametrize("hour", [0, 9, 23])
async def test_a_day_never_wraps(width: int, hour: int) -> None:
    app = Board()
    async with app.run_test(size=(width, 12)):
        chart = app.query_one(DayChart)
        hours = [0] * 24
        hours[hour] = 12_345
        chart.rows = (("E-Mail", hours), ("Brief", [0] * 24), ("SMS", [1] * 24))
        chart.hour = hour
        lines = chart.render().plain.split("\n")
        assert len(lines) == 4
        assert all(cell_len(line) <= width + 1 for line in lines)
        assert "12,345" in lines[0]
        assert "▲" in lines[3]


@pytest.mark.parametrize(("width", "columns"), [(40, 1), (78, 2), (118, 2), (198, 3)])
async def test_lamps_are_read_downwards_and_are_all_there(width: int, columns: int) -> None:
    app = Board()
    async with app.run_test(size=(width, 20)):
        board = app.query_one(LightBoard)
        lamps = tuple(Lamp("ok", f"Lamp{n}", "x" * 90) for n in range(8))
        board.lamps = (*lamps, Lamp("error", "Last[/b]", "[@click=app.quit]boom"))
        assert board.columns(width) == columns
        text = board.render().plain
        assert all(f"Lamp{n}" in text for n in range(8))
        assert "Last[/b]" in text
        assert all(cell_len(line) <= width for line in text.split("\n"))
        assert len(text.split("\n")) == -(-9 // columns)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_how_long_ago(age: timedelta, words: str) -> None:
    assert ago(age) == words


def test_a_count_that_stopped_says_so() -> None:
    assert number(9_999) == "9,999"
    assert number(10_000) == ">9,999"


def test_moving_stays_within_the_ends() -> None:
    order = ("email", "sms", "letter")
    assert moved(order, "email", -1) == order
    assert moved(order, "email", 1) == ("sms", "email", "letter")
    assert moved(order, "letter", 9) == order
    assert moved(("email",), "sms", 0) == ("email", "sms")
