"""Cockpit."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Button

from carat_tui.cockpit.page import Area
from carat_tui.locale import N_


class Overview(Area):
    """Cockpit."""

    area_id = "overview"
    title = N_("Cockpit")

    def compose(self) -> ComposeResult:
        yield Button("Cockpit")
