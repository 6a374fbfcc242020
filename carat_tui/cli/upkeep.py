"""``carat doctor``, ``backup``, ``restore`` and ``journal``: keeping a home well."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import COUNT, command
from carat_tui.cli.printing import count, paint, table
from carat_tui.model.errors import StoreError
from carat_tui.model.text import visible

if TYPE_CHECKING:
    from carat_tui.services.findings import Finding


@command("doctor", "carat doctor")
def doctor(call: Call) -> int:
    """Check the home: database, folders, routes, keyring, templates, profiles, clock, disk.

    Exit 1 if anything is found.
    """
    from carat_tui.services.doctor import examine

    findings = examine(call.home(), call.clock())
    document = [{"check": f.check, "ok": f.ok, "detail": f.detail, "remedy": f.remedy} for f in findings]
    call.show(document, lambda: [line for finding in findings for line in _finding(finding)])
    bad = [f for f in findings if not f.ok]
    if not call.json:
        call.say(f"\n{count(len(bad), 'finding')}." if bad else "\nAll is well.")
    if any(f.check == "database" for f in bad):
        return StoreError.exit_code
    return 1 if bad else 0


def _finding(finding: Finding) -> list[str]:
    sign = paint("ok  ", "green") if finding.ok else paint("LOOK", "red", bold=True)
    lines = [f"{sign}  {finding.check:<10} {visible(finding.detail)}"]
    return lines if finding.ok else [*lines, f"{'':17}→ {visible(finding.remedy)}"]


@command("backup", "carat backup /media/stick/carat.db")
@click.argument("file", required=False)
def backup(call: Call, file: str | None) -> int:
    """Write a verified copy of the database, by default to data/backups (14 daily and 8 weekly ones are kept)."""
    from carat_tui.services.backup import backup as copy

    made = copy(call.store(), call.home(), Path(file).absolute() if file else None, call.clock())
    document = {"file": str(made.file), "bytes": made.size, "rows": made.rows}
    held = f"{made.rows['message']} messages, {made.rows['customer']} customers"
    words = f"{made.file}: {made.size:,} bytes, checked; {held}."
    call.show(document, lambda: [visible(words)])
    return 0


@command("restore", "carat restore data/backups/carat-20260302-180000.db")
@click.argument("file")
def restore(call: Call, file: str) -> int:
    """Put a copy in the place of the database. Everything that was about to be sent is held until you release it."""
    from carat_tui.services.backup import restore as bring_back

    done = bring_back(call.home(), Path(file).absolute(), call.clock(), call.who)
    document = {"restored": file, "held": done.held, "replaced": str(done.replaced) if done.replaced else None}
    call.show(document, lambda: _restored_words(done.held, done.replaced))
    return 0


def _restored_words(held: int, replaced: Path | None) -> list[str]:
    lines = [f"Restored. {count(held, 'message')} held: look at them with `carat outbox list --state held`."]
    if replaced:
        lines.append(visible(f"The database before lies at {replaced}."))
    lines.append(
        "Sending is paused. Take the exports since then in with `carat import --baseline FILE`, so that nobody"
    )
    lines.append("is told twice; look at what is held; then `carat outbox resume`.")
    return lines


@command("journal", "carat journal --since 2026-03-01 --verify")
@click.option("--since", metavar="T", help="From this day or moment on (ISO 8601).")
@click.option("--verify", is_flag=True, help="Recompute the hash chain. Exit 1 when it is broken.")
@click.option("--limit", type=COUNT, default=None, help="Only the last N rows.")
def journal(call: Call, since: str | None, verify: bool, limit: int | None) -> int:
    """The append-only journal: who did what, and when."""
    from carat_tui.store import journal as log

    conn = call.store().read()
    if verify:
        verdict = log.verify(conn)
        words = f"{count(verdict.rows, 'row')}, the chain is whole."
        if verdict.broken_at is not None:
            words = f"The chain is broken at row {verdict.broken_at}: compare with a backup, somebody changed the file."
        call.show(
            {"rows": verdict.rows, "broken_at": verdict.broken_at, "ok": verdict.broken_at is None}, lambda: [words]
        )
        return 0 if verdict.broken_at is None else 1
    if limit is None and since is None and not call.json:
        limit = _LAST
        call.note(f"The last {_LAST} rows; --limit and --since show others.")
    rows = [_entry(call, row) for row in _journal_rows(conn, call.since(since), limit)]
    call.show(
        rows, lambda: table(["at", "who", "what", "subject", "id", "detail"], [_journal_line(row) for row in rows])
    )
    return 0


_LAST = 200


def _journal_rows(conn: sqlite3.Connection, since: str | None, limit: int | None) -> list[sqlite3.Row]:
    found = conn.execute(
        "SELECT id, at, who, what, subject, subject_id, detail, hash FROM journal"
        " WHERE at >= ? ORDER BY id DESC LIMIT ?",
        (since or "", -1 if limit is None else limit),
    ).fetchall()
    return found[::-1]


def _entry(call: Call, row: sqlite3.Row) -> dict[str, object]:
    return {
        "id": row["id"],
        "at": call.local(row["at"]),
        "who": row["who"],
        "what": row["what"],
        "subject": row["subject"],
        "subject_id": row["subject_id"],
        "detail": json.loads(row["detail"]),
        "hash": row["hash"],
    }


def _journal_line(entry: dict[str, object]) -> tuple[object, ...]:
    detail = json.dumps(entry["detail"], ensure_ascii=False) if entry["detail"] else ""
    return entry["at"], entry["who"], entry["what"], entry["subject"], entry["subject_id"], detail


COMMANDS = {"doctor": doctor, "backup": backup, "restore": restore, "journal": journal}
