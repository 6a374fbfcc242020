"""What the pages may ask of the program around them: the store, the clock, acts in a thread, questions, news."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast
from zoneinfo import ZoneInfo

from textual._context import active_message_pump
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.worker import WorkerFailed, active_worker

from carat_tui.cockpit.acting import Abandoned, too_late
from carat_tui.cockpit.guard import OnlyText
from carat_tui.cockpit.keys import key_name
from carat_tui.cockpit.style import OWN_COLOURS
from carat_tui.cockpit.words import moment, shown
from carat_tui.locale import _, told
from carat_tui.locale.hints import hint_for_screen
from carat_tui.model.errors import CaratError
from carat_tui.services.crash import foreseen, write_crash
from carat_tui.store import settings

if TYPE_CHECKING:
    from carat_tui.cockpit.engine_room import EngineRoom
    from carat_tui.model.clock import Clock
    from carat_tui.model.home import Home
    from carat_tui.store.database import Store

T = TypeVar("T")


class Deck(App[None]):
    """The app as its pages know it. ``Cockpit`` (app.py) adds the areas."""

    def __init__(self, home: Home, store: Store, clock: Clock, who: str, room: EngineRoom) -> None:
        super().__init__()
        self.home, self.store, self.clock, self.who, self.room = home, store, clock, who, room
        self.zone: tzinfo = ZoneInfo(settings.get(store.read(), "shop.timezone"))
        self.crash: Path | None = None
        """The crash file of the exception that ended this app; the runner opens another (see run.py)."""
        self.trouble: CaratError | None = None
        """What ended this app and is no mistake of ours: the database is another one, or cannot be used."""
        self.again = False
        """Whether the runner is to open another app in place of this one."""
        self._only_text = OnlyText()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours of ours that Textual's own themes do not have."""
        return OWN_COLOURS

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and ours as the last: no control character reaches the terminal as text."""
        return [*super().get_line_filters(), self._only_text]

    def push_screen(self, screen: Any, *args: Any, wait_for_dismiss: bool = False, **kwargs: Any) -> Any:
        """As Textual does it; but a key that repeats faster than its question opens does not ask twice."""
        from carat_tui.cockpit.dialogs import Failure

        if wait_for_dismiss and type(screen) is type(self.screen) and not isinstance(screen, Failure):
            raise Abandoned
        return super().push_screen(screen, *args, wait_for_dismiss=wait_for_dismiss, **kwargs)  # type: ignore[call-overload]

    # -- acts ---------------------------------------------------------------------------------------------------

    async def perform(self, job: Callable[[], T]) -> T:
        """Run a blocking ``job`` in a thread. What it raises is told to the person; then ``Abandoned`` is raised."""
        try:
            return await asyncio.to_thread(job)
        except CaratError as error:
            await self.complain(error)
        except Exception as error:
            self.fault(error)
        raise Abandoned

    async def complain(self, error: CaratError) -> None:
        """A modal sentence about what could not be done, and what to do."""
        from carat_tui.cockpit.dialogs import Failure

        await self.push_screen_wait(Failure(told(error.message), hint_for_screen(error.hint)))

    def fault(self, error: BaseException) -> None:
        """Something that nobody foresaw: a file for us, a sentence for the person; the program and the engine go on."""
        from carat_tui.cockpit.dialogs import Failure

        if known := foreseen(error):
            self.push_screen(Failure(told(known.message), hint_for_screen(known.hint)))
            return
        where = write_crash(error, self.home.logs, self.clock())
        words = _("Something went wrong that should not: {what}").format(what=_first_line(error))
        self.push_screen(Failure(words, _("The engine goes on. Details are in {file}").format(file=where)))

    def _handle_exception(self, error: Exception) -> None:
        # Textual would print the traceback with the values of all variables: addresses and texts of customers.
        # A widget whose message loop broke cannot be saved, so this app ends and the runner opens a new one.
        if too_late(_whose(), error.error if isinstance(error, WorkerFailed) else error):
            return
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        if known := foreseen(error):
            self.trouble = self.trouble or known
        else:
            self.crash = self.crash or write_crash(error, self.home.logs, self.clock())
        self._return_code = 1
        self._close_messages_no_wait()

    # -- questions and news -------------------------------------------------------------------------------------

    async def confirm(self, sentence: str, *, yes: str = "", no: str = "", danger: bool = False) -> bool:
        """Ask yes or no; Esc is no. To be awaited in an ``@act``."""
        from carat_tui.cockpit.dialogs import Confirm

        answer = await self.push_screen_wait(Confirm(sentence, yes or _("Yes"), no or _("No"), danger))
        return bool(answer)

    async def ask(self, question: str, *, default: str = "", placeholder: str = "") -> str | None:
        """Ask for a line of text; None = the person thought better of it."""
        from carat_tui.cockpit.dialogs import Ask

        return await self.push_screen_wait(Ask(question, default, placeholder))

    async def choose(self, title: str, options: Sequence[tuple[T, str]], chosen: T | None = None) -> T | None:
        """Ask for one of ``options`` (value, label); None = none of them."""
        from carat_tui.cockpit.dialogs import Choose

        return cast("T | None", await self.push_screen_wait(Choose(title, options, chosen)))

    def tell(self, text: str) -> None:
        """A piece of news that goes away by itself."""
        self.notify(shown(text, lines=True).plain, markup=False)

    def warn(self, text: str) -> None:
        """A piece of news that matters."""
        self.notify(shown(text, lines=True).plain, markup=False, severity="warning", timeout=8)

    def get_key_display(self, binding: Binding) -> str:
        """A key as people read it on their keyboard."""
        return key_name(binding.key)

    # -- ways ---------------------------------------------------------------------------------------------------

    def go(self, area_id: str, target: object = None) -> None:
        """Show an area and, in it, ``target``."""
        raise NotImplementedError

    async def may_leave(self) -> bool:
        """What was typed and not sent or saved is asked about."""
        raise NotImplementedError

    def leave(self, *, again: bool = False) -> None:
        """End this app; ``again`` opens another, at the same area."""
        self.again = again
        self.exit()

    def wake(self) -> None:
        """Tell the engine, if it works in this process, that there is something to do."""
        self.room.wake()

    def local(self, stamp: str | None) -> str:
        """A stamp of the store as people here read it."""
        return moment(stamp, self.zone, self.clock())


def _whose() -> DOMNode:
    """The node whose message, timer or worker runs at this moment."""
    pump = active_message_pump.get()
    if isinstance(pump, App) and active_worker in contextvars.copy_context():
        return active_worker.get().node
    return cast("DOMNode", pump)


def _first_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
