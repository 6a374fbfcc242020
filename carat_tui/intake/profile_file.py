"""``watch/profiles/*.toml`` → ``Profile``, with a sentence for everything that is wrong.

What this program does not do yet (other formats, snapshots, record types) is refused: a key that is read over in
silence would be a promise that nobody keeps.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from carat_tui.intake.fields import SECTIONS, Field, read_field, refuse_unknown
from carat_tui.intake.profile import KeepRows, Match, Profile, Ready
from carat_tui.intake.profile_tables import Tables, documents, read
from carat_tui.model.errors import CaratError

DOCUMENT_KINDS = {"sales_order": "order", "purchase_order": "purchase_order"}
"""Section of a profile → ``document.kind``."""


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


class _Builder(Tables):
    """Makes the profile of the tables."""

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
            read=read(self),
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
            warnings=documents(self),
        )

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
