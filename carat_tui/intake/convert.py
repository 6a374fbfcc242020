"""Cells → values. Each field's rules are put together once, as a dictionary that makes missing values by itself.

Exports repeat themselves (dates, names, states), so most cells are answered by a look-up in C. The dictionaries are
emptied when they grow large: memory stays flat whatever the length of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from carat_tui.intake.fields import CLOSED, Field
from carat_tui.intake.values import BadCell, bare, canonical, cents, clean, date_of, isbn13, number, whole
from carat_tui.model.address import Address, email, phone, takes_sms

Value = str | int | None | tuple[tuple[str, str], ...]
"""What a cell becomes: text (dates ISO, quantities as decimal text), cents, or contacts as (value, as written)."""

Cell = str | tuple[str, ...]
_REMEMBERED = 10_000


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


# -- from the raw cell to the word that means something -------------------------------------------------------------


def _is_plain(field: Field) -> bool:
    """One column and nothing to be done to its text: the way most columns go, and the fast one."""
    return len(field.cols) == 1 and not (field.null or field.transform or field.default)


def _plain_text(limit: int) -> Callable[[Cell], Value]:
    """A text as it stands in its one column."""

    def make(cell: Cell) -> Value:
        text = cell.strip()  # type: ignore[union-attr]  # one column gives one text
        if not text.isascii():
            text = clean(text)
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
        "date": lambda text: date_of(text, field.formats),
        "decimal": lambda text: canonical(number(text, decimal, thousands)),
        "integer": lambda text: whole(number(text, decimal, thousands)),
        "money": lambda text: cents(number(bare(text), decimal, thousands)),
        "email": lambda text: _usable(email(text)),
        "email_list": lambda text: _first_email(re.split(field.sep, text)),
        "phone": lambda text: _usable(phone(text, field.region or country)),
        "isbn": isbn13,
    }
    return makers[field.type]


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
