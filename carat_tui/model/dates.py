"""Dates in words and figures, per language. Source: DOMAIN F.1 (en is British)."""

from __future__ import annotations

from datetime import date

_MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "sk": "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
}
_DOT_AFTER_DAY = {"de": ".", "sk": ".", "en": "", "pl": ""}


def numeric(day: date, language: str) -> str:
    """As on documents: 07.03.2026, 07/03/2026, 07.03.2026, 7. 3. 2026."""
    if language == "sk":
        return f"{day.day}. {day.month}. {day.year}"
    mark = "/" if language == "en" else "."
    return f"{day.day:02}{mark}{day.month:02}{mark}{day.year:04}"


def long(day: date, language: str) -> str:
    """7. März 2026, 7 March 2026, 7 marca 2026, 7. marca 2026."""
    return f"{day.day}{_DOT_AFTER_DAY[language]} {_MONTHS[language].split()[day.month - 1]} {day.year}"
