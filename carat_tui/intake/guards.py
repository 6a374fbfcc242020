"""What is looked at between reading and storing: reasons to hold a file or some of its orders for a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from carat_tui.intake.feeds import sequence
from carat_tui.intake.formats.csv_ import BadFile, Record
from carat_tui.intake.mapping import fingerprint
from carat_tui.intake.profile import Profile
from carat_tui.intake.staging import Staging
from carat_tui.intake.tally import Tally
from carat_tui.model.text import visible
from carat_tui.store import imports

_FEW = 3


class Held(BadFile):
    """Something that a person has to decide: the file is held as a whole."""


def check_share(tally: Tally, profile: Profile) -> None:
    """Hold a file of which too much is wrong. One or two bad rows of a short list are bad rows and not a bad file."""
    bad = len(tally.rejected)
    considered = tally.rows - tally.ignored
    nothing_good = bad == considered and profile.max_reject_pct < 100
    if bad and (nothing_good or (bad >= _FEW and bad > considered * profile.max_reject_pct / 100)):
        first = tally.rejected[0]
        raise Held(
            f"{bad} of {considered} rows cannot be taken, more than {profile.max_reject_pct:g} %"
            f" (rules.max_reject_pct); the first is line {first.line}: {first.reason}"
        )


def check_header(profile: Profile, header: Sequence[str], before: Sequence[str]) -> None:
    """Hold a file whose header is not the one that the profile was made for, and name what is not as it was.

    ``before``: the header of the feed's last file; without one the columns that the profile reads are compared.
    """
    found = fingerprint(header)
    if found.startswith(profile.read.fingerprint):
        return
    fields = (*profile.header, *profile.lines, *profile.customer)
    known = list(before or dict.fromkeys(column for field in fields for column in field.cols))
    missing, new = ([name for name in one if name not in other] for one, other in ((known, header), (header, known)))
    what = "; ".join(
        f"{word}: {', '.join(map(repr, names))}" for word, names in (("missing", missing), ("new", new)) if names
    )
    raise Held(
        f"The columns are not those that the profile was made for (read.header_fingerprint): {what or 'their order'}."
        f' If they are right now, write header_fingerprint = "sha256:{found}" into {profile.path.name}'
    )


def check_collisions(staging: Staging, tally: Tally, profile: Profile) -> None:
    """Two numbers that become one key would melt two orders into one: that stops the file."""
    if not tally.odd_keys:
        return
    for table, column in (("document", "number"), ("customer", "customer_no")):
        row = staging.conn.execute(
            f"SELECT key, min({column}), max({column}) FROM {table} GROUP BY key"
            f" HAVING min({column}) <> max({column}) LIMIT 1"
        ).fetchone()
        if row is not None and not _same_but_case(row[1], row[2], profile):
            raise BadFile(
                f"The numbers {row[1]!r} and {row[2]!r} become the same key {row[0]!r} (key.normalise);"
                " nothing can tell them apart"
            )


def _same_but_case(one: str, other: str, profile: Profile) -> bool:
    """Case alone tells no two orders apart where the profile says so: exports mix it for one and the same order."""
    return one.casefold() == other.casefold() and bool({"upper", "lower"} & set(profile.normalise))


def hold_changed_customers(
    staging: Staging, store: Path, profile: Profile, tally: Tally, records: Sequence[Record] | None = None
) -> list[int]:
    """Reject the rows of orders that would change their customer; returns their lines (the raw text comes later)."""
    with staging.beside(store) as conn:
        found = conn.execute(
            "SELECT s.rid, s.number, c.customer_no, s.customer_key"
            " FROM main.document AS s"
            " CROSS JOIN store.document AS d ON d.source = ? AND d.kind = ? AND d.key = s.key"
            " JOIN store.customer AS c ON c.id = d.customer_id"
            " WHERE s.customer_key IS NOT NULL AND c.key <> s.customer_key",
            (profile.source, profile.document),
        ).fetchall()
        reasons: dict[int, str] = {}
        for drid, number, old, new in found:
            rows = conn.execute(
                "SELECT line FROM main.line WHERE drid = ? UNION SELECT line FROM main.document WHERE rid = ?",
                (drid, drid),
            )
            reasons |= {row[0]: f"order {number} belongs to customer {old}; this row gives it to {new}" for row in rows}
    if found:
        staging.drop_documents([row[0] for row in found])
    for line, reason in sorted(reasons.items()):
        tally.reject(line, "", reason)
    return sorted(reasons)


def late(conn: sqlite3.Connection, profile: Profile, name: str) -> str | None:
    """The newer file that came before this one, if the names tell."""
    mine = sequence(profile, name)
    if mine is None:
        return None
    newest = max(
        ((sequence(profile, other) or "", other) for other in imports.names_before(conn, profile.name)),
        default=("", ""),
    )
    return visible(newest[1]) if newest[0] > mine else None
