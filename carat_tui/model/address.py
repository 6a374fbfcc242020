"""E-mail addresses and phone numbers: normalised once, at the door, and judged whether they can be used.

Sources: RFC 5321/5322 by email-validator, E.164 by phonenumbers; which numbers may get an SMS: reliability B6.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_REMEMBERED = 8192
"""Answers kept: a mail of a batch asks again soon, and an import of a million rows must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Address:
    """``value`` is normalised (NFC address, E.164 number; the raw text where nothing better is possible).

    ``why`` says in words what is wrong with an unusable one.
    """

    value: str
    usable: bool
    why: str = ""


@lru_cache(maxsize=_REMEMBERED)
def email(raw: str) -> Address:
    """One plain addr-spec: no display name, no list, no control character, no line break."""
    text = raw.strip()
    if _ordinary(text):
        return Address(text, True)
    text = unicodedata.normalize("NFC", text)
    if not text:
        return Address("", False, "empty")
    if any(unicodedata.category(char).startswith(("C", "Z")) for char in text) or text.count("@") != 1:
        return Address(text, False, "not one plain address")
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text, check_deliverability=False, strict=True, test_environment=True)
    except EmailNotValidError as error:
        return Address(text, False, str(error))
    return Address(found.normalized, True)


# The shape that nearly all addresses have; the thorough check costs 40 µs, its import 60 ms.
_ORDINARY = re.compile(
    r"[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)


def _ordinary(text: str) -> bool:
    return len(text) <= 254 and bool(_ORDINARY.fullmatch(text)) and text.index("@") <= 64


def phone(raw: str, country: str) -> Address:
    """A number in E.164, read as dialled in ``country`` (DE, SK, PL …); usable = a subscriber's number."""
    text = unicodedata.normalize("NFC", raw.strip())
    if not text:
        return Address("", False, "empty")
    ordinary = _ordinary_number(text, country)
    return Address(ordinary, True) if ordinary else _subscriber(text, "" if text.startswith("+") else country)[0]


_SEPARATORS = str.maketrans("", "", " -/.()\u00a0")
_DIALLED = re.compile(r"(?:\+|00)?[0-9]{6,15}")


def _ordinary_number(raw: str, country: str) -> str:
    """E.164 of a mobile number of ``country`` in one of the usual spellings; "" when the library has to look.

    By the library's own table, but in 2 µs instead of 60: an import would spend most of its time on phone numbers.
    """
    digits = raw.replace("(0)", "").translate(_SEPARATORS)
    if not _DIALLED.fullmatch(digits):
        return ""
    code, trunk, mobile = _dialling(country)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    prefix = "+" + code if digits.startswith("+") else trunk
    national = digits[len(prefix) :] if digits.startswith(prefix) else ""
    return f"+{code}{national}" if mobile.fullmatch(national) else ""


@lru_cache
def _dialling(country: str) -> tuple[str, str, re.Pattern[str]]:
    """Country code, trunk prefix and the shape of mobile numbers (one that matches nothing for an unknown country)."""
    from phonenumbers import PhoneMetadata

    found = PhoneMetadata.metadata_for_region(country, None)
    if found is None or found.mobile is None or not found.mobile.national_number_pattern:
        return "", "", re.compile(r"(?!)")
    return str(found.country_code), found.national_prefix or "", re.compile(found.mobile.national_number_pattern)


def takes_sms(value: str) -> bool:
    """Whether an E.164 number may be a mobile phone (landlines get no SMS)."""
    known = plainly_mobile(value)
    return value.startswith("+") and (_subscriber(value, "")[1] if known is None else known)


def plainly_mobile(value: str) -> bool | None:
    """Whether a number of the shops' countries is a mobile one; None where the library has to be asked.

    By the library's own table, but in 1 µs instead of 60.
    """
    for prefix, shape in _mobiles():
        if value.startswith(prefix):
            rest = value[len(prefix) :]
            plain = rest.isascii() and rest.isdecimal() and not rest.startswith("0")
            return bool(shape.fullmatch(rest)) if plain else None
    return None


@lru_cache
def _mobiles() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Prefix and shape of mobile numbers, less what the library takes for another kind before it looks for mobile."""
    from phonenumbers import PhoneMetadata

    found = []
    for country in ("DE", "SK", "PL"):
        data = PhoneMetadata.metadata_for_region(country, None)
        if data is None or data.mobile is None or not data.mobile.national_number_pattern:
            continue
        before = (data.premium_rate, data.toll_free, data.shared_cost, data.voip, data.personal_number, data.pager,
                  data.uan, data.voicemail)  # fmt: skip
        other = "|".join(kind.national_number_pattern for kind in before if kind and kind.national_number_pattern)
        shape = f"(?!(?:{other or '(?!)'})$)(?:{data.mobile.national_number_pattern})"
        found.append((f"+{data.country_code}", re.compile(shape)))
    return tuple(found)


@lru_cache(maxsize=_REMEMBERED)
def _subscriber(text: str, country: str) -> tuple[Address, bool]:
    """The number and whether it takes SMS: parsed once for both questions, since parsing is what costs (60 µs)."""
    import phonenumbers
    from phonenumbers import PhoneNumberType as Kind

    if any(char.isalpha() for char in text):
        return Address(text, False, "letters in the number"), False
    try:
        number = phonenumbers.parse(text.replace("(0)", ""), country or None)
    except phonenumbers.NumberParseException as error:
        return Address(text, False, str(error)), False
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    kind = phonenumbers.number_type(number)
    if kind == Kind.UNKNOWN:
        return Address(value, False, "no such number"), False
    if kind in (Kind.PREMIUM_RATE, Kind.SHARED_COST):
        return Address(value, False, "premium rate"), False
    return Address(value, True), kind in (Kind.MOBILE, Kind.FIXED_LINE_OR_MOBILE)
