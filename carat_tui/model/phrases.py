"""Fixed words around a message, per language: the tail of an SMS, the labels of a letter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """``page`` takes the page's number and the number of pages; the labels stand in a letter's information block."""

    sms_suffix: str
    page: str
    date: str
    order: str
    customer: str
    phone: str
    vat_id: str


PHRASES = {
    "de": Phrases(
        "Autom. SMS, bitte nicht antworten.",
        "Seite {} von {}",
        "Datum",
        "Bestellung",
        "Kundennummer",
        "Telefon",
        "USt-IdNr.",
    ),
    "en": Phrases(
        "Automatic SMS, please do not reply.", "Page {} of {}", "Date", "Order", "Customer no.", "Phone", "VAT id"
    ),
    "pl": Phrases(
        "SMS automatyczny, prosimy nie odpowiadac.",
        "Strona {} z {}",
        "Data",
        "Zamówienie",
        "Nr klienta",
        "Telefon",
        "NIP",
    ),
    "sk": Phrases(
        "Automaticka SMS, prosime neodpovedat.",
        "Strana {} z {}",
        "Dátum",
        "Objednávka",
        "Číslo zákazníka",
        "Telefón",
        "IČ DPH",
    ),
}

# The receiver's country stands in capitals in the sender's language when a letter goes abroad (DOMAIN A.1).
_COUNTRIES: dict[str, dict[str, str]] = {
    "de": {
        "DE": "Deutschland",
        "AT": "Österreich",
        "CH": "Schweiz",
        "PL": "Polen",
        "SK": "Slowakei",
        "CZ": "Tschechien",
        "HU": "Ungarn",
        "FR": "Frankreich",
        "IT": "Italien",
        "ES": "Spanien",
        "NL": "Niederlande",
        "BE": "Belgien",
        "LU": "Luxemburg",
        "LI": "Liechtenstein",
        "DK": "Dänemark",
        "SE": "Schweden",
        "GB": "Vereinigtes Königreich",
        "US": "USA",
    },
    "pl": {
        "DE": "Niemcy",
        "AT": "Austria",
        "CH": "Szwajcaria",
        "PL": "Polska",
        "SK": "Słowacja",
        "CZ": "Czechy",
        "HU": "Węgry",
        "FR": "Francja",
        "IT": "Włochy",
        "ES": "Hiszpania",
        "NL": "Holandia",
        "BE": "Belgia",
        "LU": "Luksemburg",
        "LI": "Liechtenstein",
        "DK": "Dania",
        "SE": "Szwecja",
        "GB": "Wielka Brytania",
        "US": "USA",
    },
    "sk": {
        "DE": "Nemecko",
        "AT": "Rakúsko",
        "CH": "Švajčiarsko",
        "PL": "Poľsko",
        "SK": "Slovensko",
        "CZ": "Česko",
        "HU": "Maďarsko",
        "FR": "Francúzsko",
        "IT": "Taliansko",
        "ES": "Španielsko",
        "NL": "Holandsko",
        "BE": "Belgicko",
        "LU": "Luxembursko",
        "LI": "Lichtenštajnsko",
        "DK": "Dánsko",
        "SE": "Švédsko",
        "GB": "Spojené kráľovstvo",
        "US": "USA",
    },
}


def country_name(code: str, language: str) -> str:
    """The country's name in ``language``; a code that is not known (or already a name) stays as it is."""
    short = _COUNTRIES.get(language, {}).get(code.upper())
    if short or language == "en" or len(code) != 2:
        return short or _english(code)
    return _english(code)


def _english(code: str) -> str:
    from babel import Locale

    return str(Locale("en", "GB").territories.get(code.upper(), code))
