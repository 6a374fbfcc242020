"""Why somebody did or did not get a message: the story of a customer, an order or a message in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from carat_tui.cockpit.acting import act
from carat_tui.cockpit.page import Sheet
from carat_tui.cockpit.widgets.card import Card, Fact, heading
from carat_tui.cockpit.widgets.frame import KeyBar, TopBar
from carat_tui.cockpit.words import Plain
from carat_tui.locale import N_, _, told

if TYPE_CHECKING:
    from carat_tui.rules.explain import Explanation


class Explain(Sheet[None]):
    """The story of ``number``: ``message:12``, ``customer:10001``, ``document:B26-1``, or a plain number.

    ``name`` is what the page is headed with, if the number alone says too little.
    """

    HELP = N_("What happened, what stands now, and what you can do about it. The newest is at the end.")

    def __init__(self, number: str, name: str = "") -> None:
        super().__init__()
        self._number, self._name = number, name
        self._head, self._card = Plain(classes="title"), Card()

    def compose(self) -> ComposeResult:
        yield TopBar()
        yield self._head
        with VerticalScroll():
            yield self._card
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the story beside the screen."""
        self.query_one(VerticalScroll).focus()
        self._tell()

    def refresh_data(self) -> None:
        """The story goes on while it is read."""
        if self.is_mounted:
            self._tell()

    @act
    async def _tell(self) -> None:
        from carat_tui.rules.explain import explain

        story = await self.app.perform(lambda: explain(self.app.store, self._number, self.app.clock()))
        kind = {"customer": _("Customer"), "document": _("Document"), "message": _("Message")}[story.kind]
        whom = self._name or f"{kind} {story.number}"
        self._head.update(_("Why? {whom}").format(whom=whom))
        self._card.show(self._facts(story))

    def _facts(self, story: Explanation) -> list[Fact]:
        facts = [heading(_("What happened"))]
        facts += [Fact(self.app.local(one.at), told(one.text)) for one in story.happened]
        facts += [Fact(), heading(_("Now")), *(Fact(told(text)) for text in story.now)]
        if story.to_change:
            facts += [Fact(), heading(_("What you can do")), *(Fact(told(text)) for text in story.to_change)]
        return facts
