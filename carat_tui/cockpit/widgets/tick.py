"""A box to be ticked, in words and signs that need no colour; one line."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from carat_tui.cockpit.keys import key
from carat_tui.cockpit.words import shown
from carat_tui.locale import N_


class Tick(Widget, can_focus=True):
    """``[x] label``; space, Enter or a click change it. ``forced`` shows it ticked and lets nobody change it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("space,enter", "tick", N_("Tick"), id="tick.toggle", help=N_("Tick the box, or take the tick away.")),
    ]

    value: reactive[bool] = reactive(False)
    forced: reactive[bool] = reactive(False)

    class Changed(Message):
        """The box was ticked, or not any more."""

        def __init__(self, tick: Tick) -> None:
            super().__init__()
            self.tick = tick

    def __init__(self, label: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._label = label

    def render(self) -> Content:
        """The box and its label."""
        return shown(f"[{'x' if self.value or self.forced else ' '}] {self._label}")

    def get_content_width(self, container: object, viewport: object) -> int:
        """As wide as its words."""
        return self.render().cell_length

    def action_tick(self) -> None:
        """The other way round."""
        if not self.forced and not self.disabled:
            self.value = not self.value
            self.post_message(Tick.Changed(self))

    def on_click(self, event: events.Click) -> None:
        """As the key."""
        event.stop()
        self.action_tick()
