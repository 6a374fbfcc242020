"""Orders."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Button

from carat_tui.cockpit.page import Area
from carat_tui.locale import N_


class Orders(Area):
    """Orders."""

    area_id = "orders"
    title = N_("Orders")

    def compose(self) -> ComposeResult:
        yield Button("Orders")
