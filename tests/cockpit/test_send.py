"""Send a notice by hand, from the key to the file that left: the heart of the product (issue 3, done when 1)."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from carat_tui.cockpit.app import Cockpit
from carat_tui.cockpit.dialogs import Confirm, Failure
from carat_tui.cockpit.screens.orders import Orders
from carat_tui.cockpit.screens.orders_sheet import OrderSheet
from carat_tui.cockpit.screens.send import Send
from carat_tui.cockpit.screens.send_result import Result
from carat_tui.cockpit.screens.send_sight import Sight
from carat_tui.cockpit.screens.send_ways import Ways
from carat_tui.cockpit.widgets.tick import Tick
from carat_tui.cockpit.words import Plain
from carat_tui.model.clock import stamp
from carat_tui.model.home import Home
from carat_tui.store import accounts, settings, suppressions
from carat_tui.store.database import Store
from tests.cockpit.conftest import AFTER, OpenCockpit, wait_until

WIDE, NARROW = (120, 40), (80, 24)
TEXT = "Ihr Buch liegt bereit, wir haben bis 19 Uhr offen."


def one(app: Cockpit, sql: str, *values: object) -> Any:
    return app.store.read().execute(sql, values).fetchone()[0]


def by_hand(app: Cockpit) -> int:
    return int(one(app, "SELECT count(*) FROM message WHERE rule = 'manual'"))


def said(app: Cockpit, name: str) -> str:
    return str(app.screen.query_one(name, Plain).render())


def plain_text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part is not None else ""


async def open_form(app: Cockpit, pilot: Pilot[None], *numbers: str) -> Send:
    """Go to the orders, mark them if they are several, press n."""
    area = app.area
    assert isinstance(area, Orders)
    await wait_until(pilot, lambda: area.rows.total)
    ids = [int(one(app, "SELECT id FROM document WHERE number = ?", number)) for number in numbers]
    area.rows.move_to(ids[0])
    for order in ids if len(ids) > 1 else ():
        area.rows.mark(order)
    await wait_until(pilot, lambda: area.chosen is not None and area.order is not None and area.order.id == ids[0])
    await pilot.press("n")
    await wait_until(pilot, lambda: isinstance(app.screen, Send) and app.screen.query_one(TextArea).has_focus)
    assert isinstance(app.screen, Send)
    return app.screen


async def write(pilot: Pilot[None], form: Send, channel: str, text: str = TEXT) -> None:
    """Choose a way and type."""
    ways = form.query_one(Ways)
    ways.highlighted = ways.get_option_index(channel)
    await wait_until(pilot, lambda: form.channel == channel)
    form.query_one(TextArea).text = text
    await pilot.pause()


async def settled(app: Cockpit, pilot: Pilot[None]) -> Result:
    await wait_until(pilot, lambda: isinstance(app.screen, Result) and app.screen.settled)
    assert isinstance(app.screen, Result)
    return app.screen


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_an_sms_by_keys_alone(cockpit: OpenCockpit, demo_home: Home, size: tuple[int, int]) -> None:
    app = cockpit(area="orders", engine=True)
    async with app.run_test(size=size) as pilot:
        form = await open_form(app, pilot, "B26-10033")
        await pilot.press("shift+tab", "shift+tab", "shift+tab")  # subject, address, ways
        assert form.query_one(Ways).has_focus
        await pilot.press("down")
        await wait_until(pilot, lambda: form.channel == "sms")
        assert form.address == "+491713920011"
        await pilot.press("tab", "tab", *("space" if key == " " else key for key in "Ihr Buch ist da "), "ctrl+t")
        await wait_until(pilot, lambda: form.text == "Ihr Buch ist da Die Verwandlung")
        assert "1 SMS" in said(app, "#length")
        await pilot.press("ctrl+s")
        result = await settled(app, pilot)
        assert [one.state for one in result.found] == ["sent"]
        assert "The route says" in said(app, "#outcomes")
        await pilot.press("enter")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)
        message = one(app, "SELECT max(id) FROM message WHERE rule = 'manual'")
        assert one(app, "SELECT state FROM message WHERE id = ?", message) == "sent"
        assert one(app, "SELECT note FROM document WHERE number = 'B26-10033'") == (
            "2026-03-04 09:40 SMS +491713920011: Ihr Buch ist da Die Verwandlung"
        )
    (file,) = demo_home.data.glob(f"sms/*-{message:07d}-*.txt")
    assert "Ihr Buch ist da Die Verwandlung" in file.read_text(encoding="utf-8")


async def test_a_mail_with_attachment_and_copy_to_the_shop(
    cockpit: OpenCockpit, demo_home: Home, tmp_path: Path
) -> None:
    attached = tmp_path / "Liste.pdf"
    attached.write_bytes(b"%PDF-1.4 list")
    app = cockpit(area="orders", engine=True)
    async with app.run_test(size=WIDE) as pilot:
        form = await open_form(app, pilot, "B26-10021")
        assert form.channel == "email"
        assert "Der Zauberberg" in form.query_one("#subject", Input).value
        await write(pilot, form, "email")
        form.query_one("#files", Input).value = str(attached)
        form.query_one(Tick).focus()
        await pilot.press("space")
        await wait_until(pilot, lambda: "Liste.pdf" in said(app, "#sight"))
        assert "anna.berger@example.org" in said(app, "#sight")
        assert "1 file" in said(app, "#files-words")
        await pilot.press("ctrl+s")
        result = await settled(app, pilot)
        assert [one.state for one in result.found] == ["sent", "sent"]
        found = {one.to: one.id for one in result.found}
    mails = {}
    for path in demo_home.data.rglob("new/*"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        mails[f"{mail['To']} {mail['Subject']}"] = mail
    (mail,) = [mail for mail in mails.values() if TEXT in plain_text(mail) and "anna" in mail["To"]]
    assert [part.get_content() for part in mail.iter_attachments()] == [b"%PDF-1.4 list"]
    assert any(name.startswith("laden@example.org Kopie: ") for name in mails)
    assert set(found) == {"anna.berger@example.org", "laden@example.org"}


async def test_a_letter_and_its_pages(cockpit: OpenCockpit, demo_home: Home) -> None:
    app = cockpit(area="orders", engine=True)
    async with app.run_test(size=NARROW) as pilot:
        form = await open_form(app, pilot, "B26-10021")
        await write(pilot, form, "letter", "Sehr geehrte Frau Berger,\n\nIhr Buch ist da.\n" * 40)
        await wait_until(pilot, lambda: "3 pages" in said(app, "#length"))
        form.query_one(TextArea).text = TEXT
        await wait_until(pilot, lambda: "1 page" in said(app, "#length"))
        await pilot.press("ctrl+s")
        result = await settled(app, pilot)
        message = result.found[0].id
    (file,) = demo_home.data.glob(f"letters/*-{message:07d}-*.pdf")
    assert file.read_bytes().startswith(b"%PDF")


async def test_one_message_about_marked_orders(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders", engine=True)
    async with app.run_test(size=NARROW) as pilot:
        form = await open_form(app, pilot, "B26-10033", "B26-10021")
        assert "B26-10033, B26-10021" in said(app, ".title")
        subject = form.query_one("#subject", Input).value
        assert "Die Verwandlung" in subject
        assert "Der Zauberberg" in subject
        await write(pilot, form, "email")
        await pilot.press("ctrl+s")
        result = await settled(app, pilot)
        about = "SELECT count(*) FROM message_document WHERE message_id = ?"
        assert one(app, about, result.found[0].id) == 2
        assert one(app, "SELECT count(*) FROM document WHERE note LIKE '%liegt bereit%'") == 2
        await pilot.press("enter")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)
        assert isinstance(app.area, Orders)
        assert app.area.rows.marked == 0


async def test_two_presses_make_one_message(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders")
    async with app.run_test(size=NARROW) as pilot:
        form = await open_form(app, pilot, "B26-10033")
        await write(pilot, form, "sms")
        form.action_send()
        form.action_send()
        await pilot.press("ctrl+s", "ctrl+s")
        await wait_until(pilot, lambda: isinstance(app.screen, Result))
        await pilot.press("ctrl+s")
        assert by_hand(app) == 1
        assert "No engine" in said(app, "#outcomes")
        await pilot.press("escape")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)
        assert by_hand(app) == 1


async def test_what_cannot_be_sent_says_why_and_writes_nothing(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders")
    app.store.write(
        lambda conn: suppressions.put(conn, "sms", "+491713920011", "asked by phone", stamp(AFTER), "staff")
    )
    async with app.run_test(size=NARROW) as pilot:
        form = await open_form(app, pilot, "B26-10033")
        assert form.why_not("send") == "The text is empty."
        await write(pilot, form, "sms")
        assert "asked by phone" in form.why_not("send")
        form.query_one("#address", Input).value = ""
        assert form.why_not("send") == "There is no address."
        await pilot.press("ctrl+s")
        form.query_one("#address", Input).value = "030 23125 123"
        await pilot.pause()
        assert form.why_not("send") == ""  # only the service knows a landline
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: isinstance(app.screen, Failure))
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.screen is form)
        form.query_one("#address", Input).value = "0171 3920099"
        form.query_one(TextArea).text = "x" * 400
        await pilot.pause()
        assert "at most 2 parts" in form.why_not("send")
        form.query_one(TextArea).text = "Ihr „Buch“ ist da"
        await pilot.pause()
        assert "„ “" in said(app, "#length")
        assert by_hand(app) == 0
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: isinstance(app.screen, Result))
        assert one(app, "SELECT to_address FROM message WHERE rule = 'manual'") == "+491713920099"


async def test_a_customer_without_any_way(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders")
    async with app.run_test(size=NARROW) as pilot:
        form = await open_form(app, pilot, "B26-10028")
        ways = form.query_one(Ways)
        assert ways.get_option("letter").disabled
        await write(pilot, form, "email")
        assert form.why_not("send") == "There is no address."
        form.query_one("#address", Input).value = "otto@example.org"
        await pilot.pause()
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: isinstance(app.screen, Result))
        assert one(app, "SELECT to_address FROM message WHERE rule = 'manual'") == "otto@example.org"


async def test_a_full_note_forces_the_copy(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders", engine=True)
    app.store.write(lambda conn: conn.execute("UPDATE document SET note = ? WHERE number = 'B26-10033'", ("x" * 240,)))
    async with app.run_test(size=NARROW) as pilot:
        form = await open_form(app, pilot, "B26-10033")
        await write(pilot, form, "sms")
        assert form.query_one(Tick).forced
        assert "The note of B26-10033 is full: the shop gets a copy." in said(app, "#note")
        await pilot.press("ctrl+s")
        result = await settled(app, pilot)
        assert [one.to for one in result.found] == ["+491713920011", "laden@example.org"]
        assert "full" in said(app, "#noted")
        assert one(app, "SELECT note FROM document WHERE number = 'B26-10033'") == "x" * 240


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        (lambda conn: settings.set_mode(conn, settings.Mode("paused")), "F9 changes the mode"),
        (lambda conn: settings.set_paused(conn, "Inventur"), "F8 lets it go on"),
        (
            lambda conn: accounts.pause(conn, "sms-files", stamp(AFTER), "no credit"),
            "no credit. In the outbox, p lets it go on",
        ),
    ],
)
async def test_what_stands_in_the_way_is_said(cockpit: OpenCockpit, stop: Any, words: str) -> None:
    app = cockpit(area="orders", engine=True)
    app.store.write(stop)
    async with app.run_test(size=NARROW) as pilot:
        form = await open_form(app, pilot, "B26-10033")
        await write(pilot, form, "sms")
        await pilot.press("ctrl+s")
        result = await settled(app, pilot)
        assert result.found[0].state == "waiting"
        assert words in said(app, "#outcomes").replace("\n", " ")


async def test_closing_with_a_text_asks_and_going_elsewhere_is_refused(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders")
    async with app.run_test(size=NARROW) as pilot:
        form = await open_form(app, pilot, "B26-10033")
        form.query_one(TextArea).text = TEXT
        app.go("outbox")
        await pilot.pause()
        assert app.screen is form
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("n")
        await wait_until(pilot, lambda: app.screen is form)
        assert form.text == TEXT
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)
        form = await open_form(app, pilot, "B26-10033")
        await pilot.press("escape")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)
        assert by_hand(app) == 0


async def test_the_preview_page_shows_what_will_leave(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders")
    async with app.run_test(size=NARROW) as pilot:
        form = await open_form(app, pilot, "B26-10033")
        await write(pilot, form, "sms", f"{'Ihr Buch ist da. ' * 10}")
        await pilot.press("f5")
        await wait_until(pilot, lambda: isinstance(app.screen, Sight))
        assert "2/2 · " in said(app, "#sight")
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.screen is form)
        assert by_hand(app) == 0


async def test_another_known_address_by_key(cockpit: OpenCockpit, demo_home: Home) -> None:
    with Store.open(demo_home.database) as store:
        store.write(
            lambda conn: conn.execute(
                "INSERT INTO contact (customer_id, type, value, value_raw) SELECT id, 'mobile', '+491713920099', ''"
                " FROM customer WHERE customer_no = '10001'"
            )
        )
    app = cockpit(area="orders")
    async with app.run_test(size=NARROW) as pilot:
        form = await open_form(app, pilot, "B26-10033")
        await write(pilot, form, "sms")
        form.query_one("#address", Input).focus()
        await pilot.press("down")
        await wait_until(pilot, lambda: form.address == "+491713920099")
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: isinstance(app.screen, Result))
        assert one(app, "SELECT to_address FROM message WHERE rule = 'manual'") == "+491713920099"


HOSTILE = "[@click=app.quit]x[/]\x1b]52;c;UFdO\x07\x9b2J\u202e[/b] {0}"


async def test_hostile_texts_in_the_form_are_only_shown(cockpit: OpenCockpit, demo_home: Home) -> None:
    with Store.open(demo_home.database) as store:
        for sql in (
            "UPDATE customer SET name = ?", "UPDATE document SET note = ?, shelf_no = 'A1'",
            "UPDATE document_line SET title = ?", "UPDATE contact SET value = ? WHERE type = 'mobile'",
            "UPDATE account SET paused_since = 'x', pause_reason = ? WHERE name = 'sms-files'",
        ):  # fmt: skip
            store.write(lambda conn, sql=sql: conn.execute(sql, (HOSTILE,)))  # type: ignore[misc]
    app = cockpit(area="orders")
    async with app.run_test(size=WIDE) as pilot:
        form = await open_form(app, pilot, "B26-10033")
        await write(pilot, form, "sms", HOSTILE)
        form.query_one("#address", Input).value = "0171 3920099"
        await pilot.press("ctrl+t", "f5")
        await wait_until(pilot, lambda: isinstance(app.screen, Sight | Failure))
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.screen is form)
        form.query_one(TextArea).text = "x"
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: isinstance(app.screen, Result))
        picture = app.export_screenshot()
        assert app.is_running
    assert not set(picture) & set("\x1b\x07\x9b\u202e")


async def test_from_the_order_s_own_page(cockpit: OpenCockpit) -> None:
    app = cockpit(area="orders")
    async with app.run_test(size=NARROW) as pilot:
        area = app.area
        assert isinstance(area, Orders)
        area.aim(int(one(app, "SELECT id FROM document WHERE number = 'B26-10023'")))
        await wait_until(pilot, lambda: isinstance(app.screen, OrderSheet) and not app.screen.why_not("send"))
        await pilot.press("n")
        await wait_until(pilot, lambda: isinstance(app.screen, Send) and app.screen.channel == "sms")
        await pilot.press(*"Hallo", "ctrl+s")
        await wait_until(pilot, lambda: isinstance(app.screen, Result))
        await pilot.press("o")
        await wait_until(pilot, lambda: app.area is not None and app.area.area_id == "outbox")
        assert len(app.screen_stack) == 1 or not isinstance(app.screen, Send)
        assert by_hand(app) == 1
