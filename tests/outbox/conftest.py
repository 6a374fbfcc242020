"""A dispatcher over the home of the test, with a clock that a test can move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from carat_tui.model.home import Home
from carat_tui.outbox import invariants
from carat_tui.outbox.dispatch import Dispatcher
from carat_tui.store.accounts import Account
from carat_tui.store.database import Store
from tests.channels.mailserver import MailServer

from . import seed


class Hands:
    """A clock that stands until a test moves it on."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def hands(now: datetime) -> Hands:
    return Hands(now)


@pytest.fixture
def secrets() -> dict[str, str]:
    """What ``secret_of`` answers, by route."""
    return {}


@pytest.fixture
def secret_of(secrets: dict[str, str]) -> Callable[[Account], str]:
    return lambda account: secrets.get(account.name, "")


@pytest.fixture
def dispatcher(store: Store, home: Home, hands: Hands, secret_of: Callable[[Account], str]) -> Iterator[Dispatcher]:
    """A dispatcher; when the test is over the outbox's rules must hold."""
    yield Dispatcher(store, home, hands, secret_of, chance=lambda: 0.5)
    assert invariants.check(store.read(), hands.now, engine_runs=False) == []


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def mail_route(store: Store, server: MailServer) -> MailServer:
    """A live home whose e-mail goes to ``server``."""
    seed.live(store)
    seed.smtp_route(store, server.port)
    return server
