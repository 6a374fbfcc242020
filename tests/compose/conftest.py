"""A renderer for all tests of a process (starting a child takes half a second) and a bookshop in a real home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from carat_tui.compose.renderer import Renderer
from carat_tui.store.database import Store
from tests.bookshop import Bookshop


@pytest.fixture(scope="session")
def session_renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


@pytest.fixture
def renderer(session_renderer: Renderer) -> Renderer:
    return session_renderer


@pytest.fixture
def shop(store: Store, now: datetime) -> Bookshop:
    return Bookshop(store, now)
