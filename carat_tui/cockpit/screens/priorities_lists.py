"""The three lists of the channels' page: the shop's order of ways, rules with their own, customers with their own."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Callable, Sequence
from typing import ClassVar

from carat_tui.cockpit.widgets.rows import Cell, Column
from carat_tui.cockpit.words import channel_word, event_word, thousands
from carat_tui.locale import N_, _
from carat_tui.rules.ways import CHANNELS
from carat_tui.services.reach import Reach
from carat_tui.store import everyone, rules


def order_words(order: Sequence[str]) -> str:
    """An order of ways in one line."""
    return ", ".join(channel_word(channel) for channel in order)


class Ways:
    """The shop's channels in the order that is shown (which may be one that is only thought of); the id is the
    channel's place in ``CHANNELS``."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("place", N_("Place"), 6),
        Column("channel", N_("Way"), 10, flex=1),
        Column("first", N_("Tells"), 9, right=True),
        Column("after", N_("After the move"), 16, right=True),
        Column("could", N_("Could tell"), 12, right=True, rank=1),
    )
    empty: ClassVar[str] = ""

    def __init__(self) -> None:
        self.order: tuple[str, ...] = ()
        self._now: Reach | None = None
        self._then: Reach | None = None

    def take(self, order: tuple[str, ...], now: Reach | None, then: Reach | None) -> None:
        """Show this order; ``now`` is what the order in force brings, ``then`` what this one would."""
        self.order, self._now, self._then = order, now, then

    def channel(self, row: int | None) -> str:
        """The channel of a row."""
        return CHANNELS[row] if row is not None else ""

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """Those in use in their order, then those that are left out."""
        off = [channel for channel in CHANNELS if channel not in self.order]
        return array("q", [CHANNELS.index(channel) for channel in (*self.order, *off)])

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """Place, way, and how many customers."""
        return {row: self._cells(CHANNELS[row]) for row in ids}

    def _cells(self, channel: str) -> tuple[Cell, ...]:
        used = channel in self.order
        now = self._now.first[channel] if self._now else None
        after: Cell = ""
        if self._then is not None and now is not None and (then := self._then.first[channel]) != now:
            after = (f"→ {thousands(then)} ({thousands(then - now, sign=True)})", "warn" if then < now else "ok")
        place = f"{self.order.index(channel) + 1}." if used else _("off")
        return (
            (place, "accent" if used else "muted"),
            (channel_word(channel), "" if used else "muted"),
            "…" if now is None else thousands(now),
            after,
            ("…" if self._now is None else thousands(self._now.could[channel]), "muted"),
        )


class RuleWays:
    """The rules with the order that each obeys; the id is the rule's place by name."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("event", N_("Event"), 18, flex=1),
        Column("is", N_("On/off"), 9),
        Column("ways", N_("Its order of ways"), 24, flex=2),
        Column("rule", N_("Rule"), 16, rank=1),
    )

    @property
    def empty(self) -> str:
        """Every home has rules."""
        return _("There is no rule.")

    def rule(self, conn: sqlite3.Connection, row: int | None) -> rules.Rule | None:
        """The rule of a row."""
        found = rules.every(conn)
        return found[row] if row is not None and row < len(found) else None

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """All rules."""
        return array("q", range(len(rules.every(conn))))

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """Event, on or off, ways, name."""
        found = rules.every(conn)
        return {row: self._cells(found[row]) for row in ids if row < len(found)}

    def _cells(self, rule: rules.Rule) -> tuple[Cell, ...]:
        ways: Cell = (order_words(rule.channels), "accent")
        if not rule.channels:
            ways = (_("as the shop"), "muted")
        switch: Cell = (f"● {_('on')}", "ok") if rule.enabled else (f"○ {_('off')}", "muted")
        return (event_word(rule.event), switch, ways, (rule.name, "muted"))


class OwnWays:
    """Customers who are told in another way than the shop's order says, and where that comes from."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("number", N_("Number"), 9, rank=3),
        Column("name", N_("Customer"), 14, flex=3),
        Column("way", N_("Is told by"), 16, flex=2),
        Column("from", N_("Comes from"), 14, flex=2, rank=1),
    )

    def __init__(self, local: Callable[[str | None], str]) -> None:
        self._local = local

    @property
    def empty(self) -> str:
        """None is well."""
        return _("No customer has an own wish: all are told in the shop's order.")

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """By customer number."""
        return array("q", everyone.with_own_way(conn, limit))

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """One page."""
        return {row["id"]: self._cells(row) for row in everyone.own_ways(conn, json.dumps(list(ids)))}

    def _cells(self, row: sqlite3.Row) -> tuple[Cell, ...]:
        return (row["customer_no"], row["name"] or row["customer_no"], _wish(row), (self._from(row), "muted"))

    def _from(self, row: sqlite3.Row) -> str:
        if row["who"]:
            return _("{who}, {time}").format(who=row["who"], time=self._local(row["at"]))
        return _("the export")


def _wish(row: sqlite3.Row) -> Cell:
    """The wish that counts, in the order in which ``rules.ways`` asks for them."""
    if "none" in (row["notify_option"], row["preferred_channel"]) and row["notify_option"] not in CHANNELS:
        return (_("no notice"), "warn")
    if row["notify_option"] in CHANNELS:
        return (_("{way} first").format(way=channel_word(row["notify_option"])), "")
    if row["channels"]:
        ways = [part.strip() for part in row["channels"].split(",")]
        return (_("only {order}").format(order=order_words([way for way in ways if way in CHANNELS])), "")
    return (_("{way} preferred").format(way=channel_word(row["preferred_channel"])), "")
