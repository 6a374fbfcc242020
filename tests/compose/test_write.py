"""From planned messages to finished bytes: what customers would get."""

from __future__ import annotations

import email
import email.policy
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import pytest

from carat_tui.compose.renderer import Renderer
from carat_tui.compose.write import Written, compose_due
from carat_tui.model.clock import stamp
from carat_tui.model.home import Home
from carat_tui.rules.plan import plan
from carat_tui.store.database import Store
from tests.bookshop import LETTER, Bookshop

EVIL = "=?utf-8?q?a=0D=0ABcc:_x@evil.example?="


@dataclass
class Desk:
    """A home, its shop and the stages plan and compose, as the engine runs them."""

    store: Store
    home: Home
    shop: Bookshop
    renderer: Renderer
    now: datetime

    def write(self, after_s: int = 1000, limit: int = 1000) -> Written:
        plan(self.store, self.now)
        return compose_due(self.store, self.home, self.renderer, self.now + timedelta(seconds=after_s), limit)

    def only(self) -> dict[str, Any]:
        (message,) = self.shop.rows(
            "SELECT m.*, b.payload, b.text, b.sha256 FROM message m LEFT JOIN message_body b ON b.message_id = m.id"
        )
        return message

    def draft(self, channel: str, to: str, customer: int | None = None, language: str = "de", **content: str) -> None:
        row = (channel, to, language, customer, stamp(self.now), stamp(self.now), json.dumps(content))
        self.store.write(
            lambda conn: conn.execute(
                "INSERT INTO message (key, rule, event, channel, to_address, language, customer_id, state, due_at,"
                " created_at, draft) VALUES (hex(randomblob(8)), 'manual', 'manual', ?, ?, ?, ?, 'waiting', ?, ?, ?)",
                row,
            )
        )


@pytest.fixture
def desk(store: Store, home: Home, shop: Bookshop, renderer: Renderer, now: datetime) -> Desk:
    return Desk(store, home, shop, renderer, now)


def read(raw: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def test_one_title_makes_one_mail(desk: Desk) -> None:
    anna = desk.shop.customer("1", email="anna@example.org", salutation="Frau", last_name="Berg")
    desk.shop.arrived(desk.shop.order("B-7", anna, ("Momo",), shelf_no="K12"))
    assert desk.write() == Written(1, 0)
    message = desk.only()
    mail = read(message["payload"])
    assert mail["To"] == "anna@example.org"
    assert mail["Subject"] == message["subject"] == "Ihre Bestellung B-7 ist abholbereit"
    assert mail["From"] == "Buchladen Sonne <laden@example.org>"
    assert mail["Message-ID"] == message["message_ref"]
    assert part(mail, "plain").strip() == message["text"]
    assert message["text"].startswith("Sehr geehrte Frau Berg,\n\n")
    assert (
        "\n\nMomo\n\nEr liegt im Abholfach K12 für Sie bereit. Wir bewahren ihn bis 18.03.2026 auf." in message["text"]
    )
    assert "<p>Momo</p>" in part(mail, "html")
    assert (message["composed"], message["waits_for"], message["template"]) == (1, None, "goods_arrived_one")
    assert message["template_version"] == 1


def test_several_titles_of_two_orders_are_listed(desk: Desk) -> None:
    anna = desk.shop.customer("1", email="anna@example.org")
    first = desk.shop.order("B-1", anna, ("Momo", "Der Zauberberg"))
    second = desk.shop.order("B-2", anna, ("Krabat",))
    for document, line in ((first, "1"), (first, "2"), (second, "1")):
        desk.shop.arrived(document, line=line)
    desk.write()
    message = desk.only()
    assert message["subject"] == "3 Artikel aus Ihrer Bestellung liegen bereit"
    assert "- Momo\n- Der Zauberberg\n- Krabat\n" in message["text"]
    assert message["template"] == "goods_arrived_many"


def test_two_partial_deliveries_of_a_line_are_one_article(desk: Desk) -> None:
    anna = desk.shop.customer("1", email="anna@example.org")
    order = desk.shop.order("B-1", anna, ("Momo",))
    desk.shop.arrived(order)
    desk.shop.arrived(order)
    desk.write()
    assert "\n\n2 × Momo\n\n" in desk.only()["text"]


def test_hostile_names_arrive_as_they_are_and_do_nothing(desk: Desk) -> None:
    evil = [
        "Müller & Söhne <GmbH>",
        "{{7*7}}",
        "{% raw %}",
        "[b]x[/b]",
        "[a](javascript:alert(1))",
        "<script>1</script>",
        EVIL,
    ]
    anna = desk.shop.customer("1", email="anna@example.org", last_name="<b>B", salutation="Frau")
    order = desk.shop.order(EVIL, anna, tuple(evil))
    for line in range(1, len(evil) + 1):
        desk.shop.arrived(order, line=str(line))
    desk.write()
    message = desk.only()
    mail = read(message["payload"])
    for name in evil:
        assert f"- {name}\n" in part(mail, "plain")
    page = part(mail, "html")
    assert "- Müller &amp; Söhne &lt;GmbH&gt;<br>\n" in page
    assert "<script" not in page
    assert "href" not in page
    assert "<b>" not in page
    assert mail.get_all("Bcc") is None
    assert [len(mail.get_all(name, [])) for name in ("From", "To", "Subject")] == [1, 1, 1]


def test_control_characters_do_not_travel(desk: Desk) -> None:
    anna = desk.shop.customer("1", email="anna@example.org")
    desk.shop.arrived(desk.shop.order("B\x1b[2J-1\r\nBcc: x@evil.example", anna, ("A\x1b]0;x\x07B\u202ec",)))
    desk.write()
    message = desk.only()
    assert "A ]0;x B c" in message["text"]
    assert read(message["payload"])["Subject"] == "Ihre Bestellung B [2J-1 Bcc: x@evil.example ist abholbereit"


def test_sms_of_many_titles_gets_shorter_and_then_tells_the_number(desk: Desk) -> None:
    desk.shop.set("sms.max_parts", "1")
    for number, count in (("1", 5), ("2", 11)):
        who = desk.shop.customer(number, mobile=f"+49151234567{number}0")
        order = desk.shop.order(f"B-{number}", who, tuple(f"Ein recht langer Titel, Band {i}" for i in range(count)))
        for line in range(1, count + 1):
            desk.shop.arrived(order, line=str(line))
    assert desk.write() == Written(2, 0)
    few, many = [row["text"] for row in desk.shop.rows("SELECT text FROM message_body ORDER BY message_id")]
    short = "Ein recht lange..."
    assert few == f"Buchladen Sonne: {', '.join([short] * 4)} und {short} abholbereit bis 18.03.2026."
    assert many == "Buchladen Sonne: 11 Titel abholbereit bis 18.03.2026. Autom. SMS, bitte nicht antworten."


def test_the_tail_sentence_never_opens_another_part(desk: Desk) -> None:
    who = desk.shop.customer("1", mobile="+4915123456700")
    order = desk.shop.order("B-1234567890", who, ("Die Geschichte von einem, der auszog, das Fürchten zu",))
    desk.shop.arrived(order)
    desk.write()
    message = desk.only()
    assert message["parts"] == 1
    assert "Autom." not in message["text"]


def test_polish_sms_is_folded_and_says_so_when_it_cannot(desk: Desk) -> None:
    for number, title in (("1", "Zażółć gęślą jaźń"), ("2", "你好")):
        who = desk.shop.customer(number, mobile=f"+4915123456{number}00", language="pl")
        desk.shop.arrived(desk.shop.order(f"Z-{number}", who, (title,)))
    assert desk.write() == Written(1, 1)
    first, second = desk.shop.messages()
    text = desk.shop.rows("SELECT text FROM message_body")[0]["text"]
    notice = "Buchladen Sonne: Zazolc gesla jazn czeka na odbior, do 18.03.2026. Zam. Z-1."
    assert text == f"{notice} SMS automatyczny, prosimy nie odpowiadac."
    assert (first["parts"], second["state"]) == (1, "held")
    assert "你好" in second["reason"]


def test_a_link_in_a_title_does_not_reach_an_sms(desk: Desk) -> None:
    who = desk.shop.customer("1", mobile="+4915123456700")
    desk.shop.arrived(desk.shop.order("B-1", who, ("Momo https://evil.example/x",)))
    desk.write()
    assert "Momo ist da" in desk.only()["text"]


def test_discreet_customers_read_no_title(desk: Desk) -> None:
    for number, contact in (("1", {"email": "a@example.org"}), ("2", {"mobile": "+4915123456700"}), ("3", {})):
        who = desk.shop.customer(number, discreet=1, **contact, **LETTER)  # type: ignore[arg-type]
        desk.shop.arrived(desk.shop.order(f"B-{number}", who, ("Brustprothetik",)))
    assert desk.write() == Written(3, 0)
    for row in desk.shop.rows("SELECT text FROM message_body"):
        assert "Brust" not in row["text"]
        assert "1 Artikel" in row["text"]


def test_a_letter_is_a_pdf_with_the_names_as_they_are(desk: Desk) -> None:
    from pypdf import PdfReader

    who = desk.shop.customer("1", company="Müller & Söhne <GmbH>", **LETTER | {"name": '<img src="/etc/passwd">'})
    desk.shop.arrived(desk.shop.order("B-1", who, ("Žltá <b>kniha</b> – Łódź",)))
    assert desk.write() == Written(1, 0)
    message = desk.only()
    text = PdfReader(BytesIO(message["payload"])).pages[0].extract_text()
    for words in (
        "Müller & Söhne <GmbH>",
        '<img src="/etc/passwd">',
        "70173 Stuttgart",
        "Žltá <b>kniha</b> – Łódź",
        "B-1",
    ):
        assert words in text
    assert message["parts"] == 1


def test_a_character_without_glyph_is_named(desk: Desk) -> None:
    who = desk.shop.customer("1", **LETTER)
    desk.shop.arrived(desk.shop.order("B-1", who, ("你好",)))
    assert desk.write() == Written(0, 1)
    assert "U+4F60" in desk.only()["reason"]


def test_a_hole_holds_the_message_and_names_line_and_placeholder(desk: Desk) -> None:
    path = desk.home.templates / "de" / "goods_arrived_one" / "email.md.j2"
    path.write_text("---\nsubject: Da\n---\nHallo,\n\nam {{ delivery_date }} war es da.\n", encoding="utf-8")
    anna = desk.shop.customer("1", email="anna@example.org")
    desk.shop.arrived(desk.shop.order("B-1", anna))
    assert desk.write() == Written(0, 1)
    message = desk.only()
    assert message["state"] == "held"
    assert message["reason"].startswith("templates/de/goods_arrived_one/email.md.j2:6: delivery_date is empty")
    assert message["payload"] is None


def test_an_edit_takes_effect_at_the_next_message_as_a_new_version(desk: Desk) -> None:
    anna = desk.shop.customer("1", email="anna@example.org")
    desk.shop.arrived(desk.shop.order("B-1", anna))
    desk.write()
    path = desk.home.templates / "de" / "goods_arrived_one" / "email.md.j2"
    path.write_text(
        "---\nsubject: Neu {{ order_no }}\n---\n**Hallo** [hier](https://example.org/a)\n", encoding="utf-8"
    )
    desk.shop.arrived(desk.shop.order("B-2", anna))
    desk.now += timedelta(hours=1)
    desk.write()
    first, second = desk.shop.messages()
    assert (first["template_version"], second["template_version"]) == (1, 2)
    assert second["subject"] == "Neu B-2"
    mail = read(desk.shop.rows("SELECT payload FROM message_body ORDER BY message_id DESC")[0]["payload"])
    assert '<strong>Hallo</strong> <a href="https://example.org/a">hier</a>' in part(mail, "html")
    assert part(mail, "plain").strip() == "**Hallo** hier (https://example.org/a)"


def test_an_expensive_template_holds_its_own_message_only(desk: Desk) -> None:
    slow = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    path = desk.home.templates / "pl" / "goods_arrived_one" / "email.md.j2"
    path.write_text(f"---\nsubject: x\n---\n{slow}\n", encoding="utf-8")
    for number, language in (("1", "de"), ("2", "pl"), ("3", "de")):
        who = desk.shop.customer(number, email=f"c{number}@example.org", language=language)
        desk.shop.arrived(desk.shop.order(f"B-{number}", who))
    assert desk.write() == Written(2, 1)
    states = [(row["state"], row["reason"]) for row in desk.shop.messages()]
    assert [state for state, _ in states] == ["waiting", "held", "waiting"]
    assert "too expensive" in states[1][1]


def test_a_missing_language_falls_back_and_says_so(desk: Desk) -> None:
    for name in ("email.md.j2", "sms.txt.j2"):
        (desk.home.templates / "sk" / "goods_arrived_one" / name).unlink()
    who = desk.shop.customer("1", email="a@example.org", language="sk")
    desk.shop.arrived(desk.shop.order("B-1", who))
    desk.write()
    message = desk.only()
    assert message["composed"] == 1
    assert "written in 'de'" in message["reason"]
    detail = desk.shop.rows("SELECT detail FROM journal WHERE what = 'composed'")[0]["detail"]
    assert json.loads(detail)["fallback"] == message["reason"]


def test_without_the_shops_address_no_mail_is_written(desk: Desk) -> None:
    desk.shop.set("shop.email", "")
    who = desk.shop.customer("1", email="a@example.org")
    desk.shop.arrived(desk.shop.order("B-1", who))
    assert desk.write() == Written(0, 1)
    assert "carat settings set shop.email" in desk.only()["reason"]


def test_what_a_person_typed_is_sent_as_typed(desk: Desk) -> None:
    who = desk.shop.customer("1", email="a@example.org", **LETTER)
    text = "Guten Tag,\n\n{{ 7*7 }} <b>&\nGruß"
    desk.draft("email", "a@example.org", who, subject="Ihr Buch", text=text)
    desk.draft("sms", "+4915123456700", who, subject="", text="Größe {{ x }}")
    desk.draft("letter", "Weg 1", who, subject="Betreff", text=text.replace("Gruß", "Gr\u202e\u200buß"))
    assert desk.write() == Written(3, 0)
    mail_row, sms_row, letter_row = desk.shop.rows("SELECT payload, text FROM message_body ORDER BY message_id")
    mail = read(mail_row["payload"])
    assert "Auto-Submitted" not in mail
    assert part(mail, "plain").strip() == text
    assert "<p>{{ 7*7 }} &lt;b&gt;&amp;<br>\nGruß</p>" in part(mail, "html")
    assert sms_row["payload"].decode() == "Größe {{ x }}"
    assert letter_row["payload"].startswith(b"%PDF-")
    assert letter_row["text"] == text


def test_a_draft_that_is_too_long_for_sms_is_held_with_the_figures(desk: Desk) -> None:
    desk.draft("sms", "+4915123456700", text="ą" * 140)
    assert desk.write() == Written(0, 1)
    assert desk.only()["reason"] == "The SMS needs 3 parts (140 UCS-2 units because of ą), sms.max_parts allows 2."


def test_the_undo_time_delays_the_handing_over(desk: Desk) -> None:
    desk.shop.set("outbox.undo_s", "600")
    desk.draft("sms", "+4915123456700", text="Hallo")
    desk.write(after_s=0)
    message = desk.only()
    assert (message["composed"], message["waits_for"]) == (1, "delay")
    assert message["due_at"] == stamp(desk.now + timedelta(seconds=600))


def test_nothing_is_written_before_its_time_or_twice(desk: Desk) -> None:
    who = desk.shop.customer("1", email="a@example.org")
    desk.shop.arrived(desk.shop.order("B-1", who))
    assert desk.write(after_s=0) == Written(0, 0)
    assert desk.write() == Written(1, 0)
    assert desk.write() == Written(0, 0)
    assert len(desk.shop.rows("SELECT 1 FROM journal WHERE what = 'composed'")) == 1


def test_many_messages_go_through_in_chunks(desk: Desk) -> None:
    for number in range(450):
        desk.draft("email", f"c{number}@example.org", subject=f"Nr. {number}", text="Hallo")
    assert desk.write(limit=430) == Written(430, 0)
    assert desk.write() == Written(20, 0)
    rows = desk.shop.rows("SELECT m.subject, b.payload FROM message m JOIN message_body b ON b.message_id = m.id")
    assert all(f"Subject: {row['subject']}\r\n".encode() in row["payload"] for row in rows)


def test_an_event_of_the_whole_order_tells_of_all_its_lines_once(desk: Desk) -> None:
    desk.store.write(lambda conn: conn.execute("UPDATE rule SET enabled = (name = 'order_confirmed')"))
    anna = desk.shop.customer("1", email="anna@example.org")
    order = desk.shop.order("B-1", anna, ("Momo", "Krabat"), date="2026-03-02")
    desk.shop.event("order.created", order, line=None)
    assert desk.write() == Written(1, 0)
    text = desk.only()["text"]
    assert "vielen Dank für Ihre Bestellung vom 02.03.2026. Wir haben sie unter der Nummer B-1 aufgenommen" in text
    assert "\n\n- Momo\n- Krabat\n\nSobald sich der Stand ändert" in text


def test_a_message_stopped_while_it_was_being_written_stays_stopped(desk: Desk) -> None:
    """What a person does between reading and storing wins."""
    desk.draft("sms", "+4915123456700", text="Hallo")

    class Slow(Renderer):
        def start(self, jobs: Any) -> Any:
            desk.store.write(lambda conn: conn.execute("UPDATE message SET state = 'cancelled'"))
            return super().start(jobs)

    with Slow() as slow:
        written = compose_due(desk.store, desk.home, slow, desk.now)
    assert written == Written(0, 0)
    message = desk.only()
    assert (message["state"], message["composed"], message["payload"]) == ("cancelled", 0, None)


def test_one_odd_row_stops_no_other_message(desk: Desk) -> None:
    odd = desk.shop.customer("1", email="a@example.org")
    desk.shop.arrived(desk.shop.order("B-1", odd, total="viel"))
    good = desk.shop.customer("2", email="b@example.org")
    desk.shop.arrived(desk.shop.order("B-2", good))
    desk.draft("sms", "+4915123456700", text="a\ud800b")
    assert desk.write() == Written(2, 1)
    (held,) = desk.shop.rows("SELECT reason FROM message WHERE state = 'held'")
    assert held["reason"].startswith("This message cannot be written: TypeError")
    texts = [row["text"] for row in desk.shop.rows("SELECT text FROM message_body")]
    assert "a?b" in texts


def attach(desk: Desk, name: str, content: bytes, path: str | None = None, sha256: str = "") -> None:
    """A frozen copy, as sending by hand leaves it, for the only message."""
    digest = sha256 or hashlib.sha256(content).hexdigest()
    desk.home.attachments.mkdir(parents=True, exist_ok=True)
    (desk.home.attachments / digest).write_bytes(content)
    row = (name, digest, len(content), path or f"data/attachments/{digest}")
    desk.store.write(
        lambda conn: conn.execute(
            "INSERT INTO message_attachment (message_id, name, sha256, bytes, path)"
            " SELECT max(id), ?, ?, ?, ? FROM message",
            row,
        )
    )


def test_an_attachment_leaves_as_it_came(desk: Desk) -> None:
    desk.draft("email", "a@example.org", subject="Rechnung", text="Anbei")
    attach(desk, "Rechnung Größe.pdf", b"%PDF-1.4 x")
    assert desk.write() == Written(1, 0)
    (file,) = read(desk.only()["payload"]).iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("Rechnung Größe.pdf", "application/pdf")
    assert file.get_payload(decode=True) == b"%PDF-1.4 x"


@pytest.mark.parametrize(
    "path", ["data/carat.db", "carat.toml", "../x", "/etc/passwd", "data/attachments/gone", "data/attachments"]
)
def test_a_file_outside_the_frozen_ones_is_never_attached(desk: Desk, path: str) -> None:
    desk.draft("email", "a@example.org", subject="Rechnung", text="Anbei")
    attach(desk, "x.pdf", b"%PDF-", path=path)
    assert desk.write() == Written(0, 1)
    assert "not among the frozen files" in desk.only()["reason"]


def test_a_file_that_changed_since_is_not_attached(desk: Desk) -> None:
    desk.draft("email", "a@example.org", subject="Rechnung", text="Anbei")
    attach(desk, "x.pdf", b"other", sha256="0" * 64)
    assert desk.write() == Written(0, 1)
    assert "not the file that was attached" in desk.only()["reason"]
