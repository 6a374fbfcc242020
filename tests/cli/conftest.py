"""A shop in the middle of its morning."""

from __future__ import annotations

from pathlib import Path

import pytest

from carat_tui.model.home import Home
from tests.cli.door import carat
from tests.engine.shop import export, two_customers


@pytest.fixture
def planned(home: Home) -> Home:
    """A home in which two messages (1: e-mail to 501 about A-1 and A-2, 2: SMS to 502 about A-3) wait for company."""
    inbox: Path = home.root / "watch" / "inbox"
    assert carat("settings", "set", "intake.settle_s", "0", home=home).code == 0
    for name, received, now in (
        ("orders_1.csv", False, "2026-03-04T10:00"),
        ("orders_2.csv", True, "2026-03-04T10:30"),
    ):
        export(inbox / name, *two_customers(received=received))
        assert carat("run", "--once", "--now", now, home=home).code == 0
    return home


@pytest.fixture
def sent(planned: Home) -> Home:
    """The same home three minutes later: both messages have been handed over."""
    assert carat("run", "--once", "--now", "2026-03-04T10:33", home=planned).code == 0
    return planned
