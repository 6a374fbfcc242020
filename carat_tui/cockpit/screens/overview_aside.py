"""A file that was put aside: why, how it begins, and what to do with it."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from carat_tui.cockpit.acting import act
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Sheet
from carat_tui.cockpit.widgets.card import Card, Fact, heading
from carat_tui.cockpit.widgets.frame import KeyBar, TopBar
from carat_tui.cockpit.words import Plain, shown
from carat_tui.locale import N_, _, told
from carat_tui.services import quarantine


class PutAside(Sheet[None]):
    """One file of the quarantine."""

    HELP = N_(
        "Nothing of this file was stored. Put the file or its profile right, then lay it into the watch folder again"
        " with p; delete it if it is of no use."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("p", "put_back", N_("Put back"), id="aside.put_back", help=N_("Lay it into the watch folder once more.")),
        key("x", "remove", N_("Delete"), id="aside.remove", help=N_("Delete the file for good, after a question.")),
    ]

    def __init__(self, name: str, reason: str, at: str) -> None:
        super().__init__()
        self._file, self._reason, self._at = name, reason, at

    def compose(self) -> ComposeResult:
        """Why, what to do, its first lines."""
        yield TopBar()
        yield Plain(shown(_("{file} was not taken in").format(file=self._file)), classes="title")
        with VerticalScroll():
            yield Card()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show what is known of it."""
        self.query_one(VerticalScroll).focus()
        facts = [
            Fact(_("Why"), told(self._reason), "warn"),
            Fact(_("When"), self._at),
            Fact(_("Where"), str(self.app.home.quarantine / self._file)),
            Fact(),
            heading(_("What you can do")),
            Fact("1", _("Put the file right, or the profile that reads it (docs/profiles.md).")),
            Fact("2", _("Press p: it is laid into the watch folder and read once more.")),
            Fact("3", _("Or press x: it is of no use and is deleted.")),
            Fact(),
            heading(_("How it begins")),
        ]
        lines = quarantine.beginning(self.app.home, self._file)
        self.query_one(Card).show([*facts, *(Fact(str(number), line) for number, line in enumerate(lines, 1))])

    @act
    async def action_put_back(self) -> None:
        app = self.app
        target = await app.perform(
            partial(quarantine.put_back, app.store, app.home, self._file, who=app.who, now=app.clock())
        )
        app.tell(_("{file} lies in the watch folder again.").format(file=target.name))
        self.dismiss(None)

    @act
    async def action_remove(self) -> None:
        app = self.app
        if await app.confirm(_("Delete {file} for good?").format(file=self._file), yes=_("Delete"), danger=True):
            await app.perform(partial(quarantine.remove, app.store, app.home, self._file, who=app.who, now=app.clock()))
            self.dismiss(None)
