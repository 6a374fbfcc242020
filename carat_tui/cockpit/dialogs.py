"""The small questions: yes or no, a line of text, one of several, and the sentence about what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Input, OptionList
from textual.widgets.option_list import Option

from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Dialog
from carat_tui.cockpit.words import Plain, shown
from carat_tui.locale import N_, _


class Confirm(Dialog[bool]):
    """Yes or no. With ``danger`` the focus is on no."""

    HELP = N_("Say yes or no. Nothing happens before you do.")
    BINDINGS: ClassVar[list[BindingType]] = [
        key("y", "answer(True)", N_("Yes"), id="confirm.yes", help=N_("Do it.")),
        key("n", "answer(False)", N_("No"), id="confirm.no", help=N_("Leave everything as it is.")),
        key("left,right", "other", N_("Other"), id="confirm.other", help=N_("Go to the other button."), show=False),
    ]

    def __init__(self, sentence: str, yes: str, no: str, danger: bool) -> None:
        super().__init__()
        self._sentence, self._yes, self._no, self._danger = sentence, yes, no, danger

    def compose(self) -> ComposeResult:
        with Vertical(classes="box -danger" if self._danger else "box"):
            with VerticalScroll(can_focus=False):
                yield Plain(self._sentence)
            with Horizontal(classes="buttons"):
                yield Button(shown(self._yes), variant="error" if self._danger else "primary", id="yes")
                yield Button(shown(self._no), id="no")

    def on_mount(self) -> None:
        self.query_one("#no" if self._danger else "#yes").focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)

    def action_other(self) -> None:
        self.focus_next()


class Ask(Dialog[str | None]):
    """A line of text; None when the person thought better of it."""

    HELP = N_("Type the answer and press Enter.")

    def __init__(self, question: str, default: str, placeholder: str) -> None:
        super().__init__()
        self._question, self._default, self._placeholder = question, default, placeholder

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            with VerticalScroll(can_focus=False):
                yield Plain(self._question)
            yield Input(self._default, placeholder=self._placeholder, id="answer")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value)


class Choose(Dialog[object]):
    """One of several; None when none was taken."""

    HELP = N_("Choose with the arrow keys and Enter.")

    def __init__(self, title: str, options: Sequence[tuple[object, str]], chosen: object = None) -> None:
        super().__init__()
        self._title, self._options, self._chosen = title, options, chosen

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(self._title, classes="question")
            yield OptionList(*(Option(shown(label)) for _value, label in self._options))

    def on_mount(self) -> None:
        values = [value for value, _label in self._options]
        options = self.query_one(OptionList)
        options.highlighted = values.index(self._chosen) if self._chosen in values else 0
        options.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._options[event.option_index][0])


class Failure(Dialog[None]):
    """An act failed: what happened, and what to do about it."""

    HELP = N_("Something could not be done; this page says why and what to do.")
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "back", N_("Close"), id="failure.close", help=N_("Close this page."))
    ]

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__()
        self._message, self._hint = message, hint

    def compose(self) -> ComposeResult:
        with Vertical(classes="box -danger"):
            with VerticalScroll(can_focus=False):
                yield Plain(self._message, classes="question")
                if self._hint:
                    yield Plain(self._hint)
            with Horizontal(classes="buttons"):
                yield Button(_("Close"), variant="primary")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(None)
