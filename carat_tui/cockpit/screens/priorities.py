"""Channels."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Button

from carat_tui.cockpit.page import Area
from carat_tui.locale import N_


class Priorities(Area):
    """Channels."""

    area_id = "priorities"
    title = N_("Channels")

    def compose(self) -> ComposeResult:
        yield Button("Channels")
