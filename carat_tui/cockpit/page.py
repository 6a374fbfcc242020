"""What every page of the cockpit can be asked: what it is for, what cannot be done now and why, and to look again."""

from __future__ import annotations

from typing import ClassVar, Generic

from textual import getters
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.widget import Widget

from carat_tui.cockpit.deck import Deck
from carat_tui.cockpit.keys import key
from carat_tui.locale import N_


class Page(Widget):
    """Mixin. ``HELP`` (marked with ``N_``) says what this place is for."""

    HELP: ClassVar[str | None] = ""

    app = getters.app(Deck)

    def why_not(self, action: str, parameters: tuple[object, ...] = ()) -> str:
        """Why an act cannot be done now, in the language of the screen; empty = it can."""
        return ""

    async def catch_up(self) -> None:
        """Know what the acts are about. A key may come faster than a page reads what its cursor has come to."""

    def keeps(self) -> str:
        """Why this page must not be closed by going elsewhere (something typed would be lost); empty = it may."""
        return ""

    def refresh_data(self) -> None:
        """The store has changed, or this page has just been opened: look again. At most a few milliseconds."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys whose act has a reason against it are shown dimmed (Textual's ``None``)."""
        return None if self.why_not(action, parameters) else True


class Area(Page, Vertical):
    """What lies behind a digit. Mounted when it is first shown, kept for the rest of the session."""

    area_id: ClassVar[str] = ""
    title: ClassVar[str] = ""

    DEFAULT_CSS = "Area { height: 1fr; }"

    def aim(self, target: object) -> None:
        """Show ``target``: an id, a filter; what an area understands stands in its own docstring."""

    def focus_first(self) -> None:
        """Put the focus where the work is: on the first widget that takes it."""
        for widget in self.query("*"):
            if widget.focusable and widget.display:
                self.screen.set_focus(widget)  # at once: the next key may be waiting already
                return


class Sheet(Page, Screen[ScreenResultType], Generic[ScreenResultType]):
    """A page over everything, with the frame's key bar; Esc goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "back", N_("Back"), id="sheet.back", help=N_("Close this page and go back."))
    ]

    def action_back(self) -> None:
        """Close without a result."""
        self.dismiss(None)


class Dialog(Page, ModalScreen[ScreenResultType], Generic[ScreenResultType]):
    """A question in the middle of the screen; Esc answers nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "back", N_("Back"), id="dialog.back", help=N_("Close without doing anything."))
    ]

    def action_back(self) -> None:
        """Close without a result."""
        self.dismiss(None)
