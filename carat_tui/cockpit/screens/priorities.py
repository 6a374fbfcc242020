"""The order of ways to a customer: moved with keys, with what a move would bring before it is made."""

from __future__ import annotations

import itertools
import time
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content

from carat_tui.cockpit.acting import act
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Area
from carat_tui.cockpit.screens.priorities_lists import OwnWays, RuleWays, Ways, order_words
from carat_tui.cockpit.widgets.rows import Rows
from carat_tui.cockpit.words import Plain, channel_word, shown, thousands
from carat_tui.locale import N_, _, n_
from carat_tui.model.clock import stamp
from carat_tui.rules.ways import CHANNELS
from carat_tui.services import priority
from carat_tui.services.reach import Crowd, crowd, moves, reach
from carat_tui.store import rules

_SELDOM = 20
"""The customers are counted again after this many times what counting took, at the earliest."""


class Priorities(Area):
    """The shop's order of ways, rules with their own, customers with their own. Understands no target."""

    area_id = "priorities"
    title = N_("Channels")
    HELP = N_(
        "In which order ways to a customer are tried. Move a way with + and -; what it would bring is shown first,"
        " Enter makes it so for the next message. Below: notices with an order of their own, and customers with a wish."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("plus,shift+up", "move(-1)", N_("Up"), id="priorities.up", help=N_("Try this way earlier.")),
        key("minus,shift+down", "move(1)", N_("Down"), id="priorities.down", help=N_("Try this way later.")),
        key("o", "switch", N_("On/off"), id="priorities.switch",
            help=N_("Use this way or leave it out; switch this notice on or off.")),
        key("u", "undo", N_("Undo"), id="priorities.undo", help=N_("Go back to the order before.")),
        key("escape", "forget", N_("Forget"), id="priorities.forget", help=N_("Forget the move; nothing was changed.")),
    ]  # fmt: skip

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._ways = Ways()
        self._order: tuple[str, ...] = ()
        """the order in force"""
        self._thought: tuple[str, ...] | None = None
        """the order that is only thought of"""
        self._crowd: Crowd | None = None
        self._counting = False
        self._count_after = 0.0
        self._before: list[tuple[str, ...]] = []

    def compose(self) -> ComposeResult:
        """The order and what it brings; rules and customers below or beside it."""
        store = self.app.store
        self._rules = RuleWays()
        with Vertical(id="orders"):
            yield Rows(store, self._ways, id="ways")
            yield Plain(id="brings")
            yield Rows(store, self._rules, id="rules")
        with Horizontal(id="wishes"):
            yield Rows(store, OwnWays(self.app.local), id="own")

    # -- looking --------------------------------------------------------------------------------------------------

    def refresh_data(self) -> None:
        """The order at once; the customers are counted in a thread, and not too often."""
        if not self.is_mounted:
            return
        order = priority.order_of(self.app.store.read())
        if order != self._order:
            self._order = order
            self._thought = None if self._thought == order else self._thought
        self._tell()
        self.query_one("#rules", Rows).refresh_rows()
        self.query_one("#own", Rows).refresh_rows()
        if not self._counting and time.monotonic() >= self._count_after:
            self._counting = True
            self.run_worker(self._count, thread=True, group="reach", exit_on_error=False)

    def _count(self) -> None:
        found, began = None, time.monotonic()
        try:
            found = crowd(self.app.store.read())
        finally:
            self.app.store.release()
            self.call_later(self._counted, found, time.monotonic() - began)

    def _counted(self, found: Crowd | None, seconds: float) -> None:
        self._counting, self._count_after = False, time.monotonic() + _SELDOM * seconds
        if found is not None and self.is_attached:
            self._crowd = found
            self._tell()

    def _tell(self) -> None:
        known, thought = self._crowd, self._thought
        now = reach(known, self._order) if known is not None else None
        then = reach(known, thought) if known is not None and thought is not None else None
        self._ways.take(thought or self._order, now, then)
        self.query_one("#ways", Rows).refresh_rows()
        self.query_one("#brings", Plain).update(self._brings())
        self.set_class(thought is not None, "-thought")
        self.refresh_bindings()

    def _brings(self) -> Content:
        """Below the order: who is left out now, or what the move would change and how to make it."""
        if self._crowd is None:
            return shown(_("Counting the customers …"), "$text-muted")
        if self._thought is None:
            now = reach(self._crowd, self._order)
            words = n_("{n} customer cannot be reached by any way", "{n} customers cannot be reached by any way",
                       now.unreached)  # fmt: skip
            quiet = n_("{n} wants no notice", "{n} want no notice", now.unwanted)
            return shown(
                f"{words.format(n=thousands(now.unreached))} · {quiet.format(n=thousands(now.unwanted))}", "$text-muted"
            )
        return Content.assemble(
            shown(self._changes(self._thought), "$text-warning"),
            "\n",
            shown(_("Enter makes it so for the next message, Esc forgets it."), "bold"),
        )

    def _changes(self, thought: tuple[str, ...]) -> str:
        found = moves(self._crowd or {}, self._order, thought)
        if not found:
            return _("Nobody would be told by another way than now.")
        parts = []
        for (old, new), number in found.items():
            words = n_("{n} customer: {new} instead of {old}", "{n} customers: {new} instead of {old}", number)
            parts.append(words.format(n=thousands(number), new=_way(new), old=_way(old)))
        return "; ".join(parts) + "."

    # -- acts -----------------------------------------------------------------------------------------------------

    def why_not(self, action: str, parameters: tuple[object, ...] = ()) -> str:
        """Why a key does nothing here now."""
        if not self.is_mounted:
            return ""
        at = self.app.focused.id if self.app.focused else ""
        if action == "move":
            return "" if at == "ways" else _("Choose a way in the list above; Tab leads there.")
        if action == "switch":
            return "" if at in ("ways", "rules") else _("Choose a way or a notice; Tab leads there.")
        if action == "undo":
            return "" if self._before else _("The order was not changed here.")
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is ours only while a move is thought of."""
        if action == "forget":
            return self._thought is not None
        return super().check_action(action, parameters)

    def on_descendant_focus(self) -> None:
        """Other keys work in another list."""
        self.refresh_bindings()

    def action_move(self, by: int) -> None:
        """Think of the way some places further up or down."""
        if channel := self._ways.channel(self.query_one("#ways", Rows).current):
            self._think(priority.moved(self._ways.order, channel, by))

    def _think(self, order: tuple[str, ...]) -> None:
        self._thought = order if order != self._order else None
        self._tell()

    def action_forget(self) -> None:
        """Back to the order in force."""
        self._thought = None
        self._tell()

    @on(Rows.Opened, "#ways")
    def _opened_way(self) -> None:
        if self._thought is not None:
            self._apply(self._thought)
        else:
            self.app.tell(_("Move a way with + and - first, or leave it out with o."))

    @act
    async def _apply(self, order: tuple[str, ...]) -> None:
        app = self.app
        before = await app.perform(partial(priority.set_order, app.store, order, who=app.who, at=stamp(app.clock())))
        self._before.append(before)
        self._order, self._thought = order, None
        self._tell()
        app.tell(_("From the next message on: {order}").format(order=order_words(order)))

    @act
    async def action_undo(self) -> None:
        app, before = self.app, self._before[-1]
        await app.perform(partial(priority.set_order, app.store, before, who=app.who, at=stamp(app.clock())))
        self._before.pop()
        self._order, self._thought = before, None
        self._tell()
        app.tell(_("As before: {order}").format(order=order_words(before)))

    @act
    async def action_switch(self) -> None:
        app = self.app
        if app.focused is not None and app.focused.id == "ways":
            channel = self._ways.channel(self.query_one("#ways", Rows).current)
            self._think(await app.perform(partial(priority.switched, self._ways.order, channel)))
        elif rule := self._rule:
            question = _("Stop this notice: {rule}?") if rule.enabled else _("Send this notice from now on: {rule}?")
            if await app.confirm(question.format(rule=rule.name), danger=rule.enabled):
                await self._change(rule, {"enabled": "no" if rule.enabled else "yes"})

    @property
    def _rule(self) -> rules.Rule | None:
        return self._rules.rule(self.app.store.read(), self.query_one("#rules", Rows).current)

    @on(Rows.Opened, "#rules")
    @act
    async def _opened_rule(self) -> None:
        """Choose a rule's own order, each with the number of customers that it would not reach."""
        rule = self._rule
        if rule is None:
            return
        options = [("", _("as the shop: {order}").format(order=order_words(self._order)))]
        for length in (1, 2, 3):
            options += [(",".join(way), self._option(way)) for way in itertools.permutations(CHANNELS, length)]
        chosen = await self.app.choose(
            _("By which ways is this told: {rule}?").format(rule=rule.name), options, ",".join(rule.channels)
        )
        if chosen is not None:
            await self._change(rule, {"channels": chosen})

    def _option(self, way: tuple[str, ...]) -> str:
        if self._crowd is None:
            return order_words(way)
        missed = reach(self._crowd, self._order, way).unreached
        words = n_("{n} customer not reached", "{n} customers not reached", missed)
        return f"{order_words(way)}  ({words.format(n=thousands(missed))})"

    async def _change(self, rule: rules.Rule, changes: dict[str, str]) -> None:
        app = self.app
        await app.perform(
            partial(priority.change_rule, app.store, app.home, rule.name, changes, who=app.who, at=stamp(app.clock()))
        )
        self.refresh_data()

    @on(Rows.Opened, "#own")
    def _opened_customer(self, event: Rows.Opened) -> None:
        self.app.go("customers", event.id)


def _way(channel: str) -> str:
    return channel_word(channel) if channel else _("no way")
