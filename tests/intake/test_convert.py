"""Cells → values: strict, and never a guess."""

from __future__ import annotations

from typing import Any

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carat_tui.intake.convert import memo
from carat_tui.intake.fields import read_field
from carat_tui.intake.values import BadCell, isbn13
from carat_tui.model.address import phone


def value(cell: Any, section: str = "order_line", name: str = "title", **spec: Any) -> Any:
    chosen = spec if {"cols", "const"} & set(spec) else {"col": "C", **spec}
    return memo(read_field("p.toml", section, name, chosen), "DE")[cell]


def test_text() -> None:
    assert value("  Mu\u0308ller ") == "Müller"
    assert value(" ") is None
    assert value("abcdef", max=3) == "abc"
    assert value("-", null=["-"]) is None
    assert value(" 12-3 ", transform=["no_sep", "zfill"], width=6) == "000123"
    assert value("x", const="immer") == "immer"
    assert value(("Eva", "", "Groß"), cols=["a", "b", "c"], join=" ") == "Eva Groß"
    assert value(("", "2"), cols=["a", "b"]) == "2"


def test_required() -> None:
    with pytest.raises(BadCell, match="C: is empty"):
        value(" ", required=True)


@pytest.mark.parametrize(
    ("cell", "spec", "expected"),
    [
        ("1.234,5", {"decimal": ",", "thousands": "."}, "1234.5"),
        ("1 234,50", {"decimal": ","}, "1234.5"),
        ("9,90-", {"decimal": ","}, "-9.9"),
        ("1\u00a0234", {}, "1234"),
        ("10", {}, "10"),
        ("007", {}, "7"),
    ],
)
def test_decimals(cell: str, spec: dict[str, str], expected: str) -> None:
    assert value(cell, name="qty", **spec) == expected


@pytest.mark.parametrize(
    ("cell", "spec"),
    [
        ("1234.56", {"decimal": ",", "thousands": "."}),
        ("12,5", {}),
        ("1.23,4", {"decimal": ",", "thousands": "."}),
        ("abc", {}),
        ("1e5", {}),
        ("9" * 400, {}),
        ("٣", {}),
        ("1,2,3", {"decimal": ","}),
    ],
)
def test_a_wrong_number_is_no_other_number(cell: str, spec: dict[str, str]) -> None:
    with pytest.raises(BadCell):
        value(cell, name="qty", **spec)


def test_money_is_cents() -> None:
    assert value("12,90 €", name="price", decimal=",") == 1290
    assert value("PLN 1 000", name="price") == 100000
    with pytest.raises(BadCell, match="parts of a cent"):
        value("1.999", name="price")


def test_dates_only_by_the_given_formats() -> None:
    assert value("3.4.2025", name="received_date", formats=["%d.%m.%Y"]) == "2025-04-03"
    assert value("00.00.0000", name="received_date", formats=["%d.%m.%Y"], null=["00.00.0000"]) is None
    with pytest.raises(BadCell, match="is not a date like"):
        value("2102", name="received_date", formats=["%d.%m.%Y"])


def test_maps_and_what_is_unknown() -> None:
    words = {"Offen": "new", "Eingetroffen": "ready", "": ""}
    assert value(" offen ", "sales_order", "status", map=words) == "new"
    assert value("", "sales_order", "status", map=words) is None
    with pytest.raises(BadCell, match="unknown status 'weg'"):
        value("weg", "sales_order", "status", map=words)
    assert value("weg", "sales_order", "status", map=words, unknown="blank") is None
    assert value("ready", "sales_order", "status") == "ready"
    with pytest.raises(BadCell):
        value("fertig", "sales_order", "status")


def test_flags() -> None:
    assert value("Ja", "sales_order", "pickup") == 1
    assert value("nein", "sales_order", "pickup") == 0
    assert value("", "sales_order", "pickup") is None
    assert value("Web", "sales_order", "web", true=["web"], false=["laden"]) == 1


def test_isbn() -> None:
    assert isbn13("978-3-16-148410-0") == "9783161484100"
    assert isbn13("3-16-148410-X") == "9783161484100"
    for wrong in ("9783161484101", "3161484101", "316148410", "", "4006381333931"):
        with pytest.raises(BadCell):
            isbn13(wrong)
    assert value("kaputt", name="isbn13", on_error="blank") is None
    assert value("4006381333931", name="isbn13", on_error="keep") == "4006381333931"


@given(st.from_regex(r"97[89][0-9]{9}", fullmatch=True))
def test_every_isbn_has_one_check_digit(core: str) -> None:
    right = []
    for digit in range(10):
        try:
            right.append(isbn13(f"{core}{digit}"))
        except BadCell:
            continue
    assert len(right) == 1


def test_contacts() -> None:
    assert value("A@example.org", "customer", "email") == (("A@example.org", "A@example.org"),)
    assert value("a@example.org; b@example.org", "customer", "email", type="email_list") == (
        ("a@example.org", "a@example.org"), ("b@example.org", "b@example.org")
    )  # fmt: skip
    assert value("kein at", "customer", "email") == (("kein at", "kein at"),)
    assert value("kein at", "customer", "email", on_error="blank") == ()
    with pytest.raises(BadCell):
        value("kein at", "customer", "email", on_error="reject")
    assert value("0171 2345678", "customer", "mobile") == (("+491712345678", "0171 2345678"),)
    assert value(("030 23125123", "0171/2345678"), "sales_order", "contact_phone", cols=["a", "b"],
                 pick="first_mobile") == "+491712345678"  # fmt: skip


@given(st.sampled_from(["DE", "SK", "PL", "AT"]), st.from_regex(r"(\+|00|0)?[1-9][0-9]{5,11}", fullmatch=True))
def test_the_short_way_of_phone_numbers_agrees_with_the_library(country: str, raw: str) -> None:
    found = phone(raw, country)
    try:
        number = phonenumbers.parse(raw, country)
    except phonenumbers.NumberParseException:
        assert not found.usable
        return
    if found.usable:
        assert found.value == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        assert phonenumbers.is_valid_number(number)
    elif phonenumbers.is_valid_number(number):
        assert found.why == "premium rate"
