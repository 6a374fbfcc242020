"""Names and titles made to hurt: right in mail, SMS, letter and on the terminal, and never more than text."""

from __future__ import annotations

import email
from email import policy
from email.message import EmailMessage
from html import unescape
from io import BytesIO
from typing import Any

import pytest

from carat_tui.model.home import Home
from carat_tui.services.home import Shop, init
from carat_tui.store.database import Store
from tests.cli.door import Said, carat
from tests.conftest import NOW, SHOP
from tests.e2e.shop import ANNA, ERIKA, KARL, drop, line

MORNING, LATER = "2026-03-04T10:00:00+01:00", "2026-03-04T10:05:00+01:00"
HOSTILE = {
    "markup": "[b]x",
    "closing-markup": "[/b]",
    "action": "[@click=app.quit]",
    "escape": "a\x1b[2J\x1b]52;c;aGk=\x07z",
    "template": "{{7*7}}",
    "statement": "{% raw %}",
    "encoded-word": "=?utf-8?q?a=0D=0ABcc:_x@evil.example?=",
    "company": "Müller & Söhne <GmbH>",
    "image": '<img src="/etc/hostname.png">',
    "link": "[klick](javascript:alert(1)) # x",
    "bidi": "abc\u202egnp.exe",
    "formula": "=cmd|'/c calc'!A1",
}


def pieces(text: str) -> list[str]:
    """What a reader must see of it: all but control and direction characters, which may be dropped or written out."""
    return "".join(char if char.isprintable() and char != "\u202e" else " " for char in text).split()


CASES = pytest.mark.parametrize("case", range(len(HOSTILE)), ids=HOSTILE.keys())
TEXTS = list(HOSTILE.values())


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that told, for each hostile text, three customers who bear it: one by each way."""
    home = init(Home(tmp_path_factory.mktemp("hostile") / "home"), Shop("DE", "", "Buchladen Sonne"), NOW, "test")
    for key, value in SHOP.items():
        assert carat("settings", "set", key, value, home=home).code == 0
    for name, arrived in (("orders_1.csv", False), ("orders_2.csv", True)):
        drop(home, name, [row for case in range(len(TEXTS)) for row in orders(case, arrived)])
        said = carat("run", "--once", "--now", MORNING, home=home)
        assert said.code == 0, said
    done = carat("--json", "run", "--once", "--now", LATER, home=home)
    assert done.json["sent"] == {"email": len(TEXTS), "sms": len(TEXTS), "letter": len(TEXTS)}
    return home


def orders(case: int, arrived: bool) -> list[dict[str, str]]:
    """One order each of three customers; their numbers end in the number of the case."""
    ways = {"E": {**ANNA, "E-Mail": f"anna{case}@example.org"}, "S": KARL, "L": ERIKA}
    rows = []
    for way, person in ways.items():
        named = {**person, "Kundennummer": f"{way}{case}", "Vorname": "", "Anrede": "", "Nachname": TEXTS[case]}
        rows.append(line(f"{way}{case}", 1, f"Titel {TEXTS[case]}", named, arrived=arrived))
    return rows


def message(home: Home, customer: str) -> Any:
    (found,) = carat("--json", "outbox", "list", "--customer", customer, home=home).json
    return found


def payload(home: Home, customer: str) -> bytes:
    """The exact bytes that were handed over, as they lie in the folder of the embedded route."""
    with Store.open(home.database) as store:
        sql = "SELECT payload FROM message_body WHERE message_id = ?"
        stored: bytes = store.read().execute(sql, (message(home, customer)["id"],)).fetchone()[0]
    folder = {"E": home.data / "mail" / "new", "S": home.data / "sms", "L": home.data / "letters"}[customer[0]]
    assert any(stored in file.read_bytes() for file in folder.iterdir()), "what was stored is not what was handed over"
    return stored


@CASES
def test_mail_is_one_mail_to_one_person_with_the_text_as_it_was(sent: Home, case: int) -> None:
    raw = payload(sent, f"E{case}")
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    names = [name.lower() for name in mail]
    assert sorted(set(names)) == sorted(names)
    assert not {"bcc", "cc"} & set(names)
    assert [address.addr_spec for address in mail["To"].addresses] == [f"anna{case}@example.org"]
    assert not [byte for byte in raw if byte < 32 and byte not in (10, 13)]
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert all(piece in plain.get_content() for piece in pieces(TEXTS[case]))
    markup = html.get_content()
    assert all(piece in unescape(markup) for piece in pieces(TEXTS[case]))
    assert not any(tag in markup for tag in ("<img", "<a ", "<GmbH"))


@CASES
def test_sms_holds_the_text(sent: Home, case: int) -> None:
    text = payload(sent, f"S{case}").decode("utf-8")
    assert all(char.isprintable() or char == "\n" for char in text)
    assert all(piece[:12] in text for piece in pieces(f"Titel {TEXTS[case]}")[:2])


@CASES
def test_letter_prints_name_and_title(sent: Home, case: int) -> None:
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(payload(sent, f"L{case}")))
    printed = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert printed.count("".join(pieces(TEXTS[case]))) >= 2
    assert all("/XObject" not in page["/Resources"] and "/Annots" not in page for page in reader.pages)


@pytest.mark.parametrize("command", ["outbox list", "customer list", "document list", "journal", "doctor"])
def test_no_list_sends_a_control_character_to_the_terminal(sent: Home, command: str) -> None:
    harmless(carat(*command.split(), home=sent))


@CASES
@pytest.mark.parametrize("command", ["explain {}", "customer show {}", "document show {}", "outbox show {id}"])
def test_the_terminal_shows_what_it_does_not_obey(sent: Home, case: int, command: str) -> None:
    customer = f"E{case}"
    out = harmless(carat(*command.format(customer, id=message(sent, customer)["id"]).split(), home=sent))
    if command.startswith("customer"):
        assert all(piece in out for piece in pieces(TEXTS[case]))
        assert ("\u202e" in TEXTS[case]) <= ("\\u202e" in out)
        assert ("\x1b" in TEXTS[case]) <= ("\\x1b" in out)


def harmless(said: Said) -> str:
    """The output, after making sure that a terminal would obey none of it."""
    assert said.code in (0, 1), said.err
    assert said.out.strip()
    assert all(char == "\n" or char.isprintable() for char in said.out + said.err)
    return said.out


def test_nothing_was_lost_and_the_chain_is_whole(sent: Home) -> None:
    messages = carat("--json", "outbox", "list", "--limit", "100", home=sent).json
    assert {message["state"] for message in messages} == {"sent"}
    assert len(messages) == 3 * len(TEXTS)
    assert carat("journal", "--verify", home=sent).code == 0
