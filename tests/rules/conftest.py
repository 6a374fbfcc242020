"""A store with the rules and settings of a German bookshop, without the files of a home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from carat_tui.store.database import Store
from tests.bookshop import Bookshop


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "data" / "carat.db") as opened:
        yield opened


@pytest.fixture
def shop(store: Store, now: datetime) -> Bookshop:
    return Bookshop.open_new(store, now, shop__name="Buchladen Sonne", shop__email="laden@example.org")
