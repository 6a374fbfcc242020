"""The order of ways from the command line: what a move would bring, doing it, and a rule's own order."""

from __future__ import annotations

import pytest

from carat_tui.model.home import Home
from carat_tui.store.database import Store
from tests.cli.door import carat


def test_a_move_is_foretold_then_made_and_written_down(sent: Home) -> None:
    before = carat("priority", "list", "--json", home=sent).json
    assert before["order"] == ["email", "sms", "letter"]
    foretold = carat("priority", "move", "sms", "1", "--dry-run", "--json", home=sent).json
    assert carat("priority", "list", "--json", home=sent).json == before
    made = carat("priority", "move", "sms", "1", "--json", home=sent).json
    assert made == {**foretold, "dry_run": False}
    after = carat("priority", "list", "--json", home=sent).json
    assert after["order"] == ["sms", "email", "letter"]
    assert after["first"] == made["first"]
    assert carat("settings", "get", "channels.priority", home=sent).out.strip() == "sms,email,letter"
    with Store.open(sent.database) as store:
        row = store.read().execute("SELECT what, detail FROM journal ORDER BY id DESC LIMIT 1").fetchone()
    assert row["what"] == "changed setting"
    assert '"before":"email,sms,letter"' in row["detail"]


def test_a_channel_can_be_left_out_but_not_the_last(sent: Home) -> None:
    assert carat("priority", "set", "email", "--json", home=sent).json["order"] == ["email"]
    assert carat("priority", "move", "letter", "1", "--json", home=sent).json["order"] == ["letter", "email"]
    said = carat("priority", "set", "email,fax", home=sent)
    assert said.code == 2
    assert "email, sms, letter" in said.err


def test_a_rule_is_changed_as_a_whole_or_not_at_all(home: Home) -> None:
    changed = carat(
        "rule",
        "set",
        "goods_arrived",
        "channels=sms,email",
        "delay_s=60",
        "merge=no",
        "template=goods_arrived",
        "--json",
        home=home,
    )
    assert changed.code == 0, changed.err
    assert (changed.json["channels"], changed.json["delay_s"], changed.json["merge"]) == (["sms", "email"], 60, False)
    said = carat("rule", "set", "goods_arrived", "delay_s=0", "template=nothing", home=home)
    assert said.code == 2
    assert carat("rule", "show", "goods_arrived", "--json", home=home).json == changed.json
    assert carat("rule", "set", "goods_arrived", "channels=", "--json", home=home).json["channels"] is None


@pytest.mark.parametrize(
    "pair", ["colour=red", "channels=fax", "delay_s=-1", "delay_s=soon", "merge=perhaps", "nothing"]
)
def test_a_wrong_change_is_a_sentence(home: Home, pair: str) -> None:
    said = carat("rule", "set", "goods_arrived", pair, home=home)
    assert said.code == 2
    assert said.err.count("\n") == 1
