"""Which areas there are, and the one screen that they stand in."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import ContentSwitcher

from carat_tui.cockpit.page import Area
from carat_tui.cockpit.widgets.frame import AreaTabs, KeyBar, TopBar
from carat_tui.locale import N_

AREAS: tuple[tuple[str, str, str, str], ...] = (
    ("1", "overview", N_("Cockpit"), "Overview"),
    ("2", "orders", N_("Orders"), "Orders"),
    ("3", "outbox", N_("Outbox"), "Outbox"),
    ("4", "customers", N_("Customers"), "Customers"),
    ("5", "templates", N_("Templates"), "Templates"),
    ("6", "priorities", N_("Channels"), "Priorities"),
)
"""Digit, id (also the module in ``screens``), title, class. A module is imported when its area is first shown."""


def build(area_id: str) -> Area:
    """The area of that id, made for the first time."""
    name = next(name for _digit, known, _title, name in AREAS if known == area_id)
    made = getattr(importlib.import_module(f"carat_tui.cockpit.screens.{area_id}"), name)(id=area_id)
    assert isinstance(made, Area)
    return made


class Frame(Screen[None]):
    """The one screen under all others. ``first`` is the area shown at once, ``ready`` is called when it stands."""

    def __init__(self, first: Area, ready: Callable[[], None]) -> None:
        super().__init__(id="_default")
        self._first, self._ready = first, ready

    def compose(self) -> ComposeResult:
        """Top line, areas, the area, keys."""
        yield TopBar()
        yield AreaTabs(tuple((digit, area_id, title) for digit, area_id, title, _name in AREAS))
        with ContentSwitcher(initial=self._first.id, id="areas"):
            yield self._first
        yield KeyBar()

    def on_mount(self) -> None:
        """Everything is there."""
        self._ready()
