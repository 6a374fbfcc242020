"""What can be done with orders, in the list and on an order's own page alike."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from carat_tui.cockpit.acting import act
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Page
from carat_tui.cockpit.screens.orders_facts import OPTIONS
from carat_tui.locale import N_, _, n_

if TYPE_CHECKING:
    from carat_tui.services.handover import HandedOver
    from carat_tui.services.order_page import Chosen, OrderPage

MOST = 200
"""Orders that one act takes."""
_ACTS = ("send", "collected", "undo_collected", "wish", "explain", "customer")


class OrderActs(Page):
    """Mixin. ``order`` is the one under the cursor, ``chosen_ids`` what an act is about, ``look_again`` comes after."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("n", "send", N_("Send notice"), id="orders.send",
            help=N_("Write to the customer about this order, or about the marked ones, and send it at once.")),
        key("c", "collected", N_("Collected"), id="orders.collected",
            help=N_("The customer has it: no notice calls for it any more, and those that wait are stopped.")),
        key("u", "undo_collected", N_("Not collected"), id="orders.undo_collected", show=False,
            help=N_("Take back that it was collected, with the notices that this stopped.")),
        key("w", "wish", N_("Wish"), id="orders.wish",
            help=N_("How the customer wants to be told of this order.")),
        key("k", "customer", N_("Customer"), id="orders.customer", show=False,
            help=N_("Go to the customer of this order.")),
        key("x", "explain", N_("Why?"), id="orders.explain",
            help=N_("Why the customer was or was not told: the whole story.")),
    ]  # fmt: skip

    order: OrderPage | None = None
    chosen: Chosen | None = None
    _last: tuple[tuple[int, str], ...] = ()
    """the orders that were marked as collected last: they may be out of sight by now"""

    def chosen_ids(self) -> list[int]:
        """The orders that an act is about."""
        raise NotImplementedError

    def chosen_count(self) -> int:
        """How many that are; cheap, for it is asked with every key."""
        return len(self.chosen_ids())

    def look_again(self) -> None:
        """Orders have changed."""
        raise NotImplementedError

    def why_not(self, action: str, parameters: tuple[object, ...] = ()) -> str:
        """Acts need an order; a notice needs one customer; what is over cannot be collected."""
        if action not in _ACTS:
            return super().why_not(action, parameters)
        if action == "undo_collected":
            return "" if self._to_take_back() else _("Nobody here has marked this as collected.")
        if self.order is None or self.chosen is None:
            return _("There is no order here.")
        if self.chosen_count() > MOST and action in ("send", "collected"):
            return _("At most {n} orders at once.").format(n=MOST)
        if action == "send" and self.chosen.customers > 1:
            return _("The marked orders are of {n} customers. Write to each of them on their own.").format(
                n=self.chosen.customers
            )
        if action == "collected" and self.chosen.over:
            return _("{orders}: handed over or cancelled already.").format(orders=_few(self.chosen.over))
        if action == "customer" and self.order.row["customer_id"] is None:
            return _("This order has no customer.")
        return ""

    @act
    async def action_send(self) -> None:
        """The form."""
        from carat_tui.cockpit.screens.send import Send
        from carat_tui.services.suggestion import suggest

        found = await self.app.perform(partial(suggest, self.app.store, self.chosen_ids(), self.app.clock()))
        await self.app.push_screen_wait(Send(found))
        self.look_again()

    @act
    async def action_collected(self) -> None:
        """Handed over."""
        from carat_tui.services import handover

        deck, ids = self.app, self.chosen_ids()
        missing = await deck.perform(lambda: handover.missing(deck.store.read(), ids))
        whole = await self._how_much(missing)
        if whole is None:
            return
        done = await deck.perform(partial(handover.hand_over, deck.store, ids, deck.who, deck.clock(), whole=whole))
        self._last = tuple(zip(ids, done.orders, strict=True))
        deck.tell(_collected(done))
        self.look_again()

    async def _how_much(self, missing: list[str]) -> bool | None:
        """Whether all of it was handed over; None = the person thought better of it."""
        ids = self.chosen_ids()
        name = self.order.number if self.order and len(ids) == 1 else n_("{n} order", "{n} orders", len(ids))
        question = _("{orders} collected: notices that still wait for it are stopped.").format(
            orders=name.format(n=len(ids))
        )
        if not missing:
            return True if await self.app.confirm(question, yes=_("Collected")) else None
        still = n_("{n} title has not come in: {titles}", "{n} titles have not come in: {titles}", len(missing))
        options = [
            (True, _("All of it: nothing more is to be told")),
            (False, _("What was there; the rest is told when it comes")),
        ]
        words = still.format(n=len(missing), titles=_few(missing))
        return await self.app.choose(f"{question}\n{words}", options)

    def _to_take_back(self) -> tuple[tuple[int, str], ...]:
        """Id and number of the chosen orders if all of them are marked, else of those that were marked last."""
        count = self.chosen_count()
        if self.chosen is not None and 0 < count <= MOST and len(self.chosen.marked) == count:
            return tuple(zip(self.chosen_ids(), self.chosen.marked, strict=True))
        return self._last

    @act
    async def action_undo_collected(self) -> None:
        """Not handed over after all."""
        from carat_tui.services import handover

        deck, wanted = self.app, self._to_take_back()
        ids, names = [one for one, _number in wanted], _few([number for _one, number in wanted])
        question = _("{orders} was not collected after all? Notices that were stopped go on.").format(orders=names)
        if not await deck.confirm(question, yes=_("Take back")):
            return
        back = await deck.perform(partial(handover.take_back, deck.store, ids, deck.who, deck.clock()))
        self._last = ()
        deck.wake()
        deck.tell(_("{orders}: not collected.").format(orders=_few(back.orders)))
        if back.untold:
            deck.warn(_("A notice has left without {orders} meanwhile. n writes one.").format(orders=_few(back.untold)))
        self.look_again()

    @act
    async def action_wish(self) -> None:
        """The order's option, and whether it is the customer's from now on."""
        from carat_tui.services import wishes

        deck, order = self.app, self.order
        if order is None:
            return
        question = _("How does the customer want to be told of {order}?").format(order=order.number)
        options = [(option, _(words)) for option, words in OPTIONS.items()]
        option = await deck.choose(question, options, order.row["notify_option"] or "")
        if option is None:
            return
        for_good = bool(option) and order.row["customer_id"] is not None and await self._for_good(order)
        await deck.perform(
            partial(wishes.set_order_option, deck.store, order.id, option, deck.who, deck.clock(), for_good=for_good)
        )
        deck.tell(_("{order}: {wish}").format(order=order.number, wish=_(OPTIONS[option])))
        self.look_again()

    async def _for_good(self, order: OrderPage) -> bool:
        name = order.row["customer_name"] or order.row["customer_no"]
        question = _("Keep this wish with {customer} for good, for all orders?").format(customer=name)
        return await self.app.confirm(question, yes=_("For good"), no=_("This order only"))

    def action_customer(self) -> None:
        """To the customer."""
        if self.order is not None:
            self.app.go("customers", self.order.row["customer_id"])

    def action_explain(self) -> None:
        """The story."""
        from carat_tui.cockpit.screens.explain import Explain
        from carat_tui.services.order_page import exact_name

        if self.order is not None:
            self.app.push_screen(Explain(exact_name(self.app.store.read(), self.order.id)))


def _few(names: tuple[str, ...] | list[str], most: int = 3) -> str:
    more = f" +{len(names) - most}" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _collected(done: HandedOver) -> str:
    words = [_("{orders}: collected.").format(orders=_few(done.orders))]
    if count := len(done.cancelled):
        words.append(n_("{n} waiting notice is stopped.", "{n} waiting notices are stopped.", count).format(n=count))
    if count := len(done.shortened):
        words.append(n_("{n} notice goes on without it.", "{n} notices go on without it.", count).format(n=count))
    if done.leaving:
        words.append(_("A notice is being sent at this moment; nobody can call it back."))
    words.append(_("u takes it back."))
    return " ".join(words)
