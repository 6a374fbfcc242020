"""Writing to a customer by hand: way, address, title and text, what it costs and how it will look, then send."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, OptionList, TextArea

from carat_tui.cockpit.acting import act
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Sheet
from carat_tui.cockpit.screens import send_words
from carat_tui.cockpit.screens.send_address import AddressInput
from carat_tui.cockpit.screens.send_looking import Looking
from carat_tui.cockpit.screens.send_ways import Ways, closed
from carat_tui.cockpit.widgets.frame import KeyBar, TopBar
from carat_tui.cockpit.widgets.tick import Tick
from carat_tui.cockpit.words import Plain, shown
from carat_tui.locale import N_, _, told
from carat_tui.services.suggestion import Offered, Suggestion
from carat_tui.services.written import Written

if TYPE_CHECKING:
    from carat_tui.services.send import Sent

_REST_S = 0.35
"""How long the typing must rest before the preview is made anew."""


class Send(Looking, Sheet["Sent | None"]):
    """The form. Closes with what was sent, or None."""

    HELP = N_(
        "A message to this customer, sent at once. Choose the way with up and down, type the text, and press Ctrl+S."
        " Up and down in the address go through the known addresses; another one can be typed. Nothing is added to your"
        " text. F5 shows exactly what will leave."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+s", "send", N_("Send"), id="send.send", help=N_("Send it now."), priority=True),
        key("ctrl+t", "title", N_("Title"), id="send.title", help=N_("Put the title into the text."), priority=True),
        key("escape", "back", N_("Back"), id="send.back", help=N_("Close the form; asks if there is a text.")),
    ]

    def __init__(self, suggestion: Suggestion) -> None:
        super().__init__()
        self.suggestion = suggestion
        self._under_way = False
        self._sent: Sent | None = None
        self._resting: Timer | None = None
        self._reason = ""

    def compose(self) -> ComposeResult:
        """The form at the left, what will leave at the right where there is room."""
        yield TopBar()
        yield Plain(self._heading(), classes="title")
        with Horizontal():
            with Vertical(id="form"):
                yield Ways(self.suggestion)
                with Horizontal(classes="field"):
                    yield Plain(_("Address"), classes="label")
                    yield AddressInput(id="address")
                yield Plain(id="whose", classes="under")
                with Horizontal(classes="field", id="subject-field"):
                    yield Plain(_("Subject"), classes="label")
                    yield Input(self.suggestion.title, id="subject", compact=True)
                yield TextArea(id="text", placeholder=_("Your text. Nothing is added to it."))
                yield Plain(id="length")
                with Horizontal(classes="field", id="files-field"):
                    yield Plain(_("Attach"), classes="label")
                    yield Input(id="files", compact=True, placeholder=_("path of a file"))
                    yield Plain(id="files-words")
                yield Tick(self._copy_words(), id="copy")
                yield Plain(id="note")
            with VerticalScroll(id="seen", can_focus=False):
                yield Plain(id="sight")
        yield KeyBar()

    def on_mount(self) -> None:
        """The rules' own choice is filled in; the work is the text."""
        self.query_one(Tick).disabled = not self.suggestion.shop_email
        self.query_one(Ways).choose_first()
        self.query_one(TextArea).focus()
        self._changed()

    def _heading(self) -> str:
        person = self.suggestion.person
        whom = " · ".join(part for part in (person.name, person.number) if part) or _("no customer")
        orders = ", ".join(order.number for order in self.suggestion.orders)
        return _("Notice to {customer}: {orders}").format(customer=whom, orders=orders) if orders else whom

    def _copy_words(self) -> str:
        email = self.suggestion.shop_email
        return _("Copy to the shop") if email else _("Copy to the shop (its e-mail address is not set)")

    # -- what has been typed ------------------------------------------------------------------------------------

    @property
    def channel(self) -> str:
        """The chosen way."""
        return self.query_one(Ways).channel

    @property
    def text(self) -> str:
        """The text."""
        return self.query_one(TextArea).text

    @property
    def address(self) -> str:
        """The address."""
        return self.query_one("#address", Input).value.strip()

    def _offered(self) -> tuple[Offered, ...]:
        return self.suggestion.way(self.channel).addresses if self.channel else ()

    def written(self) -> Written:
        """What has been typed."""
        way, orders = self.suggestion.way(self.channel), [order.id for order in self.suggestion.orders]
        return Written(
            self.channel, self.text, self.query_one("#subject", Input).value, orders,
            customer=self.suggestion.person.id if not orders else "",
            to="" if self.channel == "letter" or self.address == way.best else self.address,
            copy_to_shop=self.query_one(Tick).value, attachments=self.attached(),
        )  # fmt: skip

    @on(OptionList.OptionHighlighted, "#ways")
    def _another_way(self) -> None:
        address = self.query_one(AddressInput)
        address.known = [one.address for one in self._offered()]
        first = next(iter(address.known), "")
        address.value = (self.suggestion.way(self.channel).best or first) if self.channel else ""
        address.disabled = self.channel == "letter"
        self.query_one("#files-field").display = self.channel == "email"
        self.query_one("#subject-field").display = self.channel != "sms"
        self.pages = None
        self._changed()

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Tick.Changed)
    def _changed(self) -> None:
        """Say at once what can be said at once; the preview comes when the typing rests."""
        offered = next((one for one in self._offered() if one.address == self.address), None)
        self.query_one("#whose", Plain).update(self._whose(offered))
        self.tell_length()
        self.query_one("#files-words", Plain).update(
            send_words.told(send_words.files(self.query_one("#files", Input).value))
        )
        full = self._full()
        self.query_one(Tick).forced = bool(full)
        self.query_one("#note", Plain).update(send_words.told(send_words.note(self.suggestion, full)))
        self._tell_reason()
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(_REST_S, self.look_soon)

    def tell_length(self) -> None:
        """How long it is, and what makes it dear."""
        length = send_words.length(self.suggestion, self.channel, self.text, self.pages)
        self.query_one("#length", Plain).update(send_words.told(length))

    def _full(self) -> list[str]:
        return self.suggestion.full(self.channel, self.address, self.text, self.app.clock()) if self.text else []

    def _whose(self, offered: Offered | None) -> Content:
        if offered is None:
            return shown(_("typed by hand") if self.address else _("no address"), "$text-muted")
        if offered.trouble:
            return shown(told(offered.trouble), "$text-error")
        more = len(self._offered()) - 1
        words = told(offered.whose)
        return shown(f"{words} · ↑↓ +{more}" if more > 0 else words, "$text-muted")

    # -- can it be sent -----------------------------------------------------------------------------------------

    def why_not(self, action: str, parameters: tuple[object, ...] = ()) -> str:
        """Sending needs a way, an address and a text, and happens once."""
        if action == "send" and self._sent is not None:
            return _("It has been sent.")
        if action == "send" and self._under_way:
            return _("It is being sent.")
        if action in ("send", "look") and self.is_mounted:
            return self.missing()
        if action == "title" and not self.suggestion.title:
            return _("There is no title.")
        return super().why_not(action, parameters)

    def missing(self) -> str:
        """Why it cannot be sent as it stands; empty = it can, as far as the form knows."""
        if not self.channel:
            return _("There is no way to this customer.")
        if why := closed(self.suggestion, self.suggestion.way(self.channel)):
            return why
        if not self.address:
            return _("There is no address.")
        if trouble := next((one.trouble for one in self._offered() if one.address == self.address), ""):
            return told(trouble)
        if not self.text.strip():
            return _("The text is empty.")
        if self.channel == "email" and not self.query_one("#subject", Input).value.strip():
            return _("An e-mail needs a subject.")
        words, style = send_words.length(self.suggestion, self.channel, self.text, self.pages)
        if style == "$text-error":
            return words
        words, style = send_words.note(self.suggestion, self._full())
        return words if style == "$text-error" else ""

    def _tell_reason(self) -> None:
        if (reason := self.why_not("send")) != self._reason:
            self._reason = reason
            self.refresh_bindings()

    def action_title(self) -> None:
        """An SMS has no subject, and nothing is added by itself."""
        self.query_one(TextArea).insert(self.suggestion.title)

    def attached(self) -> list[Path]:
        """The files; only a mail takes any."""
        return send_words.paths(self.query_one("#files", Input).value) if self.channel == "email" else []

    # -- send ---------------------------------------------------------------------------------------------------

    @act
    async def action_send(self) -> None:
        """Once, whatever is pressed: the second press finds it under way."""
        from carat_tui.cockpit.screens.send_result import Result
        from carat_tui.services.send import send_by_hand

        deck = self.app
        if self._under_way or self._sent is not None:
            return
        self._under_way = True
        self._tell_reason()
        try:
            written = self.written()
            job = partial(send_by_hand, deck.store, deck.home, written, deck.who, deck.clock())
            self._sent = await deck.perform(job)
        finally:
            self._under_way = False
            self._tell_reason()
        deck.wake()
        await deck.push_screen_wait(Result(self._sent))
        self.dismiss(self._sent)

    def keeps(self) -> str:
        """A text that was typed is not thrown away by going elsewhere."""
        if self.text.strip() and self._sent is None:
            return _("A message is being written. Send it or close it first (Esc).")
        return ""

    @act
    async def action_back(self) -> None:
        """Close; a text is not thrown away without a question."""
        if self._under_way:
            return
        if self.keeps() and not await self.app.confirm(
            _("Close without sending? Your text is lost."), yes=_("Throw it away"), no=_("Go on writing"), danger=True
        ):
            return
        self.dismiss(self._sent)
