"""E-mails as a stranger's reader sees them: the standard library parses what we wrote."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carat_tui.compose.email import Attachment, Mail, build, message_id, transport_address
from carat_tui.model.errors import CaratError

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
HEADERS = [
    "From",
    "Date",
    "To",
    "Subject",
    "Message-ID",
    "Reply-To",
    "MIME-Version",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Carat-Loop",
    "Content-Type",
]


def mail(**changes: object) -> Mail:
    fields: dict[str, object] = {
        "message_id": message_id("rule|event|who", 7, "laden@buch.example.org"),
        "date": NOW,
        "sender": "laden@buch.example.org",
        "sender_name": "Buchladen Sonne",
        "to": "anna@example.org",
        "subject": "Ihr Buch ist da",
        "text": "Hallo\nWelt",
        "html": "<p>Hallo</p>",
    }
    return Mail(**{**fields, **changes})  # type: ignore[arg-type]


def read(raw: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def words(value: str) -> list[str]:
    """What must survive: everything but control characters and the kind of white space."""
    kept = "".join(" " if c.isspace() or c < " " or "\x7f" <= c <= "\x9f" or c in "\u2028\u2029" else c for c in value)
    return kept.split()


@given(subject=TEXT, name=TEXT, text=TEXT)
def test_what_went_in_comes_out(subject: str, name: str, text: str) -> None:
    raw = build(mail(subject=subject, sender_name=name, text=text))
    parsed = read(raw)
    assert list(parsed.keys()) == HEADERS
    assert words(parsed["Subject"]) == words(subject)
    (sender,) = parsed["From"].addresses
    # The standard library's reader puts a space between two encoded words of a name, against RFC 2047 §6.2.
    assert "".join(words(sender.display_name)) == "".join(words(name))
    assert sender.addr_spec == "laden@buch.example.org"
    (receiver,) = parsed["To"].addresses
    assert receiver.addr_spec == "anna@example.org"
    body = parsed.get_body(("plain",))
    assert body is not None
    decoded = body.get_payload(decode=True)
    assert isinstance(decoded, bytes)
    assert decoded.decode() == text.replace("\n", "\r\n")


@given(subject=TEXT, name=TEXT)
def test_every_line_is_one_that_servers_take(subject: str, name: str) -> None:
    raw = build(mail(subject=subject, sender_name=name))
    raw.decode("ascii")
    lines = raw.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 120
    assert b"." not in lines


@pytest.mark.parametrize(
    "evil",
    [
        "=?utf-8?q?a=0D=0ABcc:_x@evil.example?=",
        "a\r\nBcc: x@evil.example",
        "a\nBcc: x@evil.example",
        "a\x85Bcc: x",
        "a\u2028Bcc: x",
        "a\x0bBcc: x\x0c\x00",
        "=?utf-8?b?DQpCY2M6IHhAZXZpbC5leGFtcGxl?=",
        "Bcc: x@evil.example",
    ],
)
def test_a_subject_never_makes_a_header(evil: str) -> None:
    parsed = read(build(mail(subject=evil, sender_name=evil)))
    assert list(parsed.keys()) == HEADERS
    assert words(parsed["Subject"]) == words(evil)
    assert "Bcc" not in parsed


def test_the_encoded_word_of_an_attacker_is_shown_literally() -> None:
    evil = "=?utf-8?q?a=0D=0ABcc:_x@evil.example?="
    assert read(build(mail(subject=evil)))["Subject"] == evil


@pytest.mark.parametrize(
    "address",
    [
        "a@x, boss@evil.example",
        "a@x.org>\r\nRCPT TO:<y@evil.example",
        "alice@x.org)bob@y.org",
        '"b@evil" <a@x.org>',
        "",
        "a@",
        "a b@x.org",
        "ä@x.org",
    ],
)
def test_an_address_that_is_not_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(CaratError):
        build(mail(to=address))


def test_a_domain_with_umlauts_goes_out_in_ascii() -> None:
    assert transport_address("anna@bücher.de") == "anna@xn--bcher-kva.de"
    parsed = read(build(mail(sender="laden@bücher.de", message_id=message_id("k", 1, "laden@bücher.de"))))
    assert parsed["From"].addresses[0].domain == "xn--bcher-kva.de"
    assert parsed["Message-ID"].endswith("@xn--bcher-kva.de>")


def test_what_a_person_typed_is_not_marked_as_automatic() -> None:
    parsed = read(build(mail(automatic=False)))
    assert "Auto-Submitted" not in parsed
    assert parsed["Date"].datetime == NOW


def test_the_message_id_is_stable() -> None:
    assert message_id("a", 1, "x@y.org") == message_id("a", 1, "x@y.org")
    assert message_id("a", 1, "x@y.org") != message_id("b", 1, "x@y.org")


@given(name=TEXT, content=st.binary(max_size=500))
def test_an_attachment_arrives_unchanged(name: str, content: bytes) -> None:
    parsed = read(build(mail(attachments=(Attachment(name, content), Attachment("Rechnung Größe.pdf", b"%PDF-")))))
    assert parsed.get_content_type() == "multipart/mixed"
    first, second = parsed.iter_attachments()
    assert first.get_payload(decode=True) == content
    assert second.get_filename() == "Rechnung Größe.pdf"
    assert max(map(len, build(mail(attachments=(Attachment(name, content),))).split(b"\r\n"))) <= 998
