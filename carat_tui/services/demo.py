"""The example shop: a home of its own, two exports, and what went to whom.

It plays on a fixed day, so that it always tells the same story: a Tuesday evening's list of open orders is the
baseline, the list of Wednesday morning brings goods in. The clock is then set on, past the time in which goods of one
customer are collected for one notice.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from carat_tui.model.clock import Clock, fixed_clock
from carat_tui.model.home import Home
from carat_tui.services.home import Shop, default_files, init
from carat_tui.store import accounts, settings
from carat_tui.store.database import Store

EVENING = datetime(2026, 3, 3, 17, 5, tzinfo=UTC)
MORNING = datetime(2026, 3, 4, 8, 35, tzinfo=UTC)
"""A working day inside the hours in which SMS may be sent."""
STEPS = (
    ("auftraege_20260303_1800.csv", EVENING),
    ("auftraege_20260304_0930.csv", MORNING),
    ("", MORNING + timedelta(minutes=3)),
)
"""What is dropped into the watch folder before each run of the engine, and when that is."""

SHOP = {
    "shop.email": "laden@example.org",
    "shop.street": "Lindenallee 7",
    "shop.postcode": "10115",
    "shop.city": "Berlin",
    "shop.subdivision": "BE",
    "shop.phone": "030 23125 123",
    "shop.website": "www.example.org",
    "shop.opening_hours": "Mo-Fr 9-18 Uhr, Sa 9-14 Uhr",
    "intake.settle_s": "0",  # the files are whole: we write them ourselves
}

Run = Callable[[Home, Store, Clock], object]
"""Runs the engine once; handed in, because services know no engine."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What became of the goods of one customer. ``file`` is where the message lies; ``why`` says why there is none."""

    customer_no: str
    customer: str
    way: str
    to: str
    subject: str
    titles: tuple[str, ...]
    state: str
    file: Path | None
    message_id: int | None
    why: str = ""


def play(home: Home, who: str, run: Run) -> list[Notice]:
    """Make the home and let the engine work off the example exports; returns what became of them."""
    init(home, Shop("DE", "de", "Buchladen Sonne"), EVENING - timedelta(minutes=5), who)
    with Store.open(home.database) as store:
        store.write(_introduce)
        return feed(home, store, run)


def feed(home: Home, store: Store, run: Run) -> list[Notice]:
    """Let the engine work off the example exports in a home that waits for files without settling."""
    inbox = home.inside(settings.get(store.read(), "intake.folder"))
    for name, moment in STEPS:
        if name:
            drop(default_files() / "watch" / "examples" / name, inbox)
        run(home, store, fixed_clock(moment))
    return [*_written(store.read(), home), *_silent(store.read())]


def _introduce(conn: sqlite3.Connection) -> None:
    for key, value in SHOP.items():
        settings.put(conn, key, value)


def drop(example: Path, inbox: Path) -> Path:
    """As an ERP should do it: under another name first, then renamed into place; returns where it lies."""
    part = inbox / f"{example.name}.part"
    shutil.copyfile(example, part)
    return part.replace(inbox / example.name)


_CUSTOMER = (
    "coalesce(nullif(c.name, ''), nullif(trim(ifnull(c.first_name, '') || ' ' || ifnull(c.last_name, '')), ''),"
    " c.company)"
)
_TITLES = (
    "SELECT json_group_array(title) FROM (SELECT DISTINCT l.title FROM message_event me"
    " JOIN event e ON e.id = me.event_id"
    " JOIN document_line l ON l.document_id = e.document_id AND l.line_key = e.line_key WHERE {} ORDER BY e.id)"
)


def _written(conn: sqlite3.Connection, home: Home) -> list[Notice]:
    rows = conn.execute(
        f"SELECT m.id, c.customer_no, {_CUSTOMER} AS customer, m.channel, m.to_address, m.subject, m.state, m.reason,"
        f" m.route, m.provider_ref, ({_TITLES.format('me.message_id = m.id')}) AS titles"
        " FROM message m JOIN customer c ON c.id = m.customer_id ORDER BY c.customer_no, m.id"
    )
    return [
        Notice(
            row["customer_no"],
            row["customer"],
            row["channel"],
            row["to_address"],
            row["subject"] or "",
            tuple(json.loads(row["titles"])),
            row["state"],
            _file(conn, home, row["route"], row["provider_ref"]),
            row["id"],
            row["reason"] or "",
        )
        for row in rows
    ]


def _file(conn: sqlite3.Connection, home: Home, route: str | None, name: str | None) -> Path | None:
    """Where an embedded route put a message."""
    if not route or not name:
        return None
    account = accounts.find(conn, route)
    folder = home.inside(account.config["folder"])
    return folder / "new" / name if account.kind == "maildir" else folder / name


_WORDS = {"not wanted": "wants no notice (option none)", "no way": "cannot be reached by any way"}


def _silent(conn: sqlite3.Connection) -> list[Notice]:
    """Customers whose goods came in and who get nothing, with the reason that the plan noted."""
    rows = conn.execute(
        f"SELECT DISTINCT c.id, c.customer_no, {_CUSTOMER} AS customer, e.outcome,"
        " (SELECT text FROM task t WHERE t.customer_id = c.id AND t.done_at IS NULL) AS task"
        " FROM message_event me JOIN event e ON e.id = me.event_id JOIN customer c ON c.id = e.customer_id"
        " WHERE me.message_id IS NULL ORDER BY c.customer_no"
    ).fetchall()
    found = []
    for row in rows:
        titles = conn.execute(_TITLES.format("e.customer_id = ? AND me.message_id IS NULL"), (row["id"],)).fetchone()[0]
        state, why = (
            ("task", row["task"]) if row["task"] else ("none", _WORDS.get(row["outcome"], row["outcome"] or ""))
        )
        found.append(
            Notice(row["customer_no"], row["customer"], "", "", "", tuple(json.loads(titles)), state, None, None, why)
        )
    return found
