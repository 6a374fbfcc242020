"""The shop of these tests; ``store`` and ``home`` come from the tests' root."""

from __future__ import annotations

from datetime import datetime

import pytest

from carat_tui.store.database import Store
from tests.bookshop import Bookshop


@pytest.fixture
def shop(store: Store, now: datetime) -> Bookshop:
    return Bookshop.open_new(store, now)
