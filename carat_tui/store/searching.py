"""Searching as people mean it: any part of a text, upper and lower case the same, every character literal (threat E1).

``instr`` instead of LIKE: no character of the input means anything but itself, and no length is too long.
"""

from __future__ import annotations

import sqlite3

from carat_tui.model.text import folded


def usable(text: str) -> str:
    """``text`` as it can be handed to SQLite: a lone surrogate would be refused, so it becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8").strip()


def know_folded(conn: sqlite3.Connection) -> None:
    """Give the connection the function ``folded``: lower case, without diacritics (DOMAIN F.5)."""
    conn.create_function("folded", 1, lambda value: None if value is None else folded(str(value)), deterministic=True)


def variants(text: str) -> list[str]:
    """The spellings to look for with ``instr(lower(column), …)``, whose ``lower`` knows ASCII only."""
    spelled = (text, text.casefold(), text.upper(), text.title())
    return list(dict.fromkeys(_ascii_lower(one) for one in spelled))


def _ascii_lower(text: str) -> str:
    return text.translate(_LOWER)


_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
