"""Records → staged rows. Bad rows are set apart with their reason; groups known from the last file are skipped.

A *group* is the run of records of one order (or one record of a list of customers). Its digest covers the raw text of
its records, so a re-export needs neither conversion nor writing for what stands in it as it stood in the last file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b

from carat_tui.intake.formats.csv_ import BadFile, Record
from carat_tui.intake.mapping import Sheet, place
from carat_tui.intake.profile import Profile
from carat_tui.intake.stager import Bound, Row, Stager
from carat_tui.intake.staging import Staging
from carat_tui.intake.tally import Tally

_NO_DIGESTS: frozenset[int] = frozenset()


def parse(
    records: Iterable[Record],
    sheet: Sheet,
    profile: Profile,
    country: str,
    staging: Staging,
    known: frozenset[int] | set[int] = _NO_DIGESTS,
) -> Tally:
    """Stage all records; ``known`` are the digests of the feed's last file. Raises ``BadFile``."""
    tally = Tally()
    stage = Stager(Bound(profile, sheet, country), staging, tally)
    for group in _groups(_wanted(records, sheet, profile, tally), sheet, profile, tally):
        digest = int.from_bytes(
            blake2b("".join([raw for _, raw, _ in group]).encode("utf-8", "surrogatepass"), digest_size=8).digest(),
            "little",
        )
        if digest in known:
            tally.same_orders += 1
            tally.same_lines += len(group)
            tally.digests.append(digest)
        elif stage.group(group):
            tally.digests.append(digest)
    return tally


def _wanted(records: Iterable[Record], sheet: Sheet, profile: Profile, tally: Tally) -> Iterator[Row]:
    """Records of data with the right number of cells; the others are counted or rejected."""
    width = len(sheet.header)
    first = sheet.first_line
    skip = profile.read.skip_when.search if profile.read.skip_when else None
    keep = _row_filter(profile, sheet)
    for record in records:
        line, raw, row = record
        if line < first:
            continue
        if skip is not None and skip(raw):
            tally.ignored += 1
        elif row is None:
            tally.reject(line, raw, "a quotation mark is opened and never closed")
        elif not any(row):
            if len(row) <= 1:
                continue  # a blank line is no row
            tally.ignored += 1
        elif len(row) != width:
            tally.reject(line, raw, f"{len(row)} cells where the header has {width}")
        elif keep is not None and not keep(row):
            tally.ignored += 1
        else:
            yield record  # type: ignore[misc]  # the row is not None here
        tally.rows += 1


def _row_filter(profile: Profile, sheet: Sheet) -> Callable[[Sequence[str]], bool] | None:
    rules = [(place(rule.col, sheet.header), rule.values, rule.exclude) for rule in profile.keep_rows]
    if not rules:
        return None

    def keep(row: Sequence[str]) -> bool:
        return all((row[at or 0].strip().casefold() in values) != exclude for at, values, exclude in rules)

    return keep


def _groups(rows: Iterable[Row], sheet: Sheet, profile: Profile, tally: Tally) -> Iterator[list[Row]]:
    """Runs of rows of one order, in the order of the file (never sorted: blank keys belong to the row above)."""
    if not profile.document:
        for row in rows:
            yield [row]
        return
    at = place(profile.group_key, sheet.header)
    if at is None:
        raise BadFile(f"The file has no column {profile.group_key!r}, by which the rows of an order belong together")
    inherit = profile.group_style == "inherit"
    group: list[Row] = []
    current: str | None = None
    for row in rows:
        key = row[2][at]
        if key != current:
            if inherit and not key.strip():
                if current is None:
                    raise BadFile(
                        f"Line {row[0]}: the first row has no {profile.group_key}; the file is damaged or was sorted"
                    )
                key = current
            else:
                if group:
                    yield group
                group, current = [], key
        group.append(row)
    if group:
        yield group
