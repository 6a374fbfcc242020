"""The list in a small app over a real store: keys, mouse, marks, live changes, and what goes wrong."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Sequence
from itertools import pairwise

import pytest
from rich.cells import cell_len
from textual.binding import Binding
from textual.events import MouseScrollDown
from textual.pilot import Pilot

from carat_tui.cockpit.widgets.rows import Cell, Rows
from carat_tui.model.errors import CaratError
from carat_tui.store.database import Store
from tests.cockpit.conftest import wait_until
from tests.cockpit.rows_app import Customers, Shelf, line_of, lines, put, remove

SIZE = (60, 21)  # twenty rows below the header


async def loaded(pilot: Pilot[None], rows: Rows) -> None:
    """Wait for the whole list."""
    await wait_until(pilot, lambda: rows.complete and rows._readings.idle)
    await pilot.pause()


async def refreshed(pilot: Pilot[None], rows: Rows) -> None:
    """The store changed; wait until the list shows it."""
    rows.refresh_rows()
    await loaded(pilot, rows)


async def test_the_cursor_goes_where_the_keys_say(store: Store) -> None:
    put(store, 1, 500)
    app = Shelf(store, Customers())
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        assert (app.rows.current, app.rows.total) == (500, 500)
        for keys, current in [
            (["down", "down"], 498),
            (["up"], 499),
            (["pagedown"], 479),
            (["pageup", "up", "up"], 500),
            (["end"], 1),
            (["down", "pagedown"], 1),
            (["up"], 2),
            (["ctrl+home"], 500),
            (["ctrl+end"], 1),
            (["home"], 500),
        ]:
            await pilot.press(*keys)
            assert app.rows.current == current, keys
            assert app.moved[-1] == current
            assert any(f" {current} " in text for text in lines(app.rows)), "the cursor is in view"


async def test_the_head_is_there_at_once_and_the_rest_when_it_comes(store: Store) -> None:
    put(store, 1, 500)
    gate = threading.Event()
    app = Shelf(store, Customers(gate=gate))
    async with app.run_test(size=SIZE) as pilot:
        assert app.rows.total is None and not app.rows.complete
        assert " 500 Kundin 500 " in lines(app.rows)[1]
        await pilot.press("end")
        assert app.rows.current == 301
        gate.set()
        await loaded(pilot, app.rows)
        assert app.rows.total == 500
        assert app.rows.current == 1, "the end that was asked for is the end of the whole list"


async def test_a_row_is_gone_to_even_if_it_is_not_in_the_head(store: Store) -> None:
    put(store, 1, 500)
    gate = threading.Event()
    app = Shelf(store, Customers(gate=gate))
    async with app.run_test(size=SIZE) as pilot:
        assert not app.rows.move_to(77)
        gate.set()
        await loaded(pilot, app.rows)
        assert app.rows.current == 77
        assert line_of(app.rows, 77)
        assert app.rows.move_to(400) and app.rows.current == 400
        assert not app.rows.move_to(999) and app.rows.current == 400


async def test_the_answer_for_a_list_that_is_not_shown_any_more_is_dropped(store: Store) -> None:
    put(store, 1, 500)
    gate = threading.Event()
    late = Customers(gate=gate)
    app = Shelf(store, late)
    async with app.run_test(size=SIZE) as pilot:
        app.rows.show(Customers("id <= 300"))
        await loaded(pilot, app.rows)
        gate.set()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert app.rows.total == 300


@pytest.mark.parametrize("keys", [["pagedown"] * 3, ["pagedown"] * 3 + ["up"] * 4, ["end"]])
async def test_rows_that_come_in_above_do_not_move_what_is_on_the_screen(store: Store, keys: list[str]) -> None:
    put(store, 1, 300)
    app = Shelf(store, Customers())
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        await pilot.press(*keys)
        seen, current = lines(app.rows), app.rows.current
        put(store, 301, 340)
        await refreshed(pilot, app.rows)
        assert lines(app.rows) == seen
        assert (app.rows.current, app.rows.total) == (current, 340)


async def test_a_view_that_was_scrolled_away_from_the_cursor_stays_too(store: Store) -> None:
    put(store, 1, 300)
    app = Shelf(store, Customers())
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        await pilot.press("down")
        app.rows.scroll_to(y=100, animate=False)
        await pilot.pause()
        seen = lines(app.rows)
        put(store, 301, 310)
        remove(store, "id = 250")
        await refreshed(pilot, app.rows)
        assert lines(app.rows) == seen and app.rows.current == 299


async def test_a_list_nobody_touched_shows_what_is_new_but_the_cursor_stays_on_its_row(store: Store) -> None:
    put(store, 1, 100)
    app = Shelf(store, Customers())
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        put(store, 101, 103)
        await refreshed(pilot, app.rows)
        assert " 103 " in lines(app.rows)[1]
        assert app.rows.current == 100 and app.moved == [100]
        put(store, 104, 150)
        await refreshed(pilot, app.rows)
        assert line_of(app.rows, 100) == 20, "but the cursor never leaves the screen"


async def test_a_row_that_goes_gives_the_cursor_to_its_neighbour(store: Store) -> None:
    put(store, 1, 50)
    app = Shelf(store, Customers())
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        await pilot.press("down", "down")
        remove(store, "id = 48")
        await refreshed(pilot, app.rows)
        assert app.rows.current == 47 and app.moved[-1] == 47
        await pilot.press("end")
        remove(store, "id = 1")
        await refreshed(pilot, app.rows)
        assert app.rows.current == 2
        remove(store, "1")
        await refreshed(pilot, app.rows)
        assert app.rows.current is None and app.moved[-1] is None and app.rows.chosen() == []
        assert any("drop an export" in text for text in lines(app.rows))
        put(store, 60, 61)
        await refreshed(pilot, app.rows)
        assert app.rows.current == 61


async def test_marks_are_told_in_the_order_of_the_list(store: Store) -> None:
    put(store, 1, 300)
    app = Shelf(store, Customers())
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        assert app.rows.chosen() == [300]
        await pilot.press("end", "space", "home", "space", "space")
        assert (app.rows.chosen(), app.rows.marked, app.rows.current) == ([300, 299, 1], 3, 298)
        assert app.rows.marks == {1, 299, 300}
        assert [text[0] for text in lines(app.rows)[1:4]] == ["■", "■", " "]
        app.rows.mark(299, False)
        assert app.rows.chosen() == [300, 1]
        await pilot.press("a")
        assert app.rows.marked == 300
        put(store, 301, 305)
        await refreshed(pilot, app.rows)
        assert app.rows.marked == 300, "what came later was not meant"
        app.rows.unmark_all()
        assert app.rows.marked == 0 and app.rows.chosen() == [298]
        await pilot.pause()
        assert app.marked == 6
        await pilot.press("space")
        remove(store, "id = 298")
        await refreshed(pilot, app.rows)
        assert (app.rows.marked, app.marked) == (0, 8), "a mark that went with its row is told too"


async def test_a_range_is_marked_by_moving_and_given_up_by_escape(store: Store) -> None:
    put(store, 1, 100)
    app = Shelf(store, Customers())
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        await pilot.press("space", "down", "v", "down", "down")
        assert app.rows.chosen() == [100, 98, 97, 96]
        await pilot.press("up")
        assert app.rows.chosen() == [100, 98, 97]
        await pilot.press("escape")
        assert app.rows.chosen() == [100] and app.back == 0
        await pilot.press("v", "up", "v", "end")
        assert app.rows.chosen() == [100, 98, 97]
        await pilot.press("escape")
        assert app.back == 1, "without a range, escape is not the list's"


async def test_marks_and_cursor_stay_when_the_filter_changes_and_the_rest_is_dropped(store: Store) -> None:
    put(store, 1, 600)
    app = Shelf(store, Customers())
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        for row in (599, 20, 13):
            app.rows.mark(row)
        app.rows.move_to(20)
        app.rows.show(Customers("id % 2 = 0 OR id = 13"))
        await loaded(pilot, app.rows)
        assert app.rows.current == 20 and app.rows.marks == {20, 13}
        app.rows.show(Customers("id > 500"))
        await loaded(pilot, app.rows)
        assert app.rows.current == 600 and app.rows.marks == set()


async def test_the_mouse(store: Store) -> None:
    put(store, 1, 100)
    app = Shelf(store, Customers())
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        await pilot.click(Rows, offset=(10, 4))
        assert app.rows.current == 97 and app.opened == []
        await pilot.click(Rows, offset=(10, 0))
        assert app.rows.current == 97, "the header is no row"
        await pilot.click(Rows, offset=(10, 6), times=2)
        assert app.rows.current == 95 and app.opened == [95]
        await pilot.click(Rows, offset=(10, 8), control=True)
        assert app.rows.chosen() == [93]
        await pilot.click(Rows, offset=(10, 10), shift=True)
        assert app.rows.chosen() == [93, 92, 91]
        await pilot.press("enter")
        assert app.opened == [95, 91]
        await pilot._post_mouse_events([MouseScrollDown], Rows, offset=(5, 5))
        await pilot.pause()
        assert app.rows.scroll_offset.y > 0 and app.rows.current == 91
        remove(store, "id < 99")
        await refreshed(pilot, app.rows)
        await pilot.click(Rows, offset=(10, 15))
        assert app.rows.current in (99, 100), "a click below the rows is none"


async def test_columns_go_when_it_gets_narrow(store: Store) -> None:
    put(store, 1, 30)
    app = Shelf(store, Customers())
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        assert lines(app.rows)[0].split() == ["No.", "Name", "Key"]
        await pilot.resize_terminal(26, 10)
        await pilot.pause()
        assert lines(app.rows)[0].split() == ["No.", "Name"]
        assert all(cell_len(text) == 25 for text in lines(app.rows))


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (1, 5), (5, 3), (40, 1), (40, 2)])
async def test_tiny_rooms(store: Store, size: tuple[int, int]) -> None:
    put(store, 1, 300)
    app = Shelf(store, Customers())
    async with app.run_test(size=size) as pilot:
        await loaded(pilot, app.rows)
        await pilot.press("down", "pagedown", "space", "v", "pageup", "escape", "end", "a")
        assert app.rows.current == 1 and app.rows.marked == 300
        assert len(lines(app.rows)) == size[1]
        await refreshed(pilot, app.rows)
        await pilot.press("home")
        assert app.rows.current == 300


async def test_many_refreshes_are_few_readings(store: Store) -> None:
    put(store, 1, 300)
    source = Customers()
    app = Shelf(store, source)
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        source.gate = threading.Event()
        before = source.wholes
        for _time in range(50):
            app.rows.refresh_rows()
        await wait_until(pilot, lambda: source.wholes == before + 1)
        put(store, 301, 301)
        app.rows.refresh_rows()
        source.gate.set()
        await loaded(pilot, app.rows)
        assert source.wholes == before + 2, "one for what runs, one for all that came meanwhile"
        assert app.rows.total == 301


class Slow(Customers):
    """A whole snapshot costs 30 ms at least."""

    def __init__(self) -> None:
        super().__init__()
        self.began: list[float] = []

    def ids(self, conn, limit):  # type: ignore[no-untyped-def]
        if limit is None:
            self.began.append(time.perf_counter())
            time.sleep(0.03)
        return super().ids(conn, limit)


async def test_a_costly_list_is_read_again_after_four_times_its_cost(store: Store) -> None:
    put(store, 1, 300)
    source = Slow()
    app = Shelf(store, source)
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        await refreshed(pilot, app.rows)
        await refreshed(pilot, app.rows)
        gaps = [later - sooner for sooner, later in pairwise(source.began)]
        assert len(gaps) == 2 and min(gaps) >= 5 * 0.03 - 0.005


class Fragile(Customers):
    """Asks a table that is not there yet."""

    def ids(self, conn, limit):  # type: ignore[no-untyped-def]
        conn.execute("SELECT * FROM not_there")
        return super().ids(conn, limit)


class FragileCells(Customers):
    """Knows the rows, but cannot read them."""

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        conn.execute("SELECT * FROM not_there")
        return super().cells(conn, ids)


@pytest.mark.parametrize("source", [Fragile(), FragileCells()])
async def test_a_list_that_cannot_be_read_says_so_and_tries_again(store: Store, source: Customers) -> None:
    put(store, 1, 300)
    app = Shelf(store, source)
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: "cannot be read now" in " ".join(lines(app.rows)))
        await pilot.pause()
        assert "no such table: not_there" in " ".join("".join(lines(app.rows)).split())
        await pilot.press("down", "space", "a", "v", "enter", "end")
        assert (app.rows.current, app.rows.chosen(), app.rows.marked, app.opened) == (None, [], 0, [])
        store.write(lambda conn: conn.execute("CREATE TABLE not_there (x)"))
        app.rows.refresh_rows()
        await wait_until(pilot, lambda: app.rows.current == 300)
        await pilot.pause()
        assert " 300 Kundin 300 " in lines(app.rows)[1]
        assert app.faults == []
        store.write(lambda conn: conn.execute("DROP TABLE not_there"))


class Refusing(Customers):
    """Says what is wrong."""

    def ids(self, conn, limit):  # type: ignore[no-untyped-def]
        raise CaratError("There is no customer 'K9'.", "Try another.")


async def test_a_source_that_refuses_is_told_in_its_own_words(store: Store) -> None:
    put(store, 1, 300)
    app = Shelf(store, Customers())
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        app.rows.show(Refusing())
        await pilot.pause()
        assert "There is no customer 'K9'. Try another." in " ".join(" ".join(lines(app.rows)).split())
        assert (app.rows.current, app.rows.total, app.moved[-1], app.faults) == (None, None, None, [])
        app.rows.show(Customers())
        await loaded(pilot, app.rows)
        assert app.rows.current == 300


async def test_the_screen_itself_shows_where_the_focus_is(store: Store) -> None:
    put(store, 1, 30)
    app = Shelf(store, Customers())
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        await wait_until(pilot, lambda: app.rows.has_focus)
        await pilot.pause()
        focused = app.screen._compositor.render_strips()[1]
        app.screen.set_focus(None)
        await pilot.pause()
        await pilot.pause()
        assert app.screen._compositor.render_strips()[1] != focused


class Mistaken(Customers):
    """A mistake of ours."""

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        raise ZeroDivisionError("of ours")


async def test_a_mistake_of_ours_is_reported_once_and_nothing_falls_over(store: Store) -> None:
    put(store, 1, 30)
    app = Shelf(store, Mistaken())
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: app.faults)
        for _time in range(3):
            await refreshed(pilot, app.rows)
        assert len(app.faults) == 1
        assert app.rows.current is None


async def test_leaving_stops_the_reading_before_the_store_is_closed(store: Store) -> None:
    put(store, 1, 300)
    endless = Customers(
        "id < (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000000)"
        " SELECT max(i) FROM n)"
    )
    app = Shelf(store, Customers())
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        app.rows.source = endless
        app.rows.refresh_rows()
        await wait_until(pilot, lambda: endless.wholes)
        reading = app.rows._readings._running
        assert reading is not None
    assert isinstance(reading.error, sqlite3.OperationalError), "interrupted"


async def test_the_cursor_can_be_seen_without_colours(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    put(store, 1, 30)
    app = Shelf(store, Customers())
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        styles = [[part.style for part in app.rows.render_line(y) if part.style] for y in (1, 2)]
        assert all(style.underline and style.bold for style in styles[0])
        assert not any(style.underline for style in styles[1])


async def test_the_cursor_looks_different_without_the_focus(store: Store) -> None:
    put(store, 1, 30)
    app = Shelf(store, Customers())
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        await wait_until(pilot, lambda: app.rows.has_focus)
        focused = [part.style for part in app.rows.render_line(1)]
        app.screen.set_focus(None)
        await pilot.pause()
        blurred = [part.style for part in app.rows.render_line(1)]
        assert focused[0] != blurred[0] != app.rows.render_line(2)._segments[0].style
        assert len(set(focused)) == 1, "one colour on the cursor's, for contrast"
        assert len(set(blurred)) > 1, "the state keeps its colour"


def test_every_key_has_an_id_a_label_and_help() -> None:
    for binding in Rows.BINDINGS:
        assert isinstance(binding, Binding)
        assert (binding.id or "").startswith("list.") and binding.description and binding.tooltip


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happens_the_cursor_row_stays_where_it_was_on_the_screen(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    put(store, 1, 200)
    app, newest = Shelf(store, Customers()), 200
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot, app.rows)
        for _step in range(12):
            await pilot.press(*chance.choices(["up", "down", "pagedown", "pageup", "end", "home", "space"], k=3))
            current, marks = app.rows.current, set(app.rows.marks)
            assert current is not None
            place, count = line_of(app.rows, current), chance.randint(0, 30)
            gone = {row for row in chance.sample(range(1, newest + 1), 5) if row != current}
            put(store, newest + 1, newest + count)
            remove(store, f"id IN ({','.join(map(str, gone))})")
            newest += count
            await refreshed(pilot, app.rows)
            assert app.rows.current == current
            assert app.rows.marks == marks - gone
            top, most = app.rows.scroll_offset.y, app.rows.max_scroll_y
            assert line_of(app.rows, current) == place or top in (0, most), "but where the list ends"
