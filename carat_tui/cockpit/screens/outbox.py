"""Outbox."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Button

from carat_tui.cockpit.page import Area
from carat_tui.locale import N_


class Outbox(Area):
    """Outbox."""

    area_id = "outbox"
    title = N_("Outbox")

    def compose(self) -> ComposeResult:
        yield Button("Outbox")
