"""Secrets: the keyring's trouble is a sentence, and never shows the secret."""

from __future__ import annotations

import pytest

from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.services import secrets
from carat_tui.store import accounts
from carat_tui.store.database import Store
from tests.conftest import MemoryKeyring


class LockedKeyring(MemoryKeyring):
    """One that its owner did not unlock."""

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("Failed to unlock\nthe collection!")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError("Failed to unlock the collection!")


@pytest.fixture
def route(store: Store) -> accounts.Account:
    """A route that logs in."""
    return store.write(lambda conn: accounts.put(conn, "shop", {"kind": "smtp", "host": "localhost", "user": "u"}))


def test_what_was_kept_comes_back_and_can_be_forgotten(home: Home, route: accounts.Account) -> None:
    assert secrets.secret_of(home, route) == ""
    secrets.keep(home, "shop", "pä$$")
    assert secrets.secret_of(home, route) == "pä$$"
    secrets.forget(home, "shop")
    secrets.forget(home, "shop")
    assert secrets.secret_of(home, route) == ""


def test_two_homes_have_secrets_of_their_own(home: Home, route: accounts.Account) -> None:
    secrets.keep(Home(home.root.parent / "other"), "shop", "theirs")
    assert secrets.secret_of(home, route) == ""


def test_a_locked_keyring_is_a_sentence_without_the_secret(home: Home, route: accounts.Account) -> None:
    secrets.use(LockedKeyring())
    with pytest.raises(CaratError, match=r"keyring cannot be used: Failed to unlock the collection") as raised:
        secrets.secret_of(home, route)
    assert "secret_file=" in raised.value.hint
    with pytest.raises(CaratError) as raised:
        secrets.keep(home, "shop", "geheim-17")
    assert "geheim-17" not in str(raised.value)


def test_a_machine_without_a_keyring_says_so(
    home: Home, route: accounts.Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.use(None)
    monkeypatch.setattr(secrets, "_BACKENDS", {"linux": ()})
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(CaratError, match="no keyring"):
        secrets.keyring_name()
