"""What a person does with messages, the same in the list and on a message's own page: ask, do it in a thread, tell."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar, TypeVar

from textual.binding import BindingType

from carat_tui.cockpit.acting import act
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Page
from carat_tui.locale import N_, _, n_, told
from carat_tui.outbox import many, undo
from carat_tui.outbox.changes import Deed
from carat_tui.outbox.many import Progress
from carat_tui.services import intention, message_file

T = TypeVar("T")

_ASK_EACH = 500
"""With more messages than this nobody asks each of them whether an act is possible: the sentence before will say."""

_LONG = 2_000
"""From here on an act takes long enough to show how far it is."""

_ACTS = {"release": "release", "hold": "hold", "cancel": "cancel", "retry": "retry", "settle": "drop"}
"""The action of a key → the act whose states it needs."""


class MessageActs(Page):
    """Mixin. The page says which messages are meant (``chosen_ids``) and shows how far a long act is (``progress``)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("r", "release", N_("Release"), id="outbox.release", help=N_("Let held messages go out.")),
        key("h", "hold", N_("Hold"), id="outbox.hold", help=N_("Keep waiting messages back until they are released.")),
        key("c", "cancel", N_("Drop"), id="outbox.cancel", help=N_("Drop messages that have not left.")),
        key("t", "retry", N_("Try again"), id="outbox.retry", help=N_("Try failed messages again now.")),
        key("e", "settle", N_("Settle"), id="outbox.settle",
            help=N_("Say what is true of an unclear message: sent, send it again, or drop it.")),
        key("u,z", "undo", N_("Undo"), id="outbox.undo",
            help=N_("Take your last act back, as far as nothing of it has left.")),
        key("o", "open_file", N_("File"), id="outbox.file",
            help=N_("Open the letter or mail as a file; its path is copied, too.")),
        key("p", "pause", N_("Pause way"), id="outbox.pause", help=N_("Pause a way out, or let it go on."), show=False),
    ]  # fmt: skip

    _possible: dict[str, str] | None = None
    _busy = False

    def chosen_ids(self) -> list[int]:
        """The messages that an act is about."""
        raise NotImplementedError

    def chosen_count(self) -> int:
        """Their number, without making the list."""
        return len(self.chosen_ids())

    def progress(self, text: str) -> None:
        """Show how far a long act is; empty = it is over."""

    def after_act(self) -> None:
        """An act is done: marks are not needed any more."""

    def look_at_chosen(self) -> None:
        """Other messages are chosen, or they changed: what can be done is asked again."""
        self._possible = None
        self.refresh_bindings()

    def why_not(self, action: str, parameters: tuple[object, ...] = ()) -> str:
        """Why the chosen messages do not take the act."""
        if action == "open_file" and not self.chosen_count():
            return _("There is no message here.")
        if self._busy and (action in _ACTS or action == "undo"):
            return _("The act before is still under way.")
        if action not in _ACTS:
            return super().why_not(action, parameters)
        if not self.chosen_count():
            return _("There is no message here.")
        reason = self._reasons().get(_ACTS[action], "")
        return _("This cannot be done: {why}.").format(why=intention.reason(reason)) if reason else ""

    def _reasons(self) -> dict[str, str]:
        if self.chosen_count() > _ASK_EACH:
            return {}
        if self._possible is None:
            self._possible = many.possible(self.app.store.read(), self.chosen_ids())
        return self._possible

    # -- keys -----------------------------------------------------------------------------------------------------

    @act
    async def action_release(self) -> None:
        await self._do("release", _("Release"))

    @act
    async def action_retry(self) -> None:
        await self._do("retry", _("Try again"))

    @act
    async def action_hold(self) -> None:
        await self._do("hold", "")

    @act
    async def action_cancel(self) -> None:
        await self._do("cancel", "")

    async def _do(self, name: str, yes: str) -> None:
        """Say what will happen and ask. ``yes`` empty = ask for a reason, too: it is shown with the messages."""
        deck, ids = self.app, self.chosen_ids()
        plan = await deck.perform(lambda: many.plan_of(deck.store.read(), name, ids, deck.clock()))
        sentence = intention.will(plan, deck.zone)
        if not plan.able:
            deck.warn(sentence)
            return
        why = await self._wanted(sentence, yes)
        if why is not None:
            await self._carry_out(name, ids, Deed(deck.who, deck.clock(), why))

    async def _wanted(self, sentence: str, yes: str) -> str | None:
        """The reason that was given, may be empty; None = the person thought better of it."""
        if yes:
            return "" if await self.app.confirm(sentence, yes=yes) else None
        why = await self.app.ask(sentence, placeholder=_("Why? It stands in the history; Enter alone is enough."))
        return why.strip() if why is not None else None

    async def _carry_out(self, name: str, ids: list[int], deed: Deed) -> None:
        deck = self.app
        done = await self._long(len(ids), lambda told_far: many.carry_out(deck.store, name, ids, deed, told_far))
        self.after_act()
        deck.wake()
        if name in _ACTS:
            deck.tell(intention.has(name, done.done, done.refused))
        else:
            deck.tell(n_("{n} message is settled.", "{n} messages are settled.", done.done).format(n=done.done))
        self.refresh_data()

    async def _long(self, count: int, job: Callable[[Progress], T]) -> T:
        """A job in portions; one at a time, with its progress shown while it is long."""
        far = [0]
        self._busy = True
        self.refresh_bindings()
        timer = None
        if count > _LONG:
            words = _("{n} of {count} …")
            timer = self.set_interval(0.25, lambda: self.progress(words.format(n=far[0], count=count)))
        try:
            return await self.app.perform(lambda: job(partial(far.__setitem__, 0)))
        finally:
            self._busy = False
            if timer is not None:
                timer.stop()
                self.progress("")
            self.look_at_chosen()

    @act
    async def action_settle(self) -> None:
        from carat_tui.cockpit.screens.outbox_settle import Settle

        deck, ids = self.app, self.chosen_ids()
        plan = await deck.perform(lambda: many.plan_of(deck.store.read(), "drop", ids, deck.clock()))
        if not plan.able:
            deck.warn(" ".join(intention.cannot(plan.refused)))
            return
        verdict = await deck.push_screen_wait(Settle(list(plan.ids)))
        if verdict is not None:
            await self._carry_out(verdict.act, list(plan.ids), Deed(deck.who, deck.clock(), verdict.why))

    @act
    async def action_undo(self) -> None:
        deck = self.app
        last = await deck.perform(lambda: undo.last_act(deck.store.read(), deck.who, deck.clock()))
        if last is None or last.why_not:
            deck.warn(told(last.why_not) if last else _("You have done nothing here that could be taken back."))
            return
        question = intention.undo_question(last.what, len(last.entries))
        if not await deck.confirm(f"{question} ({deck.local(last.at)})?", yes=_("Take back")):
            return
        back = await self._long(
            len(last.entries),
            lambda far: undo.take_back(deck.store, last, who=deck.who, now=deck.clock(), told=far),
        )
        deck.wake()
        deck.tell(intention.undone(back.what, back.done, back.refused))
        self.refresh_data()

    @act
    async def action_open_file(self) -> None:
        deck, message_id = self.app, self.chosen_ids()[0]
        path = await deck.perform(lambda: message_file.file_of(deck.store, deck.home, message_id))
        opened = message_file.open_with_system(path)
        deck.copy_to_clipboard(str(path))
        words = _("Opened: {path}") if opened else _("The file is {path}. The path is in the clipboard.")
        deck.tell(words.format(path=path))

    @act
    async def action_pause(self) -> None:
        from carat_tui.cockpit.screens.outbox_routes import pause_or_resume

        await pause_or_resume(self.app)
