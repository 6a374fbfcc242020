"""Sending by hand: the same function for the command line and the order book (issue 2 point 7, DOMAIN G.1, G.4)."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from carat_tui.compose.renderer import Renderer
from carat_tui.compose.write import compose_one
from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.services.outcome import outcomes
from carat_tui.services.send import Sent, send_by_hand
from carat_tui.services.sight import look
from carat_tui.services.suggestion import Offered, suggest
from carat_tui.services.written import Written
from carat_tui.store import accounts, journal, settings, suppressions
from tests.bookshop import LETTER, Bookshop

MOBILE = "+4915112345678"


@pytest.fixture
def order(shop: Bookshop) -> int:
    """Order B1 of customer 10023, who has every kind of address."""
    customer = shop.customer("10023", email="erika@example.org", mobile=MOBILE, language="de", **LETTER)
    return shop.order("B1", customer, ("Momo",))


def send(
    shop: Bookshop, home: Home, now: datetime, channel: str = "sms", text: str = "Ihr Buch ist da.", **more: Any
) -> Sent:
    target: dict[str, Any] = {} if {"customer", "to", "orders"} & more.keys() else {"orders": ("B1",)}
    return send_by_hand(shop.store, home, Written(channel, text, **target, **more), "anna", now)


@pytest.mark.usefixtures("order")
def test_an_sms_about_an_order(shop: Bookshop, home: Home, now: datetime) -> None:
    sent = send(shop, home, now)
    assert sent == Sent(1, None, True)
    assert sent.ids == (1,)
    (message,) = shop.messages()
    assert (message["rule"], message["event"], message["channel"], message["to_address"]) == (
        "manual", "manual", "sms", MOBILE,
    )  # fmt: skip
    assert (message["state"], message["waits_for"], message["due_at"]) == ("waiting", None, stamp(now))
    assert json.loads(message["draft"]) == {"subject": "Momo", "text": "Ihr Buch ist da."}
    assert shop.rows("SELECT * FROM message_document") == [{"message_id": 1, "document_id": 1}]
    (entry,) = shop.rows("SELECT who, what, subject_id, detail FROM journal ORDER BY id DESC LIMIT 1")
    assert (entry["who"], entry["what"], entry["subject_id"]) == ("anna", "written by hand", 1)
    assert MOBILE not in entry["detail"]


@pytest.mark.usefixtures("order")
def test_the_note_gets_a_line_in_local_time(shop: Bookshop, home: Home, now: datetime) -> None:
    send(shop, home, now)
    send(shop, home, now, "email", "Und noch eins,\nwie besprochen.")
    assert shop.rows("SELECT note FROM document")[0]["note"] == (
        "2026-03-04 10:30 SMS +4915112345678: Ihr Buch ist da.\n"
        "2026-03-04 10:30 EMAIL erika@example.org: Und noch eins, wie besprochen."
    )


@pytest.mark.parametrize("room", [0, 1])
def test_a_full_note_stays_and_the_shop_gets_a_copy(
    shop: Bookshop, home: Home, now: datetime, order: int, room: int
) -> None:
    line = "2026-03-04 10:30 SMS +4915112345678: Ihr Buch ist da."
    before = "x" * (255 - len(line) - 1 + 1 - room)
    shop.store.write(lambda conn: conn.execute("UPDATE document SET note = ? WHERE id = ?", (before, order)))
    sent = send(shop, home, now)
    assert (sent.noted, sent.copy_id) == ((True, None) if room else (False, 2))
    assert shop.rows("SELECT note FROM document")[0]["note"] == (f"{before}\n{line}" if room else before)


@pytest.mark.usefixtures("order")
def test_a_copy_to_the_shop_is_a_message_of_its_own(shop: Bookshop, home: Home, now: datetime) -> None:
    sent = send(shop, home, now, copy_to_shop=True)
    assert sent.ids == (1, 2)
    copy = shop.messages()[1]
    assert (copy["channel"], copy["to_address"], copy["customer_id"]) == ("email", "laden@example.org", None)
    assert json.loads(copy["draft"]) == {
        "subject": "Kopie: Momo",
        "text": f"Gesendet per SMS an {MOBILE}: (B1)\n\nIhr Buch ist da.",
    }
    assert shop.rows("SELECT * FROM message_document WHERE message_id = 2") == []


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize(
    ("channel", "copy", "said"),
    [("email", False, "E-mail needs the shop's own address"), ("sms", True, "A copy to the shop needs the shop's own")],
)
def test_mail_needs_the_shops_own_address(
    shop: Bookshop, home: Home, now: datetime, channel: str, copy: bool, said: str
) -> None:
    shop.set("shop.email", "")
    with pytest.raises(CaratError, match=said) as refused:
        send(shop, home, now, channel, copy_to_shop=copy)
    assert "carat settings set shop.email" in refused.value.hint
    assert shop.messages() == []


def test_a_full_note_without_the_shops_address_refuses_all(
    shop: Bookshop, home: Home, now: datetime, order: int
) -> None:
    shop.set("shop.email", "")
    shop.store.write(lambda conn: conn.execute("UPDATE document SET note = ? WHERE id = ?", ("x" * 250, order)))
    with pytest.raises(CaratError, match="The order's note is full"):
        send(shop, home, now)
    assert shop.messages() == []


@pytest.mark.usefixtures("order")
def test_sent_at_once_even_at_night(shop: Bookshop, home: Home) -> None:
    sunday_night = datetime.fromisoformat("2026-03-08T02:00:00+00:00")
    send(shop, home, sunday_night)
    assert shop.messages()[0]["due_at"] == stamp(sunday_night)


@pytest.mark.usefixtures("order")
def test_the_same_twice_on_purpose_is_two_messages(shop: Bookshop, home: Home, now: datetime) -> None:
    send(shop, home, now)
    send(shop, home, now)
    assert len({message["key"] for message in shop.messages()}) == 2


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize(
    ("more", "address", "customer"),
    [
        ({"customer": "10023"}, MOBILE, 1),
        ({"customer": "erp:10023"}, MOBILE, 1),
        ({"to": "0151 99999999"}, "+4915199999999", None),
        ({"orders": ("B1",), "to": "0151 99999999"}, "+4915199999999", 1),
    ],
)
def test_to_whom(
    shop: Bookshop, home: Home, now: datetime, more: dict[str, str], address: str, customer: int | None
) -> None:
    send(shop, home, now, **more)
    (message,) = shop.messages()
    assert (message["to_address"], message["customer_id"]) == (address, customer)


@pytest.mark.usefixtures("order")
def test_a_letter_goes_to_the_postal_address(shop: Bookshop, home: Home, now: datetime) -> None:
    send(shop, home, now, "letter")
    assert shop.messages()[0]["to_address"] == "Erika Muster, Weg 1, 70173 Stuttgart"


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize(
    ("channel", "more", "said"),
    [
        ("sms", {"to": "+4930123456"}, "a landline: takes no SMS"),
        ("sms", {"to": "112"}, "not usable"),
        ("sms", {"to": "+49900123456"}, "not usable"),
        ("email", {"to": "a@x.example, boss@evil.example", "subject": "x"}, "not usable"),
        ("email", {"to": "a@x.example>\r\nRCPT TO:<y@evil.example", "subject": "x"}, "not usable"),
        ("letter", {"to": "Weg 1, Stuttgart"}, "A letter goes to a customer's postal address"),
        ("fax", {}, "There is no way 'fax'"),
        ("sms", {"orders": ("B9",)}, "There is no order 'B9'"),
        ("sms", {"customer": "9"}, "There is no customer '9'"),
        ("sms", {"customer": "10023", "orders": ("B1",)}, "goes to an order, a customer or an address"),
        ("sms", {"orders": ()}, "goes to an order, a customer or an address"),
        ("email", {"to": "a@example.org"}, "An e-mail needs a subject"),
        ("sms", {"text": " \n "}, "The text is empty"),
    ],
)
def test_refusals_are_clear_and_write_nothing(
    shop: Bookshop, home: Home, now: datetime, channel: str, more: dict[str, str], said: str
) -> None:
    with pytest.raises(CaratError, match=said):
        send(shop, home, now, channel, **more)
    assert shop.messages() == []
    assert shop.rows("SELECT note FROM document")[0]["note"] == ""


@pytest.mark.usefixtures("order")
def test_a_suppressed_address_is_refused_with_the_reason(shop: Bookshop, home: Home, now: datetime) -> None:
    shop.store.write(lambda conn: suppressions.put(conn, "sms", MOBILE, "asked by phone", stamp(now), "anna"))
    for more in ({}, {"to": MOBILE}):
        with pytest.raises(CaratError, match=r"suppressed since 2026-03-04: asked by phone"):
            send(shop, home, now, **more)


def test_a_customer_without_that_way(shop: Bookshop, home: Home, now: datetime) -> None:
    shop.order("B1", shop.customer("7", phone="+4930123456", email="e@example.org"))
    with pytest.raises(CaratError, match=r"Customer 7 cannot be reached by sms: \+4930123456: a landline"):
        send(shop, home, now)


def test_a_number_that_two_systems_use(shop: Bookshop, home: Home, now: datetime) -> None:
    shop.customer("7", email="e@example.org")
    shop.customer("7", email="f@example.org", source="other")
    with pytest.raises(CaratError, match="more than one customer '7'"):
        send(shop, home, now, "email", customer="7", subject="x")
    send(shop, home, now, "email", customer="other:7", subject="x")
    assert shop.messages()[0]["to_address"] == "f@example.org"


@pytest.mark.usefixtures("order")
def test_attachments_are_frozen(shop: Bookshop, home: Home, now: datetime, tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "Liste.pdf", tmp_path / "b" / "Liste.pdf"
    for file, content in ((first, b"one"), (second, b"two")):
        file.parent.mkdir()
        file.write_bytes(content)
    send(shop, home, now, "email", attachments=(first, second), copy_to_shop=True)
    first.write_bytes(b"changed later")
    rows = shop.rows("SELECT name, sha256, bytes, path FROM message_attachment WHERE message_id = 1 ORDER BY name")
    assert [(row["name"], row["bytes"]) for row in rows] == [("Liste (2).pdf", 3), ("Liste.pdf", 3)]
    assert rows[1]["path"] == f"data/attachments/{rows[1]['sha256']}"
    assert home.inside(rows[1]["path"]).read_bytes() == b"one"
    assert hashlib.sha256(b"one").hexdigest() == rows[1]["sha256"]
    assert len(list(home.attachments.iterdir())) == 2


@pytest.mark.usefixtures("order")
def test_what_cannot_be_attached(shop: Bookshop, home: Home, now: datetime, tmp_path: Path) -> None:
    with pytest.raises(CaratError, match="cannot be attached: No such file"):
        send(shop, home, now, "email", attachments=(tmp_path / "none",))
    with pytest.raises(CaratError, match="cannot be attached"):
        send(shop, home, now, "email", attachments=(tmp_path,))
    big = tmp_path / "big"
    with big.open("wb") as opened:
        opened.truncate(21 * 1024 * 1024)
    with pytest.raises(CaratError, match="larger than 20 MB"):
        send(shop, home, now, "email", attachments=(big,))
    with pytest.raises(CaratError, match="Only an e-mail takes attachments"):
        send(shop, home, now, "sms", attachments=(big,))
    assert shop.messages() == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
@pytest.mark.usefixtures("order")
def test_a_pipe_is_refused_at_once(shop: Bookshop, home: Home, now: datetime, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CaratError, match="it is not a file"):
        send(shop, home, now, "email", attachments=(tmp_path / "pipe",))


@pytest.mark.usefixtures("order")
def test_text_is_kept_as_typed_and_composed(shop: Bookshop, home: Home, now: datetime) -> None:
    send(shop, home, now, "email", "Grüße{{7*7}}\r\n[b]x[/b]\r\n", subject="Zeile\nBcc: x@evil.example")
    draft = json.loads(shop.messages()[0]["draft"])
    assert draft == {"subject": "Zeile Bcc: x@evil.example", "text": "Grüße{{7*7}}\n[b]x[/b]"}


@pytest.mark.usefixtures("order")
def test_suggestions_for_the_form(shop: Bookshop) -> None:
    found = suggest(shop.store, ["B1"], shop.now)
    assert ([order.number for order in found.orders], found.title, found.channel) == (["B1"], "Momo", "email")
    assert found.why == "the shop's order of ways; the customer's e-mail address"
    assert [(way.channel, way.best, way.trouble) for way in found.ways] == [
        ("email", "erika@example.org", ""),
        ("sms", MOBILE, ""),
        ("letter", "Erika Muster, Weg 1, 70173 Stuttgart", ""),
    ]


@pytest.mark.usefixtures("order")
def test_the_form_says_why_a_way_is_closed(shop: Bookshop, now: datetime) -> None:
    shop.store.write(lambda conn: suppressions.put(conn, "sms", MOBILE, "asked by phone", stamp(now), "anna"))
    shop.set("shop.email", "")
    found = suggest(shop.store, ["B1"], shop.now)
    why = "suppressed since 2026-03-04: asked by phone"
    assert found.way("sms").addresses == (Offered(MOBILE, "the customer's mobile number", why),)
    assert (found.way("sms").best, found.way("sms").trouble) == ("", why)
    assert found.way("email").trouble == "the shop's own e-mail address is not set"


def test_the_form_says_when_the_note_is_full(shop: Bookshop, now: datetime, order: int) -> None:
    line = "2026-03-04 10:30 SMS +4915112345678: Ihr Buch ist da."
    for room, full in ((0, []), (-1, ["B1"])):
        before = "x" * (255 - 1 - len(line) - room)
        shop.store.write(lambda conn, note=before: conn.execute("UPDATE document SET note = ?", (note,)))  # type: ignore[misc]
        assert suggest(shop.store, [order], shop.now).full("sms", MOBILE, "Ihr Buch ist da.", now) == full


def test_the_form_counts_an_sms_as_it_will_be_sent(shop: Bookshop) -> None:
    shop.order("B2", shop.customer("2", mobile=MOBILE, language="pl"))
    shop.order("B3", shop.customer("3", mobile=MOBILE, language="de"))
    polish, lost = suggest(shop.store, ["B2"], shop.now).count_sms("  Książka już jest 😀 ")
    assert (polish.encoding, polish.parts, lost) == ("GSM-7", ("Ksiazka juz jest ?",), "😀")
    german, lost = suggest(shop.store, ["B3"], shop.now).count_sms("Książka")
    assert (german.encoding, german.foreign, lost) == ("UCS-2", "ąż", "")


def test_suggested_titles(shop: Bookshop) -> None:
    shop.order("B2", shop.customer("1", language="de"), ("Die unendliche Geschichte", "Momo"))
    shop.order("B3", shop.customer("2", discreet=1), ("Privat",))
    shop.order("B4", None, ())
    assert suggest(shop.store, ["B2"], shop.now).title == "Die unendliche Geschichte und Momo"
    assert suggest(shop.store, ["B3"], shop.now).title == "B3"
    assert suggest(shop.store, ["B4"], shop.now).title == "B4"
    assert suggest(shop.store, ["B4"], shop.now).channel == ""


# -- several orders of one customer ------------------------------------------------------------------------------------


def test_one_message_about_several_orders(shop: Bookshop, home: Home, now: datetime, order: int) -> None:
    second = shop.order("B2", 1, ("Krabat",))
    shop.store.write(lambda conn: conn.execute("UPDATE document SET note = ? WHERE id = ?", ("x" * 250, second)))
    sent = send(shop, home, now, orders=("B1", second, "B1"))
    assert sent == Sent(1, 2, False, ("B2",))
    assert json.loads(shop.messages()[0]["draft"])["subject"] == "Momo und Krabat"
    assert shop.rows("SELECT * FROM message_document") == [
        {"message_id": 1, "document_id": order},
        {"message_id": 1, "document_id": second},
    ]
    notes = [row["note"] for row in shop.rows("SELECT note FROM document ORDER BY id")]
    assert notes == ["2026-03-04 10:30 SMS +4915112345678: Ihr Buch ist da.", "x" * 250]
    assert "(B1, B2)" in json.loads(shop.messages()[1]["draft"])["text"]


@pytest.mark.usefixtures("order")
def test_orders_of_several_customers_are_refused(shop: Bookshop, home: Home, now: datetime) -> None:
    shop.order("B2", shop.customer("2", mobile=MOBILE))
    shop.order("B3", None)
    shop.order("B4", None)
    for orders in (("B1", "B2"), ("B1", "B3"), ("B3", "B4")):
        with pytest.raises(CaratError, match="are not of the same customer"):
            send(shop, home, now, orders=orders, to=MOBILE)
        with pytest.raises(CaratError, match="are not of the same customer"):
            suggest(shop.store, orders, shop.now)
    assert shop.messages() == []


@pytest.mark.usefixtures("order")
def test_an_order_with_an_own_address_beside_one_without(shop: Bookshop) -> None:
    shop.order("B2", 1, contact_email="web@example.org")
    found = suggest(shop.store, ["B1", "B2"], shop.now).way("email")
    assert [one.address for one in found.addresses] == ["erika@example.org", "web@example.org"]
    assert suggest(shop.store, ["B2", "B1"], shop.now).way("email").best == "web@example.org"


# -- before it is sent, and after -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize("channel", ["email", "sms", "letter"])
def test_the_preview_is_what_leaves(shop: Bookshop, home: Home, now: datetime, channel: str) -> None:
    typed = Written(channel, "Ihr Buch\nist da.", orders=("B1",))
    seen = look(shop.store, home, typed, now)
    assert shop.messages() == []
    sent = send_by_hand(shop.store, home, typed, "anna", now)
    with Renderer() as renderer:
        compose_one(shop.store, home, renderer, sent.message_id, now)
    (body,) = shop.rows("SELECT payload, text FROM message_body")
    assert seen.text == body["text"]
    if channel == "email":
        assert _without_id(seen.payload) == _without_id(body["payload"])
    elif channel == "sms":
        assert seen.payload == body["payload"]
        assert (seen.parts, seen.alphabet) == (1, "GSM-7")
    else:
        assert (seen.payload == body["payload"], seen.parts) == (True, 1)
        assert seen.sheets


def _without_id(mail: bytes) -> list[bytes]:
    """A mail without what is made anew for each: its Message-ID and the boundary between its parts."""
    boundary = mail.split(b'boundary="')[1].split(b'"')[0]
    return [line for line in mail.replace(boundary, b"-").splitlines() if not line.startswith(b"Message-ID")]


@pytest.mark.usefixtures("order")
def test_the_preview_says_what_would_be_held(shop: Bookshop, home: Home, now: datetime) -> None:
    with pytest.raises(CaratError, match=r"The SMS needs 8 parts .* sms.max_parts allows 2"):
        look(shop.store, home, Written("sms", "x" * 1200, orders=("B1",)), now)
    with pytest.raises(CaratError, match="The text is empty"):
        look(shop.store, home, Written("sms", "  ", orders=("B1",)), now)


@pytest.mark.usefixtures("order")
def test_what_stands_in_the_way(shop: Bookshop, home: Home, now: datetime) -> None:
    sent = send(shop, home, now)
    conn = shop.store.read()
    (one,) = outcomes(conn, sent.ids)
    assert (one.state, one.because, one.settled) == ("waiting", "", False)
    shop.store.write(lambda c: settings.set_paused(c, "Inventur"))
    assert (
        outcomes(conn, sent.ids)[0].because == "sending is paused (Inventur); it goes out after `carat outbox resume`"
    )
    assert outcomes(conn, sent.ids)[0].settled
    shop.store.write(lambda c: settings.set_paused(c, ""))
    shop.store.write(lambda c: accounts.pause(c, "sms-files", stamp(now), "no credit"))
    assert outcomes(conn, sent.ids)[0].because == "route sms-files is paused: no credit"
    shop.store.write(lambda c: settings.set_mode(c, settings.Mode("paused")))
    assert outcomes(conn, sent.ids)[0].because.startswith("the home is paused")


@pytest.mark.usefixtures("order")
def test_the_journal_stays_whole(shop: Bookshop, home: Home, now: datetime) -> None:
    send(shop, home, now, copy_to_shop=True)
    assert journal.verify(shop.store.read()).broken_at is None


@pytest.mark.usefixtures("order")
def test_control_characters_are_nothing_that_a_person_types(shop: Bookshop, home: Home, now: datetime) -> None:
    send(shop, home, now, text="Ihr\x1b[31m Buch\r\nist\x00 da.\n")
    assert json.loads(shop.messages()[0]["draft"])["text"] == "Ihr[31m Buch\nist da."
    for text, subject in (("\x1b\x07", ""), ("B\udcfcch", ""), ("Buch", "B\udcfcch")):
        with pytest.raises(CaratError):
            send(shop, home, now, text=text, subject=subject)
    assert len(shop.messages()) == 1
