"""``carat profile check``: what a profile makes of a file, shown before anything is stored."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from carat_tui.intake.encoding import Undecodable, scan
from carat_tui.intake.feeds import read_feeds
from carat_tui.intake.formats.csv_ import BadFile
from carat_tui.intake.mapping import Sheet, missing_columns, read_sheet
from carat_tui.intake.profile import Profile
from carat_tui.intake.report import Report
from carat_tui.intake.take_in import take_in
from carat_tui.model.clock import Clock
from carat_tui.model.home import Home
from carat_tui.store import settings
from carat_tui.store.database import Store

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Checked:
    """``report`` of a dry run; ``absent``: columns that the profile would read and the file lacks (they are optional);
    ``unread``: columns of the file that the profile does not read; ``sample``: its first lines as carat understands
    them (order, customer, reached by, option, title, quantity, received, received on)."""

    report: Report
    absent: tuple[str, ...]
    unread: tuple[str, ...]
    sample: tuple[tuple[object, ...], ...]


def check(store: Store, home: Home, name: str, file: Path, clock: Clock) -> Checked:
    """Read ``file`` with the profile ``name`` into a copy of the store that is thrown away.

    Raises ``CaratError`` when the file or the profile is not there.
    """
    sample: list[tuple[object, ...]] = []

    def look(copy: Store, report: Report) -> None:
        sample.extend(_sample(copy.read(), report.file_id or 0))

    report = take_in(store, home, file, clock=clock, profile=name, dry_run=True, then=look)
    profile = read_feeds(home).named(name)
    try:
        sheet = read_sheet(file, scan(file, profile.read.encoding, settings.get(store.read(), "shop.country")), profile)
    except (BadFile, Undecodable, UnicodeDecodeError):
        return Checked(report, (), (), ())  # the report says what is wrong
    return Checked(report, *_columns(profile, sheet), tuple(sample))


def _columns(profile: Profile, sheet: Sheet) -> tuple[tuple[str, ...], tuple[str, ...]]:
    fields = (*profile.header, *profile.lines, *profile.customer)
    read = dict.fromkeys(column for field in fields for column in field.cols)
    absent = missing_columns(read, sheet.header) if profile.read.header else []
    small = {column.casefold() for column in read}
    unread = [column for column in sheet.header if column.casefold() not in small] if profile.read.header else []
    return tuple(absent), tuple(dict.fromkeys(unread))


def _sample(conn: sqlite3.Connection, file_id: int) -> list[tuple[object, ...]]:
    rows = conn.execute(
        "SELECT d.number, coalesce(nullif(c.name, ''), nullif(trim(ifnull(c.first_name, '') || ' ' ||"
        " ifnull(c.last_name, '')), ''), c.company, c.customer_no),"
        " (SELECT group_concat(value, ' ') FROM contact WHERE customer_id = c.id), d.notify_option,"
        " l.title, l.qty, l.qty_received, l.received_date"
        " FROM document d LEFT JOIN customer c ON c.id = d.customer_id"
        " LEFT JOIN document_line l ON l.document_id = d.id"
        " WHERE d.file_id = ? ORDER BY d.id, CAST(l.line_key AS INTEGER) LIMIT ?",
        (file_id, _SHOWN),
    )
    return [tuple(row) for row in rows]
