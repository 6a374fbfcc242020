"""One file: from its arrival to its facts, events and report.

Nothing of a bad file reaches the store: everything is read, checked and staged first. Then the staged rows are merged in
short transactions, and the last one makes the events and closes the file. Killed in between, ``resume`` goes on.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from carat_tui.intake import aftermath, arrival, encoding, guards
from carat_tui.intake.events import forget_changes, make_events
from carat_tui.intake.feeds import Feeds, read_feeds
from carat_tui.intake.fields import SECTIONS
from carat_tui.intake.formats.csv_ import BadFile, open_text, records, whole
from carat_tui.intake.mapping import Sheet, read_sheet
from carat_tui.intake.merge import ENTITIES, Counts, Scope, merge_chunk
from carat_tui.intake.parse import Rejected, Tally, parse, staging_layout
from carat_tui.intake.profile import Profile
from carat_tui.intake.report import Report
from carat_tui.intake.staging import Cut, Staging
from carat_tui.model.clock import Clock, stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.text import visible
from carat_tui.store import imports, journal, settings
from carat_tui.store.database import Store
from carat_tui.store.imports import NewFile


def take_in(
    store: Store,
    home: Home,
    path: Path,
    *,
    clock: Clock,
    profile: str | None = None,
    baseline: bool | None = None,
    dry_run: bool = False,
    then: Callable[[Store, Report], None] | None = None,
) -> Report:
    """Take one file in. ``profile`` = a name, else the one that matches; ``baseline`` None = the feed's first file.

    ``then`` is called with the store that the file was taken into (the copy of a dry run) and its report, for planning.

    Raises ``CaratError`` when the file or the profile is not there, or another feed's profile is broken and may have
    been meant. A file that cannot be taken in is put aside: that is a report, not an error. A file of the inbox that is
    not whole yet comes back ``waiting`` and untouched. ``dry_run`` works on a copy of the store and leaves no trace.
    """
    began = time.monotonic()
    if dry_run:
        with rehearsed(store, home) as copy:
            report = _Intake(copy, home, clock, leaves_traces=False).file(path, profile, baseline)
            if then is not None:
                then(copy, report)
    else:
        report = _Intake(store, home, clock).file(path, profile, baseline)
        if then is not None:
            then(store, report)
    report.seconds = time.monotonic() - began
    return report


@contextmanager
def rehearsed(store: Store, home: Home) -> Iterator[Store]:
    """A copy of the store that may be written to and is thrown away: what a dry run works on."""
    home.spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = home.spool / f"dry-run-{time.monotonic_ns()}"
    folder.mkdir(mode=0o700)
    try:
        store.copy_to(folder / "carat.db")
        with Store.open(folder / "carat.db") as copy:
            yield copy
    finally:
        for left in folder.iterdir():
            left.unlink()
        folder.rmdir()


def resume(store: Store, home: Home, clock: Clock) -> list[Report]:
    """Finish what a killed run left half taken in; call once at the start, before the first new file."""
    reports = []
    for row in imports.unfinished(store.read()):
        began = time.monotonic()
        report = _Intake(store, home, clock).again(dict(row))
        report.seconds = time.monotonic() - began
        reports.append(report)
    return reports


@dataclass(slots=True)
class _Intake:
    """The intake of one file into one store."""

    store: Store
    home: Home
    clock: Clock
    leaves_traces: bool = True
    now: str = ""

    def file(self, path: Path, profile_name: str | None, baseline: bool | None) -> Report:
        self.now = stamp(self.clock())
        inbox = self.home.inside(settings.get(self.store.read(), "intake.folder")).resolve()
        path = path.absolute()
        in_inbox = inbox in path.resolve().parents
        if not in_inbox:
            path = path.resolve()
        if not path.exists():
            raise CaratError(f"There is no file {visible(str(path))}.")
        feeds = read_feeds(self.home)
        profile = feeds.named(profile_name) if profile_name else feeds.for_file(path)
        report = Report(visible(str(path)), profile=profile.name if profile else None)
        try:
            same = self._same_as_last(path, profile, report) if profile else None
            if same is not None:
                return same
            arrived = arrival.bring_in(path, self.home.spool)
        except arrival.NotReady as error:
            return _waiting(report, str(error))
        except arrival.NotAFile as error:
            report.warnings.append(f"Left alone: {error}.")
            report.state, report.reason = "quarantined", str(error)
            return report
        try:
            return self._arrived(path, arrived, profile, feeds, baseline, report, in_inbox)
        finally:
            if not self._unfinished(arrived.file.sha256):
                arrived.copy.unlink(missing_ok=True)

    def _unfinished(self, sha256: str) -> bool:
        return any(row["sha256"] == sha256 for row in imports.unfinished(self.store.read()))

    def _same_as_last(self, path: Path, profile: Profile, report: Report) -> Report | None:
        """A file with the bytes of the feed's last one changes nothing; asked before it is copied if its size is the same."""
        known = imports.size_known(self.store.read(), profile.name, path.lstat().st_size)
        if known is None:
            return None
        file = arrival.digest(path)
        return self._duplicate(file, profile, report) if file.sha256 == known else None

    def _duplicate(self, file: NewFile, profile: Profile, report: Report) -> Report | None:
        last = imports.last(self.store.read(), profile.name)
        if (
            last is None
            or last["sha256"] != file.sha256
            or last["profile_hash"] != _profile_hash(profile, self._country())
        ):
            return None
        self.store.write(
            lambda conn: imports.note(
                conn, file, "duplicate", f"the same bytes as {last['name']}", self.now, profile.name
            ),
            durable=False,
        )
        before = json.loads(last["report"] or "{}")
        report.sha256, report.state = file.sha256, "duplicate"
        report.rows, report.accepted, report.ignored = last["rows"], last["accepted"], last["ignored"]
        report.unchanged = last["created"] + last["changed"] + last["unchanged"]
        report.rejected = [
            Rejected(row["line"], row["reason"], row["raw"]) for row in imports.issues(self.store.read(), last["id"])
        ]
        report.entities = {
            entity: {"created": 0, "changed": 0, "unchanged": sum(counts.values())}
            for entity, counts in before.get("entities", {}).items()
        }
        report.warnings.append(f"The same bytes as {visible(last['name'])}, taken in before; nothing to do.")
        return report

    def _arrived(
        self,
        path: Path,
        arrived: arrival.Arrived,
        profile: Profile | None,
        feeds: Feeds,
        baseline: bool | None,
        report: Report,
        in_inbox: bool,
    ) -> Report:
        report.sha256 = arrived.file.sha256
        refused = (
            imports.refused_before(self.store.read(), arrived.file.sha256, arrived.file.path) if in_inbox else None
        )
        if refused is not None:
            report.state, report.reason = "quarantined", refused
            report.warnings.append(f"Put aside before and still there: {refused}")
            return report
        if profile is None:
            if feeds.broken:
                raise feeds.broken[0]
            return self._put_aside(
                path, arrived, None, "No import profile matches this name.", report, in_inbox, "quarantined"
            )
        duplicate = self._duplicate(arrived.file, profile, report)
        if duplicate is not None:
            return duplicate
        try:
            plan = self._plan(arrived, profile, report)
            if in_inbox and not whole(arrived.copy, plan.scan, plan.sheet.dialect, len(plan.sheet.header)):
                limit = profile.ready.max_wait_s
                limit = settings.number(self.store.read(), "intake.max_wait_s") if limit is None else limit
                if time.time() - path.lstat().st_mtime < limit:
                    return _waiting(report, "its last row is not whole yet")
                raise BadFile("The last row is not whole: the export was broken off")
            self._stage_and_merge(plan, baseline, report)
        except guards.TooManyRejected as error:
            return self._put_aside(path, arrived, profile, str(error), report, in_inbox, "held")
        except (BadFile, encoding.Undecodable, UnicodeDecodeError) as error:
            return self._put_aside(path, arrived, profile, str(error), report, in_inbox, "quarantined")
        if in_inbox and self.leaves_traces:
            trouble = aftermath.settle_original(
                profile.ready, path, self.home.inside(settings.get(self.store.read(), "intake.folder"))
            )
            report.warnings += [trouble] if trouble else []
        return report

    def again(self, row: dict[str, Any]) -> Report:
        """Take up a file that a killed run left; ``row`` is its ``import_file``."""
        self.now = stamp(self.clock())
        report = Report(
            visible(row["path"]),
            sha256=row["sha256"],
            profile=row["profile"],
            baseline=bool(row["baseline"]),
            file_id=row["id"],
        )
        file = NewFile(row["sha256"], row["path"], row["name"], row["size"], row["mtime"])
        arrived = arrival.Arrived(arrival.spool_path(self.home.spool, row["sha256"]), file)
        try:
            profile = read_feeds(self.home).named(row["profile"])
            if not arrived.copy.exists():
                raise BadFile("The copy from which it was being taken in is gone")
            plan = replace(self._plan(arrived, profile, report), file_id=row["id"])
            if plan.profile_hash == row["profile_hash"]:
                plan = replace(plan, progress=json.loads(row["report"] or "{}"))
            self._stage_and_merge(plan, bool(row["baseline"]), report)
        except (BadFile, CaratError, encoding.Undecodable, UnicodeDecodeError) as error:
            reason = f"Taking it in was interrupted and could not be finished: {error}"
            report.state, report.reason = "quarantined", reason
            report.warnings.append(reason)
            self.store.write(lambda conn: _close_refused(conn, row["id"], "quarantined", reason, self.now))
        arrived.copy.unlink(missing_ok=True)
        return report

    def _country(self) -> str:
        return settings.get(self.store.read(), "shop.country")

    def _plan(self, arrived: arrival.Arrived, profile: Profile, report: Report) -> _Plan:
        country = self._country()
        scan = encoding.scan(arrived.copy, profile.read.encoding, country)
        if scan.damaged:
            report.warnings.append(
                f"{scan.damaged} characters were lost before the file came here (U+FFFD stands in it)."
            )
        if scan.nul:
            report.warnings.append("The file holds NUL characters; they were read as nothing.")
        return _Plan(
            arrived, profile, _profile_hash(profile, country), country, scan, read_sheet(arrived.copy, scan, profile)
        )

    def _stage_and_merge(self, plan: _Plan, baseline: bool | None, report: Report) -> None:
        profile, conn = plan.profile, self.store.read()
        last = imports.last(conn, profile.name)
        report.baseline = (
            baseline
            if baseline is not None
            else profile.baseline == "always" or (profile.baseline == "auto" and last is None)
        )
        newer = guards.late(conn, profile, plan.arrived.file.name)
        if newer:
            report.warnings.append(
                f"Late: {newer} is newer and was taken in before; no state goes back and no event is made."
            )
        staging = Staging(plan.arrived.copy.with_suffix(".staging"), staging_layout(profile, plan.sheet, plan.country))
        try:
            tally = self._read(plan, staging, imports.known_digests(last, plan.profile_hash))
            staging.close()
            self._merge(plan, staging, tally, report, late=bool(newer))
        finally:
            staging.discard()

    def _read(self, plan: _Plan, staging: Staging, known: set[int]) -> Tally:
        profile = plan.profile
        with open_text(plan.arrived.copy, plan.scan) as text:
            lines = (line.replace("\0", "") for line in text) if plan.scan.nul else text
            tally = parse(records(lines, plan.sheet.dialect), plan.sheet, profile, plan.country, staging, known)
        staging.finish()
        guards.check_collisions(staging, tally, profile)
        if profile.document:
            held = guards.hold_changed_customers(staging, self.store.path, profile, tally)
            if held:
                _fill_in_raw(plan, tally, set(held))
        guards.check_share(tally, profile)
        tally.rejected.sort(key=lambda row: row.line)
        return tally

    def _merge(self, plan: _Plan, staging: Staging, tally: Tally, report: Report, *, late: bool) -> None:
        profile = plan.profile
        file_id = plan.file_id or self.store.write(
            lambda conn: imports.begin(
                conn, plan.arrived.file, profile.name, plan.profile_hash, report.baseline, self.now
            )
        )
        follow = profile.document == "order" and not report.baseline and not late
        scope = Scope(
            profile.source, profile.document, file_id, self.now, staging.layout, follow, late, _cleared(profile)
        )
        counts = Counts()
        done = int(plan.progress.get("chunks", 0))
        for name in ("created", "changed", "unchanged") if done else ():
            getattr(counts, name).update(plan.progress[name])
        with self.store.attached(staging.path, "stage"):
            for number, (start, end) in enumerate(zip([Cut(), *staging.cuts], staging.cuts, strict=False), 1):
                if number > done:
                    self.store.write(
                        lambda conn, start=start, end=end, number=number: _chunk(
                            conn, scope, start, end, counts, number
                        ),
                        durable=False,
                    )  # type: ignore[misc]
        _fill(report, profile, tally, counts, file_id)
        oldest = self._today() - timedelta(days=profile.max_age_days)
        self.store.write(lambda conn: _finish(conn, report, tally, self.now, oldest, events=follow))

    def _today(self) -> date:
        return self.clock().astimezone(ZoneInfo(settings.get(self.store.read(), "shop.timezone"))).date()

    def _put_aside(
        self,
        path: Path,
        arrived: arrival.Arrived,
        profile: Profile | None,
        reason: str,
        report: Report,
        in_inbox: bool,
        state: str,
    ) -> Report:
        report.state, report.reason = state, reason
        report.warnings.append(f"Put aside: {reason}")
        if self.leaves_traces:
            trouble = aftermath.put_aside(self.home, path, arrived.copy, reason, self.now, remove=in_inbox)
            report.warnings += [trouble] if trouble else []
        name = profile.name if profile else None

        def job(conn: Any) -> None:
            report.file_id = imports.note(conn, arrived.file, state, reason, self.now, name)
            journal.write(
                conn,
                self.now,
                "engine",
                state,
                "import_file",
                report.file_id,
                {"file": arrived.file.name, "reason": reason},
            )

        self.store.write(job)
        return report


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that is known of a file before its rows are read; ``progress`` is what a killed run had merged."""

    arrived: arrival.Arrived
    profile: Profile
    profile_hash: str
    country: str
    scan: encoding.Scan
    sheet: Sheet
    file_id: int = 0
    progress: dict[str, Any] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.progress is None:
            object.__setattr__(self, "progress", {})


def _profile_hash(profile: Profile, country: str) -> str:
    """What decides how the bytes of a file are read: the profile, and the country of numbers without a code."""
    return f"{profile.hash}:{country}"


def _waiting(report: Report, why: str) -> Report:
    report.state, report.reason = "waiting", why
    report.warnings.append(f"Not taken in yet: {why}.")
    return report


def _cleared(profile: Profile) -> frozenset[str]:
    fields = (*profile.header, *profile.lines, *profile.customer)
    return frozenset(f.name for f in fields if (profile.clear_empty if f.clear_empty is None else f.clear_empty))


def _fill_in_raw(plan: _Plan, tally: Tally, lines: set[int]) -> None:
    """Give rejected rows their raw text, which was not kept for rows that looked good."""
    with open_text(plan.arrived.copy, plan.scan) as text, closing(records(text, plan.sheet.dialect)) as found:  # type: ignore[type-var]
        raws = {line: raw.rstrip("\r\n") for line, raw, _ in found if line in lines}
    tally.rejected = [
        replace(row, raw=raws[row.line]) if row.line in lines and not row.raw else row for row in tally.rejected
    ]


def _chunk(conn: Any, scope: Scope, start: Cut, end: Cut, counts: Counts, number: int) -> None:
    merge_chunk(conn, scope, start, end, counts)
    imports.progress(
        conn,
        scope.file_id,
        {"chunks": number, "created": counts.created, "changed": counts.changed, "unchanged": counts.unchanged},
    )


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
    first = report.entities["order" if profile.first_entity not in SECTIONS else profile.first_entity]
    report.created, report.changed, report.unchanged = first["created"], first["changed"], first["unchanged"]
    report.rows, report.rejected, report.ignored = tally.rows, tally.rejected, tally.ignored
    report.accepted = tally.rows - len(tally.rejected) - tally.ignored
    report.state = "partial" if tally.rejected else "done"
    report.file_id = file_id
    if counts.backwards:
        report.warnings.append(f"{counts.backwards} orders went back to an earlier state; nobody is told.")


def _finish(conn: Any, report: Report, tally: Tally, now: str, oldest: date, *, events: bool) -> None:
    """The transaction that makes a file whole: events, rejected rows, final state, journal."""
    file_id = report.file_id or 0
    if events:
        report.events = make_events(conn, file_id, now, oldest.isoformat())
    forget_changes(conn, file_id)
    imports.add_issues(conn, file_id, ((row.line, "row", row.reason, row.raw) for row in tally.rejected))
    imports.finish(conn, file_id, now, report.state, "", report.json(), tally.digests.tobytes())
    journal.write(
        conn,
        now,
        "engine",
        "imported",
        "import_file",
        file_id,
        {
            key: report.json()[key]
            for key in ("file", "profile", "baseline", "rows", "accepted", "ignored", "events", "entities")
        }
        | {"rejected": len(report.rejected)},
    )


def _close_refused(conn: Any, file_id: int, state: str, reason: str, now: str) -> None:
    forget_changes(conn, file_id)
    conn.execute(
        "UPDATE import_file SET state = ?, message = ?, finished_at = ? WHERE id = ?", (state, reason, now, file_id)
    )
    journal.write(conn, now, "engine", state, "import_file", file_id, {"reason": reason})
