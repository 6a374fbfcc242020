"""Cells → values. Each field's rules are put together once, as a dictionary that makes missing values by itself.

Exports repeat themselves (dates, names, states), so most cells are answered by a look-up in C. The dictionaries are
emptied when they grow large: memory stays flat whatever the length of the file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation

from carat_tui.intake.fields import CLOSED, Field
from carat_tui.model.address import Address, email, phone, takes_sms

Value = str | int | None | tuple[tuple[str, str], ...]
"""What a cell becomes: text (dates ISO, quantities as decimal text), cents, or contacts as (value, as written)."""

Cell = str | tuple[str, ...]
_REMEMBERED = 10_000


class BadCell(Exception):
    """A cell that cannot be taken as it is; the text is the reason, with the column's name."""


class Memo(dict[Cell, Value]):
    """Cell → value; unknown cells are converted and remembered. Raises ``BadCell``."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[Cell], Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, cell: Cell) -> Value:
        value = self._make(cell)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[cell] = value
        return value


def memo(field: Field, country: str) -> Memo:
    """The converter of ``field``; ``country`` is the shop's, for phone numbers without a region of their own."""
    label = field.cols[0] if field.cols else field.name
    if _is_plain(field) and field.type == "text" and field.map is None and not field.required:
        return Memo(_plain_text(field.max))
    make = _contacts(field, country) if is_contact(field) else _single(field, country)

    def named(cell: Cell) -> Value:
        try:
            return make(cell)
        except BadCell as error:
            raise BadCell(f"{label}: {error}") from None

    return Memo(named)


def is_contact(field: Field) -> bool:
    """Whether the field's values are contacts of a customer and not a column."""
    return field.section == "customer" and field.name in ("email", "mobile", "phone")


def clean(cell: str) -> str:
    """A cell as text of ours: no blanks around it, NFC."""
    text = cell.strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


# -- from the raw cell to the word that means something -------------------------------------------------------------


def _is_plain(field: Field) -> bool:
    """One column and nothing to be done to its text: the way most columns go, and the fast one."""
    return len(field.cols) == 1 and not (field.null or field.transform or field.default)


def _plain_text(limit: int) -> Callable[[Cell], Value]:
    """A text as it stands in its one column."""

    def make(cell: Cell) -> Value:
        text = clean(cell)  # type: ignore[arg-type]  # one column gives one text
        return (text[:limit].rstrip() if limit and len(text) > limit else text) or None

    return make


def _word(field: Field) -> Callable[[Cell], str]:
    """The one text that a cell (or several cells) of ``field`` comes to, "" for none."""
    if _is_plain(field):
        return clean  # type: ignore[return-value]  # one column gives one text
    several = _words(field)
    join = field.join

    def word(cell: Cell) -> str:
        texts = several(cell)
        return (join.join(texts) if join else texts[0]) if texts else ""

    return word


def _words(field: Field) -> Callable[[Cell], list[str]]:
    """The texts of a field after null words, transforms and default; without the empty ones."""
    nulls, steps = frozenset(field.null), [_TRANSFORMS[name] for name in field.transform if name != "zfill"]
    width = field.width if "zfill" in field.transform else 0

    def words(cell: Cell) -> list[str]:
        raw = (cell,) if isinstance(cell, str) else cell
        texts = [
            text for text in map(clean, raw if field.const is None else (field.const,)) if text and text not in nulls
        ]
        for step in steps:
            texts = [step(text) for text in texts]
        if width:
            texts = [text.zfill(width) for text in texts if text]
        return [text for text in texts if text] or ([field.default] if field.default else [])

    return words


_TRANSFORMS: dict[str, Callable[[str], str]] = {
    "strip": str.strip,
    "upper": str.upper,
    "lower": str.lower,
    "no_sep": lambda text: re.sub(r"[\s\-_./]+", "", text),
    "no_blanks": lambda text: "".join(text.split()),
    "digits": lambda text: "".join(char for char in text if char.isdigit()),
    "strip_zeros": lambda text: text.lstrip("0") or text[-1:],
}


def key_normaliser(steps: tuple[str, ...]) -> Callable[[str], str]:
    """What makes a key of a number as written: the profile's ``[key] normalise``."""
    chain = [_TRANSFORMS[name] for name in steps if name != "strip"]

    def normalise(text: str) -> str:
        for step in chain:
            text = step(text)
        return text

    return normalise


# -- one value ------------------------------------------------------------------------------------------------------


def _single(field: Field, country: str) -> Callable[[Cell], Value]:
    word, convert, limit = _word(field), _typed(field, country), field.max
    if field.type == "phone":
        return _single_phone(field, country)
    if field.map is not None:
        return _mapped(field, word, convert)

    def make(cell: Cell) -> Value:
        text = word(cell)
        if not text:
            return _nothing(field)
        try:
            value = convert(text)
        except BadCell:
            if field.on_error == "reject":
                raise
            return text if field.on_error == "keep" else None
        return value[:limit].rstrip() if limit and isinstance(value, str) else value

    return make


def _nothing(field: Field) -> Value:
    """The value of an empty cell."""
    if field.required:
        raise BadCell("is empty")
    return None


def _single_phone(field: Field, country: str) -> Callable[[Cell], Value]:
    words = _words(field)

    def make(cell: Cell) -> Value:
        texts = words(cell)
        if not texts:
            return _nothing(field)
        found = _one_phone(texts, field, country)
        if not found.usable and field.on_error == "reject":
            raise BadCell(f"{found.value!r}: {found.why}")
        return found.value if found.usable or field.on_error == "keep" else None

    return make


def _mapped(field: Field, word: Callable[[Cell], str], convert: Callable[[str], str | int]) -> Callable[[Cell], Value]:
    words = field.map or {}
    closed = (field.section, field.name) in CLOSED
    flag = set(words.values()) <= {"0", "1"} and not closed

    def make(cell: Cell) -> Value:
        raw = word(cell)
        text = words.get(raw.casefold(), "")
        if not text and raw and raw.casefold() not in words:
            if field.unknown == "reject":
                raise BadCell(f"unknown {field.name} {raw!r} – map it in the profile")
            text = raw if field.unknown == "keep" and not closed else ""
        if not text:
            return _nothing(field)
        return int(text) if flag else convert(text)

    return make


def _typed(field: Field, country: str) -> Callable[[str], str | int]:
    decimal, thousands = field.decimal, field.thousands
    makers: dict[str, Callable[[str], str | int]] = {
        "text": str,
        "date": lambda text: _date(text, field.formats),
        "decimal": lambda text: _canonical(_number(text, decimal, thousands)),
        "integer": lambda text: _integer(_number(text, decimal, thousands)),
        "money": lambda text: _cents(_number(_bare(text), decimal, thousands)),
        "email": lambda text: _usable(email(text)),
        "email_list": lambda text: _first_email(re.split(field.sep, text)),
        "phone": lambda text: _usable(phone(text, field.region or country)),
        "isbn": isbn13,
    }
    return makers[field.type]


def _date(text: str, formats: tuple[str, ...]) -> str:
    for pattern in formats:
        try:
            return datetime.strptime(text, pattern).date().isoformat()  # noqa: DTZ007 - a calendar day of the shop
        except ValueError:
            continue
    raise BadCell(f"{text!r} is not a date like {' or '.join(formats)}")


def _number(text: str, decimal: str, thousands: str) -> Decimal:
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


def _canonical(number: Decimal) -> str:
    return str(int(number)) if number == number.to_integral_value() else format(number.normalize(), "f")


def _integer(number: Decimal) -> int:
    if number != number.to_integral_value():
        raise BadCell(f"{number} is not a whole number")
    return int(number)


def _bare(text: str) -> str:
    return re.sub(r"^\s*(€|EUR|\$|USD|PLN|CZK)|(€|EUR|\$|USD|zł|PLN|Kč|CZK)\s*$", "", text)


def _cents(number: Decimal) -> int:
    cents = number * 100
    if cents != cents.to_integral_value():
        raise BadCell(f"{number} has parts of a cent")
    return int(cents)


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


# -- contacts -------------------------------------------------------------------------------------------------------


def _usable(found: Address) -> str:
    if not found.usable:
        raise BadCell(f"{found.value!r}: {found.why}")
    return found.value


def _first_email(parts: list[str]) -> str:
    found = [email(part) for part in parts if part]
    return _usable(
        next((address for address in found if address.usable), found[0] if found else Address("", False, "empty"))
    )


def _one_phone(texts: list[str], field: Field, country: str) -> Address:
    found = [phone(text, field.region or country) for text in texts]
    if field.pick == "first_mobile" and len(found) > 1:
        mobile = next((number for number in found if number.usable and takes_sms(number.value)), None)
        if mobile is not None:
            return mobile
    return next((number for number in found if number.usable), found[0])


def _contacts(field: Field, country: str) -> Callable[[Cell], Value]:
    """Contacts of a customer: pairs of the normalised value and the text as it stood in the file."""
    words = _words(field)
    if _is_plain(field) and field.type != "email_list" and not field.required:
        return _plain_contact(field, country)

    def make(cell: Cell) -> Value:
        texts = words(cell)
        if field.type == "email_list":
            texts = [part for text in texts for part in re.split(field.sep, text) if part]
        if field.type == "phone" and texts and field.pick == "first_mobile":
            texts = [max(texts, key=lambda text: takes_sms(phone(text, field.region or country).value))]
        if not texts:
            _nothing(field)
        pairs = [_pair(text, field, country) for text in texts]
        return tuple(dict.fromkeys(pair for pair in pairs if pair is not None))

    return make


def _plain_contact(field: Field, country: str) -> Callable[[Cell], Value]:
    """One column with one address or number."""

    def make(cell: Cell) -> Value:
        text = clean(cell)  # type: ignore[arg-type]  # one column gives one text
        pair = _pair(text, field, country) if text else None
        return (pair,) if pair is not None else ()

    return make


def _pair(text: str, field: Field, country: str) -> tuple[str, str] | None:
    found = phone(text, field.region or country) if field.type == "phone" else email(text)
    if found.usable or field.on_error == "keep":
        return (found.value, text)
    if field.on_error == "reject":
        raise BadCell(f"{text!r}: {found.why}")
    return None
