"""What all tests share: a home of their own, a clock that stands still, a keyring that is not the machine's."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from carat_tui.model.clock import Clock, fixed_clock
from carat_tui.model.home import Home
from carat_tui.services import secrets
from carat_tui.store.database import Store

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
"""A Wednesday morning, half past ten in the shops' time zones, far from holidays and changes of the clock."""


def pytest_report_header() -> list[str]:
    """Which versions the tests ran with: SQLite and OpenSSL belong to the interpreter, not to constraints.txt."""
    import ssl
    from importlib.metadata import version

    names = ("click", "jinja2", "reportlab", "keyring", "watchdog", "phonenumbers", "hypothesis")
    return [
        f"sqlite {sqlite3.sqlite_version}, {ssl.OPENSSL_VERSION}, {sys.platform}",
        ", ".join(f"{name} {version(name)}" for name in names),
    ]


class MemoryKeyring(KeyringBackend):
    """A keyring that is forgotten at the end of the test."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.held.pop((service, username), None) is None:
            raise PasswordDeleteError("not found")


@pytest.fixture(autouse=True)
def keyring() -> Iterator[MemoryKeyring]:
    """The keyring of this test; no test touches the machine's."""
    backend = MemoryKeyring()
    secrets.use(backend)
    yield backend
    secrets.use(None)


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No home and no colour of the person who runs the tests."""
    for name in ("CARAT_HOME", "NO_COLOR", "FORCE_COLOR", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def now() -> datetime:
    """The moment at which this test takes place (UTC)."""
    return NOW


@pytest.fixture
def clock(now: datetime) -> Clock:
    """A clock that stands still at ``now``."""
    return fixed_clock(now)


@pytest.fixture
def home(tmp_path: Path, now: datetime) -> Home:
    """A home as ``carat init`` makes it: a German shop with a name and an address, in rehearsal."""
    from carat_tui.services.home import Shop, init
    from carat_tui.store import settings

    made = init(Home(tmp_path / "home"), Shop("DE", "", "Buchladen Sonne"), now, "test")
    with Store.open(made.database) as opened:
        for key, value in SHOP.items():
            opened.write(lambda conn, key=key, value=value: settings.put(conn, key, value))  # type: ignore[misc]
    return made


SHOP = {
    "shop.email": "laden@example.org",
    "shop.street": "Lindenallee 7",
    "shop.postcode": "10115",
    "shop.city": "Berlin",
    "shop.phone": "030 23125 123",
    "shop.opening_hours": "Mo-Fr 9-18, Sa 9-13 Uhr",
}


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    """The database of ``home``, open."""
    with Store.open(home.database) as opened:
        yield opened
