"""Files in, messages by hand, facts, texts: the commands of a shop's day."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carat_tui.model.home import Home
from carat_tui.store.database import Store
from tests.cli.door import carat
from tests.engine.shop import Order, export, two_customers

_IMPORT = """
file sha256 profile baseline rows accepted created changed unchanged rejected ignored events messages warnings seconds
"""
_DOCUMENT = """
kind number customer_no status date due_date total open_amount currency printed lines attachments last_notified_at note
messages
"""
IMPORT_KEYS, DOCUMENT_KEYS = set(_IMPORT.split()), set(_DOCUMENT.split())
"""What CLI.md promises."""


def test_import_tells_what_came_of_each_file(home: Home, tmp_path: Path) -> None:
    first = export(tmp_path / "orders_1.csv", *two_customers(received=False))
    second = export(tmp_path / "orders_2.csv", *two_customers(received=True))
    said = carat("import", str(first), str(second), "--json", home=home)
    assert said.code == 0, said.err
    baseline, arrival = said.json
    for report in said.json:
        assert set(report) >= IMPORT_KEYS
        assert report["rows"] == report["accepted"] + len(report["rejected"]) + report["ignored"]
    assert (baseline["baseline"], baseline["created"], baseline["messages"], baseline["events"]) == (True, 3, 0, {})
    assert arrival["baseline"] is False
    assert arrival["changed"] == 3
    again = carat("import", str(second), "--json", home=home).json[0]
    assert (again["created"], again["changed"], again["events"], again["messages"]) == (0, 0, {}, 0)
    assert "rows" in carat("import", str(second), home=home).out


def recent(*, received: bool) -> list[Order]:
    """An order whose goods came today, by the machine's clock, so that it is not too old to be told."""
    from datetime import datetime

    today = f"{datetime.now().astimezone():%d.%m.%Y}"
    order = Order("A-1", "501", ["Effi Briest"], email="eins@example.org")
    order.received = set(order.titles) if received else set()
    order.received_on = today
    return [order]


def test_a_dry_run_foretells_and_writes_nothing(home: Home, tmp_path: Path) -> None:
    carat("import", str(export(tmp_path / "orders_1.csv", *recent(received=False))), home=home)
    second = export(tmp_path / "orders_2.csv", *recent(received=True))
    before = _content(home)
    said = carat("import", "--dry-run", str(second), "--json", home=home)
    assert said.code == 0, said.err
    foretold = said.json[0]
    assert (foretold["changed"], foretold["messages"]) == (1, 1)
    assert foretold["events"]["goods.received"] == 1
    assert _content(home) == before
    real = carat("import", str(second), "--json", home=home).json[0]
    for key in ("created", "changed", "unchanged", "events", "messages", "rejected"):
        assert real[key] == foretold[key], key


def _content(home: Home) -> list[str]:
    """Every row of every table."""
    with Store.open(home.database) as store:
        conn = store.read()
        tables = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return [f"{table}: {tuple(row)}" for table in tables for row in conn.execute(f"SELECT * FROM {table}")]


def test_import_of_what_cannot_be_read(home: Home, tmp_path: Path) -> None:
    assert carat("import", str(tmp_path / "none.csv"), home=home).code == 2
    good = export(tmp_path / "orders_1.csv", *two_customers(received=False))
    assert carat("import", str(good), str(tmp_path / "none.csv"), home=home).code == 2
    assert carat("document", "list", "--json", home=home).json == [], "all files or none"
    assert carat("import", home=home).code == 2
    unknown = tmp_path / "unknown.csv"
    unknown.write_text("a;b\n1;2\n", encoding="utf-8")
    assert carat("import", str(unknown), "--profile", "nosuch", home=home).code == 2
    said = carat("import", str(unknown), "--profile", "bookshop-orders", "--json", home=home)
    assert said.code == 1
    assert "Auftragsnummer" in json.dumps(said.json, ensure_ascii=False)


def test_baseline_can_be_asked_for_or_refused(home: Home, tmp_path: Path) -> None:
    first = export(tmp_path / "orders_1.csv", *recent(received=True))
    assert carat("import", "--no-baseline", "--dry-run", str(first), "--json", home=home).json[0]["messages"] == 1
    assert carat("import", "--baseline", str(first), "--json", home=home).json[0]["messages"] == 0


def test_profiles(home: Home, tmp_path: Path) -> None:
    assert [p["name"] for p in carat("profile", "list", "--json", home=home).json] == ["bookshop-orders"]
    shown = carat("profile", "show", "bookshop-orders", "--json", home=home).json
    assert "[match]" in shown["text"]
    assert carat("profile", "show", "bookshop", home=home).code == 2
    file = export(tmp_path / "x.csv", *two_customers(received=False))
    checked = carat("profile", "check", "bookshop-orders", str(file), "--json", home=home)
    assert (checked.code, checked.json["rows"]) == (0, 4)
    assert checked.json["sample"][0]["title"] == "Effi Briest"
    assert "Telefon" in checked.json["absent"]
    assert carat("customer", "list", "--json", home=home).json == []
    assert "as carat understands them" in carat("profile", "check", "bookshop-orders", str(file), home=home).out
    (home.profiles / "broken.toml").write_text("[profile", encoding="utf-8")
    said = carat("profile", "list", home=home)
    assert said.code == 1
    assert "broken.toml" in said.out


def test_a_message_by_hand_is_sent_at_once(planned: Home) -> None:
    said = carat("send", "--order", "A-3", "--channel", "sms", "--text", "Bis 19 Uhr offen.", "--json", home=planned)
    assert said.code == 0, said.err
    assert (said.json["state"], said.json["to"], said.json["documents"]) == ("sent", "+491713920011", ["A-3"])
    assert "written to" in said.json["words"]
    assert said.json["noted"] is True
    (file,) = (planned.data / "sms").glob("*.txt")
    assert file.read_text(encoding="utf-8").endswith("Bis 19 Uhr offen.\n")
    assert "Bis 19 Uhr offen." in carat("document", "show", "A-3", "--json", home=planned).json["note"]
    assert [m["state"] for m in carat("outbox", "list", "--state", "waiting", "--json", home=planned).json] == [
        "waiting"
    ] * 2


def test_a_copy_goes_to_the_shop(planned: Home) -> None:
    said = carat(
        "send",
        "--customer",
        "501",
        "--channel",
        "email",
        "--subject",
        "Ihr Buch",
        "--text",
        "Da.",
        "--copy-to-shop",
        "--json",
        home=planned,
    )
    assert said.code == 0, said.err
    assert said.json["copy"]["to"] == "laden@example.org"
    assert len(list((planned.data / "mail" / "new").iterdir())) == 2


def test_text_from_a_file_or_stdin(home: Home, tmp_path: Path) -> None:
    to = ("send", "--to", "+491713920011", "--channel", "sms")
    file = tmp_path / "text.txt"
    file.write_text("Grüße aus der Datei", encoding="utf-8-sig")
    assert carat(*to, "--file", str(file), home=home).code == 0
    assert carat(*to, "--file", "-", home=home, stdin="Von stdin").code == 0
    assert [m["text"] for m in (carat("outbox", "show", n, "--json", home=home).json for n in "12")] == [
        "Grüße aus der Datei",
        "Von stdin",
    ]
    file.write_bytes(b"\xff\xfe\xff")
    assert carat(*to, "--file", str(file), home=home).code == 2
    assert carat(*to, "--file", str(tmp_path / "none"), home=home).code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["--channel", "sms", "--text", "x"],
        ["--to", "a@example.org", "--channel", "sms", "--text", "x"],
        ["--to", "a@example.org", "--channel", "email", "--subject", "x", "--text", " "],
        ["--to", "a@example.org", "--channel", "email", "--text", "no subject"],
        ["--to", "a@example.org", "--channel", "email", "--subject", "x"],
        ["--to", "a@example.org", "--channel", "email", "--subject", "x", "--text", "x", "--file", "y"],
        ["--order", "Z-9", "--channel", "email", "--subject", "x", "--text", "x"],
        ["--to", "a@example.org", "--channel", "fax", "--text", "x"],
    ],
)
def test_send_refuses_what_it_cannot_do(home: Home, arguments: list[str]) -> None:
    said = carat("send", *arguments, home=home)
    assert said.code == 2
    assert carat("outbox", "list", "--json", home=home).json == []


def test_email_needs_the_address_of_the_shop(home: Home) -> None:
    carat("settings", "set", "shop.email", "", home=home)
    said = carat("send", "--to", "a@example.org", "--channel", "email", "--subject", "x", "--text", "x", home=home)
    assert said.code == 2
    assert "carat settings set shop.email" in said.err


def test_a_message_that_must_wait_says_why(home: Home) -> None:
    carat("mode", "paused", home=home)
    said = carat("send", "--to", "+491713920011", "--channel", "sms", "--text", "x", home=home)
    assert said.code == 1
    assert "waiting" in said.out


def test_customers(sent: Home) -> None:
    found = carat("customer", "show", "501", "--json", home=sent).json
    assert set(found) >= {"customer_no", "name", "language", "contacts", "consents", "last_notified_at", "messages"}
    assert found["messages"] == 1
    assert found["last_notified_at"] == "2026-03-04T10:33:00+01:00"
    (contact,) = found["contacts"]
    assert set(contact) >= {"type", "value", "roles", "active", "suppressed"}
    assert [c["customer_no"] for c in carat("customer", "list", "--search", "502", "--json", home=sent).json] == ["502"]
    assert "eins@example.org" in carat("customer", "list", home=sent).out
    assert carat("customer", "show", "999", home=sent).code == 2


def test_wishes_of_customers(sent: Home) -> None:
    why = ("--why", "rief an")
    assert carat("customer", "suppress", "501", "email", "eins@example.org", home=sent).code == 2
    assert carat("customer", "suppress", "501", "email", "eins@example.org", *why, home=sent).code == 0
    assert carat("customer", "show", "501", "--json", home=sent).json["contacts"][0]["suppressed"] is True
    assert carat("customer", "unsuppress", "501", "email", "eins@example.org", *why, home=sent).code == 0
    assert carat("customer", "show", "501", "--json", home=sent).json["contacts"][0]["suppressed"] is False
    assert carat("customer", "option", "501", "sms", "--json", home=sent).json["notify_option"] == "sms"
    assert carat("customer", "option", "501", "fax", home=sent).code == 2
    assert carat("customer", "channels", "501", "letter,email", "--json", home=sent).json["channels"] == [
        "letter",
        "email",
    ]
    assert carat("customer", "channels", "501", "--json", home=sent).json["channels"] is None


def test_documents(sent: Home) -> None:
    found = carat("document", "show", "a-1", "--json", home=sent).json
    assert set(found) >= DOCUMENT_KEYS
    assert (found["number"], found["customer_no"], found["messages"]) == ("A-1", "501", [1])
    assert [line["title"] for line in found["lines"]] == ["Effi Briest", "Lalka"]
    assert set(found["lines"][0]) >= {"line", "title", "qty", "received_qty", "isbn13", "status"}
    assert len(carat("document", "list", "--open", "--json", home=sent).json) == 3
    assert carat("document", "list", "--kind", "invoice", "--json", home=sent).json == []
    assert len(carat("document", "list", "--limit", "1", "--json", home=sent).json) == 1
    assert "Effi Briest" in carat("document", "show", "A-1", home=sent).out
    assert carat("document", "show", "Z-9", home=sent).code == 2


def test_templates(sent: Home) -> None:
    names = {t["name"] for t in carat("template", "list", "--json", home=sent).json}
    assert "goods_arrived_one" in names
    assert carat("template", "show", "goods_arrived_one", "--lang", "pl", home=sent).code == 0
    assert carat("template", "check", "--json", home=sent).code == 0
    for channel in ("email", "sms", "letter"):
        for document in ([], ["--document", "A-1"]):
            if channel == "letter" and document:
                continue  # this customer has no postal address
            said = carat(
                "template", "preview", "goods_arrived_one", "--channel", channel, *document, "--json", home=sent
            )
            assert said.code == 0, said.err
            assert said.json["text"]
    polish = carat(
        "template", "preview", "goods_arrived_one", "--channel", "sms", "--lang", "pl", "--json", home=sent
    ).json
    assert polish["language"] == "pl"
    assert carat("template", "preview", "no_such", "--channel", "sms", home=sent).code == 2
    used = {v["channel"] for name in names for v in carat("template", "history", name, "--json", home=sent).json}
    assert used == {"email", "sms"}


def test_a_broken_template_is_refused_with_its_line(home: Home) -> None:
    file = home.templates / "de" / "goods_arrived_one" / "sms.txt.j2"
    file.write_text("gut\n{% if %}", encoding="utf-8")
    said = carat("template", "check", "goods_arrived_one", home=home)
    assert said.code == 1
    assert "sms.txt.j2:2" in said.out
    assert carat("template", "check", "no_such", home=home).code == 2


def test_rules(home: Home) -> None:
    assert {r["name"]: r["enabled"] for r in carat("rule", "list", "--json", home=home).json}["goods_arrived"] is True
    assert carat("rule", "disable", "goods_arrived", "--json", home=home).json["enabled"] is False
    assert carat("rule", "show", "goods_arrived", "--json", home=home).json["enabled"] is False
    assert carat("rule", "enable", "goods_arrivd", home=home).code == 2


def test_explain_tells_the_story(sent: Home) -> None:
    for number in ("501", "A-1", "message:1"):
        said = carat("explain", number, home=sent)
        assert said.code == 0
        assert "eins@example.org" in said.out
        assert carat("explain", number, "--json", home=sent).json["happened"]
    assert carat("explain", "Z-9", home=sent).code == 2


def test_a_message_by_hand_that_waits_says_what_stands_in_its_way(home: Home) -> None:
    carat("account", "set", "relay", "kind=smtp", "host=127.0.0.1", "port=1", "security=none", "auth=none", home=home)
    carat("mode", "live", "--yes-live", "Buchladen Sonne", home=home)
    words = ["send", "--to", "me@example.org", "--channel", "email", "--subject", "s", "--text", "t"]
    said = carat(*words, home=home)
    assert said.code == 1
    assert "route relay is paused: 127.0.0.1:1 cannot be reached" in said.out
    doctor = carat("doctor", "--json", home=home).json
    assert any(f["detail"] == "email: no route can be used" and not f["ok"] for f in doctor), (
        "a folder is no substitute"
    )
    carat("outbox", "pause", "--all", "--why", "stocktaking", home=home)
    assert "stocktaking" in carat(*words, "--json", home=home).json["because"]
    carat("mode", "paused", home=home)
    assert "the home is paused" in carat(*words, home=home).out


def test_a_text_from_a_file_has_an_end(home: Home, tmp_path: Path) -> None:
    letter = ["send", "--to", "me@example.org", "--channel", "email", "--subject", "s", "--file"]
    file = tmp_path / "text.txt"
    file.write_text("x" * 100_001, encoding="utf-8")
    for name, stdin in ((str(file), ""), ("-", "x" * 100_001)):
        said = carat(*letter, name, home=home, stdin=stdin)
        assert said.code == 2
        assert "longer than" in said.err
    file.write_text("Guten Tag", encoding="utf-8-sig")
    assert carat(*letter, str(file), home=home).code == 0


def test_a_full_page_says_how_to_see_the_next(sent: Home) -> None:
    for what in ("customer", "document", "outbox"):
        first = carat(what, "list", "--limit", "1", "--json", home=sent).json[0]["id"]
        assert f"More: --after {first}" in carat(what, "list", "--limit", "1", home=sent).out
        assert "More" not in carat(what, "list", "--limit", "100", home=sent).out
