"""The note line of an order: 255 characters in the ERP's field. Source: DOMAIN G.4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LIMIT = 255


@dataclass(frozen=True, slots=True)
class Noted:
    """The note after the attempt to add a line; where there was no room, the text goes to the shop by e-mail."""

    note: str
    stored: bool

    @property
    def copy_by_email(self) -> bool:
        return not self.stored


def entry(local: datetime, channel: str, address: str, text: str) -> str:
    """One line of a note, ``local`` in the shop's own time: ``2026-11-21 09:14 SMS +49...: text``."""
    return f"{local:%Y-%m-%d %H:%M} {channel.upper()} {address}: {' '.join(text.split())}"


def append(note: str, line: str, limit: int = LIMIT) -> Noted:
    """``note`` with ``line`` after a line break if both fit into ``limit`` characters, else ``note`` as it was."""
    whole = f"{note}\n{line}" if note else line
    return Noted(whole, True) if len(whole) <= limit else Noted(note, False)
