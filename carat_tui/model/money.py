"""Amounts as people read them. Money is INTEGER cents everywhere else. Source: DOMAIN F.1."""

from __future__ import annotations

_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}
NBSP = "\u00a0"


def amount(cents: int, currency: str, language: str) -> str:
    """``1.234,50 €`` with no-break spaces (callers for SMS fold them), ``€1,234.50`` in English, ``49,90 zł``."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    mark = "zł" if (currency, language) == ("PLN", "pl") else _SIGNS.get(currency, currency)
    if language == "en":
        return f"{sign}{mark}{whole:,}.{rest:02}"
    thousands = f"{whole:,}".replace(",", "." if language == "de" else NBSP)
    return f"{sign}{thousands},{rest:02}{NBSP}{mark}"
