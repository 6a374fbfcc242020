"""Searching as people mean it: parts of words, upper and lower case and diacritics the same, in any order.

Every character is looked for as itself (threat E1): ``instr`` instead of LIKE, and no language of queries.
"""

from __future__ import annotations

from carat_tui.model.text import folded

TOKEN = "\x01"
"""Stands around marks that are no text (see ``search_text``): nothing that is folded here holds it."""


def usable(text: str) -> str:
    """``text`` as it can be handed to SQLite: a lone surrogate would be refused, so it becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8").strip()


def words(search: str) -> tuple[str, ...]:
    """What to look for, each of it anywhere: the words of a search, folded, each once."""
    return tuple(dict.fromkeys(fold(usable(search)).split()))


def fold(text: str) -> str:
    """``text`` as it is kept and looked for: ``folded``, and no control character, which would be lost in an index."""
    if text.isascii() and text.isprintable():
        return text.lower()
    return text.translate(_FOLDS)


class _Folds(dict[int, str]):
    """Each character's folding, made when it is first met: a text of letters with diacritics costs 3 µs, not 30."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        plain = " " if char.isspace() else "\ufffd" if code < 32 else folded(char)
        self[code] = plain
        return plain


_FOLDS = _Folds()
