"""One message on the screen: every view of it, its file, hostile words, and the way out that it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from carat_tui.cockpit.dialogs import Ask, Confirm
from carat_tui.cockpit.screens.message_detail import MessageDetail, MessageSheet
from carat_tui.cockpit.screens.outbox_settle import Settle
from carat_tui.cockpit.widgets.labels import Labels
from carat_tui.cockpit.words import Plain
from carat_tui.model.home import Home
from carat_tui.store.database import Store
from tests.cli.door import carat
from tests.cockpit.conftest import OpenCockpit, settle, wait_until
from tests.cockpit.outbox_steps import change, choose, opened, text_of
from tests.outbox import seed

HOSTILE = "550 [@click=app.quit]no[/] such user \x1b]52;c;aGk=\x07\x9b2J\u202e"


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
