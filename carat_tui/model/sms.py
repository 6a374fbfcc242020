"""The SMS alphabet, how a text falls into parts, and how foreign letters are folded into the alphabet.

Source: DOMAIN B.1-B.4 (3GPP TS 23.038, default alphabet without national shift tables).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Position in the string is the septet; ESC (0x1b) stands where the extension table is entered and is no character.
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}

_SEPTETS = {char: 1 for char in BASIC if char != "\x1b"} | dict.fromkeys(EXTENSION, 2)
# Most texts hold basic characters only; one look by a compiled pattern tells.
_ONLY_BASIC = re.compile("[" + re.escape(BASIC.replace("\x1b", "")) + "]*")
_GSM_SINGLE, _GSM_PART = 160, 153
_UCS_SINGLE, _UCS_PART = 70, 67

_REPLACED = {
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    ),
    **dict.fromkeys("„“”«»", '"'),
    **dict.fromkeys("‚‘’", "'"),
    **dict.fromkeys("–—\u2011\u2212", "-"),
    "…": "...",
    "•": "*",
    "×": "x",
    "ẞ": "SS",
    "½": "1/2",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """How a text goes out: ``parts`` in order (their sum is the text), ``units`` in septets or UTF-16 units.

    ``foreign`` are the characters outside the alphabet, each once in order of appearance; one is enough for UCS-2.
    """

    encoding: str
    units: int
    parts: tuple[str, ...]
    left: int
    foreign: str


def count(text: str) -> Counted:
    """Cut ``text`` into parts as a phone network does: greedily, an escape or surrogate pair never straddles two."""
    if _ONLY_BASIC.fullmatch(text):
        if len(text) <= _GSM_SINGLE:
            return Counted("GSM-7", len(text), (text,) if text else (), _GSM_SINGLE - len(text), "")
        return _counted("GSM-7", text, [1] * len(text), _GSM_SINGLE, _GSM_PART, "")
    foreign = "".join(dict.fromkeys(char for char in text if char not in _SEPTETS))
    if foreign:
        return _counted("UCS-2", text, [1 + (char > "\uffff") for char in text], _UCS_SINGLE, _UCS_PART, foreign)
    return _counted("GSM-7", text, [_SEPTETS[char] for char in text], _GSM_SINGLE, _GSM_PART, "")


def _counted(encoding: str, text: str, sizes: list[int], single: int, part: int, foreign: str) -> Counted:
    units = sum(sizes)
    if units <= single:
        return Counted(encoding, units, (text,) if text else (), single - units, foreign)
    parts: list[str] = []
    start = used = 0
    for position, size in enumerate(sizes):
        if used + size > part:
            parts.append(text[start:position])
            start, used = position, 0
        used += size
    parts.append(text[start:])
    return Counted(encoding, units, tuple(parts), part - used, foreign)


def foreign_places(text: str) -> list[int]:
    """Where in ``text`` the characters outside the alphabet stand: each of them makes the whole SMS UCS-2."""
    return [] if _ONLY_BASIC.fullmatch(text) else [at for at, char in enumerate(text) if char not in _SEPTETS]


def room(parts: int, *, gsm: bool) -> int:
    """How many units fit into a message of at most ``parts`` parts."""
    if parts <= 1:
        return _GSM_SINGLE if gsm else _UCS_SINGLE
    return parts * (_GSM_PART if gsm else _UCS_PART)


def fold(text: str) -> tuple[str, str]:
    """``text`` in the alphabet, and what could not be folded (each character once; it became ``?``). DOMAIN B.4."""
    composed = unicodedata.normalize("NFC", text)
    if _ONLY_BASIC.fullmatch(composed):
        return composed, ""
    lost: dict[str, None] = {}
    folded = "".join(_fold(char, lost) for char in composed.replace("zł", "PLN"))
    return folded, "".join(lost)


def _fold(char: str, lost: dict[str, None]) -> str:
    if char in _SEPTETS:
        return char
    if char in _REPLACED:
        return _REPLACED[char]
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return ""
    bare = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    if bare and all(part in _SEPTETS for part in bare):
        return bare
    lost[char] = None
    return "?"
