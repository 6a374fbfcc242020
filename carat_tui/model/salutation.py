"""How a customer is addressed. The gender is never guessed from a first name. Source: DOMAIN F.2."""

from __future__ import annotations

from dataclasses import dataclass

_MAN = {
    "herr",
    "herrn",
    "hr",
    "mr",
    "mister",
    "sir",
    "pan",
    "pán",
    "m",
    "male",
    "männlich",
    "muž",
    "mężczyzna",
    "monsieur",
}
_WOMAN = {
    "frau",
    "fr",
    "mrs",
    "ms",
    "miss",
    "madam",
    "pani",
    "pí",
    "f",
    "w",
    "female",
    "weiblich",
    "žena",
    "kobieta",
    "slečna",
    "slecna",
}


@dataclass(frozen=True, slots=True)
class Person:
    """What the ERP knows: ``gender`` is m, f or empty (unknown); ``name`` stands in where the parts are unknown."""

    gender: str = ""
    title: str = ""
    first: str = ""
    last: str = ""
    company: str = ""
    name: str = ""


def gender_of(word: str | None) -> str:
    """m or f from the ERP's word of address (Herr, pani, Mrs …), else empty."""
    bare = (word or "").strip().strip(".").casefold()
    if bare in _MAN:
        return "m"
    return "f" if bare in _WOMAN else ""


def salutation(language: str, person: Person) -> str:
    """The first line of a message, with its comma."""
    if person.company and not person.last:
        return _COMPANY[language]
    if person.gender and person.last:
        return {"de": _german, "en": _english, "pl": _polish, "sk": _slovak}[language](person)
    return _unknown(language, person)


_COMPANY = {
    "de": "Sehr geehrte Damen und Herren,",
    "en": "Dear Sir or Madam,",
    "pl": "Szanowni Państwo,",
    "sk": "Vážení obchodní partneri,",
}


def _german(person: Person) -> str:
    title = "Professor" if "prof" in person.title.casefold() else person.title
    start = "Sehr geehrter Herr" if person.gender == "m" else "Sehr geehrte Frau"
    return " ".join(filter(None, (start, title, person.last))) + ","


def _english(person: Person) -> str:
    # A doctor or professor is addressed by the title instead of Mr or Ms.
    polite = person.title or ("Mr" if person.gender == "m" else "Ms")
    return f"Dear {polite} {person.last},"


def _polish(person: Person) -> str:
    title = person.title.casefold()
    man = person.gender == "m"
    start = "Szanowny Panie" if man else "Szanowna Pani"
    if "prof" in title:
        return start + (" Profesorze," if man else " Profesor,")
    if "dr" in title or "doktor" in title:
        return start + (" Doktorze," if man else " Doktor,")
    return start + ","


def _slovak(person: Person) -> str:
    start = "Vážený pán" if person.gender == "m" else "Vážená pani"
    return " ".join(filter(None, (start, person.title, person.last))) + ","


def _unknown(language: str, person: Person) -> str:
    if language == "pl":
        return "Szanowni Państwo,"
    if language == "sk":
        return "Dobrý deň,"
    name = " ".join(filter(None, (person.first, person.last))) or person.name
    if not name and person.company:
        return _COMPANY[language]
    if language == "de":
        return f"Guten Tag {name}," if name else "Guten Tag,"
    return f"Dear {name}," if name else "Dear Customer,"
