"""Rows of an export that could not be read: the line as it came, why, and putting it away."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from carat_tui.cockpit.acting import act
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Sheet
from carat_tui.cockpit.widgets.card import Card, Fact
from carat_tui.cockpit.widgets.frame import KeyBar, TopBar
from carat_tui.cockpit.widgets.rows import Cell, Column, Rows
from carat_tui.cockpit.words import Plain, shown
from carat_tui.locale import N_, _, n_, told
from carat_tui.model.clock import stamp
from carat_tui.services import chores
from carat_tui.store import glance


class Lines:
    """The open rejected rows of a file."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("line", N_("Line"), 7, right=True),
        Column("reason", N_("Why it was not taken"), 30, flex=2),
        Column("raw", N_("The line as it came"), 20, flex=3, rank=1),
    )

    def __init__(self, file_id: int) -> None:
        self._file = file_id

    @property
    def empty(self) -> str:
        """All were looked after."""
        return _("Every row of this file was looked after. Esc goes back.")

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """In the order of the file."""
        return array("q", glance.rejected_rows(conn, self._file, limit))

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """One page."""
        rows = glance.rejected_details(conn, json.dumps(list(ids)))
        return {row["id"]: (f"{row['line'] or ''}", told(row["reason"]), (row["raw"] or "", "muted")) for row in rows}


class Rejected(Sheet[None]):
    """The rejected rows of one file."""

    HELP = N_(
        "Rows of an export that could not be read. Put them right in your ERP: the next export brings them again. What"
        " you have looked after is put away with d."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("d", "put_away", N_("Put away"), id="rejected.dismiss", help=N_("Put the row, or the marked rows, away.")),
        key("u", "undo", N_("Undo"), id="rejected.undo", help=N_("Take back what was put away last.")),
    ]

    def __init__(self, file_id: int, name: str) -> None:
        super().__init__()
        self._file, self._name = file_id, name
        self._gone: list[list[str]] = []

    def compose(self) -> ComposeResult:
        """The rows above, the one under the cursor whole below."""
        yield TopBar()
        yield Plain(shown(_("Rows of {file} that could not be read").format(file=self._name)), classes="title")
        yield Rows(self.app.store, Lines(self._file), id="lines")
        with VerticalScroll(can_focus=False, id="whole"):
            yield Card()
        yield KeyBar()

    def on_mount(self) -> None:
        """The list has the keys."""
        self.query_one(Rows).focus()

    def refresh_data(self) -> None:
        """Another cockpit may have put rows away."""
        self.query_one(Rows).refresh_rows()

    @on(Rows.Moved)
    def _moved(self, event: Rows.Moved) -> None:
        self.refresh_bindings()
        rows = glance.rejected_details(self.app.store.read(), json.dumps([event.id]))
        facts = [Fact(_("Line"), str(row["line"] or "")) for row in rows] + [
            Fact(_("Why"), told(row["reason"]), "warn") for row in rows
        ]
        facts += [Fact(_("As it came"), row["raw"] or "") for row in rows]
        self.query_one(Card).show(facts)

    def why_not(self, action: str, parameters: tuple[object, ...] = ()) -> str:
        """Why a key does nothing here now."""
        if action == "undo" and not self._gone:
            return _("Nothing was put away here.")
        if action == "put_away" and self.is_mounted and self.query_one(Rows).current is None:
            return _("There is no row left.")
        return ""

    @act
    async def action_put_away(self) -> None:
        app, rows = self.app, self.query_one(Rows)
        ids = [f"row-{number}" for number in rows.chosen()]
        if len(ids) > 1:
            words = n_("Put {n} row away as looked after?", "Put {n} rows away as looked after?", len(ids))
            if not await app.confirm(words.format(n=len(ids)), yes=_("Put away")):
                return
        await app.perform(partial(chores.done, app.store, ids, who=app.who, at=stamp(app.clock())))
        self._gone.append(ids)
        rows.unmark_all()
        self.refresh_data()
        self.refresh_bindings()

    @act
    async def action_undo(self) -> None:
        app = self.app
        await app.perform(partial(chores.reopen, app.store, self._gone[-1], who=app.who, at=stamp(app.clock())))
        self._gone.pop()
        self.refresh_data()
        self.refresh_bindings()
