"""``carat import`` and ``carat profile``: files in, and how they are read."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import command, group, sub
from carat_tui.cli.printing import Painted, facts, table
from carat_tui.model.errors import CaratError
from carat_tui.model.text import visible
from carat_tui.store.lock import FileLock

if TYPE_CHECKING:
    from carat_tui.intake.profile import Profile
    from carat_tui.intake.report import Report
    from carat_tui.services.profile_check import Checked
    from carat_tui.store.database import Store

profile_group = group("profile", "carat profile check bookshop-orders FILE", "Import profiles: how a feed is read.")


@command("import", "carat import --dry-run orders_20260304.csv")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--profile", metavar="P", help="The profile, instead of the one that matches the file's name.")
@click.option(
    "--baseline/--no-baseline", default=None, help="Learn only and tell nobody, or not; default: a feed's first file."
)
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
def take_in_files(call: Call, files: tuple[str, ...], profile: str | None, baseline: bool | None, dry_run: bool) -> int:
    """Take files in and plan the messages that follow; `carat run` writes and sends them.

    Exit 1 when rows were rejected or a file was put aside.
    """
    from carat_tui.intake.take_in import take_in
    from carat_tui.rules.plan import plan

    def planned(store: Store, report: Report) -> None:
        report.messages = plan(store, call.clock()).files.get(report.file_id or 0, 0)

    home, store = call.home(), call.store(check_s=0.3)
    for file in files:
        if not Path(file).exists():  # looked at before the first is taken in: all reports or none
            raise CaratError(f"There is no file {visible(file)}.", "Nothing was taken in.")
    with contextlib.closing(FileLock(home.engine_lock)) as lock:
        # An engine that starts meanwhile would take this import for one that a killed engine left. One that runs
        # already has looked for those at its start.
        lock.try_acquire()
        reports = [
            take_in(
                store,
                home,
                Path(file),
                clock=call.clock,
                profile=profile,
                baseline=baseline,
                dry_run=dry_run,
                then=planned,
            )
            for file in files
        ]
    call.show([report.json() for report in reports], lambda: _words(reports, dry_run))
    return 1 if any(report.needs_person or report.state == "waiting" for report in reports) else 0


_COLOURS = {"done": "green", "duplicate": "green", "quarantined": "red", "held": "red"}


def _words(reports: Sequence[Report], dry_run: bool) -> list[str]:
    lines: list[str] = []
    for report in reports:
        rows = f"{report.accepted} accepted + {len(report.rejected)} rejected + {report.ignored} ignored"
        lines += facts(
            [
                ("file", report.file),
                ("profile", report.profile),
                ("is", Painted(("would be " if dry_run else "") + report.state, _COLOURS.get(report.state, "yellow"))),
                ("baseline", "yes: learned, nobody is told" if report.baseline else None),
                ("rows", f"{report.rows} = {rows}"),
                ("orders", f"{report.created} created, {report.changed} changed, {report.unchanged} unchanged"),
                ("events", ", ".join(f"{number} {kind}" for kind, number in report.events.items()) or "none"),
                ("messages", report.messages),
                ("took", f"{report.seconds:.2f} s"),
            ]
        )
        lines += [visible(f"  {warning}") for warning in report.warnings]
        lines += [visible(f"  line {row.line}: {row.reason}   {row.raw}") for row in report.rejected[:20]]
        if len(report.rejected) > 20:
            lines.append(f"  … and {len(report.rejected) - 20} more rows (--json shows all)")
        lines.append("")
    return lines[:-1]


@sub(profile_group, "list", "carat profile list")
def list_profiles(call: Call) -> int:
    """All profiles of the home, and what is wrong with those that cannot be used (exit 1)."""
    from carat_tui.intake.feeds import read_feeds
    from carat_tui.services.home import require

    feeds = read_feeds(require(call.home()))
    found = [described(profile) for profile in feeds.profiles]
    found += [{"name": None, "error": str(error)} for error in feeds.broken]
    call.show(found, lambda: [*_profile_table(feeds.profiles), *(visible(str(error)) for error in feeds.broken)])
    return 1 if feeds.broken else 0


def described(profile: Profile) -> dict[str, object]:
    """A profile as JSON."""
    return {
        "name": profile.name,
        "version": profile.version,
        "file": str(profile.path),
        "source": profile.source,
        "document": profile.document or None,
        "match": {
            "folder": profile.match.folder or None,
            "files": list(profile.match.files),
            "priority": profile.match.priority,
        },
        "group": {"style": profile.group_style, "key": profile.group_key or None},
        "header": [field.name for field in profile.header],
        "lines": [field.name for field in profile.lines],
        "customer": [field.name for field in profile.customer],
        "baseline": profile.baseline,
    }


def _profile_table(profiles: Sequence[Profile]) -> list[str]:
    rows = [(p.name, ", ".join(p.match.files), p.document or "customer", p.match.priority) for p in profiles]
    return table(["name", "files", "makes", "priority"], rows, right="priority")


@sub(profile_group, "show", "carat profile show bookshop-orders")
@click.argument("name", metavar="P")
def show(call: Call, name: str) -> int:
    """One profile: its file as it is written."""
    from carat_tui.intake.feeds import read_feeds
    from carat_tui.services.home import require

    profile = read_feeds(require(call.home())).named(name)
    text = profile.path.read_text(encoding="utf-8-sig")
    call.show({**described(profile), "text": text}, lambda: visible(text.rstrip("\n"), lines=True).split("\n"))
    return 0


@sub(profile_group, "check", "carat profile check bookshop-orders orders_20260304.csv")
@click.argument("name", metavar="P")
@click.argument("file", metavar="FILE")
def check(call: Call, name: str, file: str) -> int:
    """Read FILE with profile P: columns, first rows as carat understands them, rejected rows. Nothing is written.

    Exit 1 when rows are rejected or the file cannot be read.
    """
    from carat_tui.services.profile_check import check as look

    checked = look(call.store(check_s=0.3), call.home(), name, Path(file), call.clock)
    document = {
        **checked.report.json(),
        "absent": list(checked.absent),
        "unread": list(checked.unread),
        "sample": [dict(zip(_SAMPLE, row, strict=True)) for row in checked.sample],
    }
    call.show(document, lambda: _checked(checked))
    return 1 if checked.report.needs_person else 0


_SAMPLE = ("order", "customer", "reached_by", "option", "title", "qty", "received", "received_on")


def _checked(checked: Checked) -> list[str]:
    lines = _words([checked.report], dry_run=True)
    if checked.absent:
        lines.append(visible(f"  not in this file (optional): {', '.join(checked.absent)}"))
    if checked.unread:
        lines.append(visible(f"  not read by this profile: {', '.join(checked.unread)}"))
    if checked.sample:
        headings = [column.replace("_", " ") for column in _SAMPLE]
        lines += [
            "",
            "The first rows as carat understands them:",
            *table(headings, checked.sample, right="qty received"),
        ]
    return lines


COMMANDS = {"import": take_in_files, "profile": profile_group}
