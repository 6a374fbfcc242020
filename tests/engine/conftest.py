"""Homes whose exports are taken in at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from carat_tui.model.home import Home
from tests.cli.door import carat


@pytest.fixture
def shop(home: Home) -> Home:
    """A home in which nothing has to settle."""
    assert carat("settings", "set", "intake.settle_s", "0", home=home).code == 0
    return home


@pytest.fixture
def inbox(shop: Home) -> Path:
    """Where its ERP drops files."""
    return shop.root / "watch" / "inbox"
