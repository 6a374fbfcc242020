"""``carat template``: saving, comparing, restoring and trying a text out, through the program's own door."""

from __future__ import annotations

from pathlib import Path

from carat_tui.model.home import Home
from tests.cli.door import carat

WAY = ("goods_arrived_one", "--channel", "sms")


def sms(home: Home) -> Path:
    return home.templates / "de" / "goods_arrived_one" / "sms.txt.j2"


def test_a_text_is_saved_compared_and_restored(home: Home) -> None:
    before = sms(home).read_text(encoding="utf-8")
    done = carat("template", "save", *WAY, "--file", "-", "--json", home=home, stdin="Da: {{ order_no }}")
    assert (done.code, done.json["version"]) == (0, 2)
    assert sms(home).read_text(encoding="utf-8") == "Da: {{ order_no }}\n"
    changed = carat("template", "diff", *WAY, home=home)
    assert (changed.code, "+Da: {{ order_no }}" in changed.out.splitlines()) == (1, True)
    assert carat("template", "restore", *WAY, "--version", "1", home=home).code == 0
    assert sms(home).read_text(encoding="utf-8") == before
    assert carat("template", "diff", *WAY, "--from", "1", "--to", "3", home=home).code == 0
    found = carat("template", "history", "goods_arrived_one", "--json", home=home).json
    assert [(one["version"], one["who"] is None) for one in found] == [(3, False), (2, False), (1, True)]


def test_a_mistake_is_not_saved_unless_it_is_meant(home: Home, tmp_path: Path) -> None:
    before = sms(home).read_bytes()
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("Erste Zeile\n{{ order_nr }}", encoding="utf-8")
    refused = carat("template", "save", *WAY, "--file", str(wrong), home=home)
    assert (refused.code, sms(home).read_bytes()) == (1, before)
    assert "sms.txt.j2:2: there is no placeholder 'order_nr'; did you mean 'order_no'?" in refused.err
    assert carat("template", "save", *WAY, "--file", str(wrong), "--anyway", home=home).code == 0
    assert carat("template", "check", "goods_arrived_one", home=home).code == 1
    assert carat("template", "reset", *WAY, home=home).code == 0
    assert sms(home).read_bytes() == before


def test_a_file_that_is_no_text_is_a_sentence(home: Home, tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes("Bücher".encode("latin-1"))
    for name in ("latin.txt", "nothing.txt"):
        said = carat("template", "save", *WAY, "--file", str(tmp_path / name), home=home)
        assert (said.code, name in said.err) == (2, True)
    unknown = carat("template", "save", "../../etc", "--channel", "sms", "--file", "-", home=home, stdin="x")
    assert (unknown.code, "is no template" in unknown.err) == (2, True)


def test_a_test_message_lies_in_the_folder_of_trials(home: Home) -> None:
    for way in ("email", "sms", "letter"):
        done = carat("template", "test", "goods_arrived_one", "--channel", way, "--json", home=home)
        assert done.code == 0
        assert Path(done.json["file"]).is_relative_to(home.trials)
    assert carat("outbox", "list", "--json", home=home).json == []
