"""Single values as exports write them: text, dates, decimal numbers, money, ISBN. Strict, never a guess."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from decimal import Decimal, InvalidOperation


class BadCell(Exception):
    """A cell that cannot be taken as it is; the text is the reason, with the column's name."""


def clean(cell: str) -> str:
    """A cell as text of ours: no blanks around it, NFC."""
    text = cell.strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def date_of(text: str, formats: tuple[str, ...]) -> str:
    """The ISO day of a text in one of the given formats, the first that fits."""
    for pattern in formats:
        try:
            return datetime.strptime(text, pattern).date().isoformat()  # noqa: DTZ007 - a calendar day of the shop
        except ValueError:
            continue
    raise BadCell(f"{text!r} is not a date like {' or '.join(formats)}")


def number(text: str, decimal: str, thousands: str) -> Decimal:
    """Strict: a point where a comma is expected is an error and never a hundredfold (erp-exports §1.5)."""
    bare = "".join(text.split()).replace("\u2212", "-")
    if bare.endswith("-"):
        bare = "-" + bare[:-1]
    whole, mark, rest = bare.partition(decimal)
    if thousands.strip() and thousands in whole:
        head, *groups = whole.lstrip("+-").split(thousands)
        if not 1 <= len(head) <= 3 or any(len(group) != 3 for group in groups):
            raise BadCell(
                f"{text!r} is not a number with {decimal!r} before the decimals and {thousands!r} between thousands"
            )
        whole = whole.replace(thousands, "")
    plain = whole + ("." + rest if mark else "")
    if len(plain) > 18 or not re.fullmatch(r"[+-]?\d+(\.\d*)?|[+-]?\.\d+", plain, re.ASCII):
        raise BadCell(f"{text!r} is not a number with {decimal!r} before the decimals")
    try:
        return Decimal(plain)
    except InvalidOperation:
        raise BadCell(f"{text!r} is not a number") from None


def canonical(number: Decimal) -> str:
    """A quantity as the store keeps it: without zeros that say nothing."""
    return str(int(number)) if number == number.to_integral_value() else format(number.normalize(), "f")


def whole(number: Decimal) -> int:
    """A number that must not have decimals."""
    if number != number.to_integral_value():
        raise BadCell(f"{number} is not a whole number")
    return int(number)


def bare(text: str) -> str:
    """An amount without its currency."""
    return re.sub(r"^\s*(€|EUR|\$|USD|PLN|CZK)|(€|EUR|\$|USD|zł|PLN|Kč|CZK)\s*$", "", text)


def cents(amount: Decimal) -> int:
    """An amount of money in the store's unit."""
    found = amount * 100
    if found != found.to_integral_value():
        raise BadCell(f"{amount} has parts of a cent")
    return int(found)


def isbn13(text: str) -> str:
    """An ISBN-13 or ISBN-10 with a right check digit, as 13 digits; ``BadCell`` otherwise."""
    if len(text) == 13 and text.isascii() and text.isdecimal() and text.startswith(("978", "979")):
        places = text.encode()  # the codes of the digits differ from the digits by 48, which weighs nothing modulo 10
        if (sum(places[::2]) + 3 * sum(places[1::2])) % 10 == 0:
            return text
    digits = re.sub(r"[\s\-–]", "", text).upper()
    if re.fullmatch(r"\d{9}[\dX]", digits, re.ASCII):
        total = sum((10 - place) * (10 if char == "X" else int(char)) for place, char in enumerate(digits))
        if total % 11 == 0:
            core = "978" + digits[:9]
            return core + str(-_weighted(core) % 10)
    elif re.fullmatch(r"97[89]\d{10}", digits, re.ASCII) and _weighted(digits) % 10 == 0:
        return digits
    raise BadCell(f"{text!r} is not an ISBN")


def _weighted(digits: str) -> int:
    return sum(map(int, digits[::2])) + 3 * sum(map(int, digits[1::2]))
