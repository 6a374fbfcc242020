"""The catalogues beside the sources: extracted, updated, compiled. ``python -m tests.locale`` (``make texts``)."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from carat_tui.locale.sentences import HOLE
from tests.locale import sentences

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "carat_tui" / "locale"
TRANSLATED = ("de", "pl", "sk")
DOMAINS = ("carat", "core")

SCREEN = [("carat_tui/locale/__init__.py", "ignore"), ("carat_tui/**.py", "python")]
KEYWORDS: dict[str, Any] = {"_": None, "N_": None, "n_": (1, 2)}

# What no screen shows: the letters' and mails' own languages, tables, machinery.
_SILENT = (
    "carat_tui/cockpit/**.py",
    "carat_tui/locale/**.py",
    "carat_tui/__main__.py",
    "carat_tui/compose/mime.py",
    "carat_tui/compose/placeholders.py",
    "carat_tui/compose/render/wire.py",
    "carat_tui/intake/staging.py",
    "carat_tui/model/dates.py",
    "carat_tui/model/phrases.py",
    "carat_tui/model/salutation.py",
    "carat_tui/services/crash.py",
    "carat_tui/services/demo.py",
    "carat_tui/store/schema.py",
)
CORE = [
    *((path, "ignore") for path in _SILENT),
    ("carat_tui/cli/**.py", sentences.extract),
    ("carat_tui/**.py", sentences.extract),
]
_OPTIONS = {"carat_tui/cli/**.py": {"only": "CaratError _complain"}}
"""Of the command line what it says when something fails; the rest of it is English."""

WORDS = (
    *("email", "sms", "letter", "none", "order", "customer", "document", "message", "route", "rule", "row", "task"),
    *("name", "street", "postcode", "town", "no street", "no postcode", "no town", "no name", "live", "paused"),
    *("rehearsal", "redirect", "sent", "resend", "drop", "A customer", "order {number}"),
    *("{number} message", "{number} messages", "{number} row", "{number} rows", "{number} task", "{number} tasks"),
)
"""Words that the core puts into its sentences, too short to be found as ones."""

_FOREIGN = {
    "Buchladen Sonne",
    "Buchladen Sonne · Marktstr. 1 · 70173 Stuttgart",
    "Éva Kovács",
    "Gesendet per {channel} an {to}:",
    "Wysłano przez {channel} do {to}:",
    "Odoslané cez {channel} na {to}:",
    "Sent by {channel} to {to}:",
    "carat {version}",
    "carat {root}",
    "a clock needs an aware time",
    "Windows does not let the renderer limit itself",
}
"""Texts that are no sentences of ours for a screen: example data, names of secrets."""


def extracted(domain: str) -> Catalog:
    """What the sources say now."""
    found = Catalog(project="carat-tui", charset="utf-8")
    for file, message, comments in sorted(_messages(domain), key=lambda one: one[0]):
        found.add(message, locations=[(file, 1)], auto_comments=comments)
    for word in WORDS if domain == "core" else ():
        found.add(word)
    return found


def _messages(domain: str) -> Iterator[tuple[str, str | tuple[str, ...], list[str]]]:
    methods: Any = SCREEN if domain == "carat" else CORE
    found = extract_from_dir(ROOT, methods, _OPTIONS, keywords=KEYWORDS, directory_filter=_ours)
    for file, _, message, comments, _ in found:
        if message and message not in _FOREIGN:
            yield Path(file).as_posix(), message, list(comments)


def _ours(folder: str) -> bool:
    path = Path(folder)
    return path == ROOT or (ROOT / "carat_tui") in (path, *path.parents)


def read(language: str, domain: str) -> Catalog:
    """The catalogue as it lies in the repository; an empty one at the beginning."""
    file = po(language, domain)
    if not file.exists():
        return Catalog(locale=language, project="carat-tui", charset="utf-8", fuzzy=False)
    with file.open("rb") as opened:
        return read_po(opened, locale=language, domain=domain)


def po(language: str, domain: str) -> Path:
    """The readable catalogue."""
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def updated(language: str, domain: str, template: Catalog) -> Catalog:
    """The catalogue with the messages of the sources: new ones empty, those that are gone left out, nothing guessed."""
    catalogue = read(language, domain)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """The bytes of the ``.po``; the same for the same texts, whenever and wherever they are written."""
    for message in catalogue:
        message.flags.discard("python-format")  # named braces it is; a percent sign is just one
        if isinstance(message.id, str) and "{" in message.id:
            message.flags.add("python-brace-format")
    catalogue.fuzzy, buffer = False, io.BytesIO()
    catalogue.header_comment = "# The texts of carat; `make texts` keeps the messages, people write the translations."
    write_po(buffer, catalogue, width=120, include_lineno=False, sort_by_file=True, omit_header=False)
    lines = buffer.getvalue().decode("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not _dated(line)).encode("utf-8")


_DATED = tuple(
    f'"{field}'
    for field in (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Generated-By",
        "Report-Msgid-Bugs-To",
        "Last-Translator",
        "Language-Team",
        "Project-Id-Version",
    )
)


def _dated(line: str) -> bool:
    return line.startswith(_DATED)


def compiled(language: str, domain: str) -> bytes:
    """The bytes of the ``.mo`` that the ``.po`` makes."""
    catalogue, buffer = read(language, domain), io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def holes(text: str) -> Mapping[str, int]:
    """How often each placeholder stands in a text."""
    return Counter(HOLE.findall(text))


def renew() -> dict[str, int]:
    """Extract, update, compile everything; returns how many texts are untranslated, by catalogue."""
    missing = {}
    for domain in DOMAINS:
        template = extracted(domain)
        for language in TRANSLATED:
            catalogue = updated(language, domain, template)
            po(language, domain).parent.mkdir(parents=True, exist_ok=True)
            po(language, domain).write_bytes(written(catalogue))
            po(language, domain).with_suffix(".mo").write_bytes(compiled(language, domain))
            missing[f"{language}/{domain}"] = sum(1 for message in catalogue if message.id and not complete(message))
    return missing


def complete(message: Any) -> bool:
    """Whether every form is there."""
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)
