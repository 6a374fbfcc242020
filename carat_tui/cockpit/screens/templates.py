"""Templates."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Button

from carat_tui.cockpit.page import Area
from carat_tui.locale import N_


class Templates(Area):
    """Templates."""

    area_id = "templates"
    title = N_("Templates")

    def compose(self) -> ComposeResult:
        yield Button("Templates")
