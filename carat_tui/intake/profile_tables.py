"""The tables of a profile as they stand in the file: keys that are known, values of the right kind.

What this program does not do yet is refused, where reading it over in silence would be a promise that nobody keeps.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from carat_tui.intake.fields import SECTIONS, refuse_unknown
from carat_tui.intake.profile import Read
from carat_tui.model.errors import CaratError

TABLES = {
    "profile": ("name", "version", "source", "entity", "feed", "description"),
    "match": ("folder", "files", "ignore", "priority", "sequence"),
    "ready": ("mode", "settle_s", "trigger", "max_wait_s", "after", "move_to"),
    "read": (
        "format",
        "encoding",
        "delimiter",
        "quote",
        "escape",
        "header",
        "header_match",
        "skip_when",
        "header_fingerprint",
    ),
    "group": ("style", "key", "inherit"),
    "key": ("normalise",),
    "fields": tuple(SECTIONS),
    "documents": ("folder", "name", "doc_kind", "normalise"),
    "rules": ("keep_rows", "max_reject_pct", "max_age_days", "on_empty", "baseline"),
}
_FIXED = "[columns] (fixed-width columns) is not possible yet."
_PRINT = re.compile(r"sha256:([0-9a-f]{4,64})(…|\.\.\.)?")


class Tables:
    """Takes the tables of one TOML file apart; every complaint names the file."""

    def __init__(self, file: str, tables: dict[str, Any]) -> None:
        self.file = file
        if "columns" in tables:
            raise CaratError(f"{file}: {_FIXED}", "Take the table out.")
        refuse_unknown(file, "table", tables, TABLES)
        self.tables = tables

    def table(self, name: str) -> dict[str, Any]:
        found = self.tables.get(name, {})
        if not isinstance(found, dict):
            raise CaratError(f"{self.file}: [{name}] must be a table.")
        refuse_unknown(self.file, f"key in [{name}]", found, TABLES[name])
        return found

    def texts(self, table: str, key: str) -> tuple[str, ...]:
        found = self.table(table).get(key, ())
        if isinstance(found, str) or not all(isinstance(item, str) for item in found):
            raise CaratError(f'{self.file}: {table}.{key} must be a list of texts, like {key} = ["…"].')
        return tuple(found)

    def number(self, table: str, key: str, default: float, low: float, high: float) -> float:
        found = self.table(table).get(key, default)
        if isinstance(found, bool) or not isinstance(found, int | float) or not low <= found <= high:
            raise CaratError(f"{self.file}: {table}.{key} must be a number from {low:g} to {high:g}, not {found!r}.")
        return found

    def choice(
        self, table: str, key: str, default: str, choices: tuple[str, ...], later: Mapping[str, str] | None = None
    ) -> str:
        found = self.table(table).get(key, default)
        if later and found in later:
            raise CaratError(
                f'{self.file}: {later[found]} not possible yet ({table}.{key} = "{found}").', f"Use {choices[0]!r}."
            )
        if found not in choices:
            raise CaratError(f"{self.file}: {table}.{key} must be one of {', '.join(choices)}, not {found!r}.")
        return str(found)

    def pattern(self, table: str, key: str) -> re.Pattern[str] | None:
        found = self.table(table).get(key)
        if found is None:
            return None
        try:
            return re.compile(str(found))
        except re.error as error:
            raise CaratError(f"{self.file}: {table}.{key} is not a regular expression: {error}.") from error


def read(of: Tables) -> Read:
    """``[read]``: the shape of the text."""
    found = of.table("read")
    others = (
        "fixed",
        "xlsx",
        "xml",
        "jsonl",
        "epp",
        "edifact",
        "ubl",
        "cii",
        "opentrans",
        "ksef",
        "isdoc",
        "optima",
        "mt940",
    )
    of.choice(
        "read", "format", "csv", ("csv",), {name: f"The format {name} is" for name in (*others, "camt053", "pdf")}
    )
    delimiter, quote, escape = (
        str(found.get(key, default)) for key, default in (("delimiter", ""), ("quote", '"'), ("escape", ""))
    )
    delimiter = "\t" if delimiter in ("tab", "\\t") else delimiter
    for key, value in (("delimiter", delimiter), ("quote", quote), ("escape", escape)):
        if len(value) > 1 or value in ("\r", "\n", "\0"):
            raise CaratError(f"{of.file}: read.{key} must be one character.")
    encoding = str(found.get("encoding", ""))
    try:
        "".encode(encoding or "utf-8")
    except LookupError:
        raise CaratError(
            f"{of.file}: there is no encoding {encoding!r}.", "For example: utf-8, cp1252, cp1250, cp852."
        ) from None
    header = found.get("header", True)
    if not isinstance(header, bool):
        raise CaratError(f"{of.file}: read.header must be true or false.")
    if found.get("header_fingerprint") and not header:
        raise CaratError(f"{of.file}: read.header_fingerprint needs a header.", "Take one of the two out.")
    return Read(
        encoding,
        delimiter,
        quote,
        escape,
        header,
        of.texts("read", "header_match"),
        of.pattern("read", "skip_when"),
        _fingerprint(of.file, found.get("header_fingerprint", "")),
    )


def _fingerprint(file: str, given: object) -> str:
    """The hex digits; the first four or more of them will do."""
    text = str(given).strip().lower()
    found = _PRINT.fullmatch(text)
    if text and found is None:
        raise CaratError(
            f"{file}: read.header_fingerprint must read like sha256:9c1f03…, not {given!r}.",
            "Four digits or more will do; a file that is held for its header tells the whole.",
        )
    return found[1] if found else ""


def documents(of: Tables) -> tuple[str, ...]:
    """``[documents]``: checked, and warned of, because nothing is done with it yet."""
    if "documents" not in of.tables:
        return ()
    of.table("documents")
    of.pattern("documents", "name")
    of.texts("documents", "normalise")
    return (f"{of.file}: [documents] is not used yet: PDFs are not matched to the rows of this feed.",)
