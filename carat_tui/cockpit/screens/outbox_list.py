"""The rows of the outbox: which messages a filter means and what their columns say."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Sequence
from datetime import datetime, tzinfo

from rich.cells import cell_len

from carat_tui.cockpit.widgets.rows import Cell, Column
from carat_tui.cockpit.words import channel_word, event_word, moment, state_words
from carat_tui.locale import N_, _
from carat_tui.model.message import State
from carat_tui.services.message_page import beginnings
from carat_tui.services.outbox_filters import View, to_list
from carat_tui.store import message_list


class Messages:
    """The messages of a view, newest first; ``now`` decides what "today" is."""

    def __init__(self, view: View, now: datetime, zone: tzinfo) -> None:
        self.view, self._now, self._zone = view, now, zone

    @property
    def columns(self) -> tuple[Column, ...]:
        """The state is as wide as its longest word in the language of the screen."""
        widest = max(cell_len(state_words(state).word) for state in _SHOWN_WHOLE) + 2
        return (
            Column("state", N_("State"), widest),
            Column("when", N_("When"), 12, rank=2),
            Column("customer", N_("Customer"), 12, flex=2),
            Column("channel", N_("Way"), 7, rank=4),
            Column("to", N_("To"), 14, flex=2, rank=6),
            Column("subject", N_("Subject"), 14, flex=4, rank=1),
            Column("event", N_("Event"), 14, flex=1, rank=7),
            Column("documents", N_("Orders"), 12, flex=1, rank=5),
        )

    @property
    def empty(self) -> str:
        """What to do when there is nothing."""
        if self.view == View():
            return _("There is no message yet. They come by themselves when an export of the shop's system arrives.")
        return _("No message is like this. Esc shows all of them.")

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """The ids, newest first."""
        return message_list.ids(conn, to_list(conn, self.view, self._now), limit)

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """One page."""
        rows = message_list.rows(conn, ids)
        texts = beginnings(conn, [row["id"] for row in rows if not row["subject"]])
        return {row["id"]: self._cells(row, texts.get(row["id"], "")) for row in rows}

    def _cells(self, row: sqlite3.Row, text: str) -> tuple[Cell, ...]:
        glyph, word, style = state_words(row["state"])
        return (
            (f"{glyph} {word}", style),
            (moment(when(row), self._zone, self._now), "muted"),
            row["customer_name"] or row["customer_no"] or "",
            channel_word(row["channel"]),
            (" ".join(row["to_address"].split()), "muted"),
            row["subject"] or (text, "muted"),
            (event_word(row["event"]), "muted"),
            row["documents"] or "",
        )


_SHOWN_WHOLE = (State.HELD, State.WAITING, State.SENDING, State.SENT, State.UNCLEAR, State.FAILED, State.CANCELLED)
"""The states that a list is mostly about; the word of another may be cut."""


def when(row: sqlite3.Row) -> str:
    """The moment that matters: when it left, when it will, or when it was made (stamp)."""
    if row["sent_at"]:
        return str(row["sent_at"])
    waiting = row["state"] == State.WAITING and row["due_at"]
    return str(row["due_at"] if waiting else row["created_at"])
