"""``carat document handed-over`` and ``carat send`` about several orders, through the program's door."""

from __future__ import annotations

import pytest

from carat_tui.model.home import Home
from tests.cli.door import carat
from tests.engine.shop import export, two_customers


def states(home: Home) -> list[str]:
    return [row["state"] for row in carat("outbox", "list", "--json", home=home).json]


def test_a_waiting_notice_goes_on_without_what_was_handed_over(planned: Home) -> None:
    said = carat("document", "handed-over", "A-1", "A-3", "--json", home=planned)
    assert said.json == {"orders": ["A-1", "A-3"], "cancelled": [2], "shortened": [1], "leaving": []}
    carat("run", "--once", "--now", "2026-03-04T10:33", home=planned)
    text = carat("outbox", "show", "1", "--json", home=planned).json["text"]
    assert "Chłopi" in text
    assert "Effi Briest" not in text
    assert carat("outbox", "show", "2", "--json", home=planned).json["state"] == "cancelled"
    assert carat("document", "show", "A-1", "--json", home=planned).json["handed_over_at"]
    assert [row["number"] for row in carat("document", "list", "--open", "--json", home=planned).json] == ["A-2"]
    assert "handed over" in carat("explain", "A-1", home=planned).out


@pytest.mark.parametrize(("status", "why"), [("abgeholt", "handed over already"), ("storniert", "is cancelled")])
def test_the_next_file_says_that_an_order_is_over(planned: Home, status: str, why: str) -> None:
    file = export(planned.root / "watch" / "inbox" / "orders_3.part", *two_customers(received=True))
    file.write_text(_with_status(file.read_text(encoding="utf-8"), ("A-1", "A-3"), status), encoding="utf-8")
    file.rename(file.with_suffix(".csv"))
    carat("run", "--once", "--now", "2026-03-04T10:31", home=planned)
    stopped = carat("outbox", "show", "2", "--json", home=planned).json
    assert (stopped["state"], why in stopped["reason"]) == ("cancelled", True)
    carat("run", "--once", "--now", "2026-03-04T10:36", home=planned)
    left = carat("outbox", "show", "1", "--json", home=planned).json
    assert (left["state"], left["documents"]) == ("sent", ["A-2"])
    assert "Chłopi" in left["text"]
    assert "Effi Briest" not in left["text"]


def _with_status(text: str, numbers: tuple[str, ...], status: str) -> str:
    lines = [
        line.replace(";bestellt;", f";{status};") if line.startswith(numbers) else line for line in text.split("\n")
    ]
    return "\n".join(lines)


def test_taken_back(planned: Home) -> None:
    assert "Message 2 is cancelled" in carat("document", "handed-over", "A-3", home=planned).out
    assert carat("document", "handed-over", "A-3", "--undo", home=planned).code == 0
    carat("run", "--once", "--now", "2026-03-04T10:33", home=planned)
    assert carat("outbox", "show", "2", "--json", home=planned).json["state"] == "sent"


def test_taken_back_too_late(planned: Home) -> None:
    carat("document", "handed-over", "A-1", "--so-far", home=planned)
    carat("run", "--once", "--now", "2026-03-04T10:33", home=planned)
    said = carat("document", "handed-over", "A-1", "--undo", home=planned)
    assert said.code == 1
    assert "The notice left without A-1 meanwhile" in said.out


def test_what_cannot_be_handed_over(planned: Home) -> None:
    assert carat("document", "handed-over", "Z-9", home=planned).code == 2
    assert carat("document", "handed-over", "A-1", "--undo", home=planned).code == 2
    assert carat("document", "handed-over", "A-1", "--undo", "--so-far", home=planned).code == 2


def test_one_message_about_two_orders(sent: Home) -> None:
    words = ("send", "--order", "A-1", "--order", "A-2", "--channel", "email", "--text", "Beides liegt bereit.")
    said = carat(*words, "--json", home=sent)
    assert (said.code, said.json["state"], said.json["documents"]) == (0, "sent", ["A-1", "A-2"])
    for number in ("A-1", "A-2"):
        assert "Beides liegt bereit." in carat("document", "show", number, "--json", home=sent).json["note"]
    refused = carat("send", "--order", "A-1", "--order", "A-3", "--channel", "email", "--text", "x", home=sent)
    assert (refused.code, "not of the same customer" in refused.err) == (2, True)


def test_the_option_of_an_order(sent: Home) -> None:
    assert (
        carat("document", "option", "A-3", "email", "--for-good", "--json", home=sent).json["notify_option"] == "email"
    )
    assert carat("customer", "show", "502", "--json", home=sent).json["notify_option"] == "email"
    assert carat("document", "option", "A-3", "inherit", "--json", home=sent).json["notify_option"] is None
    assert carat("document", "option", "A-3", "pigeon", home=sent).code == 2
