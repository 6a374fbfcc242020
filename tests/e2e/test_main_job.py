"""The main job through the front door: files in, notices out, counted to the message."""

from __future__ import annotations

import pytest

from carat_tui.model.home import Home
from tests.cli.door import carat, program
from tests.e2e.shop import ANNA, ERIKA, KARL, drop, line

MORNING, LATER, EVENING = "2026-03-04T10:00:00+01:00", "2026-03-04T10:05:00+01:00", "2026-03-04T17:00:00+01:00"
ORDERS = [("B1", 1, "Momo", ANNA), ("B1", 2, "Krabat", ANNA), ("B2", 1, "Jim Knopf", ANNA), ("B3", 1, "Ronja", KARL)]


@pytest.fixture
def baseline(home: Home) -> Home:
    """A home that knows four ordered titles of two customers."""
    drop(home, "orders_1.csv", [line(*order) for order in ORDERS])
    said = carat("--json", "run", "--once", "--now", MORNING, home=home)
    assert said.code == 0, said.err
    assert said.json["rows"] == 4
    assert said.json["messages"] == {}
    return home


def test_three_receipts_of_one_and_one_of_another_make_two_messages(baseline: Home) -> None:
    home = baseline
    drop(home, "orders_2.csv", [line(*order, arrived=True) for order in ORDERS])
    first = carat("--json", "run", "--once", "--now", MORNING, home=home).json
    assert first["events"]["goods.received"] == 4
    assert first["messages"] == {"waiting": 2}
    second = carat("--json", "run", "--once", "--now", LATER, home=home).json
    assert second["sent"] == {"email": 1, "sms": 1}
    messages = carat("--json", "outbox", "list", home=home).json
    assert [(m["customer_no"], m["channel"], m["state"]) for m in sorted(messages, key=lambda m: m["customer_no"])] == [
        ("10001", "email", "sent"),
        ("10002", "sms", "sent"),
    ]
    to_anna = next(m for m in messages if m["customer_no"] == "10001")
    assert sorted(to_anna["documents"]) == ["B1", "B2"]
    text = carat("--json", "outbox", "show", str(to_anna["id"]), home=home).json["text"]
    assert all(title in text for title in ("Momo", "Krabat", "Jim Knopf"))
    assert len(list((home.data / "mail" / "new").iterdir())) == 1
    assert len(list((home.data / "sms").glob("*.txt"))) == 1


@pytest.mark.parametrize("name", ["orders_2.csv", "orders_renamed.csv"])
def test_the_same_file_again_changes_nothing(baseline: Home, name: str) -> None:
    home = baseline
    rows = [line(*order, arrived=True) for order in ORDERS]
    drop(home, "orders_2.csv", rows)
    carat("run", "--once", "--now", MORNING, home=home)
    carat("run", "--once", "--now", LATER, home=home)
    drop(home, name, rows)
    again = carat("--json", "run", "--once", "--now", EVENING, home=home).json
    assert again["events"] == {}
    assert again["sent"] == {}
    assert len(carat("--json", "outbox", "list", home=home).json) == 2


def test_a_full_re_export_in_another_order_changes_nothing(baseline: Home) -> None:
    home = baseline
    drop(home, "orders_2.csv", [line(*order, arrived=True) for order in ORDERS])
    carat("run", "--once", "--now", MORNING, home=home)
    drop(home, "orders_3.csv", [line(*order, arrived=True) for order in reversed(ORDERS)])
    again = carat("--json", "run", "--once", "--now", EVENING, home=home).json
    assert again["events"] == {}
    assert len(carat("--json", "outbox", "list", home=home).json) == 2


def test_explain_tells_the_whole_story(baseline: Home) -> None:
    home = baseline
    drop(home, "orders_2.csv", [line(*order, arrived=True) for order in ORDERS])
    for now in (MORNING, LATER):
        carat("run", "--once", "--now", now, home=home)
    story = carat("explain", "10002", home=home).out
    for word in ("orders_2.csv", "goods_arrived", "no e-mail address", "+491713920012", "sent"):
        assert word in story, story


def test_one_way_each_and_none_is_a_task(home: Home) -> None:
    nobody = {"Kundennummer": "10009", "Vorname": "Otto", "Nachname": "Brandt"}
    people = (ANNA, KARL, ERIKA, nobody)
    drop(home, "orders_1.csv", [line(f"B{n}", 1, "Momo", person) for n, person in enumerate(people)])
    carat("run", "--once", "--now", MORNING, home=home)
    drop(home, "orders_2.csv", [line(f"B{n}", 1, "Momo", person, arrived=True) for n, person in enumerate(people)])
    carat("run", "--once", "--now", MORNING, home=home)
    done = carat("--json", "run", "--once", "--now", LATER, home=home).json
    assert done["sent"] == {"email": 1, "sms": 1, "letter": 1}
    letter = next((home.data / "letters").glob("*.pdf")).read_bytes()
    assert letter.startswith(b"%PDF-")
    doctor = carat("--json", "doctor", home=home)
    assert doctor.code == 1
    assert any("10009" in str(finding) for finding in doctor.json if not finding["ok"])
    (task,) = carat("--json", "task", "list", home=home).json
    assert "10009" in task["text"]
    assert carat("task", "done", task["id"], "--why", "called him", home=home).code == 0
    assert carat("task", "list", home=home).out == "Nothing needs you.\n"
    assert carat("task", "done", task["id"], home=home).code == 2
    assert "called him" in carat("journal", home=home).out


def test_a_broken_template_holds_its_message_and_lets_the_others_go(baseline: Home) -> None:
    home = baseline
    template = home.templates / "de" / "goods_arrived_many" / "email.md.j2"
    whole = template.read_text(encoding="utf-8")
    template.write_text(whole.replace("{{ items_block }}", "{{ items_blok }}"), encoding="utf-8")
    at_line = whole[: whole.index("{{ items_block }}")].count("\n") + 1
    checked = carat("template", "check", home=home)
    assert checked.code == 1
    assert f"email.md.j2:{at_line}" in checked.out + checked.err
    drop(home, "orders_2.csv", [line(*order, arrived=True) for order in ORDERS])
    carat("run", "--once", "--now", MORNING, home=home)
    done = carat("--json", "run", "--once", "--now", LATER, home=home).json
    assert done["sent"] == {"sms": 1}
    held = carat("--json", "outbox", "list", "--state", "held", home=home).json
    assert len(held) == 1
    assert "items_blok" in held[0]["reason"]
    assert str(at_line) in held[0]["reason"]
    template.write_text(whole, encoding="utf-8")
    assert carat("outbox", "release", str(held[0]["id"]), home=home).code == 0
    assert carat("--json", "run", "--once", home=home).json["sent"] == {"email": 1}


def test_a_bad_row_and_a_bad_file_stop_nothing_else(home: Home) -> None:
    good = [line(*order) for order in ORDERS]
    bad = {**line("B9", 1, "Emil", KARL), "Status": "verschollen"}
    drop(home, "orders_1.csv", [*good, bad])
    (home.root / "watch" / "inbox" / "orders_0.csv").write_bytes(b"\0\1\2 no table at all")
    said = program("--json", "run", "--once", "--now", MORNING, home=home)
    assert said.code == 1
    assert said.json["rows"] == 5
    assert len(carat("--json", "document", "list", home=home).json) == 3
    reasons = list(home.quarantine.glob("orders_0.csv*.reason.txt"))
    assert len(reasons) == 1
    (row,) = carat("--json", "task", "list", home=home).json
    assert "verschollen" in row["text"]
    assert carat("task", "done", row["id"], "row-999", home=home).code == 2, "all or none"
    assert carat("--json", "task", "list", home=home).json == [row]
    assert carat("task", "done", row["id"], home=home).code == 0
    assert carat("--json", "task", "list", home=home).json == []
