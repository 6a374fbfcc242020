"""The outbox on the screen: what staff do there is looked for in the store and on the disk, not only on the screen."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from carat_tui.cockpit.app import Cockpit
from carat_tui.cockpit.dialogs import Ask, Confirm
from carat_tui.cockpit.screens.message_detail import MessageDetail, MessageSheet
from carat_tui.cockpit.screens.outbox import Outbox
from carat_tui.cockpit.screens.outbox_filter import FilterDialog
from carat_tui.cockpit.screens.outbox_settle import Settle
from carat_tui.cockpit.widgets.labels import Labels
from carat_tui.cockpit.widgets.ticks import Ticks
from carat_tui.cockpit.words import Plain
from carat_tui.engine import Engine
from carat_tui.model.clock import fixed_clock, stamp
from carat_tui.model.home import Home
from carat_tui.services import outbox_filters
from carat_tui.services.outbox_filters import View
from carat_tui.store import journal
from carat_tui.store.database import Store
from tests.cli.door import carat
from tests.cockpit.conftest import AFTER, OpenCockpit, settle, wait_until
from tests.engine.shop import export, two_customers
from tests.outbox import seed

BRAKED_AT = datetime(2026, 3, 4, 9, 40, tzinfo=UTC)
HOSTILE = "550 [@click=app.quit]no[/] such user \x1b]52;c;aGk=\x07\x9b2J\u202e"


@pytest.fixture
def braked(home: Home) -> Home:
    """A shop whose second export made more messages than its brake allows: both are held."""
    for key, value in (("intake.settle_s", "0"), ("brake.max_at_once", "1"), ("merge.window_s", "0")):
        assert carat("settings", "set", key, value, home=home).code == 0
    inbox = home.root / "watch" / "inbox"
    for name, received, now in (
        ("orders_1.csv", False, "2026-03-04T10:00"),
        ("orders_2.csv", True, "2026-03-04T10:30"),
    ):
        export(inbox / name, *two_customers(received=received))
        carat("run", "--once", "--now", now, home=home)
    return home


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


# -- release what the brake held ----------------------------------------------------------------------------------


async def test_held_messages_are_found_released_and_leave(braked: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(home=braked, clock=fixed_clock(BRAKED_AT), area="outbox")
    async with app.run_test(size=(120, 40)) as pilot:
        outbox = await opened(pilot, app)
        assert seed.states(app.store) == {"held": 2}
        await pilot.press("right")
        await wait_until(pilot, lambda: outbox.rows.total == 2)
        assert outbox.query_one("#filters", Labels).active == "needs me"
        await pilot.press("a", "r")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        assert question(app) == "2 messages: 1 e-mail, 1 text message go out now."
        assert seed.states(app.store) == {"held": 2}, "nothing happens before somebody says yes"
        await pilot.press("y")
        await wait_until(pilot, lambda: seed.states(app.store) == {"waiting": 2})
        assert last_entry(app) == ("staff", "released")
        await wait_until(pilot, lambda: not outbox.rows.marked)
        assert files(braked.data / "mail") == []
        with Engine(braked, app.store, app.clock) as engine:
            engine.run_once()
        assert seed.states(app.store) == {"sent": 2}
        assert len(files(braked.data / "mail")) == len(files(braked.data / "sms")) == 1
        app.look()
        await wait_until(pilot, lambda: outbox.rows.total == 0)
        assert journal.verify(app.store.read()).broken_at is None


async def test_with_the_engine_beside_it_a_released_message_is_sent_before_ones_eyes(
    braked: Home, cockpit: OpenCockpit
) -> None:
    app = cockpit(home=braked, clock=fixed_clock(BRAKED_AT), area="outbox", engine=True)
    async with app.run_test(size=(120, 40)) as pilot:
        outbox = await opened(pilot, app)
        await wait_until(pilot, lambda: outbox.rows.current == 2)
        await pilot.press("r")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: seed.states(app.store) == {"held": 1, "sent": 1})
        detail = outbox.query_one(MessageDetail)
        await wait_until(pilot, lambda: detail.page is not None and detail.page.state == "sent")
        assert len(files(braked.data / "sms")) == 1


async def test_saying_no_changes_nothing(braked: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(home=braked, clock=fixed_clock(BRAKED_AT), area="outbox")
    async with app.run_test() as pilot:
        await opened(pilot, app)
        for no in ("n", "escape"):
            await pilot.press("a", "r")
            await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
            await pilot.press(no)
            await wait_until(pilot, lambda: not isinstance(app.screen, Confirm))
        await settle(pilot)
        assert seed.states(app.store) == {"held": 2}


async def test_a_release_is_taken_back_while_nothing_has_left(braked: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(home=braked, clock=fixed_clock(BRAKED_AT), area="outbox")
    async with app.run_test() as pilot:
        await opened(pilot, app)
        before = [dict(seed.row(app.store, number)) for number in (1, 2)]
        await pilot.press("a", "r")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: seed.states(app.store) == {"waiting": 2})
        await wait_until(pilot, lambda: app.screen is app.screen_stack[0])
        await pilot.press("u")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        assert question(app) == "Hold the 2 messages again that you released (10:40)?"
        await pilot.press("y")
        await wait_until(pilot, lambda: seed.states(app.store) == {"held": 2})
        assert [dict(seed.row(app.store, number)) for number in (1, 2)] == before
        assert last_entry(app) == ("staff", "taken back")


async def test_what_was_sent_is_not_taken_back(braked: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(home=braked, clock=fixed_clock(BRAKED_AT), area="outbox")
    async with app.run_test() as pilot:
        outbox = await opened(pilot, app)
        await pilot.press("a", "r")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: seed.states(app.store) == {"waiting": 2})
        await wait_until(pilot, lambda: app.screen is app.screen_stack[0])
        with Engine(braked, app.store, app.clock) as engine:
            engine.run_once()
        await pilot.press("z")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await settle(pilot)
        assert seed.states(app.store) == {"sent": 2}
        app.look()
        outbox.refresh_data()
        await wait_until(pilot, lambda: "already sent" in outbox.why_not("release"))


# -- settle an unclear one ----------------------------------------------------------------------------------------


async def unclear(pilot: Pilot[None], app: Cockpit) -> None:
    """Go to the unclear message and open its dialogue."""
    area(app).aim(2)
    await wait_until(pilot, lambda: area(app).rows.current == 2)
    if isinstance(app.screen, MessageSheet):
        await pilot.press("escape")
    await wait_until(pilot, lambda: not area(app).why_not("settle"))
    await pilot.press("e")
    await wait_until(pilot, lambda: isinstance(app.screen, Settle))
    await wait_until(pilot, lambda: text_of(app.screen.query_one("#evidence", Plain)))


@pytest.mark.parametrize(
    ("downs", "state", "what"),
    [(0, "sent", "resolved: sent"), (1, "waiting", "resolved: resend"), (2, "cancelled", "resolved: drop")],
)
async def test_an_unclear_message_is_settled_with_a_reason(
    demo_home: Home, cockpit: OpenCockpit, downs: int, state: str, what: str
) -> None:
    change(demo_home, 2, state="unclear", reason="the line was cut after the final dot")
    app = cockpit(area="outbox")
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, app)
        await unclear(pilot, app)
        evidence = text_of(app.screen.query_one("#evidence", Plain))
        assert "the line was cut after the final dot" in evidence
        assert seed.row(app.store, 2)["message_ref"] in evidence
        await pilot.press(*["down"] * downs, "enter")
        assert app.screen.query_one("#why", Input).has_focus
        await pilot.press("enter")
        assert isinstance(app.screen, Settle), "without a reason there is no verdict"
        await pilot.press(*"asked")
        await pilot.press("enter")
        await wait_until(pilot, lambda: seed.row(app.store, 2)["state"] == state)
        row = app.store.read().execute("SELECT who, what, detail FROM journal ORDER BY id DESC LIMIT 1").fetchone()
        assert (row["who"], row["what"], json.loads(row["detail"])["why"]) == ("staff", what, "asked")


async def test_settling_may_be_left_for_later(demo_home: Home, cockpit: OpenCockpit) -> None:
    change(demo_home, 2, state="unclear", reason="cut")
    app = cockpit(area="outbox")
    async with app.run_test() as pilot:
        await opened(pilot, app)
        await unclear(pilot, app)
        await pilot.press("escape")
        await settle(pilot)
        assert seed.row(app.store, 2)["state"] == "unclear"


# -- acts on many -------------------------------------------------------------------------------------------------


async def test_an_act_on_marked_rows_does_what_can_be_done_and_says_the_rest(
    demo_home: Home, cockpit: OpenCockpit
) -> None:
    for number in (8, 9, 10):
        change(demo_home, number, state="waiting", waits_for="merge", due_at=stamp(AFTER + timedelta(minutes=5)))
    app = cockpit(area="outbox")
    async with app.run_test(size=(120, 40)) as pilot:
        outbox = await opened(pilot, app)
        before = {number: dict(seed.row(app.store, number)) for number in (8, 9, 10)}
        await pilot.press("space", "space", "space", "space")
        await wait_until(pilot, lambda: outbox.rows.marked == 4)
        await pilot.press("h")
        await wait_until(pilot, lambda: isinstance(app.screen, Ask))
        assert question(app) == (
            "3 messages: 1 e-mail, 1 text message, 1 letter are kept back until released. 1 cannot: already sent."
        )
        await pilot.press(*"asks")
        await pilot.press("enter")
        await wait_until(pilot, lambda: seed.states(app.store).get("held") == 3)
        assert {seed.row(app.store, number)["reason"] for number in (8, 9, 10)} == {"asks"}
        await wait_until(pilot, lambda: app.screen is app.screen_stack[0])
        await pilot.press("z")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: "held" not in seed.states(app.store))
        assert {number: dict(seed.row(app.store, number)) for number in (8, 9, 10)} == before


async def test_many_thousands_are_dropped_beside_a_screen_that_lives(home: Home, cockpit: OpenCockpit) -> None:
    with Store.open(home.database) as store:
        seed.messages(store, 5_000, AFTER, due=AFTER + timedelta(days=1), durable=False)
    app = cockpit(home=home, area="outbox")
    async with app.run_test() as pilot:
        outbox = await opened(pilot, app)
        await wait_until(pilot, lambda: outbox.rows.total == 5_000)
        await pilot.press("a", "c")
        await wait_until(pilot, lambda: isinstance(app.screen, Ask))
        assert question(app) == "5000 e-mails are dropped and never sent."
        await pilot.press("enter")
        await wait_until(pilot, lambda: seed.states(app.store).get("cancelled", 0) > 0)
        below = outbox.rows.current
        await pilot.press("down")
        assert outbox.rows.current != below, "the list moves while the act is under way"
        await wait_until(pilot, lambda: seed.states(app.store) == {"cancelled": 5_000}, tries=2_000)


async def test_keys_that_make_no_sense_say_why(demo_home: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(area="outbox")
    async with app.run_test() as pilot:
        outbox = await opened(pilot, app)
        assert outbox.why_not("release") == "This cannot be done: already sent."
        await pilot.press("r", "h", "c", "t", "e")
        await settle(pilot)
        assert app.screen is app.screen_stack[0]
        assert seed.states(app.store) == {"sent": 10}


# -- filters, search, places --------------------------------------------------------------------------------------


async def test_search_narrows_as_it_is_typed_and_escape_goes_back_step_by_step(
    demo_home: Home, cockpit: OpenCockpit
) -> None:
    app = cockpit(area="outbox")
    async with app.run_test() as pilot:
        outbox = await opened(pilot, app)
        await pilot.press("slash", *"b26-10024")
        await wait_until(pilot, lambda: outbox.rows.total == 1)
        assert outbox.rows.current == 4
        await pilot.press("enter", "space", "escape")
        await wait_until(pilot, lambda: not outbox.rows.marked)
        assert outbox.rows.total == 1
        await pilot.press("escape")
        await wait_until(pilot, lambda: outbox.rows.total == 10)
        assert outbox.query_one("#search", Input).value == ""
        assert outbox.rows.current == 4, "the cursor stays with its message"
        await pilot.press("escape")
        assert app.is_running


async def test_a_filter_is_chosen_kept_under_a_name_renamed_and_deleted(demo_home: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(area="outbox")
    async with app.run_test(size=(80, 24)) as pilot:
        outbox = await opened(pilot, app)
        await pilot.press("f")
        await wait_until(pilot, lambda: isinstance(app.screen, FilterDialog))
        app.screen.query_one("#channel").value = "letter"  # type: ignore[attr-defined]
        await pilot.press("f2")
        await wait_until(pilot, lambda: outbox.rows.total == 2)
        assert outbox.query_one("#filters", Labels).labels[-1].text == "letter"

        await choose(pilot, app, "s", "Keep the present filter")
        await pilot.press(*"post", "enter")
        await wait_until(pilot, lambda: outbox.query_one("#filters", Labels).active == "post")
        assert outbox_filters.find(app.store.read(), "post").view == View(channel="letter")

        await choose(pilot, app, "s", "Rename")
        await pilot.press(*"postal", "enter")
        await wait_until(pilot, lambda: outbox.query_one("#filters", Labels).active == "postal")

        await choose(pilot, app, "s", "Delete")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: len(outbox_filters.every(app.store.read())) == len(outbox_filters.BUILT_IN))
        assert seed.states(app.store) == {"sent": 10}


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


async def test_states_are_taken_in_and_out_with_space(demo_home: Home, cockpit: OpenCockpit) -> None:
    change(demo_home, 3, state="held", reason="because")
    app = cockpit(area="outbox")
    async with app.run_test(size=(80, 24)) as pilot:
        outbox = await opened(pilot, app)
        await pilot.press("f")
        await wait_until(pilot, lambda: isinstance(app.screen, FilterDialog))
        await pilot.press("space", "down", "space", "space", "f2")
        await wait_until(pilot, lambda: outbox.rows.total == 1)
        assert outbox._view == View(states=("held",))
        await pilot.press("f")
        await wait_until(pilot, lambda: isinstance(app.screen, FilterDialog))
        assert app.screen.query_one(Ticks).taken == ("held",)


async def test_a_filter_that_means_nobody_is_refused(demo_home: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(area="outbox")
    async with app.run_test() as pilot:
        outbox = await opened(pilot, app)
        for name, value in (("#customer", "4711"), ("#day", "soon")):
            await pilot.press("f")
            await wait_until(pilot, lambda: isinstance(app.screen, FilterDialog))
            app.screen.query_one(name, Input).value = value
            await pilot.press("f2")
            await pilot.pause()
            assert isinstance(app.screen, FilterDialog)
            await pilot.press("escape")
        assert outbox.rows.total == 10


async def test_other_areas_aim_at_a_message_a_view_or_a_name(demo_home: Home, cockpit: OpenCockpit) -> None:
    change(demo_home, 3, state="held", reason="because")
    app = cockpit(area="overview")
    async with app.run_test(size=(120, 40)) as pilot:
        app.go("outbox", "needs me")
        await wait_until(pilot, lambda: isinstance(app.area, Outbox) and area(app).rows.total == 1)
        app.go("outbox", 7)
        await wait_until(pilot, lambda: area(app).rows.current == 7)
        app.go("outbox", View(customer="10002"))
        await wait_until(pilot, lambda: area(app).rows.total == 1)


async def test_counts_follow_the_store(demo_home: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(area="outbox")
    async with app.run_test() as pilot:
        outbox = await opened(pilot, app)
        counts = {label.key: label.count for label in outbox.query_one("#filters", Labels).labels}
        assert counts == {"all": 10, "needs me": 0, "waiting": 0, "sent today": 10, "failed": 0}
        change(demo_home, 3, state="failed", reason="no")
        app.look()
        await wait_until(pilot, lambda: outbox._counts["failed"] == 1)


# -- one message --------------------------------------------------------------------------------------------------


async def test_every_view_of_a_message_shows_what_is_on_record(demo_home: Home, cockpit: OpenCockpit) -> None:
    app = cockpit(area="outbox")
    async with app.run_test(size=(80, 24)) as pilot:
        outbox = await opened(pilot, app)
        outbox.rows.move_to(2)
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, MessageSheet))
        detail = app.screen.query_one(MessageDetail)
        await wait_until(pilot, lambda: detail.page is not None)
        body = app.store.read().execute("SELECT text, payload FROM message_body WHERE message_id = 2").fetchone()
        shown = {}
        for _ in range(6):
            view = detail.query_one(Labels).active
            await wait_until(pilot, lambda: text_of(detail.query_one(Plain)) not in ("", "…"))
            shown[view] = text_of(detail.query_one(Plain))
            await pilot.press("right")
            await wait_until(pilot, lambda view=view: detail.query_one(Labels).active != view)  # type: ignore[misc]
            await settle(pilot)
        assert list(shown) == ["message", "source", "headers", "attempts", "history", "why"]
        assert body["text"].strip() in shown["message"]
        assert shown["headers"] == bytes(body["payload"]).partition(b"\r\n\r\n")[0].decode().replace("\r\n", "\n")
        assert "<html" in shown["source"]
        assert "accepted" in shown["attempts"]
        assert "handed to the route" in shown["history"]
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.screen is app.screen_stack[0])
        assert outbox.rows.current == 2


async def test_a_message_that_waits_says_what_stands_in_its_way(demo_home: Home, cockpit: OpenCockpit) -> None:
    assert carat("outbox", "pause", "--why", "stocktaking", home=demo_home).code == 0
    words = ("--subject", "Two lines", "--text", "One\n\ttwo")
    carat("send", "--customer", "10001", "--channel", "email", *words, home=demo_home)
    app = cockpit(area="outbox")
    async with app.run_test(size=(120, 40)) as pilot:
        page = app.screen.query_one(MessageDetail).query(Plain).first
        await wait_until(pilot, lambda: "F8 lets it go on" in text_of(page()))
        assert "waiting due " in text_of(page()), "and since when"
        assert "    two" in text_of(page()), "a tab is a tab"


async def test_what_can_be_done_in_the_list_can_be_done_on_the_page_of_a_message(
    demo_home: Home, cockpit: OpenCockpit
) -> None:
    change(demo_home, 2, state="held", reason="because")
    app = cockpit(area="outbox")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        app.go("outbox", 2)
        await wait_until(pilot, lambda: isinstance(app.screen, MessageSheet))
        sheet = app.screen
        assert isinstance(sheet, MessageSheet)
        assert sheet.why_not("hold") == "This cannot be done: already held."
        await pilot.press("c")
        await wait_until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press(*"phoned", "enter")
        await wait_until(pilot, lambda: seed.row(app.store, 2)["state"] == "cancelled")
        assert seed.row(app.store, 2)["reason"] == "phoned"
        await wait_until(pilot, lambda: app.screen is sheet)
        await wait_until(pilot, lambda: "phoned" in text_of(sheet.query_one(MessageDetail).query_one(Plain)))
        await pilot.press("z")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: seed.row(app.store, 2)["reason"] == "because")


async def test_the_file_of_a_message_is_the_one_that_left(
    demo_home: Home, cockpit: OpenCockpit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    app = cockpit(area="outbox")
    async with app.run_test() as pilot:
        outbox = await opened(pilot, app)
        outbox.rows.move_to(4)
        await pilot.press("o")
        await wait_until(pilot, lambda: app.clipboard)
        path = Path(app.clipboard)
        payload = app.store.read().execute("SELECT payload FROM message_body WHERE message_id = 4").fetchone()[0]
        assert path.parent == (demo_home.data / "letters").resolve()
        assert path.read_bytes() == bytes(payload)


async def test_a_file_is_written_where_none_left(demo_home: Home, cockpit: OpenCockpit) -> None:
    change(demo_home, 4, state="held", reason="x", route=None, provider_ref=None)
    app = cockpit(area="outbox")
    from carat_tui.services.message_file import file_of

    path = file_of(app.store, demo_home, 4)
    assert path == (demo_home.data / "view" / "message-4.pdf").resolve()
    assert path.read_bytes().startswith(b"%PDF-")


async def test_hostile_words_of_a_server_are_read_and_do_nothing(demo_home: Home, cockpit: OpenCockpit) -> None:
    change(demo_home, 2, state="failed", reason=HOSTILE, subject=HOSTILE, to_address=HOSTILE)
    with Store.open(demo_home.database) as store:
        store.write(lambda conn: conn.execute("UPDATE attempt SET words = ? WHERE message_id = 2", (HOSTILE,)))
        store.write(lambda conn: conn.execute("UPDATE message_body SET text = ? WHERE message_id = 2", (HOSTILE,)))
    app = cockpit(area="outbox")
    async with app.run_test(size=(120, 40)) as pilot:
        outbox = await opened(pilot, app)
        outbox.rows.move_to(2)
        detail = outbox.query_one(MessageDetail)
        await wait_until(pilot, lambda: detail.page is not None and detail.page.id == 2)
        for _ in range(6):
            text = text_of(detail.query_one(Plain))
            assert not set(text) & {"\x1b", "\x07", "\x9b", "\u202e"}
            await pilot.press("d")
            await settle(pilot)
        assert "[@click=app.quit]no[/]" in "".join(str(strip.text) for strip in app.screen._compositor.render_strips())
        await pilot.click(MessageDetail, offset=(12, 3))
        assert app.is_running
        change(demo_home, 2, state="unclear")
        app.look()
        await wait_until(pilot, lambda: not outbox.why_not("settle"))
        await pilot.press("e")
        await wait_until(pilot, lambda: isinstance(app.screen, Settle))
        await wait_until(pilot, lambda: "no[/] such user" in text_of(app.screen.query_one("#evidence", Plain)))


# -- ways out -----------------------------------------------------------------------------------------------------


async def test_a_way_out_is_paused_and_goes_on(demo_home: Home, cockpit: OpenCockpit) -> None:
    from carat_tui.store import accounts

    app = cockpit(area="outbox")
    async with app.run_test() as pilot:
        await opened(pilot, app)
        await choose(pilot, app, "p", "● mailbox")
        await wait_until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press(*"full", "enter")
        await wait_until(pilot, lambda: accounts.find(app.store.read(), "mailbox").pause_reason == "full")
        await choose(pilot, app, "p", "‖ mailbox")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: accounts.find(app.store.read(), "mailbox").paused_since is None)
