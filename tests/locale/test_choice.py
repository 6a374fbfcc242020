"""Which language is spoken, and what follows it: the command line, dates, numbers."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from carat_tui import locale
from carat_tui.cockpit.tongue import speak
from carat_tui.cockpit.words import day, moment, money, thousands
from carat_tui.locale import _, language, n_
from carat_tui.locale.system import system_language
from carat_tui.model.home import Home
from carat_tui.store import settings
from carat_tui.store.database import Store
from tests.cli.door import carat


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    locale.use("en")


@pytest.fixture
def shop(tmp_path: Path) -> Home:
    """A shop in Slovakia."""
    home = Home(tmp_path / "home")
    assert carat("init", str(home.root), "--country", "SK", "--name", "Kníhkupectvo").code == 0
    return home


def spoken(home: Home, asked: str = "", **stored: str) -> str:
    """The language of the cockpit on this home."""
    with Store.open(home.database) as store:
        for key, value in stored.items():
            store.write(lambda conn, key=key, value=value: settings.put(conn, key.replace("_", ".", 1), value))
        speak(asked, store.read())
    return language()


def test_asked_for_is_before_the_setting_before_the_shop_before_the_system(
    shop: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert spoken(shop) == "sk"
    assert spoken(shop, shop_language="pl") == "pl"
    assert spoken(shop, cockpit_language="en") == "en"
    assert spoken(shop, asked="de") == "de"
    speak("", None)
    assert language() == "de"
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    speak("", None)
    assert language() == "en"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows is asked there")
@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({}, ""),
        ({"LANG": "C.UTF-8"}, ""),
        ({"LANG": "pl_PL.UTF-8"}, "pl"),
        ({"LANG": "pl_PL", "LC_MESSAGES": "sk"}, "sk"),
        ({"LANG": "pl_PL", "LC_ALL": "C"}, ""),
        ({"LC_ALL": "de.utf8"}, "de"),
        ({"LANG": "delphi"}, ""),
    ],
)
def test_the_systems_language(environment: dict[str, str], found: str) -> None:
    assert system_language(environment) == found


def test_lang_translates_errors_for_people_and_leaves_the_document_english(shop: Home) -> None:
    english = carat("outbox", "show", "99", home=shop)
    german = carat("outbox", "show", "99", "--lang", "de", home=shop)
    assert english.err.startswith("There is no message 99.")
    assert german.err.startswith("Eine Nachricht 99 gibt es nicht.")
    assert english.code == german.code == 2
    document = json.loads(carat("outbox", "show", "99", "--lang", "de", "--json", home=shop).out)
    assert document["error"] == "There is no message 99."
    assert language() == "en", "one command's language is not that of the next"


@pytest.mark.parametrize(
    ("tongue", "forms"),
    [
        ("en", ["1 order", "2 orders", "5 orders", "22 orders"]),
        ("de", ["1 Auftrag", "2 Aufträge", "5 Aufträge", "22 Aufträge"]),
        ("pl", ["1 zamówienie", "2 zamówienia", "5 zamówień", "22 zamówienia"]),
        ("sk", ["1 objednávka", "2 objednávky", "5 objednávok", "22 objednávok"]),
    ],
)
def test_numbers_bend_their_nouns(tongue: str, forms: list[str]) -> None:
    locale.use(tongue)
    assert [n_("{n} order", "{n} orders", n).format(n=n) for n in (1, 2, 5, 22)] == forms


@pytest.mark.parametrize(
    ("tongue", "figures"),
    [
        ("en", ("12,345", "1,234.50 EUR", "3 Dec 2026", "3 Dec 14:32", "3 Dec 2025 14:32")),
        ("de", ("12.345", "1.234,50 EUR", "03.12.2026", "03.12. 14:32", "03.12.2025 14:32")),
        ("pl", ("12\xa0345", "1\xa0234,50 EUR", "03.12.2026", "03.12. 14:32", "03.12.2025 14:32")),
        ("sk", ("12\xa0345", "1\xa0234,50 EUR", "03.12.2026", "03.12. 14:32", "03.12.2025 14:32")),
    ],
)
def test_figures_are_written_as_the_language_does(tongue: str, figures: tuple[str, ...]) -> None:
    locale.use(tongue)
    zone, now = ZoneInfo("Europe/Berlin"), datetime(2026, 12, 5, tzinfo=UTC)
    moments = (moment(f"{year}-12-03T13:32:00+00:00", zone, now) for year in (2026, 2025))
    assert (thousands(12345), money(123450, "EUR"), day("2026-12-03"), *moments) == figures
    assert (thousands(-5, sign=True), money(-5), day("soon"), day(None)) == ("-5", f"-0{figures[1][-7]}05", "soon", "")


def test_an_unknown_language_is_english() -> None:
    locale.use("de")
    locale.use("xx")
    assert (language(), _("Help")) == ("en", "Help")
