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

SCREEN = [("carat_tui/locale/__init__.py", "ignore"), ("carat_tui/**.py", sentences.marked)]
KEYWORDS: dict[str, Any] = {"_": None, "N_": None, "n_": (1, 2)}

# What no screen shows: the letters' and mails' own languages, tables, machinery.
_SILENT = (
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
    ("carat_tui/cockpit/**.py", sentences.extract),
    ("carat_tui/**.py", sentences.extract),
]
_OPTIONS = {"carat_tui/cli/**.py": {"only": "CaratError _complain"}, "carat_tui/cockpit/**.py": {"only": "CaratError"}}
"""Of the command line what it says when something fails, the rest of it is English; of the screens what they raise."""

WORDS = (
    *("email", "sms", "letter", "none", "order", "customer", "document", "message", "route", "rule", "row", "task"),
    *("name", "street", "postcode", "town", "no street", "no postcode", "no town", "no name", "live", "paused"),
    *("rehearsal", "redirect", "sent", "resend", "drop", "A customer", "order {number}", "Order {number}"),
    *("{number} message", "{number} messages", "{number} row", "{number} rows", "{number} task", "{number} tasks"),
    *("{number} task ({kind})", "{number} tasks ({kind})", "{number} MB free"),
    # What a story is put together from (rules/telling.py), and what the journal calls things.
    *("{channel} {address}: {why}", "{text} (file {file})", "Message {id} {what}", "nothing", "inherit"),
    *("received {before} → {after}", "status {before} → {after}", "expected {before} → {after}"),
    *("received on {before} → {after}", "received {after}", "received on {day}", "expected {day}", "status {state}"),
    *("sent at {time}", "retry at {time}", "failed at {time}", "unclear at {time}", "route_ill at {time}"),
    *("{what} by {who}", "composed", "held", "released", "cancelled", "retried", "postponed", "skipped", "joined"),
    *("planned", "restored", "shortened", "handed over", "handing over undone", "stopped in the cockpit"),
    *("{state} or {state2}", "deleted", "changed"),
    # What the system says, as far as people meet it.
    *("No such file or directory", "Permission denied", "Is a directory", "Not a directory", "File exists"),
    *("No space left on device", "Read-only file system", "file is not a database", "database is locked"),
    *("disk I/O error", "unable to open database file", "database disk image is malformed"),
    # What email-validator says of an address.
    *("There must be something after the @-sign.", "There must be something before the @-sign."),
    "The part after the @-sign is not valid. It should have a period.",
    *("An email address cannot have two periods in a row.", "An email address cannot start with a period."),
    *(
        "An email address cannot have a hyphen immediately after the @-sign.",
        "An email address cannot end with a period.",
    ),
    "The part after the @-sign contains invalid characters: {found}.",
    "The email address contains invalid characters before the @-sign: {found}.",
    "The email address is too long before the @-sign ({found}).",
    *("order.created", "order.confirmed", "order.changed", "order.cancelled", "order.ready", "order.fulfilled"),
    *("line.delayed", "line.unavailable", "goods.received", "delivery.posted", "invoice.posted", "manual"),
)
"""Words and short patterns that the core puts into its sentences, in pieces too small to be found in the sources."""

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


class Plain(Catalog):
    """A catalogue whose head names neither dates nor tools: the same texts are the same bytes at any time."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:  # type: ignore[override]
        """Language, plural forms, encoding."""
        kept = ("Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
        return [(name, value) for name, value in self._get_mime_headers() if name in kept]


def read(language: str, domain: str) -> Catalog:
    """The catalogue as it lies in the repository; an empty one at the beginning."""
    file, found = po(language, domain), Plain(locale=language, domain=domain, charset="utf-8", fuzzy=False)
    found.header_comment = "# The texts of carat; `make texts` keeps the messages, people write the translations."
    if file.exists():
        with file.open("rb") as opened:
            known = read_po(opened, locale=language, domain=domain)
        for message in known:
            if message.id:
                found[message.id] = message
        found.obsolete = known.obsolete
    return found


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
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=120, include_lineno=False, sort_by_file=True)
    return buffer.getvalue()


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
