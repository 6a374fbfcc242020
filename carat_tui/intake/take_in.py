"""One file: whether and how it is taken in, and what becomes of it. ``loading`` does the reading and storing.

A file that cannot be taken in is put aside with the reason beside it and stops no other; one of the inbox that is still
being written is left as it lies. Killed in the middle, ``resume`` goes on from the copy in the spool.
"""

from __future__ import annotations

import json
import sqlite3
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from carat_tui.intake import aftermath, arrival, loading
from carat_tui.intake.again import BAD, again
from carat_tui.intake.feeds import Feeds, read_feeds
from carat_tui.intake.formats.csv_ import BadFile, whole
from carat_tui.intake.guards import Held
from carat_tui.intake.profile import Profile
from carat_tui.intake.report import Report
from carat_tui.intake.tally import Rejected
from carat_tui.intake.turn import one_at_a_time, rehearsed
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

    Raises ``CaratError`` when the file or the profile is not there, or when no profile matches and one is broken that
    may have been meant. A file that cannot be taken in is a report, not an error; so is one of the inbox that is not
    whole yet (``waiting``, untouched). ``dry_run`` works on a copy of the store and leaves no trace. ``then`` is called
    with the store that was written to (the copy, in a dry run), to see what would follow.
    """
    began = time.monotonic()
    if dry_run:
        with one_at_a_time(home), rehearsed(store, home) as copy:
            report = _receive(copy, home, path, clock, profile, baseline, leaves_traces=False)
            if then is not None:
                then(copy, report)
    else:
        with one_at_a_time(home):
            report = _receive(store, home, path, clock, profile, baseline, leaves_traces=True)
        if then is not None:
            then(store, report)
    report.seconds = time.monotonic() - began
    return report


def resume(store: Store, home: Home, clock: Clock) -> list[Report]:
    """Finish what a killed run left half taken in; call once at the start, before the first new file."""
    reports = []
    for row in imports.unfinished(store.read()):
        began = time.monotonic()
        with one_at_a_time(home):
            report = again(store, home, row, stamp(clock()))
        report.seconds = time.monotonic() - began
        reports.append(report)
    return reports


def _receive(
    store: Store, home: Home, path: Path, clock: Clock, name: str | None, baseline: bool | None, *, leaves_traces: bool
) -> Report:
    inbox = home.inside(settings.get(store.read(), "intake.folder"))
    path = path.absolute()
    in_inbox = inbox.resolve() in (path.parent.resolve() / path.name).parents  # a link in the inbox lies in the inbox
    if not in_inbox:
        path = path.resolve()
    if not path.exists():
        raise CaratError(f"There is no file {visible(str(path))}.")
    feeds = read_feeds(home)
    profile = feeds.named(name) if name else feeds.for_file(path)
    report = Report(visible(str(path)), profile=profile.name if profile else None)
    return _Reception(store, home, path, profile, stamp(clock()), report, in_inbox, leaves_traces).receive(
        feeds, baseline
    )


@dataclass(frozen=True, slots=True)
class _Reception:
    """One file at the door."""

    store: Store
    home: Home
    path: Path
    profile: Profile | None
    now: str
    report: Report
    in_inbox: bool
    leaves_traces: bool

    def receive(self, feeds: Feeds, baseline: bool | None) -> Report:
        try:
            if self._same_as_last():
                return self.report
            arrived = arrival.bring_in(self.path, self.home.spool)
        except arrival.NotReady as error:
            return self._wait(str(error))
        except arrival.NotAFile as error:
            return self._not_taken(str(error))
        self.report.sha256 = arrived.file.sha256
        try:
            return self._judge(arrived, feeds, baseline)
        finally:
            if not any(row["sha256"] == arrived.file.sha256 for row in imports.unfinished(self.store.read())):
                arrived.copy.unlink(missing_ok=True)

    def _same_as_last(self) -> bool:
        """Whether it has the bytes of the feed's last file; asked before it is copied when its size is the same."""
        if self.profile is None:
            return False
        known = imports.digest_of_size(self.store.read(), self.profile.name, self.path.lstat().st_size)
        return known is not None and self._duplicate(arrival.digest(self.path), self.profile)

    def _duplicate(self, file: NewFile, profile: Profile) -> bool:
        """Report a file that was taken in already: the feed's last one, by the same profile."""
        conn, report = self.store.read(), self.report
        last = imports.last(conn, profile.name)
        if last is None or (last["sha256"], last["profile_hash"]) != (file.sha256, self._profile_hash()):
            return False
        words = f"the same bytes as {last['name']}"
        self.store.write(lambda c: imports.note(c, file, "duplicate", words, self.now, profile.name), durable=False)
        report.sha256, report.state, report.reason = file.sha256, "duplicate", words
        report.rows, report.accepted, report.ignored = last["rows"], last["accepted"], last["ignored"]
        report.unchanged = last["created"] + last["changed"] + last["unchanged"]
        report.rejected = [Rejected(r["line"], r["reason"], r["raw"]) for r in imports.issues(conn, last["id"])]
        for entity, counts in json.loads(last["report"]).get("entities", {}).items():
            report.entities[entity] = {"created": 0, "changed": 0, "unchanged": sum(counts.values())}
        report.warnings.append(f"The same bytes as {visible(last['name'])}, taken in before; nothing to do.")
        return True

    def _judge(self, arrived: arrival.Arrived, feeds: Feeds, baseline: bool | None) -> Report:
        refused = self.in_inbox and imports.refused_before(
            self.store.read(), arrived.file.sha256, arrived.file.path, self._profile_hash()
        )
        if refused:
            self.report.state, self.report.reason = "quarantined", refused
            self.report.warnings.append(f"Put aside before and still there: {refused}")
            return self.report
        if self.profile is None:
            if feeds.broken:
                raise feeds.broken[0]
            return self._put_aside(arrived.file, arrived.copy, feeds.none_matches())
        if self._duplicate(arrived.file, self.profile):
            return self.report
        begun = imports.begun(self.store.read(), arrived.file, self.profile.name)
        if begun is not None:
            return again(self.store, self.home, begun, self.now)
        try:
            plan = loading.make_plan(
                self.store, arrived.copy, arrived.file, self.profile, self.now, self.report
            )  # fmt: skip
            if self.in_inbox and not whole(plan.copy, plan.scan, plan.sheet.dialect, len(plan.sheet.header)):
                if self._may_wait(self.profile):
                    return self._wait("its last row is not whole")
                raise BadFile("The last row is not whole: the export was broken off")
            loading.load(self.store, plan, self.report, baseline)
        except Held as error:
            return self._put_aside(arrived.file, arrived.copy, str(error), "held")
        except BAD as error:
            return self._put_aside(arrived.file, arrived.copy, str(error))
        self._settle_original(self.profile)
        return self.report

    def _profile_hash(self) -> str | None:
        country = settings.get(self.store.read(), "shop.country")
        return loading.profile_hash(self.profile, country) if self.profile is not None else None

    def _may_wait(self, profile: Profile) -> bool:
        limit = profile.ready.max_wait_s
        if limit is None:
            limit = settings.number(self.store.read(), "intake.max_wait_s")
        return time.time() - self.path.lstat().st_mtime < limit

    def _wait(self, why: str) -> Report:
        self.report.state, self.report.reason = "waiting", why
        self.report.warnings.append(f"Not taken in yet: {why}.")
        return self.report

    def _not_taken(self, why: str) -> Report:
        """Something that is not opened: an ordinary file (too large) is put aside, a link or a pipe is left alone."""
        found = self.path.lstat()
        if stat.S_ISREG(found.st_mode):
            file = NewFile(
                "", arrival.path_text(self.path), visible(self.path.name), found.st_size, arrival.mtime_text(found)
            )  # fmt: skip
            return self._put_aside(file, None, why)
        self.report.state, self.report.reason = "quarantined", why
        self.report.warnings.append(f"Left alone: {why}.")
        return self.report

    def _put_aside(self, file: NewFile, copy: Path | None, reason: str, state: str = "quarantined") -> Report:
        report = self.report
        report.state, report.reason = state, reason
        report.warnings.append(f"Put aside: {reason}")
        if self.leaves_traces:
            self._warn(aftermath.put_aside(self.home, self.path, copy, reason, self.now, remove=self.in_inbox))

        def job(conn: sqlite3.Connection) -> None:
            report.file_id = imports.note(conn, file, state, reason, self.now, report.profile, self._profile_hash())
            detail = {"file": file.name, "reason": reason}
            journal.write(conn, self.now, "engine", state, "import_file", report.file_id, detail)

        self.store.write(job)
        return report

    def _settle_original(self, profile: Profile) -> None:
        if self.in_inbox and self.leaves_traces:
            inbox = self.home.inside(settings.get(self.store.read(), "intake.folder"))
            self._warn(aftermath.settle_original(profile.ready, self.path, inbox))

    def _warn(self, trouble: str) -> None:
        if trouble:
            self.report.warnings.append(trouble)
