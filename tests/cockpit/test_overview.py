"""The first screen: it tells what is the matter, leads to where it is settled, and sees a dropped file by itself."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from carat_tui.cockpit.app import Cockpit
from carat_tui.cockpit.screens.overview import Overview
from carat_tui.cockpit.screens.overview_aside import PutAside
from carat_tui.cockpit.screens.overview_rejected import Rejected
from carat_tui.cockpit.widgets.lights import LightBoard
from carat_tui.cockpit.widgets.rows import Rows
from carat_tui.cockpit.words import Plain
from carat_tui.intake.take_in import take_in
from carat_tui.model.clock import fixed_clock, stamp, system_clock
from carat_tui.model.home import Home
from carat_tui.services.home import Shop, default_files, init
from carat_tui.services.overview import Need
from carat_tui.store import accounts, settings
from carat_tui.store.database import Store
from carat_tui.store.templates import Key
from tests.bookshop import Bookshop
from tests.cockpit.conftest import AFTER, OpenCockpit, wait_until
from tests.engine.shop import Order, export

SIZE = (100, 30)


def page(app: Cockpit) -> Overview:
    return app.screen_stack[0].query_one(Overview)


def needs(app: Cockpit) -> list[Need]:
    """What the list shows at this moment."""
    area = page(app)
    rows = area.query_one("#errands", Rows)
    shown = [area._errands.get(row) for row in rows._picks.ids]
    return [errand.need for errand in shown if errand is not None]


def held(home: Home) -> None:
    """Two messages that wait for a person."""
    with Store.open(home.database) as store:
        shop = Bookshop(store, AFTER)
        for number in (1, 2):
            customer = shop.customer(f"h{number}", email=f"h{number}@example.org", name=f"Kundin {number}")
            row = {
                "key": f"h{number}", "rule": "goods_arrived", "event": "goods.received", "customer_id": customer,
                "channel": "email", "to_address": "h@example.org", "language": "de", "state": "held",
                "created_at": stamp(AFTER), "due_at": stamp(AFTER),
            }  # fmt: skip
            shop._insert("message", row)


def rejected(home: Home, name: str = "[@click=app.quit]orders_3.csv") -> None:
    """An export of which two rows cannot be read; its name and its rows mean harm."""
    orders = [Order(f"Z-{n}", "501", ["Momo"], email="a@example.org") for n in range(12)]
    bad = [Order("", "502", ["Lalka \x1b[31m[/b]"]), Order("", "503", ["Chłopi"])]
    with Store.open(home.database) as store:
        path = export(home.root / "watch" / "inbox" / name, *orders, *bad)
        report = take_in(store, home, path, clock=fixed_clock(AFTER), profile="bookshop-orders")
        assert len(report.rejected) == 2, report


async def test_what_the_demo_left_is_told_and_leads_to_the_customer(cockpit: OpenCockpit) -> None:
    app = cockpit()
    went: list[tuple[str, object]] = []
    app.go = lambda area, target=None: went.append((area, target))  # type: ignore[method-assign]
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: needs(app) == [Need.TASK])
        customer = app.store.read().execute("SELECT id FROM customer WHERE customer_no = '10008'").fetchone()[0]
        await wait_until(pilot, lambda: "10008" in str(page(app).query_one("#whole", Plain).render()))
        await pilot.press("enter")
        await wait_until(pilot, lambda: went)
        assert went == [("customers", customer)]


async def test_done_leaves_the_list_and_the_journal_and_comes_back(cockpit: OpenCockpit) -> None:
    app = cockpit()
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: needs(app) == [Need.TASK])
        await pilot.press("d")
        await wait_until(pilot, lambda: page(app).seen and needs(app) == [])
        conn = app.store.read()
        assert conn.execute("SELECT done_at FROM task").fetchone()[0] == stamp(AFTER)
        assert conn.execute("SELECT who, what FROM journal ORDER BY id DESC").fetchone()[:2] == ("staff", "done")
        await pilot.press("u")
        await wait_until(pilot, lambda: needs(app) == [Need.TASK])
        assert conn.execute("SELECT done_at FROM task").fetchone()[0] is None


async def test_held_messages_lead_to_the_filter_of_the_outbox(cockpit: OpenCockpit, demo_home: Home) -> None:
    held(demo_home)
    app = cockpit()
    went: list[tuple[str, object]] = []
    app.go = lambda area, target=None: went.append((area, target))  # type: ignore[method-assign]
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: Need.HELD in needs(app))
        assert page(app).why_not("done")
        await pilot.press("enter")
        await wait_until(pilot, lambda: went)
        assert went[0][0] == "outbox"
        assert went[0][1].states == ("held",)  # type: ignore[attr-defined]


async def test_every_line_leads_to_a_page_that_stands(cockpit: OpenCockpit, demo_home: Home) -> None:
    """The real areas, one after the other: the message, the customer, the text."""
    held(demo_home)
    (demo_home.templates / "de" / "goods_arrived_one" / "sms.txt.j2").write_text("{{ nobody.knows }}", encoding="utf-8")
    app = cockpit()
    async with app.run_test(size=(130, 40)) as pilot:
        await wait_until(pilot, lambda: needs(app) == [Need.TEMPLATE, Need.HELD, Need.TASK])
        for place, area in enumerate(("templates", "outbox", "customers")):
            await wait_until(pilot, lambda: app.area is page(app))
            await pilot.press("home", *["down"] * place, "enter")
            await wait_until(pilot, lambda area=area: app.area is not None and app.area.area_id == area)
            await pilot.pause()
            if area == "outbox":
                rows = app.screen.query_one("#outbox").query(Rows).first()
                await wait_until(pilot, lambda rows=rows: rows.total == 2)
            page(app).query_one("#errands", Rows).focus()
            await pilot.press("1")
        assert app.crash is None


async def test_a_rejected_row_is_looked_at_and_put_away(cockpit: OpenCockpit, demo_home: Home) -> None:
    rejected(demo_home)
    app = cockpit()
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: needs(app) == [Need.REJECTED, Need.TASK])
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, Rejected) and app.screen.query_one(Rows).total == 2)
        await pilot.press("d")
        states = "SELECT state FROM import_issue ORDER BY id"
        await wait_until(pilot, lambda: [row[0] for row in app.store.read().execute(states)] == ["dismissed", "open"])
        await wait_until(pilot, lambda: app.screen.query_one(Rows).total == 1)
        await pilot.press("u")
        await wait_until(pilot, lambda: app.screen.query_one(Rows).total == 2)
        await pilot.press("a", "d", "y")
        await wait_until(pilot, lambda: app.screen.query_one(Rows).total == 0)
        assert not app.store.read().execute("SELECT 1 FROM import_issue WHERE state = 'open'").fetchall()
        await pilot.press("escape")
        await wait_until(pilot, lambda: needs(app) == [Need.TASK])
        assert not app.crash


async def test_all_rows_of_a_file_at_once_after_a_question(cockpit: OpenCockpit, demo_home: Home) -> None:
    rejected(demo_home)
    app = cockpit()
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: needs(app) == [Need.REJECTED, Need.TASK])
        await pilot.press("d", "n")
        await pilot.pause()
        assert app.store.read().execute("SELECT count(*) FROM import_issue WHERE state = 'open'").fetchone()[0] == 2
        await pilot.press("d", "y")
        await wait_until(pilot, lambda: needs(app) == [Need.TASK])
        await pilot.press("u")
        await wait_until(pilot, lambda: needs(app) == [Need.REJECTED, Need.TASK])


async def test_a_file_put_aside_is_put_back_from_its_page(cockpit: OpenCockpit, demo_home: Home) -> None:
    (demo_home.quarantine / "odd\x1b]0;x\x07.csv").write_text("what;is\nthis\n", encoding="utf-8")
    app = cockpit()
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: needs(app) == [Need.QUARANTINE, Need.TASK])
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, PutAside))
        await pilot.press("p")
        await wait_until(pilot, lambda: needs(app) == [Need.TASK])
        assert (demo_home.root / "watch" / "inbox" / "odd\x1b]0;x\x07.csv").exists()
        assert not list(demo_home.quarantine.iterdir())


async def test_a_file_of_no_use_is_deleted_after_a_question(cockpit: OpenCockpit, demo_home: Home) -> None:
    (demo_home.quarantine / "odd.csv").write_text("x", encoding="utf-8")
    app = cockpit()
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: needs(app) == [Need.QUARANTINE, Need.TASK])
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, PutAside))
        await pilot.press("x")
        await pilot.pause()
        assert (demo_home.quarantine / "odd.csv").exists()
        await pilot.press("y")
        await wait_until(pilot, lambda: not (demo_home.quarantine / "odd.csv").exists())
        await wait_until(pilot, lambda: needs(app) == [Need.TASK])


async def test_a_broken_text_is_found_by_itself(cockpit: OpenCockpit, demo_home: Home) -> None:
    path = demo_home.templates / "de" / "goods_arrived_one" / "sms.txt.j2"
    path.write_text("{{ nobody.knows }}", encoding="utf-8")
    app = cockpit()
    went: list[tuple[str, object]] = []
    app.go = lambda area, target=None: went.append((area, target))  # type: ignore[method-assign]
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: Need.TEMPLATE in needs(app))
        assert needs(app)[0] == Need.TEMPLATE
        assert page(app).has_class("-error")
        await pilot.press("home", "enter")
        await wait_until(pilot, lambda: went)
        assert went == [("templates", Key("goods_arrived_one", "de", "sms"))]


async def test_a_missing_address_of_the_shop_is_typed_in_place(cockpit: OpenCockpit, tmp_path: Path) -> None:
    home = init(Home(tmp_path / "new"), Shop("DE", "de", "Buchladen"), AFTER, "test")
    app = cockpit(home=home)
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: needs(app) == [Need.SETUP, Need.SETUP])
        await pilot.press("enter")
        await pilot.press(*"laden@example.org", "enter")
        await wait_until(pilot, lambda: settings.get(app.store.read(), "shop.email") == "laden@example.org")
        await wait_until(pilot, lambda: needs(app) == [Need.SETUP])


async def test_an_empty_shop_is_told_what_to_do(cockpit: OpenCockpit, tmp_path: Path) -> None:
    app = cockpit(home=_complete(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: page(app).seen)
        assert page(app).seen.empty  # type: ignore[union-attr]
        assert "watch/inbox" in page(app).query_one("#errands", Rows).source.empty
        await pilot.press("x")
        example = home_inbox(app) / "auftraege_20260303_1800.csv"
        await wait_until(pilot, example.exists)
        assert example.read_bytes() == (default_files() / "watch" / "examples" / example.name).read_bytes()


async def test_a_dropped_file_shows_up_by_itself(cockpit: OpenCockpit, tmp_path: Path) -> None:
    """No key is pressed: the engine beside the screen takes the file in, and the screen tells."""
    app = cockpit(home=_complete(tmp_path), engine=True, clock=system_clock)
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: page(app).seen and page(app).seen.empty)
        example = default_files() / "watch" / "examples" / "auftraege_20260303_1800.csv"
        shutil.copyfile(example, home_inbox(app) / "x.part")
        (home_inbox(app) / "x.part").replace(home_inbox(app) / example.name)
        await wait_until(pilot, lambda: page(app).seen.lights.export.name == example.name, tries=1200)
        await wait_until(pilot, lambda: not page(app).seen.lights.export.busy, tries=1200)
        export_lamp = page(app).query_one(LightBoard).lamps[2]
        assert example.name in export_lamp.words
        assert "learned only" in export_lamp.words
        assert app.store.read().execute("SELECT count(*) FROM document").fetchone()[0] > 0
    app.room.stop()


async def test_a_home_that_cannot_be_read_does_not_look_well(cockpit: OpenCockpit, demo_home: Home) -> None:
    app = cockpit()
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: page(app).seen)
        away = demo_home.root / "away"
        demo_home.data.rename(away)  # as a drive that went away
        page(app).refresh_data()
        headline = page(app).query_one("#headline", Plain)
        await wait_until(pilot, lambda: "cannot be seen now" in str(headline.render()))
        assert page(app).has_class("-error")
        away.rename(demo_home.data)
        page(app).refresh_data()
        await wait_until(pilot, lambda: "cannot be seen now" not in str(headline.render()))


async def test_a_route_that_pauses_turns_its_light_red(cockpit: OpenCockpit) -> None:
    app = cockpit()
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: page(app).seen)
        app.store.write(lambda conn: accounts.pause(conn, "mailbox", stamp(AFTER), "[b]535 bad login\x1b[2J"))
        await wait_until(pilot, lambda: any("535" in lamp.words for lamp in page(app).query_one(LightBoard).lamps))
        lamp = next(lamp for lamp in page(app).query_one(LightBoard).lamps if "535" in lamp.words)
        assert lamp.level == "error"
        assert "\x1b" not in page(app).query_one(LightBoard).render().plain


async def test_what_goes_out_next_opens_in_the_outbox(cockpit: OpenCockpit, demo_home: Home) -> None:
    held(demo_home)
    with Store.open(demo_home.database) as store:
        due = stamp(AFTER + timedelta(minutes=5))
        store.write(
            lambda conn: conn.execute(
                "UPDATE message SET state = 'waiting', waits_for = 'merge', due_at = ? WHERE key = 'h1'", (due,)
            )
        )
    app = cockpit()
    went: list[tuple[str, object]] = []
    app.go = lambda area, target=None: went.append((area, target))  # type: ignore[method-assign]
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: page(app).query_one("#coming", Rows).total == 1)
        page(app).query_one("#coming", Rows).focus()
        await pilot.press("enter")
        await wait_until(pilot, lambda: went)
        assert went[0][0] == "outbox"
        assert went[0][1] == app.store.read().execute("SELECT id FROM message WHERE key = 'h1'").fetchone()[0]


def home_inbox(app: Cockpit) -> Path:
    return app.home.root / "watch" / "inbox"


def _complete(tmp_path: Path) -> Home:
    """A new home whose shop can be written by: nothing needs anybody."""
    home = init(Home(tmp_path / "new"), Shop("DE", "de", "Buchladen"), AFTER, "test")
    with Store.open(home.database) as store:
        for key, value in {"shop.email": "a@example.org", "shop.street": "Weg 1", "shop.postcode": "1",
                           "shop.city": "Berlin", "intake.settle_s": "0", "intake.poll_s": "1"}.items():  # fmt: skip
            store.write(lambda conn, key=key, value=value: settings.put(conn, key, value))  # type: ignore[misc]
    return home
