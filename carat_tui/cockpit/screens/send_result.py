"""What became of a message by hand: watched until the route has answered or something stands in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from carat_tui.cockpit.engine_room import Place
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Dialog
from carat_tui.cockpit.screens.message_views import remedy
from carat_tui.cockpit.words import Plain, channel_word, shown, state_words
from carat_tui.locale import N_, _, told
from carat_tui.services.outcome import Outcome, outcomes

if TYPE_CHECKING:
    from carat_tui.services.send import Sent

_LOOK_S = 0.1
_STYLES = {"ok": "$text-success", "warn": "$text-warning", "error": "$text-error", "accent": "$text-accent"}


class Result(Dialog[None]):
    """States and the routes' words, as they come in."""

    HELP = N_("What became of your message. It goes on by itself; you may close this page at any time.")
    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "enter", "back", N_("Close"), id="result.close", help=N_("Close this page; the message goes on by itself.")
        ),
        key("o", "outbox", N_("Outbox"), id="result.outbox", help=N_("See the message in the outbox.")),
    ]

    def __init__(self, sent: Sent) -> None:
        super().__init__()
        self._sent = sent
        self.found: list[Outcome] = []
        self.can_focus = True

    def compose(self) -> ComposeResult:
        """A title, a paragraph for each message, what became of the note."""
        with Vertical(classes="box"):
            yield Plain(_("Your message"), classes="question")
            with VerticalScroll(can_focus=False):
                yield Plain(id="outcomes")
            yield Plain(self._about_the_note(), id="noted")
            yield Plain(_("Enter closes, o opens the outbox."), classes="keys")

    def on_mount(self) -> None:
        """Look until everything is settled."""
        self._timer = self.set_interval(_LOOK_S, self._look)
        self._look()

    @property
    def settled(self) -> bool:
        """Whether nothing more is waited for."""
        return bool(self.found) and all(one.settled for one in self.found)

    def _look(self) -> None:
        found = outcomes(self.app.store.read(), self._sent.ids)
        if found == self.found and not self.settled:
            return
        self.found = found
        self.query_one("#outcomes", Plain).update(
            Content("\n\n").join(
                self._told(one, what)
                for one, what in zip(found, (_("Message {id}"), _("Copy to the shop {id}")), strict=False)
            )
        )
        if all(one.state not in ("waiting", "sending") for one in found):
            self._timer.stop()

    def _told(self, one: Outcome, what: str) -> Content:
        glyph, word, style = state_words(one.state)
        head = f"{what.format(id=one.id)} · {channel_word(one.channel)} · {one.to}"
        lines = [shown(head, "bold"), shown(f"{glyph} {word}", _STYLES.get(style, ""))]
        if one.words:
            lines.append(Content.assemble(shown(_("The route says: "), "$text-muted"), shown(told(one.words))))
        if why := self._because(one):
            lines.append(shown(why))
        return Content("\n").join(lines)

    def _because(self, one: Outcome) -> str:
        if one.because:
            return remedy(one.obstacle, one.because)
        if one.state == "waiting" and not one.words:
            if self.app.room.place is Place.NOWHERE:
                return _("No engine is at work; the message goes out as soon as one is.")
            return _("It is being written and handed over …")
        return ""

    def _about_the_note(self) -> str:
        if self._sent.noted is None:
            return ""
        if self._sent.noted:
            return _("The text is in the note of the order.")
        return _("The note of {orders} is full: the shop gets a copy.").format(orders=", ".join(self._sent.full))

    def action_outbox(self) -> None:
        """To the message."""
        self.app.go("outbox", self._sent.message_id)
