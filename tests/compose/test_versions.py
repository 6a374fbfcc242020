"""Saving, comparing and restoring templates: on a real disk and in a real store."""

from __future__ import annotations

import os
import stat
import sys
import threading
from datetime import datetime
from pathlib import Path

import pytest

from carat_tui.compose import templates, unsaved, versions
from carat_tui.compose.unsaved import Draft
from carat_tui.compose.versions import Changed
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.store import templates as rows
from carat_tui.store.database import Store
from carat_tui.store.templates import Key

KEY = Key("goods_arrived_one", "de", "sms")


@pytest.fixture
def path(home: Home) -> Path:
    return templates.path_of(home, *KEY)


def test_the_first_save_keeps_what_was_there_before(store: Store, home: Home, path: Path, now: datetime) -> None:
    before = path.read_text(encoding="utf-8")
    done = versions.save(store, home, KEY, "Neu {{ order_no }}", "anna", now)
    assert path.read_text(encoding="utf-8") == "Neu {{ order_no }}\n"
    newest, oldest = rows.of_file(store.read(), KEY)
    assert (done.number, newest.number, newest.source, newest.who) == (2, 2, "Neu {{ order_no }}\n", "anna")
    assert (oldest.number, oldest.source, oldest.who) == (1, before, None)
    assert [part for part in path.parent.iterdir() if part.suffix == ".part"] == []


def test_a_file_with_windows_line_ends_and_mark_keeps_them(store: Store, home: Home, path: Path, now: datetime) -> None:
    path.write_bytes(b"\xef\xbb\xbfAlt\r\nZwei\r\n")
    text = versions.read(home, KEY)
    assert text.source == "Alt\nZwei\n"
    versions.save(store, home, KEY, "Neu\nZwei\n", "anna", now, base=text.digest)
    assert path.read_bytes() == b"\xef\xbb\xbfNeu\r\nZwei\r\n"


def test_a_file_that_another_program_changed_is_not_overwritten(
    store: Store, home: Home, path: Path, now: datetime
) -> None:
    text = versions.read(home, KEY)
    path.write_text("Theirs", encoding="utf-8")
    with pytest.raises(Changed) as caught:
        versions.save(store, home, KEY, "Mine", "anna", now, base=text.digest)
    assert (caught.value.theirs, path.read_text(encoding="utf-8")) == ("Theirs", "Theirs")
    assert rows.of_file(store.read(), KEY) == []
    path.unlink()
    with pytest.raises(Changed, match="deleted"):
        versions.save(store, home, KEY, "Mine", "anna", now, base=text.digest)
    versions.save(store, home, KEY, "Mine", "anna", now)
    assert path.read_text(encoding="utf-8") == "Mine\n"


def test_overwriting_keeps_the_other_programs_text_in_the_history(
    store: Store, home: Home, path: Path, now: datetime
) -> None:
    versions.save(store, home, KEY, "Mine", "anna", now)
    path.write_text("Theirs\n", encoding="utf-8")
    versions.save(store, home, KEY, "Mine again", "anna", now)
    assert [(one.source, one.who) for one in rows.of_file(store.read(), KEY)][:3] == [
        ("Mine again\n", "anna"), ("Theirs\n", None), ("Mine\n", "anna"),
    ]  # fmt: skip


def test_a_new_text_gets_its_folder(store: Store, home: Home, now: datetime) -> None:
    key = Key("balance_confirmation", "sk", "sms")
    assert versions.read(home, key).digest == ""
    done = versions.save(store, home, key, "Saldo", "anna", now, base="")
    assert (done.number, done.path.read_text(encoding="utf-8")) == (1, "Saldo\n")
    with pytest.raises(Changed):
        versions.save(store, home, key, "Saldo 2", "berta", now, base="")


def test_a_latin_file_can_be_looked_at_and_saving_mends_it(store: Store, home: Home, path: Path, now: datetime) -> None:
    path.write_bytes("Bücher für {{ order_no }} – 5 €\n".encode("cp1252"))
    text = versions.read(home, KEY)
    assert text.source == "Bücher für {{ order_no }} – 5 €\n"
    versions.save(store, home, KEY, text.source, "anna", now, base=text.digest)
    assert path.read_bytes().decode("utf-8") == text.source


def test_restoring_is_a_step_forward(store: Store, home: Home, path: Path, now: datetime) -> None:
    before = path.read_text(encoding="utf-8")
    versions.save(store, home, KEY, "Neu", "anna", now)
    done = versions.restore(store, home, KEY, 1, "berta", now)
    assert (done.number, path.read_text(encoding="utf-8")) == (3, before)
    assert [(one.number, one.who) for one in rows.of_file(store.read(), KEY)] == [(3, "berta"), (2, "anna"), (1, None)]
    with pytest.raises(CaratError, match="no version 9"):
        versions.restore(store, home, KEY, 9, "berta", now)


def test_two_who_save_at_once_never_lose_a_text(store: Store, home: Home, path: Path, now: datetime) -> None:
    base, refused = versions.read(home, KEY).digest, []

    def save(word: str) -> None:
        try:
            versions.save(store, home, KEY, word, word, now, base=base)
        except Changed:
            refused.append(word)

    threads = [threading.Thread(target=save, args=(f"text {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 7
    assert rows.of_file(store.read(), KEY)[0].source == path.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_a_folder_that_cannot_be_written_is_a_sentence_and_no_version(
    store: Store, home: Home, path: Path, now: datetime
) -> None:
    if os.geteuid() == 0:
        path.parent.rename(path.parent.with_name("elsewhere"))
        path.parent.write_text("a file where the folder was", encoding="utf-8")
    else:
        path.parent.chmod(0o500)
    with pytest.raises(CaratError):
        versions.save(store, home, KEY, "Neu", "anna", now)
    assert rows.of_file(store.read(), KEY) == []


@pytest.mark.parametrize("source", ["\ud800", "x" * (templates.LARGEST + 1)])
def test_what_is_no_text_is_refused(store: Store, home: Home, path: Path, now: datetime, source: str) -> None:
    before = path.read_bytes()
    with pytest.raises(CaratError):
        versions.save(store, home, KEY, source, "anna", now)
    assert path.read_bytes() == before


def test_a_comparison_shows_every_line_also_those_that_look_like_its_own_signs() -> None:
    found = versions.diff("---\nsubject: a\n---\nx\n", "subject: b\n---\n--- x\n+++ y\n")
    kinds = [(change.kind, change.text) for change in found if change.kind in "+-"]
    assert ("-", "---") in kinds
    assert ("+", "--- x") in kinds
    assert ("+", "+++ y") in kinds
    assert versions.diff("a\n", "a\n") == []


def test_a_draft_survives_and_goes_when_it_is_dropped(home: Home) -> None:
    draft = Draft("Getippt – „so“\n", "abc", "2026-03-04T09:30:00.000Z", "anna")
    unsaved.keep(home, KEY, draft)
    assert unsaved.left(home, KEY) == draft
    (file,) = home.drafts.iterdir()
    if sys.platform != "win32":
        assert [stat.S_IMODE(path.stat().st_mode) for path in (file, home.drafts)] == [0o600, 0o700]
    file.write_text("{", encoding="utf-8")
    assert unsaved.left(home, KEY) is None
    unsaved.drop(home, KEY)
    assert list(home.drafts.iterdir()) == []
