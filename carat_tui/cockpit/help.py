"""What can be done here: what this place is for and its keys, made from the bindings of what has the focus."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any, ClassVar

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from carat_tui.cockpit.here import EVERYWHERE, FOCUS, PAGE, Act, acts_here, do, explained
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Dialog
from carat_tui.cockpit.words import Plain, fitted, shown
from carat_tui.locale import N_, _

_WIDEST = 12, 22
"""Cells of the columns for keys and words at most; of keys that do not fit, the first is shown."""


class Help(Dialog[None]):
    """The keys that work now, each with its sentence; Enter does one of them."""

    HELP = N_("The keys that work where you were. Choose one with the arrow keys; Enter does it, Esc goes back.")
    BINDINGS: ClassVar = [
        key("question_mark,f1", "back", N_("Back"), id="help.close", help=N_("Close the help."), show=False),
    ]

    def __init__(self, texts: list[str], acts: list[Act]) -> None:
        super().__init__()
        self._texts, self._acts = texts, acts
        self._listed: list[Act | None] = []

    @classmethod
    def about(cls, app: App[Any]) -> Help:
        """Help on what has the focus now."""
        return cls(explained(app.screen), sorted(acts_here(app.screen), key=_last))

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            if self._texts:
                with VerticalScroll(can_focus=False, classes="purpose"):
                    yield Plain("\n\n".join(self._texts))
            yield OptionList()

    def on_mount(self) -> None:
        self._fill()
        self.query_one(OptionList).focus()

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        """Lay the keys out for the width that there is."""
        listed = self.query_one(OptionList)
        at = listed.highlighted
        width = max(40, min(92, self.app.size.width - 6)) - 8
        self._listed.clear()
        listed.clear_options()
        listed.add_options(self._options(width))
        first = next((number for number, act in enumerate(self._listed) if act), None)
        listed.highlighted = first if at is None else at

    def _options(self, width: int) -> Iterator[Option]:
        columns = _columns(self._acts)
        for place in (PAGE, FOCUS, EVERYWHERE):
            acts = [act for act in self._acts if act.place == place]
            if acts:
                self._listed.append(None)
                yield Option(shown(_(place), "bold $text-accent"), disabled=True)
            for act in acts:
                self._listed.append(act)
                yield Option(_line(act, columns, width))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close, and do it."""
        event.stop()
        if act := self._listed[event.option_index]:
            self.dismiss(None)
            self.app.call_later(do, self.app, act)


def _last(act: Act) -> bool:
    """Leaving is the last thing to learn."""
    return act.binding.id in ("app.quit", "sheet.back", "dialog.back")


def _columns(acts: list[Act]) -> tuple[int, int]:
    keys, labels = (max((cell_len(text) for text in texts), default=0) + 2 for texts in _texts(acts))
    return min(keys, _WIDEST[0]), min(labels, _WIDEST[1])


def _texts(acts: list[Act]) -> tuple[list[str], list[str]]:
    return [_keys(act) for act in acts], [act.label for act in acts]


def _keys(act: Act) -> str:
    return act.keys if cell_len(act.keys) < _WIDEST[0] else act.keys.partition(" ")[0]


def _line(act: Act, columns: tuple[int, int], width: int) -> Content:
    """Key, word and sentence in three columns, the sentence wrapped below itself; a reason against it under that."""
    room = max(16, width - sum(columns))
    dim = "$text-disabled" if act.reason else ""
    head = Content.assemble(
        shown(fitted(_keys(act), columns[0]), dim or "bold $footer-key-foreground"),
        shown(fitted(act.label, columns[1]), dim or "bold"),
    )
    texts = [shown(line, dim or "$text-muted") for line in textwrap.wrap(act.help, room)]
    texts += [shown(line, "$text-warning") for line in textwrap.wrap(act.reason, room)]
    lines = []
    for text in texts:
        lines.append(Content.assemble(head, text))
        head = Content(" " * sum(columns))
    return Content("\n").join(lines or [head])
