"""Words that bend: plural forms by CLDR category, lists, and the few nouns that messages count.

Source: DOMAIN F.3, F.4; the forms are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

_AND = {"de": "und", "en": "and", "pl": "i", "sk": "a"}

# language → noun → category → form. "other" stands for every category that is not named.
_FORMS: dict[str, dict[str, dict[str, str]]] = {
    "de": {
        "book": {"one": "Buch", "other": "Bücher"},
        "item": {"one": "Artikel", "other": "Artikel"},
        "title": {"one": "Titel", "other": "Titel"},
        "day": {"one": "Tag", "other": "Tage"},
        "invoice": {"one": "Rechnung", "other": "Rechnungen"},
    },
    "en": {
        "book": {"one": "book", "other": "books"},
        "item": {"one": "item", "other": "items"},
        "title": {"one": "title", "other": "titles"},
        "day": {"one": "day", "other": "days"},
        "invoice": {"one": "invoice", "other": "invoices"},
    },
    "pl": {
        "book": {"one": "książka", "few": "książki", "many": "książek", "other": "książki"},
        "item": {"one": "pozycja", "few": "pozycje", "many": "pozycji", "other": "pozycji"},
        "title": {"one": "tytuł", "few": "tytuły", "many": "tytułów", "other": "tytułu"},
        "day": {"one": "dzień", "few": "dni", "many": "dni", "other": "dnia"},
        "invoice": {"one": "faktura", "few": "faktury", "many": "faktur", "other": "faktury"},
    },
    "sk": {
        "book": {"one": "kniha", "few": "knihy", "many": "knihy", "other": "kníh"},
        "item": {"one": "položka", "few": "položky", "many": "položky", "other": "položiek"},
        "title": {"one": "titul", "few": "tituly", "many": "titulu", "other": "titulov"},
        "day": {"one": "deň", "few": "dni", "many": "dňa", "other": "dní"},
        "invoice": {"one": "faktúra", "few": "faktúry", "many": "faktúry", "other": "faktúr"},
    },
}


def plural_category(language: str, number: int | Decimal) -> str:
    """The CLDR category of ``number``: one, few, many or other."""
    whole = number == int(number)
    n = abs(int(number))
    if language == "pl":
        return _polish(n) if whole else "other"
    if language == "sk":
        if not whole:
            return "many"
        return "one" if n == 1 else "few" if 2 <= n <= 4 else "other"
    return "one" if whole and n == 1 else "other"


def _polish(n: int) -> str:
    if n == 1:
        return "one"
    return "few" if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else "many"


def counted(language: str, noun: str, number: int) -> str:
    """``3 Artikel``, ``22 książki``: the number and the noun in the form that it asks for."""
    forms = _FORMS[language][noun]
    return f"{number} {forms.get(plural_category(language, number), forms['other'])}"


def join(language: str, items: Sequence[str]) -> str:
    """``A``, ``A und B``, ``A, B und C``: plain spaces, no comma before the last word."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {_AND[language]} {items[-1]}"
