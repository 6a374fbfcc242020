"""Words, titles, notes, dates, money, salutation: the conventions of DOMAIN F and G."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carat_tui.model import dates, isbn, money, note, titles, words
from carat_tui.model.salutation import Person, gender_of, salutation


@pytest.mark.parametrize(
    ("language", "number", "text"),
    [
        ("pl", 1, "1 książka"),
        ("pl", 2, "2 książki"),
        ("pl", 5, "5 książek"),
        ("pl", 12, "12 książek"),
        ("pl", 22, "22 książki"),
        ("pl", 112, "112 książek"),
        ("sk", 1, "1 kniha"),
        ("sk", 3, "3 knihy"),
        ("sk", 5, "5 kníh"),
        ("sk", 22, "22 kníh"),
        ("de", 0, "0 Bücher"),
        ("en", 1, "1 book"),
    ],
)
def test_plural(language: str, number: int, text: str) -> None:
    assert words.counted(language, "book", number) == text


def test_fractions_have_a_category_of_their_own() -> None:
    half = Decimal("1.5")
    assert [words.plural_category(lang, half) for lang in ("de", "en", "pl", "sk")] == [
        "other",
        "other",
        "other",
        "many",
    ]


@given(st.lists(st.text("xyz", min_size=1), max_size=5), st.sampled_from(["de", "en", "pl", "sk"]))
def test_a_list_names_every_item_once(items: list[str], language: str) -> None:
    joined = words.join(language, items)
    for mark in (" und ", " and ", " i ", " a "):
        joined = joined.replace(mark, ", ")
    assert [part for part in joined.split(", ") if part] == items


@pytest.mark.parametrize(
    ("title", "longest", "short"),
    [
        ("Der Zauberberg", 30, "Der Zauberberg"),
        (
            "Die unendliche Geschichte: Von A bis Z mit Buchstaben und Bildern",
            40,
            "Die unendliche Geschichte: Von A bis...",
        ),
        ("Harry Potter und der Stein der Weisen (Harry Potter 1)", 36, "Harry Potter und der Stein der We..."),
        ("Momo : oder Die seltsame Geschichte von den Zeit-Dieben", 30, "Momo"),
        ("A  B   C", 10, "A B C"),
    ],
)
def test_titles_are_shortened(title: str, longest: int, short: str) -> None:
    assert titles.shorten(title, longest) == short


@given(st.lists(st.text(min_size=1, max_size=90), min_size=1, max_size=14), st.sampled_from(["de", "en", "pl", "sk"]))
def test_the_last_way_to_list_titles_is_their_number(names: list[str], language: str) -> None:
    ways = list(titles.list_variants(language, names))
    assert ways[-1] == words.counted(language, "title", len(names))
    assert len(ways) == 1 or len(names) <= titles.MOST


def test_a_note_never_grows_over_its_limit() -> None:
    line = note.entry(datetime(2026, 11, 21, 9, 14), "sms", "+491701234567", "Ihr Buch\nist da.")
    assert line == "2026-11-21 09:14 SMS +491701234567: Ihr Buch ist da."
    assert note.append("", line) == note.Noted(line, True)
    assert note.append("x" * 204, "y" * 50).stored
    full = note.append("x" * 205, "y" * 50)
    assert (full.stored, full.note, full.copy_by_email) == (False, "x" * 205, True)


@pytest.mark.parametrize(
    ("language", "numeric", "long"),
    [
        ("de", "07.03.2026", "7. März 2026"),
        ("en", "07/03/2026", "7 March 2026"),
        ("pl", "07.03.2026", "7 marca 2026"),
        ("sk", "7. 3. 2026", "7. marca 2026"),
    ],
)
def test_dates(language: str, numeric: str, long: str) -> None:
    day = date(2026, 3, 7)
    assert (dates.numeric(day, language), dates.long(day, language)) == (numeric, long)


@pytest.mark.parametrize(
    ("cents", "currency", "language", "text"),
    [
        (123450, "EUR", "de", "1.234,50\xa0€"),
        (123450, "EUR", "en", "€1,234.50"),
        (123450, "EUR", "pl", "1\xa0234,50\xa0€"),
        (-123456789, "EUR", "de", "-1.234.567,89\xa0€"),
        (4990, "PLN", "pl", "49,90\xa0zł"),
        (4990, "PLN", "en", "PLN49.90"),
        (5, "EUR", "sk", "0,05\xa0€"),
    ],
)
def test_money(cents: int, currency: str, language: str, text: str) -> None:
    assert money.amount(cents, currency, language) == text


@pytest.mark.parametrize(
    ("language", "person", "text"),
    [
        ("de", Person("f", "Dr.", last="Kovács"), "Sehr geehrte Frau Dr. Kovács,"),
        ("de", Person("m", "Prof. Dr.", last="Weiß"), "Sehr geehrter Herr Professor Weiß,"),
        ("de", Person(first="Kim", last="Lange"), "Guten Tag Kim Lange,"),
        ("de", Person(company="Muster GmbH"), "Sehr geehrte Damen und Herren,"),
        ("de", Person(), "Guten Tag,"),
        ("en", Person("f", last="Smith"), "Dear Ms Smith,"),
        ("en", Person("m", "Dr", last="Smith"), "Dear Dr Smith,"),
        ("pl", Person("m", "dr", last="Zieliński"), "Szanowny Panie Doktorze,"),
        ("pl", Person(last="Zima"), "Szanowni Państwo,"),
        ("sk", Person("f", "Ing.", last="Hrašková"), "Vážená pani Ing. Hrašková,"),
        ("sk", Person(name="Kim"), "Dobrý deň,"),
    ],
)
def test_salutation(language: str, person: Person, text: str) -> None:
    assert salutation(language, person) == text


def test_the_gender_comes_from_the_word_of_address_alone() -> None:
    assert [gender_of(word) for word in ("Herr", "FRAU", "Mrs.", "pán", "Pan", "pani", "Anna", None, "Familie")] == [
        "m",
        "f",
        "f",
        "m",
        "m",
        "f",
        "",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("digits", "text"),
    [
        ("9783161484100", "978-3-16-148410-0"),
        ("9788324010165", "978-83-240-1016-5"),
        ("9780306406157", "978-0-306-40615-7"),
        ("9791234567896", "9791234567896"),
        ("123", "123"),
        ("9783522202602", "978-3-522-20260-2"),
        ("978352220260x", "978352220260x"),
    ],
)
def test_isbn_gets_its_hyphens(digits: str, text: str) -> None:
    assert isbn.hyphenated(digits) == text
