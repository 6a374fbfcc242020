"""The shop as messages know it: settings read once for a batch, and the values that all its messages share."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from carat_tui.model.dates import numeric
from carat_tui.model.phrases import PHRASES
from carat_tui.model.text import plain
from carat_tui.store import settings

_KEYS = (
    "shop.name",
    "shop.street",
    "shop.postcode",
    "shop.city",
    "shop.country",
    "shop.email",
    "shop.phone",
    "shop.website",
    "shop.iban",
    "shop.bic",
    "shop.vat_id",
    "shop.opening_hours",
    "shop.sender_name",
    "shop.language",
    "shop.timezone",
    "pickup.days",
    "sms.max_parts",
    "sms.fold",
    "sms.suffix",
    "letter.layout",
    "outbox.undo_s",
)
FROM_SETTING = {
    "shop_name": "shop.name",
    "shop_phone": "shop.phone",
    "opening_hours": "shop.opening_hours",
    "iban": "shop.iban",
    "sender_name": "shop.sender_name",
    "signature": "shop.name",
}
"""Placeholders that come from a setting: what a held message tells the person to set."""


@dataclass(frozen=True, slots=True)
class Shop:
    """Settings as text by key, and the moment (aware UTC) for which messages are written."""

    values: dict[str, str]
    now: datetime
    today: date
    """The day in the shop's own time."""
    pickup_until: date
    """How long goods that arrive today are kept."""

    def __getitem__(self, key: str) -> str:
        return self.values[key]

    def number(self, key: str) -> int:
        return int(self.values[key])

    @property
    def currency(self) -> str:
        """Currency of amounts that come without one."""
        return "PLN" if self.values["shop.country"] == "PL" else "EUR"

    def folds_sms(self, language: str) -> bool:
        """Whether an SMS in ``language`` is written without diacritics (DOMAIN B.4)."""
        chosen = self.values["sms.fold"]
        return chosen == "yes" or (not chosen and language in ("pl", "sk"))

    def sms_suffix(self, language: str) -> str:
        """The sentence at the end of an automatic SMS; empty = none."""
        chosen = self.values["sms.suffix"]
        return PHRASES[language].sms_suffix if chosen == "default" else chosen


def read(conn: sqlite3.Connection, now: datetime) -> Shop:
    """The settings as they are now."""
    values = {key: plain(settings.get(conn, key)) for key in _KEYS}
    values["shop.iban"] = _in_fours(values["shop.iban"])
    today = now.astimezone(ZoneInfo(values["shop.timezone"])).date()
    return Shop(values, now, today, today + timedelta(days=int(values["pickup.days"])))


def _in_fours(iban: str) -> str:
    """An IBAN as people read it: groups of four."""
    bare = iban.replace(" ", "")
    return " ".join(bare[at : at + 4] for at in range(0, len(bare), 4))


def shared_values(shop: Shop, language: str) -> dict[str, str]:
    """Values that are the same in all messages of this moment; what is not set is not there."""
    town = f"{shop['shop.postcode']} {shop['shop.city']}".strip()
    lines = (shop["shop.name"], shop["shop.street"], town, shop["shop.phone"], shop["shop.email"], shop["shop.website"])
    values = {
        "shop_name": shop["shop.name"],
        "shop_phone": shop["shop.phone"],
        "opening_hours": shop["shop.opening_hours"],
        "iban": shop["shop.iban"],
        "sender_name": shop["shop.sender_name"] or shop["shop.name"],
        "signature": "\n".join(filter(None, lines)) if shop["shop.name"] else "",
        "today": numeric(shop.today, language),
    }
    return {name: value for name, value in values.items() if value}


def letter_frame(shop: Shop, language: str) -> dict[str, object]:
    """What every letter of the shop has: head, sender line, foot (see ``letter.page.draw``)."""
    words = PHRASES[language]
    town = f"{shop['shop.postcode']} {shop['shop.city']}".strip()
    address = " · ".join(filter(None, (shop["shop.street"], town)))
    ways = (
        f"{words.phone} {shop['shop.phone']}" if shop["shop.phone"] else "",
        shop["shop.email"],
        shop["shop.website"],
    )
    bank = f"IBAN {shop['shop.iban']}" if shop["shop.iban"] else ""
    bic = f"BIC {shop['shop.bic']}" if shop["shop.bic"] else ""
    vat = f"{words.vat_id} {shop['shop.vat_id']}" if shop["shop.vat_id"] else ""
    foot = " · ".join(filter(None, (bank, bic, vat)))
    return {
        "layout": shop["letter.layout"],
        "language": language,
        "sender_line": " · ".join(filter(None, (shop["shop.name"], address))),
        "head": [line for line in (shop["shop.name"], address, " · ".join(filter(None, ways))) if line],
        "foot": [foot] if foot else [],
        "page_words": words.page,
        "created": shop.now.isoformat(),
        "marks": True,
    }
