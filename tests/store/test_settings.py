"""Settings and routes: defaults, checks, refusals in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carat_tui.model.errors import CaratError
from carat_tui.model.message import ChannelKind
from carat_tui.store import accounts, settings
from carat_tui.store.database import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "carat.db") as made:
        made.write(accounts.install)
        yield made


def test_every_default_passes_its_own_check() -> None:
    for key, setting in settings.SETTINGS.items():
        assert setting.check(setting.default) == setting.default, key


def test_language_and_time_zone_follow_the_country(store: Store) -> None:
    store.write(lambda conn: settings.put(conn, "shop.country", "PL"))
    assert settings.get(store.read(), "shop.language") == "pl"
    assert settings.get(store.read(), "shop.timezone") == "Europe/Warsaw"
    store.write(lambda conn: settings.put(conn, "shop.language", "en"))
    assert settings.get(store.read(), "shop.language") == "en"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("shop.country", "FR", "one of DE, SK, PL"),
        ("merge.window_s", "-1", "whole number"),
        ("merge.window_s", "soon", "whole number"),
        ("channels.priority", "email,fax", "comma list"),
        ("channels.priority", "email,email", "comma list"),
        ("shop.email", "not an address", "e-mail address"),
        ("shop.timezone", "Mars/Olympus", "time zone"),
        ("shop.subdivision", "XX", "one of"),
        ("letter.layout", "din5008", "din5008b"),
        ("shop.nmae", "x", "Did you mean shop.name"),
    ],
)
def test_a_wrong_value_is_refused_in_words(store: Store, key: str, value: str, said: str) -> None:
    with pytest.raises(CaratError) as caught:
        store.write(lambda conn: settings.put(conn, key, value))
    assert said in str(caught.value)


def test_a_new_home_rehearses(store: Store) -> None:
    assert settings.mode(store.read()) == settings.Mode("rehearsal")


def test_in_rehearsal_only_the_embedded_routes_are_used(store: Store) -> None:
    store.write(lambda conn: accounts.put(conn, "shop", {"kind": "smtp", "host": "mail.example.org"}))
    names = lambda: [a.name for a in accounts.usable(store.read(), ChannelKind.EMAIL)]  # noqa: E731
    assert names() == ["mailbox"]
    store.write(lambda conn: settings.set_mode(conn, settings.Mode("live")))
    assert names() == ["shop"], "a folder is no substitute for a way out that is ill"


def test_a_route_can_be_moved_to_the_front(store: Store) -> None:
    for name in ("one", "two"):
        store.write(lambda conn, n=name: accounts.put(conn, n, {"kind": "smtp", "host": "mail.example.org"}))
    store.write(lambda conn: accounts.put(conn, "two", {"position": "1"}))
    assert [a.name for a in accounts.every(store.read())][:2] == ["two", "one"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "kind="),
        ({"kind": "pigeon"}, "kind="),
        ({"kind": "smtp"}, "needs host"),
        ({"kind": "smtp", "host": "mail.example.org", "hsot": "x"}, "no key 'hsot'"),
        ({"kind": "smtp", "host": "mail.example.org", "security": "none"}, "this machine only"),
        ({"kind": "smtp", "host": "mail.example.org", "security": "ssl"}, "starttls, tls or none"),
        ({"kind": "smtp", "host": "mail.example.org", "port": "25x"}, "port"),
        ({"kind": "smtp", "host": "mail.example.org", "port": "65536"}, "from 1 to 65535"),
        ({"kind": "smtp", "host": "mail.example.org", "archive_bcc": "a@example.org, b@example.org"}, "archive_bcc"),
        ({"kind": "smtp", "host": "mail.example.org", "position": "9" * 30}, "position"),
        ({"kind": "smtp", "host": "mail.example.org\r\nRCPT TO:<x@example.org>"}, "plain line"),
    ],
)
def test_a_wrong_route_is_refused_in_words(store: Store, changes: dict[str, str], said: str) -> None:
    with pytest.raises(CaratError) as caught:
        store.write(lambda conn: accounts.put(conn, "shop", changes))
    assert said in str(caught.value)
    assert "shop" not in [a.name for a in accounts.every(store.read())]


def test_the_embedded_routes_stay(store: Store) -> None:
    with pytest.raises(CaratError, match="stays"):
        store.write(lambda conn: accounts.remove(conn, "mailbox"))


def test_a_text_is_one_line_without_control_characters(store: Store) -> None:
    stored = store.write(lambda conn: settings.put(conn, "shop.sender_name", "Anna \x1b]0;x\x07\u202e\r\nBerger"))
    assert stored == settings.get(store.read(), "shop.sender_name") == "Anna ]0;x Berger"


def test_the_names_of_the_layouts_are_those_that_exist() -> None:
    from carat_tui.compose.letter.layout import PROFILES

    assert sorted(settings.LAYOUTS) == sorted(PROFILES)
