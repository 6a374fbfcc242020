"""The fields that a profile may map and the keys by which it says how (CLI.md, erp-exports §8)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from carat_tui.model.errors import CaratError

STATUSES = ("new", "confirmed", "part_received", "ready", "part_delivered", "fulfilled", "cancelled")
"""States of an order, in rank: a later export moves forward, and never back in silence."""

_OPTIONS = ("none", "sms", "email", "letter", "inherit")

_HEADER = {
    "order_no": "text",
    "customer_no": "text",
    "order_date": "date",
    "status": "text",
    "contact_email": "email",
    "contact_phone": "phone",
    "notify_option": "text",
    "notify_for_good": "bool",
    "pickup": "bool",
    "web": "bool",
    "shelf_no": "text",
    "pickup_until": "date",
    "total": "money",
    "currency": "text",
    "customer_ref": "text",
    "due_date": "date",
}
SECTIONS: Mapping[str, Mapping[str, str]] = {
    "sales_order": _HEADER,
    "purchase_order": _HEADER,
    "order_line": {
        "line_key": "text",
        "sku": "text",
        "isbn13": "isbn",
        "ean": "text",
        "title": "text",
        "author": "text",
        "qty": "decimal",
        "qty_received": "decimal",
        "qty_delivered": "decimal",
        "qty_cancelled": "decimal",
        "received_date": "date",
        "expected_date": "date",
        "status": "text",
        "availability": "text",
        "substitute": "text",
        "supplier": "text",
        "price": "money",
    },
    "customer": {
        "customer_no": "text",
        "name": "text",
        "first_name": "text",
        "last_name": "text",
        "salutation": "text",
        "title": "text",
        "company": "text",
        "kind": "text",
        "language": "text",
        "preferred_channel": "text",
        "email": "email",
        "mobile": "phone",
        "phone": "phone",
        "street": "text",
        "zip": "text",
        "city": "text",
        "country": "text",
        "notify_option": "text",
        "discreet": "bool",
        "note": "text",
    },
}
"""Section → field → the type it has unless the profile says otherwise."""

CLOSED: Mapping[tuple[str, str], tuple[str, ...]] = {
    **{(section, "status"): STATUSES for section in ("sales_order", "purchase_order", "order_line")},
    **{(section, "notify_option"): _OPTIONS for section in ("sales_order", "purchase_order", "customer")},
    ("customer", "kind"): ("person", "company"),
    ("customer", "preferred_channel"): ("email", "sms", "letter", "none", "inherit"),
}
"""Fields whose values are a closed list: other words need a ``map``."""

_FAMILY = {"integer": "decimal", "email_list": "email"}
_TYPES = ("text", "date", "decimal", "money", "integer", "bool", "email", "email_list", "phone", "isbn")
TRANSFORMS = ("strip", "upper", "lower", "no_sep", "no_blanks", "digits", "zfill", "strip_zeros")
_KEYS = (
    "col",
    "cols",
    "const",
    "type",
    "optional",
    "required",
    "default",
    "null",
    "transform",
    "map",
    "unknown",
    "max",
    "on_error",
    "on_empty",
    "formats",
    "decimal",
    "thousands",
    "sep",
    "join",
    "region",
    "pick",
    "true",
    "false",
    "width",
)
_TRUE = ("1", "true", "wahr", "ja", "j", "yes", "y", "x", "tak", "t", "áno", "ano", "a")
_FALSE = ("0", "false", "falsch", "nein", "n", "no", "nie")


@dataclass(frozen=True, slots=True)
class Field:
    """How one of our columns is made from theirs. ``cols`` is empty for a constant."""

    section: str
    name: str
    type: str
    cols: tuple[str, ...]
    const: str | None = None
    optional: bool = False
    """the file may lack the column"""
    required: bool = False
    """a row may not lack the value"""
    default: str = ""
    null: tuple[str, ...] = ()
    transform: tuple[str, ...] = ()
    map: Mapping[str, str] | None = None
    """their word (any case) → ours"""
    unknown: str = "reject"
    max: int = 0
    on_error: str = "reject"
    clear_empty: bool | None = None
    """an empty cell deletes what is known; None = as the profile's rules say"""
    formats: tuple[str, ...] = ("%Y-%m-%d",)
    decimal: str = "."
    thousands: str = ""
    sep: str = "[;, ]+"
    join: str = ""
    region: str = ""
    pick: str = "first"
    width: int = 0


def refuse_unknown(file: str, what: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Raise for the first of ``given`` that is not ``known``, naming the nearest that is."""
    names = list(known)
    for name in given:
        if name not in names:
            near = difflib.get_close_matches(str(name), names, 1, 0.5)
            raise CaratError(
                f"{file}: unknown {what}: {name!r}.",
                f"Did you mean {near[0]!r}?" if near else f"Known are: {', '.join(names)}.",
            )


def read_field(file: str, section: str, name: str, spec: object) -> Field:
    """Check the table of one field; a bare text is short for ``{ col = … }``."""
    place = f"{file}: {section}.{name}"
    if isinstance(spec, str):
        spec = {"col": spec}
    if not isinstance(spec, dict):
        raise CaratError(f'{place} must be a table like {{ col = "…" }}.')
    refuse_unknown(file, f"key in {section}.{name}", spec, _KEYS)
    if sum(key in spec for key in ("col", "cols", "const")) != 1:
        raise CaratError(f"{place} needs exactly one of col, cols and const.")
    kind = _type(place, section, name, spec)
    words = _map(place, section, name, kind, spec)
    return Field(
        section=section,
        name=name,
        type="text" if kind == "bool" else kind,
        cols=_texts(place, spec, "cols") if "cols" in spec else (_text(place, spec, "col"),) if "col" in spec else (),
        const=str(spec["const"]) if "const" in spec else None,
        optional=_flag(place, spec, "optional"),
        required=_flag(place, spec, "required") or name in ("order_no",),
        default=_text(place, spec, "default"),
        null=_texts(place, spec, "null"),
        transform=_transforms(file, section, name, spec),
        map=words,
        unknown=_one(place, spec, "unknown", ("reject", "blank", "keep")),
        max=_whole(place, spec, "max"),
        on_error=_on_error(place, kind, spec),
        clear_empty={"clear": True, "keep": False, "": None}[_one(place, spec, "on_empty", ("", "keep", "clear"))],
        formats=_texts(place, spec, "formats") or ("%Y-%m-%d",),
        decimal=_text(place, spec, "decimal") or ".",
        thousands=_text(place, spec, "thousands"),
        sep=_pattern(place, spec, "sep") or "[;, ]+",
        join=_text(place, spec, "join"),
        region=_text(place, spec, "region").upper(),
        pick=_one(place, spec, "pick", ("first", "first_mobile")),
        width=_whole(place, spec, "width"),
    )


def _type(place: str, section: str, name: str, spec: Mapping[str, Any]) -> str:
    usual = SECTIONS[section][name]
    kind = str(spec.get("type", usual))
    if kind not in _TYPES:
        refuse_unknown(place, "type", [kind], _TYPES)
    if usual not in ("text", "isbn", "email", "phone") and _FAMILY.get(kind, kind) != usual:
        raise CaratError(f"{place} is of type {usual}; {kind} does not fit.", "Leave the type out.")
    return kind


def _map(place: str, section: str, name: str, kind: str, spec: Mapping[str, Any]) -> Mapping[str, str] | None:
    if kind == "bool":
        yes, no = _texts(place, spec, "true") or _TRUE, _texts(place, spec, "false") or _FALSE
        return {**{word.strip().casefold(): "0" for word in no}, **{word.strip().casefold(): "1" for word in yes}}
    found = spec.get("map")
    if found is not None and not isinstance(found, dict):
        raise CaratError(f'{place}: map must be a table like {{ "offen" = "new" }}.')
    closed = CLOSED.get((section, name))
    if found is None:
        return {word: word for word in closed} if closed else None
    for target in found.values():
        if closed and target not in ("", *closed):
            raise CaratError(f"{place}: {target!r} is not one of {', '.join(closed)}.")
    return {str(word).strip().casefold(): str(target) for word, target in found.items()}


def _on_error(place: str, kind: str, spec: Mapping[str, Any]) -> str:
    # An order is not lost because its e-mail address has a typing mistake: the address is kept as it is, found
    # unusable when a way is looked for, and told to the staff with the reason.
    usual = "keep" if kind in ("email", "email_list", "phone") else "reject"
    chosen = _one(place, {"on_error": usual, **spec}, "on_error", ("reject", "blank", "keep"))
    if chosen == "keep" and kind not in ("email", "email_list", "phone", "isbn"):
        raise CaratError(
            f'{place}: on_error = "keep" is only possible for e-mail, phone and ISBN.', "Use blank or reject."
        )
    return chosen


def _transforms(file: str, section: str, name: str, spec: Mapping[str, Any]) -> tuple[str, ...]:
    found = spec.get("transform", ())
    steps = (found,) if isinstance(found, str) else tuple(found)
    refuse_unknown(file, f"transform of {section}.{name}", steps, TRANSFORMS)
    if "zfill" in steps and not spec.get("width"):
        raise CaratError(f"{file}: {section}.{name}: zfill needs width.")
    return steps


def _text(place: str, spec: Mapping[str, Any], key: str) -> str:
    found = spec.get(key, "")
    if not isinstance(found, str | int | float) or isinstance(found, bool):
        raise CaratError(f"{place}: {key} must be a text.")
    return str(found)


def _texts(place: str, spec: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = spec.get(key, ())
    if not isinstance(found, list | tuple) or not all(isinstance(item, str) for item in found):
        raise CaratError(f"{place}: {key} must be a list of texts.")
    return tuple(found)


def _flag(place: str, spec: Mapping[str, Any], key: str) -> bool:
    found = spec.get(key, False)
    if not isinstance(found, bool):
        raise CaratError(f"{place}: {key} must be true or false.")
    return found


def _whole(place: str, spec: Mapping[str, Any], key: str) -> int:
    found = spec.get(key, 0)
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        raise CaratError(f"{place}: {key} must be a whole number.")
    return found


def _one(place: str, spec: Mapping[str, Any], key: str, choices: tuple[str, ...]) -> str:
    found = spec.get(key, choices[0])
    if found not in choices:
        raise CaratError(f"{place}: {key} must be one of {', '.join(c for c in choices if c)}, not {found!r}.")
    return str(found)


def _pattern(place: str, spec: Mapping[str, Any], key: str) -> str:
    import re

    found = _text(place, spec, key)
    try:
        re.compile(found)
    except re.error as error:
        raise CaratError(f"{place}: {key} is not a regular expression: {error}.") from error
    return found
