"""Settling an unclear message: the evidence, what may be true of it, and how somebody knows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, OptionList
from textual.widgets.option_list import Option

from carat_tui.cockpit.page import Dialog
from carat_tui.cockpit.screens.message_views import Local, whom
from carat_tui.cockpit.words import Plain, shown
from carat_tui.locale import N_, _, n_, told
from carat_tui.model.message import ChannelKind, Outcome
from carat_tui.services import message_page
from carat_tui.services.message_page import MessagePage


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided: ``act`` is sent, resend or drop."""

    act: str
    why: str


_VERDICTS = (
    ("sent", N_("It was sent: the customer has it, or the archive has")),
    ("resend", N_("Send it again: it never arrived. The same bytes, the same number")),
    ("drop", N_("Drop it: nobody is told any more")),
)


class Settle(Dialog[Verdict | None]):
    """The way out accepted a message without an answer; only a person can find out what became of it."""

    HELP = N_(
        "Nobody knows whether the message arrived, so the program does not send it again by itself. Look at what is"
        " on record, ask the provider or the archive, then say what is true and how you know."
    )

    def __init__(self, ids: list[int]) -> None:
        super().__init__()
        self._ids = ids

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(self._question(), classes="question")
            with VerticalScroll(can_focus=False):
                yield Plain(id="evidence")
            yield OptionList(*(Option(shown(_(words))) for _act, words in _VERDICTS))
            yield Input(placeholder=_("How do you know? It is kept in the history."), id="why", compact=True)
            with Horizontal(classes="buttons"):
                yield Button(shown(_("Settle")), variant="primary", id="yes", disabled=True, compact=True)
                yield Button(shown(_("Not now")), id="no", compact=True)

    def _question(self) -> str:
        count = len(self._ids)
        words = n_("What became of message {id}?", "What became of these {n} messages? One answer for all.", count)
        return words.format(id=self._ids[0], n=count)

    async def on_mount(self) -> None:
        self.query_one(OptionList).focus()
        store, first = self.app.store, self._ids[0]
        page = await asyncio.to_thread(lambda: message_page.read(store.read(), first))
        self.query_one("#evidence", Plain).update(Content("\n").join(list(_evidence(page, self.app.local))))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter on a verdict: go on to the reason."""
        event.stop()
        self.query_one("#why", Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Without a reason there is no verdict."""
        self.query_one("#yes", Button).disabled = not event.value.strip()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._settle()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "yes":
            self._settle()
        else:
            self.dismiss(None)

    def _settle(self) -> None:
        why = self.query_one("#why", Input).value.strip()
        chosen = self.query_one(OptionList).highlighted
        if not why or chosen is None:
            self.app.warn(_("Say how you know; without it nobody understands the verdict later."))
            return
        self.dismiss(Verdict(_VERDICTS[chosen][0], why))


def _evidence(page: MessagePage, local: Local) -> Iterator[Content]:
    row = page.row
    yield shown(" · ".join(whom(page)))
    if row["subject"]:
        yield shown(row["subject"], "bold")
    yield shown(told(row["reason"] or ""), "$text-warning", lines=True)
    for attempt in page.attempts:
        if attempt["outcome"] in (Outcome.UNCLEAR, "died"):
            when, route = local(attempt["started_at"]), attempt["route"]
            yield shown(_("Tried {when} by {route}:").format(when=when, route=route), "$text-muted")
            yield shown(told(attempt["words"] or ""), lines=True)
    yield shown(_where_to_look(page), "$text-accent")


def _where_to_look(page: MessagePage) -> str:
    if page.channel == ChannelKind.LETTER:
        return _("Look whether the print service has the letter.")
    if page.channel == ChannelKind.SMS:
        return _("Look into the provider's list of messages for this number and time.")
    where = page.archive or _("the mail provider's log")
    return _("Look into {where} for Message-ID {ref}").format(where=where, ref=page.row["message_ref"] or "")
