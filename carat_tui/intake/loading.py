"""A readable copy of a file → its facts and events in the store.

Everything is read, checked and staged before the first row is stored. The staged rows are then merged in short
transactions, each with a note of how far it has come; ``conclude`` makes the events and closes the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from carat_tui.intake import encoding, guards
from carat_tui.intake.conclude import conclude, mark_whole
from carat_tui.intake.fields import SECTIONS
from carat_tui.intake.formats.csv_ import open_text, records
from carat_tui.intake.mapping import Missing, Sheet, read_sheet
from carat_tui.intake.merge import ENTITIES, Counts, Scope, merge_chunk
from carat_tui.intake.pace import Pace
from carat_tui.intake.parse import parse
from carat_tui.intake.profile import Profile
from carat_tui.intake.report import Report
from carat_tui.intake.stager import Bound
from carat_tui.intake.staging import Cut, Staging
from carat_tui.intake.tally import Tally
from carat_tui.model.clock import moment
from carat_tui.store import imports, settings
from carat_tui.store.database import Store
from carat_tui.store.imports import NewFile

_PIECES, _PIECES_MOST = 4, 40
"""How many pieces of a staged file go into the first chunk, and how many into any."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is known of a file before its rows are read. ``now`` is a stamp."""

    copy: Path
    file: NewFile
    profile: Profile
    country: str
    now: str
    scan: encoding.Scan
    sheet: Sheet
    file_id: int = 0
    """0 = begin a new ``import_file``"""
    progress: dict[str, Any] = field(default_factory=dict)
    """what a run that was killed had merged"""

    @property
    def profile_hash(self) -> str:
        return profile_hash(self.profile, self.country)


def profile_hash(profile: Profile, country: str) -> str:
    """What decides how the bytes of a file are read: the profile, and the country of numbers without a code."""
    return f"{profile.hash}:{country}"


def make_plan(store: Store, copy: Path, file: NewFile, profile: Profile, now: str, report: Report) -> Plan:
    """Find encoding, delimiter and header. Raises ``Undecodable`` or ``BadFile`` (``Held`` too)."""
    country = settings.get(store.read(), "shop.country")
    scan = encoding.scan(copy, profile.read.encoding, country)
    if scan.damaged:
        report.warnings.append(f"{scan.damaged} characters were lost before the file came here: U+FFFD stands in it.")
    if scan.nul:
        report.warnings.append("The file holds NUL characters; they were read as nothing.")
    report.warnings += profile.warnings
    return Plan(copy, file, profile, country, now, scan, _sheet(store, copy, scan, profile))


def _sheet(store: Store, copy: Path, scan: encoding.Scan, profile: Profile) -> Sheet:
    """The shape of the file; raises ``Held`` if the profile was made for another header."""
    before = imports.last_header(store.read(), profile.name) if profile.read.fingerprint else ()
    try:
        sheet = read_sheet(copy, scan, profile)
    except Missing as error:
        if profile.read.fingerprint and error.header:
            guards.check_header(profile, error.header, before)
        raise
    if profile.read.fingerprint:
        guards.check_header(profile, sheet.header, before)
    return sheet


def load(store: Store, plan: Plan, report: Report, baseline: bool | None) -> None:
    """Store the file's facts and events and fill the report. Raises ``BadFile`` while nothing is stored yet."""
    profile = plan.profile
    last = imports.last(store.read(), profile.name)
    report.baseline = _is_baseline(store, profile, baseline)
    newer = guards.late(store.read(), profile, plan.file.name)
    if newer:
        report.warnings.append(f"Late: {newer} is newer and was taken in before. No state goes back, no event is made.")
    staging = Staging(plan.copy.with_suffix(".staging"), Bound(profile, plan.sheet, plan.country).layout)
    try:
        tally = _read(store, plan, staging, imports.known_digests(last, plan.profile_hash))
        staging.close()
        _merge(store, plan, staging, tally, report, late=bool(newer))
    finally:
        staging.discard()


def _is_baseline(store: Store, profile: Profile, wanted: bool | None) -> bool:
    """The word of a person, of the profile, or: the first file of a feed that brings anything."""
    if wanted is not None:
        return wanted
    first = not imports.has_facts(store.read(), profile.name)
    return profile.baseline == "always" or (profile.baseline == "auto" and first)


def _read(store: Store, plan: Plan, staging: Staging, known: set[int]) -> Tally:
    profile = plan.profile
    with open_text(plan.copy, plan.scan) as text:
        lines = (line.replace("\0", "") for line in text) if plan.scan.nul else text
        tally = parse(records(lines, plan.sheet.dialect), plan.sheet, profile, plan.country, staging, known)
    staging.finish()
    guards.check_collisions(staging, tally, profile)
    if profile.document:
        held = guards.hold_changed_customers(staging, store.path, profile, tally)
        if held:
            _fill_in_raw(plan, tally, set(held))
    guards.check_share(tally, profile)
    tally.rejected.sort(key=lambda row: row.line)
    return tally


def _fill_in_raw(plan: Plan, tally: Tally, lines: set[int]) -> None:
    """Give rejected rows their raw text, which was not kept for rows that looked good."""
    with open_text(plan.copy, plan.scan) as text:
        raws = {line: raw.rstrip("\r\n") for line, raw, _ in records(text, plan.sheet.dialect) if line in lines}
    tally.rejected = [row if row.raw else replace(row, raw=raws.get(row.line, "")) for row in tally.rejected]


def _merge(store: Store, plan: Plan, staging: Staging, tally: Tally, report: Report, *, late: bool) -> None:
    file_id = plan.file_id or _begin(store, plan, report.baseline)
    profile = plan.profile
    follow = profile.document == "order" and not report.baseline and not late
    scope = Scope(
        profile.source, profile.document, file_id, plan.now, staging.layout, follow, late, _cleared(profile)
    )  # fmt: skip
    counts, start = _progress(plan)
    with store.wide_cache():
        with store.attached(staging.path, "stage"):
            _write_chunks(store, scope, staging.cuts, start, counts)
        _fill(report, profile, tally, counts, file_id)
        oldest = _today(store, plan.now) - timedelta(days=profile.max_age_days)
        note = mark_whole(store, report, tally, oldest)
        report.events = conclude(store, file_id, note, plan.now)


def _begin(store: Store, plan: Plan, baseline: bool) -> int:
    return store.write(
        lambda conn: imports.begin(
            conn, plan.file, plan.profile.name, plan.profile_hash, baseline, plan.now, plan.sheet.header
        )
    )


def _progress(plan: Plan) -> tuple[Counts, Cut]:
    """Where a run that was killed had come to; the beginning for a new file."""
    if not plan.progress:
        return Counts(), Cut()
    return Counts(*(plan.progress[name] for name in _COUNTED)), Cut(**plan.progress["merged"])


_COUNTED = ("created", "changed", "unchanged", "backwards")


def _write_chunks(store: Store, scope: Scope, cuts: Sequence[Cut], start: Cut, counts: Counts) -> None:
    """Merge what lies after ``start``, as many pieces at a time as one short transaction bears."""
    left = [cut for cut in cuts if cut.rows > start.rows]
    pace = Pace(_PIECES, _PIECES_MOST)
    at = 0
    while at < len(left):
        at += pace.size
        end = left[min(at, len(left)) - 1]
        with pace:
            _write_chunk(store, scope, start, end, counts)
        start = end


def _write_chunk(store: Store, scope: Scope, start: Cut, end: Cut, counts: Counts) -> None:
    """One short transaction. The file is still there after a power cut, so it need not be flushed to the disk."""

    def job(conn: sqlite3.Connection) -> None:
        merge_chunk(conn, scope, start, end, counts)
        imports.progress(
            conn, scope.file_id, {"merged": asdict(end), **{name: getattr(counts, name) for name in _COUNTED}}
        )

    store.write(job, durable=False)


def _today(store: Store, now: str) -> date:
    return moment(now).astimezone(ZoneInfo(settings.get(store.read(), "shop.timezone"))).date()


def _cleared(profile: Profile) -> frozenset[str]:
    fields = (*profile.header, *profile.lines, *profile.customer)
    return frozenset(f.name for f in fields if (profile.clear_empty if f.clear_empty is None else f.clear_empty))


def _fill(report: Report, profile: Profile, tally: Tally, counts: Counts, file_id: int) -> None:
    """Put the figures of reading and merging together."""
    same = {
        "order": tally.same_orders if profile.document else 0,
        "order_line": tally.same_lines if profile.lines else 0,
    }
    same["customer"] = 0 if profile.document else tally.same_orders
    report.entities = {
        entity: {
            "created": counts.created[entity],
            "changed": counts.changed[entity],
            "unchanged": counts.unchanged[entity] + same[entity],
        }
        for entity in ENTITIES
    }
    first = report.entities[profile.first_entity if profile.first_entity in SECTIONS else "order"]
    report.created, report.changed, report.unchanged = first["created"], first["changed"], first["unchanged"]
    report.rows, report.rejected, report.ignored = tally.rows, tally.rejected, tally.ignored
    report.accepted = tally.rows - len(tally.rejected) - tally.ignored
    report.state = "partial" if tally.rejected else "done"
    report.file_id = file_id
    if counts.backwards:
        report.warnings.append(f"{counts.backwards} orders went back to an earlier state; nobody is told.")
