"""Foreign text: made visible for a terminal, made plain for a line.

Everything that did not come from this program (database, file names, mails, server answers, exceptions) goes through
``visible`` before a person sees it on a terminal (reliability §4.2).
"""

from __future__ import annotations

import re
import unicodedata

# C0 except line feed, DEL, C1, bidi controls, zero-width and joiners, line and paragraph separators, tags, byte order
# mark, interlinear marks, unpaired surrogates.
_HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str, *, lines: bool = False) -> str:
    """``text`` with every control, bidi and zero-width character written out (``\\x1b``, ``\\u202e``).

    Line feeds are kept with ``lines``, else written out too: a table row stays one row.
    """
    shown = _HIDDEN.sub(lambda found: _escape(found[0]), text)
    return shown if lines else shown.replace("\n", "\\n")


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def plain(text: str) -> str:
    """One line of NFC text without control characters: what may stand in a subject, a header or a file's row."""
    if text.isascii() and text.isprintable():  # nearly everything that a file brings
        return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text
    composed = unicodedata.normalize("NFC", text)
    return " ".join(_HIDDEN.sub(" ", composed).split())


def printable(text: str) -> str:
    """What ink can show of a text: characters that show nothing are dropped, line feeds stay."""
    return _HIDDEN.sub("", text)


def folded(text: str) -> str:
    """For searching: lower case, without diacritics (DOMAIN F.5)."""
    stripped = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return stripped.replace("ł", "l").replace("đ", "d").replace("ß", "ss")
