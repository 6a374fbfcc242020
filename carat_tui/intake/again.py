"""A file that a killed run left half taken in → taken in."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from typing import Any

from carat_tui.intake import arrival, loading
from carat_tui.intake.conclude import conclude, give_up
from carat_tui.intake.encoding import Undecodable
from carat_tui.intake.feeds import read_feeds
from carat_tui.intake.formats.csv_ import BadFile
from carat_tui.intake.report import Report
from carat_tui.intake.tally import Rejected
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.text import visible
from carat_tui.store import imports
from carat_tui.store.database import Store
from carat_tui.store.imports import NewFile

BAD = (BadFile, Undecodable, UnicodeDecodeError)
"""What is wrong with a file and not with us."""


def _fill_in(report: Report, note: dict[str, Any], issues: list[sqlite3.Row]) -> None:
    """What a run that was killed had found out about a file whose rows are all in."""
    report.rejected = [Rejected(row["line"], row["reason"], row["raw"]) for row in issues]
    report.state = note["state"]
    for name in ("rows", "accepted", "created", "changed", "unchanged", "ignored", "warnings", "entities"):
        setattr(report, name, note["figures"][name])


def again(store: Store, home: Home, row: sqlite3.Row, now: str) -> Report:
    """Take up a file that a killed run left; ``row`` is its ``import_file``."""
    report = Report(visible(row["path"]), row["sha256"], row["profile"], bool(row["baseline"]), file_id=row["id"])
    copy = arrival.spool_path(home.spool, row["sha256"])
    progress = json.loads(row["report"] or "{}")
    try:
        if "whole" in progress:
            _fill_in(report, progress["whole"], imports.issues(store.read(), row["id"]))
            report.events = conclude(store, row["id"], progress["whole"], now)
        else:
            _load_again(store, home, row, progress, now, report)
    except (CaratError, *BAD) as error:
        reason = f"Taking it in was interrupted and could not be finished: {error}"
        report.state, report.reason = "quarantined", reason
        report.warnings.append(reason)
        store.write(lambda conn: give_up(conn, row["id"], reason, now))
    finally:
        copy.with_suffix(".staging").unlink(missing_ok=True)
    copy.unlink(missing_ok=True)
    return report


def _load_again(
    store: Store, home: Home, row: sqlite3.Row, progress: dict[str, Any], now: str, report: Report
) -> None:  # fmt: skip
    """Read the copy in the spool once more and go on where ``progress`` says, if the profile is still the same."""
    file = NewFile(row["sha256"], row["path"], row["name"], row["size"], row["mtime"])
    copy = arrival.spool_path(home.spool, row["sha256"])
    if not copy.exists():
        raise BadFile("the copy from which it was taken in is gone")
    profile = read_feeds(home).named(row["profile"])
    plan = replace(loading.make_plan(store, copy, file, profile, now, report), file_id=row["id"])
    if plan.profile_hash == row["profile_hash"]:
        plan = replace(plan, progress=progress)
    loading.load(store, plan, report, bool(row["baseline"]))
