"""``watch/profiles/*.toml`` → ``Profile``, with a sentence for everything that is wrong.

What this program does not do yet (other formats, snapshots, record types) is refused: a key that is read over in
silence would be a promise that nobody keeps.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from carat_tui.intake.fields import SECTIONS, Field, read_field, refuse_unknown
from carat_tui.intake.profile import KeepRows, Match, Profile, Read, Ready
from carat_tui.model.errors import CaratError

DOCUMENT_KINDS = {"sales_order": "order", "purchase_order": "purchase_order"}
"""Section of a profile → ``document.kind``."""

_TABLES = {
    "profile": ("name", "version", "source", "entity", "feed", "description"),
    "match": ("folder", "files", "ignore", "priority", "sequence"),
    "ready": ("mode", "settle_s", "trigger", "max_wait_s", "after", "move_to"),
    "read": ("format", "encoding", "delimiter", "quote", "escape", "header", "header_match", "skip_when"),
    "group": ("style", "key", "inherit"),
    "key": ("normalise",),
    "fields": tuple(SECTIONS),
    "rules": ("keep_rows", "max_reject_pct", "max_age_days", "on_empty", "baseline"),
}
_ELSEWHERE = {"documents": "PDFs that belong to a feed", "columns": "fixed-width columns"}


def load(path: Path) -> Profile:
    """Read and check a profile; ``CaratError`` names the file, the key and the nearest known one."""
    try:
        data = path.read_bytes()
        tables: dict[str, Any] = tomllib.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise CaratError(f"The profile {path.name} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CaratError(
            f"The profile {path.name} is not TOML: {error}.", "Put the line right and try again."
        ) from error
    return _Builder(path.name, tables).build(path, hashlib.sha256(data).hexdigest())


class _Builder:
    """Takes the tables of one TOML file apart; every complaint names the file."""

    def __init__(self, file: str, tables: dict[str, Any]) -> None:
        self.file = file
        for name in tables:
            if name in _ELSEWHERE:
                raise CaratError(f"{file}: [{name}] ({_ELSEWHERE[name]}) is not possible yet.", "Take the table out.")
        refuse_unknown(file, "table", tables, _TABLES)
        self.tables = tables

    def build(self, path: Path, digest: str) -> Profile:
        profile, rules = self.table("profile"), self.table("rules")
        name = str(profile.get("name") or path.stem)
        sections = self.sections()
        kinds = [section for section in sections if section in DOCUMENT_KINDS]
        if len(kinds) > 1:
            raise CaratError(
                f"{self.file}: one feed is either of sales orders or of purchase orders.", "Make two profiles."
            )
        header = sections.get(kinds[0], ()) if kinds else ()
        self.check_sections(sections, bool(kinds))
        order_no = next((f for f in header if f.name == "order_no"), None)
        group = self.table("group")
        style = self.choice("group", "style", "repeat", ("repeat", "inherit"), {"record_type": "Record types are"})
        self.choice(
            "profile", "feed", "delta", ("delta",), {"snapshot": "Snapshots are", "append": "Appended files are"}
        )
        return Profile(
            name=name,
            path=path,
            hash=digest,
            source=str(profile.get("source") or name),
            document=DOCUMENT_KINDS[kinds[0]] if kinds else "",
            first_entity=self.first_entity(profile, sections),
            match=self.match(),
            ready=self.ready(),
            read=self.read(),
            group_style=style,
            group_key=str(group.get("key") or (order_no.cols[0] if order_no and order_no.cols else "")),
            inherit=self.texts("group", "inherit"),
            normalise=self.normalise(),
            header=header,
            lines=sections.get("order_line", ()),
            customer=sections.get("customer", ()),
            keep_rows=self.keep_rows(),
            max_reject_pct=self.number("rules", "max_reject_pct", 20, 0, 100),
            max_age_days=int(self.number("rules", "max_age_days", 7, 0, 36500)),
            clear_empty=self.choice("rules", "on_empty", "keep", ("keep", "clear")) == "clear",
            baseline=_baseline(self.file, rules.get("baseline", "auto")),
            version=int(self.number("profile", "version", 1, 0, 1e9)),
        )

    def table(self, name: str) -> dict[str, Any]:
        found = self.tables.get(name, {})
        if not isinstance(found, dict):
            raise CaratError(f"{self.file}: [{name}] must be a table.")
        refuse_unknown(self.file, f"key in [{name}]", found, _TABLES[name])
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

    def sections(self) -> dict[str, tuple[Field, ...]]:
        found: dict[str, tuple[Field, ...]] = {}
        for section, fields in self.table("fields").items():
            if not isinstance(fields, dict):
                raise CaratError(f"{self.file}: [fields.{section}] must be a table of fields.")
            refuse_unknown(self.file, f"field in [fields.{section}]", fields, SECTIONS[section])
            found[section] = tuple(read_field(self.file, section, name, spec) for name, spec in fields.items())
        if not found:
            raise CaratError(f"{self.file}: there is no [fields.…] table.", f"Known are: {', '.join(SECTIONS)}.")
        return found

    def check_sections(self, sections: Mapping[str, tuple[Field, ...]], document: bool) -> None:
        def has(section: str, name: str) -> bool:
            return any(field.name == name for field in sections.get(section, ()))

        header = next((section for section in sections if section in DOCUMENT_KINDS), "")
        if document and not has(header, "order_no"):
            raise CaratError(
                f"{self.file}: [fields.{header}] needs order_no.", "It is the key by which an order is found again."
            )
        if "order_line" in sections and not document:
            raise CaratError(
                f"{self.file}: order lines need [fields.sales_order] or [fields.purchase_order] with order_no."
            )
        if "customer" in sections and not has("customer", "customer_no"):
            raise CaratError(
                f"{self.file}: [fields.customer] needs customer_no, the key by which a customer is found again.",
                'Without numbers another column can be the key if it is unique: customer_no = { col = "Name" }.',
            )

    def first_entity(self, profile: Mapping[str, Any], sections: Mapping[str, tuple[Field, ...]]) -> str:
        listed = profile.get("entity", [])
        names = [listed] if isinstance(listed, str) else list(listed)
        refuse_unknown(self.file, "entity in [profile]", names, SECTIONS)
        for name in names:
            if name not in sections:
                raise CaratError(f"{self.file}: entity names {name!r}, but there is no [fields.{name}].")
        first = names[0] if names else next((s for s in SECTIONS if s in sections), "")
        return "order" if first in DOCUMENT_KINDS else first

    def match(self) -> Match:
        found = self.table("match")
        files = self.texts("match", "files")
        if not files:
            raise CaratError(f"{self.file}: match.files is missing.", 'For example: files = ["orders*.csv"].')
        sequence = self.pattern("match", "sequence")
        if sequence is not None and "seq" not in sequence.groupindex:
            raise CaratError(f"{self.file}: match.sequence needs a group named seq, like (?P<seq>\\d{{8}}).")
        return Match(
            files,
            self.texts("match", "ignore"),
            str(found.get("folder", "")).strip("/\\"),
            int(self.number("match", "priority", 0, -1e6, 1e6)),
            sequence,
        )

    def ready(self) -> Ready:
        found = self.table("ready")
        later = {"rename": "Waiting for a renamed file is", "manifest": "Manifest files are"}
        mode = self.choice("ready", "mode", "stable", ("stable", "trigger"), later)
        trigger = str(found.get("trigger", ""))
        if mode == "trigger" and not ("{stem}" in trigger or "{name}" in trigger):
            raise CaratError(
                f'{self.file}: mode = "trigger" needs the trigger\'s name.', 'For example: trigger = "{stem}.ok".'
            )
        return Ready(
            mode,
            self.seconds("settle_s"),
            trigger,
            self.seconds("max_wait_s"),
            self.choice("ready", "after", "keep", ("keep", "move", "rename", "delete")),
            str(found.get("move_to", "../done")),
        )

    def seconds(self, key: str) -> float | None:
        return self.number("ready", key, 0, 0, 86400) if key in self.table("ready") else None

    def read(self) -> Read:
        found = self.table("read")
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
        self.choice(
            "read", "format", "csv", ("csv",), {name: f"The format {name} is" for name in (*others, "camt053", "pdf")}
        )
        delimiter, quote, escape = (
            str(found.get(key, default)) for key, default in (("delimiter", ""), ("quote", '"'), ("escape", ""))
        )
        delimiter = "\t" if delimiter in ("tab", "\\t") else delimiter
        for key, value in (("delimiter", delimiter), ("quote", quote), ("escape", escape)):
            if len(value) > 1 or value in ("\r", "\n", "\0"):
                raise CaratError(f"{self.file}: read.{key} must be one character.")
        encoding = str(found.get("encoding", ""))
        try:
            "".encode(encoding or "utf-8")
        except LookupError:
            raise CaratError(
                f"{self.file}: there is no encoding {encoding!r}.", "For example: utf-8, cp1252, cp1250, cp852."
            ) from None
        header = found.get("header", True)
        if not isinstance(header, bool):
            raise CaratError(f"{self.file}: read.header must be true or false.")
        return Read(
            encoding,
            delimiter,
            quote,
            escape,
            header,
            self.texts("read", "header_match"),
            self.pattern("read", "skip_when"),
        )

    def normalise(self) -> tuple[str, ...]:
        steps = self.texts("key", "normalise")
        refuse_unknown(self.file, "step in key.normalise", steps, ("strip", "upper", "lower", "strip_zeros", "no_sep"))
        return steps

    def keep_rows(self) -> tuple[KeepRows, ...]:
        rows = []
        for rule in self.table("rules").get("keep_rows", ()):
            refuse_unknown(self.file, "key in rules.keep_rows", rule, ("col", "in", "not_in"))
            if "col" not in rule or ("in" in rule) == ("not_in" in rule):
                raise CaratError(f"{self.file}: a rule of keep_rows needs col and either in or not_in.")
            values = rule.get("in", rule.get("not_in"))
            rows.append(
                KeepRows(str(rule["col"]), frozenset(str(v).strip().casefold() for v in values), "not_in" in rule)
            )
        return tuple(rows)


def _baseline(file: str, value: object) -> str:
    named = {True: "always", False: "never"}.get(value, value) if isinstance(value, bool) else value
    if named not in ("auto", "always", "never"):
        raise CaratError(f'{file}: rules.baseline must be "auto", true or false, not {value!r}.')
    return str(named)
