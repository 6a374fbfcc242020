"""Addresses: one plain recipient or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carat_tui.model.address import email, phone, takes_sms


@pytest.mark.parametrize(
    "raw",
    [
        "a@x.example, boss@evil.example",
        "a@x.example>\r\nRCPT TO:<y@evil.example",
        "alice@x.example)bob@y.example",
        '"b@evil.example" <a@x.example>',
        "a@x.example;b@x.example",
        "a b@x.example",
        "a@",
        "@x.example",
        "a@x",
        "a@x..example",
        "a\u202e@x.example",
        "a@x.example\n",
        "plain",
        "",
        "a" * 65 + "@x.example",
    ],
)
def test_anything_but_one_plain_address_is_unusable(raw: str) -> None:
    found = email(raw)
    assert not found.usable or "\n" not in found.value
    if raw.strip() != "a@x.example":
        assert not found.usable
        assert found.why


@pytest.mark.parametrize(
    "raw",
    [
        "anna.kovacs@example.org",
        "o'neil@example.com",
        "jan+news@sub.example.net",
        "müller@example.org",
        "info@büro.example.org",
    ],
)
def test_real_addresses_are_usable(raw: str) -> None:
    assert email(f" {raw} ").usable


@given(st.text(max_size=60))
def test_a_usable_address_never_holds_what_could_split_an_envelope(raw: str) -> None:
    found = email(raw)
    if found.usable:
        assert found.value.count("@") == 1
        assert not set(found.value) & set("\r\n\0 <>,;")


@pytest.mark.parametrize(
    ("raw", "country", "value"),
    [
        ("0171 3920012", "DE", "+491713920012"),
        ("0049 (0)171 3920012", "DE", "+491713920012"),
        ("+48 512 345 678", "DE", "+48512345678"),
        ("0905 123 456", "SK", "+421905123456"),
        ("512 345 678", "PL", "+48512345678"),
    ],
)
def test_numbers_are_normalised(raw: str, country: str, value: str) -> None:
    found = phone(raw, country)
    assert (found.value, found.usable) == (value, True)
    assert takes_sms(found.value)


@pytest.mark.parametrize("raw", ["+49 900 1234567", "112", "", "+49 345 WE SELL", "12", "+882 12345678"])
def test_numbers_that_must_never_get_a_message(raw: str) -> None:
    found = phone(raw, "DE")
    assert not (found.usable and takes_sms(found.value))


def test_a_landline_takes_no_sms() -> None:
    found = phone("0711 123456", "DE")
    assert found.usable
    assert not takes_sms(found.value)
