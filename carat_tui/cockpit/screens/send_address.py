"""The address of a message by hand: one of the known ones, or another that is typed."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.widgets import Input

from carat_tui.cockpit.keys import key
from carat_tui.locale import N_


class AddressInput(Input):
    """The address; up and down go through the known ones."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("up", "known(-1)", N_("Address before"), id="send.address_up", show=False,
            help=N_("Take the known address before this one.")),
        key("down", "known(1)", N_("Next address"), id="send.address_down", show=False,
            help=N_("Take the next known address.")),
    ]  # fmt: skip

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, compact=True)
        self.known: list[str] = []

    def action_known(self, by: int) -> None:
        """Another known address."""
        if self.known:
            at = self.known.index(self.value) + by if self.value in self.known else 0
            self.value = self.known[at % len(self.known)]
