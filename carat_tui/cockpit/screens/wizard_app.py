"""The app of the first run: it has no home to open yet, so it is one of its own, before the cockpit."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from carat_tui.cockpit.guard import OnlyText
from carat_tui.cockpit.keys import key, key_name
from carat_tui.cockpit.screens.wizard import Wizard
from carat_tui.cockpit.style import STYLE_SHEETS, THEMES
from carat_tui.locale import N_
from carat_tui.model.errors import CaratError
from carat_tui.services.crash import write_crash

if TYPE_CHECKING:
    from carat_tui.model.clock import Clock
    from carat_tui.model.home import Home
    from carat_tui.services.demo import Run


class FirstRun(App["Home | None"]):
    """Returns the home that was made, or None when the person left before the end: then nothing was made."""

    TITLE = "carat"
    CSS_PATH = STYLE_SHEETS
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide"), (180, "-vast")]  # noqa: RUF012  # as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+q", "leave", N_("Quit"), id="wizard.quit", help=N_("Leave; nothing is made."), priority=True),
    ]

    def __init__(self, home: Home, clock: Clock, who: str, run: Run) -> None:
        """``run`` runs the engine once: the rehearsal needs it."""
        super().__init__()
        self.home, self.clock, self.who, self.run_engine = home, clock, who, run
        self.crash: Path | None = None
        self._only_text = OnlyText()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def get_line_filters(self) -> Sequence[LineFilter]:
        """No control character reaches the terminal as text."""
        return [*super().get_line_filters(), self._only_text]

    def get_key_display(self, binding: Binding) -> str:
        """A key as people read it on their keyboard."""
        return key_name(binding.key)

    def on_mount(self) -> None:
        """A closed window and TERM end this as Ctrl+Q does; Textual alone would leave the terminal raw."""
        for name in ("SIGTERM", "SIGHUP", "SIGINT"):
            if not self.is_headless and (number := getattr(signal, name, None)) is not None:
                with contextlib.suppress(NotImplementedError):  # Windows
                    asyncio.get_running_loop().add_signal_handler(number, self.action_leave)

    def get_default_screen(self) -> Screen[Any]:
        """The questions; it says itself when they are answered."""
        return Wizard(self.home, self.clock, self.who, self.run_engine)

    def _handle_exception(self, error: Exception) -> None:
        # As in the cockpit: Textual would print the traceback with the values of all variables.
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self.crash = self.crash or write_crash(error, None, self.clock())
        self._return_code = 1
        self._close_messages_no_wait()

    def on_wizard_finished(self) -> None:
        """The person has seen the notice: on to the cockpit."""
        self.exit(self.home)

    def action_leave(self) -> None:
        """Leave. A home that is finished stays."""
        made = self.screen.made if isinstance(self.screen, Wizard) else None
        self.exit(self.home if made else None)


def first_home(home: Home, clock: Clock, who: str) -> Home | None:
    """Ask, make and rehearse on the terminal; the home, or None when the person left: then nothing was made."""
    from carat_tui.engine import Engine

    def run(stage: Home, store: Any, at: Clock) -> None:
        with Engine(stage, store, at) as engine:
            engine.run_once()

    app = FirstRun(home, clock, who, run)
    made = app.run()
    if app.crash is not None:
        raise CaratError("Something went wrong that should not.", f"Please report {app.crash}.")
    return made
