"""What can be done about one customer, in the list and on the customer's own page alike."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from carat_tui.cockpit.acting import act
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Page
from carat_tui.cockpit.screens.customers_facts import OPTIONS, TYPES, Known
from carat_tui.cockpit.words import channel_word
from carat_tui.locale import N_, _

if TYPE_CHECKING:
    from carat_tui.services.customer_ways import Address


class CustomerActs(Page):
    """Mixin. ``customer`` is whom the acts are about; ``look_again`` is called after each of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("n", "write", N_("Write"), id="customers.write", help=N_("Write to this customer, without an order.")),
        key("s", "suppress", N_("Close address"), id="customers.suppress",
            help=N_("Let nothing go to an address any more, with the reason; no export opens it again.")),
        key("u", "unsuppress", N_("Open address"), id="customers.unsuppress",
            help=N_("Let messages go to a closed address again, with the reason.")),
        key("w", "wish", N_("Wish"), id="customers.wish",
            help=N_("How the customer wants to be told: by one way first, not at all, or as the order of ways says.")),
        key("o", "order", N_("Own order"), id="customers.order",
            help=N_("Give the customer an own order of ways, or the shop's again.")),
        key("x", "explain", N_("Why?"), id="customers.explain",
            help=N_("Why the customer did or did not get messages: the whole story.")),
    ]  # fmt: skip

    customer: Known | None = None

    def look_again(self) -> None:
        """The customer has changed."""
        raise NotImplementedError

    def why_not(self, action: str, parameters: tuple[object, ...] = ()) -> str:
        """Acts need a customer; closing needs an open address and opening a closed one."""
        if action not in ("write", "suppress", "unsuppress", "wish", "order", "explain"):
            return ""
        if self.customer is None:
            return _("There is no customer here.")
        if action == "suppress" and not self._addresses(closed=False):
            return _("The customer has no address that is open.")
        if action == "unsuppress" and not self._addresses(closed=True):
            return _("No address of the customer is closed.")
        return ""

    def _addresses(self, *, closed: bool) -> list[Address]:
        if self.customer is None:
            return []
        return [one for one in self.customer.ways.addresses if one.value and (one.closed is not None) == closed]

    async def _chosen(self, question: str, addresses: list[Address]) -> Address | None:
        if len(addresses) < 2:
            return addresses[0] if addresses else None
        options = [(one, f"{_(TYPES.get(one.type, one.type))}: {one.value}") for one in addresses]
        return await self.app.choose(question, options)

    @act
    async def action_suppress(self) -> None:
        """Close an address."""
        from carat_tui.services import wishes

        deck = self.app
        address = await self._chosen(_("Which address shall get nothing any more?"), self._addresses(closed=False))
        if address is None:
            return
        question = _(
            "Nothing goes to {address} any more, whoever's it is, not even what waits already.\n"
            "Why? The reason is kept."
        ).format(address=address.value)
        if not (reason := await deck.ask(question, placeholder=_("asked by phone, moved away, …"))):
            return
        await deck.perform(
            partial(wishes.suppress, deck.store, address.channel, address.value, reason, deck.who, deck.clock())
        )
        deck.tell(_("{address} is closed.").format(address=address.value))
        self.look_again()

    @act
    async def action_unsuppress(self) -> None:
        """Open an address again."""
        from carat_tui.services import wishes

        deck = self.app
        address = await self._chosen(_("Which address shall be open again?"), self._addresses(closed=True))
        if address is None or address.closed is None:
            return
        question = _(
            "{address} was closed by {who}: {reason}\nMessages will go there again. Why? The reason is kept."
        ).format(address=address.value, who=address.closed.who, reason=address.closed.reason)
        if not (reason := await deck.ask(question, placeholder=_("asked for it in writing, …"))):
            return
        await deck.perform(
            partial(wishes.unsuppress, deck.store, address.channel, address.value, reason, deck.who, deck.clock())
        )
        deck.tell(_("{address} is open again.").format(address=address.value))
        self.look_again()

    @act
    async def action_wish(self) -> None:
        """The customer's option."""
        from carat_tui.services import wishes

        deck, customer = self.app, self.customer
        if customer is None:
            return
        question = _("How does {name} want to be told?").format(name=customer.name)
        options = [(option, _(words)) for option, words in OPTIONS.items()]
        option = await deck.choose(question, options, customer.row["notify_option"] or "")
        if option is None:
            return
        await deck.perform(partial(wishes.set_option, deck.store, customer.id, option, deck.who, deck.clock()))
        deck.tell(_("{name}: {wish}").format(name=customer.name, wish=_(OPTIONS[option])))
        self.look_again()

    @act
    async def action_order(self) -> None:
        """The customer's own order of ways."""
        from carat_tui.cockpit.screens.customers_order import OwnOrder
        from carat_tui.services import wishes

        deck, customer = self.app, self.customer
        if customer is None:
            return
        ways = [channel for channel, _why in customer.ways.order]
        chosen = await deck.push_screen_wait(OwnOrder(customer.name, ways, own=bool(customer.row["channels"])))
        if chosen is None:
            return
        stored = ",".join(chosen)
        await deck.perform(partial(wishes.set_channels, deck.store, customer.id, stored, deck.who, deck.clock()))
        words = " → ".join(channel_word(channel) for channel in chosen) or _("the shop's order of ways")
        deck.tell(_("{name}: {wish}").format(name=customer.name, wish=words))
        self.look_again()

    def action_explain(self) -> None:
        """The story."""
        from carat_tui.cockpit.screens.explain import Explain

        if self.customer is not None:
            self.app.push_screen(Explain(f"customer:{self.customer.number}", self.customer.name))

    @act
    async def action_write(self) -> None:
        """The form of a message, without an order."""
        from carat_tui.cockpit.screens.send import Send
        from carat_tui.services.suggestion import suggest_for_customer

        deck = self.app
        if self.customer is None:
            return
        found = await deck.perform(partial(suggest_for_customer, deck.store, self.customer.id, deck.clock()))
        if await deck.push_screen_wait(Send(found)):
            self.look_again()
