"""From nothing to a rehearsal notice, without a screen; and nothing when it is broken off."""

from __future__ import annotations

from pathlib import Path

import pytest

from carat_tui.engine import Engine
from carat_tui.model.clock import Clock
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.services import first_run
from carat_tui.services.home import default_files
from carat_tui.store import settings
from carat_tui.store.database import Store
from tests.conftest import NOW

ANSWERS = {
    **first_run.DEFAULTS, "name": "Buchhandlung Wolke", "street": "Gasse 1", "postcode": "70173", "city": "Stuttgart",
    "email": "wolke@example.org",
}  # fmt: skip
EXAMPLE = default_files() / "watch" / "examples" / "auftraege_20260303_1800.csv"


def run(home: Home, store: Store, clock: Clock) -> None:
    with Engine(home, store, clock) as engine:
        engine.run_once()


def test_the_example_is_played_in_the_new_home(tmp_path: Path) -> None:
    home = Home(tmp_path / "shop")
    made = first_run.make(home, ANSWERS, run, now=NOW, who="test")
    letter = made.letter
    assert letter is not None and letter.file is not None
    text = letter.file.read_text(encoding="utf-8")
    assert letter.file.is_relative_to(home.data / "mail")
    assert "wolke@example.org" in text
    with Store.open(home.database) as store:
        conn = store.read()
        assert settings.mode(conn).name == "rehearsal"
        assert settings.get(conn, "shop.city") == "Stuttgart"
        assert settings.get(conn, "intake.settle_s") == "3", "only the example needs no settling"
        assert conn.execute("SELECT count(*) FROM message WHERE state = 'sent'").fetchone()[0] == len(
            [notice for notice in made.notices if notice.file]
        )


def test_an_own_beginning_keeps_the_example_out_of_the_store(tmp_path: Path) -> None:
    home, folder = Home(tmp_path / "shop"), tmp_path / "erp"
    folder.mkdir()
    answers = {**ANSWERS, "feed": "file", "file": str(EXAMPLE), "folder": str(folder)}
    made = first_run.make(home, answers, run, now=NOW, who="test")
    assert made.letter is not None and made.letter.file is not None
    assert made.letter.file.is_relative_to(home.data / "rehearsal")
    assert (folder / EXAMPLE.name).read_bytes() == EXAMPLE.read_bytes()
    with Store.open(home.database) as store:
        assert store.read().execute("SELECT count(*) FROM document").fetchone()[0] == 0
        assert settings.get(store.read(), "intake.folder") == str(folder)
        assert settings.get(store.read(), "shop.name") == "Buchhandlung Wolke"


@pytest.mark.parametrize("there", [True, False])
def test_what_cannot_be_finished_is_taken_back(tmp_path: Path, there: bool) -> None:
    home = Home(tmp_path / "shop")
    if there:
        home.root.mkdir()
        (home.root / "mine.txt").write_text("mine", encoding="utf-8")

    def breaks(home: Home, store: Store, clock: Clock) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        first_run.make(home, ANSWERS, breaks, now=NOW, who="test")
    assert not home.marker.exists()
    assert not home.database.exists()
    assert home.root.exists() == there
    assert not there or (home.root / "mine.txt").exists()
    first_run.make(home, ANSWERS, run, now=NOW, who="test")
    assert home.marker.exists()


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("name", "  ", "needs a name"),
        ("email", "", "needs an e-mail"),
        ("email", "wolke@", "e-mail address"),
        ("country", "AT", "DE, SK, PL"),
        ("language", "xx", "one of"),
        ("folder", "/nowhere/at/all", "no folder"),
        ("file", "", "Name the file"),
        ("file", "/nowhere/orders.csv", "no file"),
        ("feed", "carrier pigeon", "no beginning"),
    ],
)
def test_a_wrong_answer_is_a_sentence(tmp_path: Path, key: str, value: str, says: str) -> None:
    with pytest.raises(CaratError, match=says):
        first_run.checked(Home(tmp_path / "shop"), key, value)


def test_a_folder_below_the_home_is_kept_relative(tmp_path: Path) -> None:
    home = Home(tmp_path / "shop")
    assert first_run.checked(home, "folder", "") == "watch/inbox"
    assert first_run.checked(home, "folder", "watch/in") == "watch/in"
    assert first_run.checked(home, "folder", str(home.root / "drop")) == "drop"


def test_an_export_is_tried_before_anything_is_made(tmp_path: Path, clock: Clock) -> None:
    odd = tmp_path / "liste.csv"
    odd.write_bytes(EXAMPLE.read_bytes())
    found, named = first_run.suits({**ANSWERS, "file": str(odd)}, clock, "test")
    assert found.report.rows > 10
    assert not found.report.needs_person
    assert not named
    assert first_run.suits({**ANSWERS, "file": str(EXAMPLE)}, clock, "test")[1]
    odd.write_text("a;b\n1;2\n", encoding="utf-8")
    assert first_run.suits({**ANSWERS, "file": str(odd)}, clock, "test")[0].report.needs_person
