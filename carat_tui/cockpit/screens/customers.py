"""Customers."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Button

from carat_tui.cockpit.page import Area
from carat_tui.locale import N_


class Customers(Area):
    """Customers."""

    area_id = "customers"
    title = N_("Customers")

    def compose(self) -> ComposeResult:
        yield Button("Customers")
