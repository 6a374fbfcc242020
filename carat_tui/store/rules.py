"""Rules: which event makes which message. A home starts with four of them, one switched on."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from carat_tui.model.errors import CaratError
from carat_tui.store import journal


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``channels``: its own order of ways, empty = the shop's; ``delay_s``: seconds from event to message."""

    name: str
    event: str
    template: str
    enabled: bool
    merge: bool
    delay_s: int
    channels: tuple[str, ...]
    description: str


DEFAULTS = (
    Rule(
        "goods_arrived", "goods.received", "goods_arrived", True, True, 0, (),
        "When goods of an order have arrived, tell the customer that they can be picked up;"
        " all goods of one customer that arrive together are told in one message.",
    ),
    Rule(
        "order_confirmed", "order.created", "order_confirmed", False, False, 0, (),
        "When an order is new, confirm it to the customer.",
    ),
    Rule(
        "order_delayed", "line.delayed", "order_delayed", False, False, 0, (),
        "When the expected day of an ordered article moves back, tell the customer the new day.",
    ),
    Rule(
        "order_ready", "order.ready", "order_ready", False, False, 0, (),
        "When all articles of an order have arrived, tell the customer that the whole order is ready;"
        " goods_arrived tells of every arrival already, so use one of the two.",
    ),
)  # fmt: skip


def install(conn: sqlite3.Connection) -> None:
    """Give a new home its rules inside the caller's transaction; rules that are there already stay as they are."""
    conn.executemany(
        "INSERT OR IGNORE INTO rule (name, event, template, enabled, merge, delay_s, channels, description)"
        " VALUES (?, ?, ?, ?, ?, ?, NULL, ?)",
        [(r.name, r.event, r.template, r.enabled, r.merge, r.delay_s, r.description) for r in DEFAULTS],
    )


def every(conn: sqlite3.Connection) -> list[Rule]:
    """All rules by name."""
    return [_rule(row) for row in conn.execute("SELECT * FROM rule ORDER BY name")]


def find(conn: sqlite3.Connection, name: str) -> Rule:
    """The rule of that name; ``CaratError`` if there is none."""
    row = conn.execute("SELECT * FROM rule WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise CaratError(f"There is no rule {name!r}.", "`carat rule list` names them.")
    return _rule(row)


def switch(conn: sqlite3.Connection, name: str, enabled: bool, at: str, who: str) -> Rule:
    """Switch a rule on or off inside the caller's transaction; the journal says who did it at the stamp ``at``."""
    if find(conn, name).enabled != enabled:
        conn.execute("UPDATE rule SET enabled = ? WHERE name = ?", (enabled, name))
        journal.write(conn, at, who, "enabled" if enabled else "disabled", "rule", None, {"rule": name})
    return find(conn, name)


def _rule(row: sqlite3.Row) -> Rule:
    channels = tuple(part.strip() for part in (row["channels"] or "").split(",") if part.strip())
    return Rule(
        row["name"], row["event"], row["template"], bool(row["enabled"]), bool(row["merge"]), row["delay_s"],
        channels, row["description"],
    )  # fmt: skip
