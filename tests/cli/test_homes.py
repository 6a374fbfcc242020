"""``carat init``, settings, modes, routes and secrets through the command line."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from carat_tui.model.home import Home
from carat_tui.services import secrets
from carat_tui.store import accounts, journal
from carat_tui.store.database import Store
from tests.cli.door import REPOSITORY, carat, program
from tests.conftest import MemoryKeyring


def test_init_makes_a_home_that_works(tmp_path: Path) -> None:
    root = tmp_path / "Über den Dächern"
    said = carat("init", str(root), "--country", "pl", "--name", "Księgarnia", "--json")
    assert said.code == 0
    assert said.json["home"] == str(root)
    home = Home(root)
    assert home.marker.is_file()
    assert (root / "watch" / "inbox").is_dir()
    assert list(home.profiles.glob("*.toml"))
    assert (home.templates / "pl" / "goods_arrived_one" / "email.md.j2").is_file()
    assert carat("settings", "get", "shop.language", home=home).out == "pl\n"
    assert carat("settings", "get", "shop.timezone", home=home).out == "Europe/Warsaw\n"
    assert carat("mode", "--json", home=home).json == {"mode": "rehearsal", "to": None}
    assert [a["name"] for a in carat("account", "list", "--json", home=home).json] == list(accounts.EMBEDDED)
    if os.name == "posix":
        assert stat.S_IMODE(root.stat().st_mode) == 0o700
        assert stat.S_IMODE(home.data.stat().st_mode) == 0o700
        assert stat.S_IMODE(home.database.stat().st_mode) == 0o600


def test_init_never_touches_an_existing_home(home: Home) -> None:
    before = {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()}
    for remove in (None, home.marker):
        if remove:
            remove.unlink()
            before.pop(remove)
        said = carat("init", str(home.root))
        assert said.code == 2
        assert "nothing was touched" in said.err
        assert {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()} == before


def test_init_keeps_what_an_admin_had_there_already(tmp_path: Path) -> None:
    own = tmp_path / "templates" / "de" / "goods_arrived_one" / "sms.txt.j2"
    own.parent.mkdir(parents=True)
    own.write_text("Ihr Buch ist da.", encoding="utf-8")
    assert carat("init", str(tmp_path)).code == 0
    assert own.read_text(encoding="utf-8") == "Ihr Buch ist da."


def test_init_that_fails_can_be_repeated(tmp_path: Path) -> None:
    (tmp_path / "templates").write_text("a file where a folder must be", encoding="utf-8")
    said = carat("init", str(tmp_path))
    assert said.code == 2
    assert not (tmp_path / "data" / "carat.db").exists()
    (tmp_path / "templates").unlink()
    assert carat("init", str(tmp_path)).code == 0


def test_without_a_folder_init_takes_the_home_option(tmp_path: Path) -> None:
    assert carat("init", home=Home(tmp_path / "here")).code == 0
    assert (tmp_path / "here" / "carat.toml").exists()


def test_settings_are_checked_and_written_down(home: Home) -> None:
    assert carat("settings", "set", "merge.window_s", "300", home=home).out == "merge.window_s = 300\n"
    assert carat("settings", "set", "merge.window_s", "soon", home=home).code == 2
    said = carat("settings", "get", "merge.windw_s", home=home)
    assert said.code == 2
    assert "merge.window_s" in said.err
    assert carat("journal", "--limit", "1", "--json", home=home).json[0]["detail"] == {
        "after": "300",
        "before": "120",
        "key": "merge.window_s",
    }


def test_settings_travel_as_toml(home: Home, tmp_path: Path) -> None:
    carat("settings", "set", "shop.name", 'Buch & "Ton" \\ Łódź', home=home)
    carat("account", "set", "shop-smtp", "kind=smtp", "host=mail.example.org", "from=a@example.org", home=home)
    carat("rule", "enable", "order_confirmed", home=home)
    file = tmp_path / "shop.toml"
    assert carat("settings", "export", str(file), home=home).code == 0
    other = Home(tmp_path / "other")
    carat("init", home=other)
    assert carat("settings", "import", str(file), home=other).code == 0
    assert carat("settings", "export", home=other).out == file.read_text(encoding="utf-8")
    assert carat("settings", "get", "shop.name", home=other).out == 'Buch & "Ton" \\ Łódź\n'


@pytest.mark.parametrize(
    "text",
    [
        "[settings]\n'shop.country' = 'FR'",
        "[[route]]\nkind='smtp'",
        "[x]",
        "settings = 3",
        "[[rule]]\nname='no'",
        "[[rule]]\nname='goods_arrived'\ndelay_s=1000000000000000000000",
        "[[rule]]\nname='goods_arrived'\nenabled=2",
        "= 1",
    ],
)
def test_a_wrong_settings_file_changes_nothing(home: Home, tmp_path: Path, text: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(
        "[[route]]\nname='x'\nkind='smtp'\nhost='localhost'\n" * ("[[route]]" not in text) + text, encoding="utf-8"
    )
    before = carat("settings", "export", home=home).out
    assert carat("settings", "import", str(file), home=home).code == 2
    assert carat("settings", "export", home=home).out == before


def test_live_needs_the_name_of_the_shop(home: Home) -> None:
    assert carat("mode", "live", "--yes-live", "Anderer Laden", home=home).code == 2
    assert carat("mode", "live", home=home, stdin="nein\n").code == 2
    nobody = carat("mode", "live", home=home, stdin="")
    assert nobody.code == 2
    assert "--yes-live" in nobody.err
    assert carat("mode", "--json", home=home).json["mode"] == "rehearsal"
    said = carat("mode", "live", "--yes-live", "buchladen  sonne", "--json", home=home)
    assert (said.code, said.json["mode"]) == (0, "live")
    assert "email: no route is configured" in said.err
    assert carat("mode", "rehearsal", home=home).code == 0
    assert carat("mode", "live", home=home, stdin="Buchladen Sonne\n").code == 0


def test_redirect_needs_an_address(home: Home) -> None:
    assert carat("mode", "redirect", home=home).code == 2
    assert carat("mode", "redirect", "not an address", home=home).code == 2
    assert carat("mode", "paused", "a@example.org", home=home).code == 2
    assert carat("mode", "redirect", "me@example.org", "--json", home=home).json == {
        "mode": "redirect",
        "to": "me@example.org",
    }
    entry = carat("journal", "--json", "--limit", "1", home=home).json[0]
    assert entry["what"] == "changed mode"
    assert entry["detail"]["before"] == "rehearsal"


def test_routes_are_made_changed_and_removed(home: Home) -> None:
    made = carat("account", "set", "shop-smtp", "kind=smtp", "host=mail.example.org", "--json", home=home).json
    assert (made["channel"], made["config"]["security"]) == ("email", "starttls")
    for wrong in (["kind=fax"], ["kind=smtp", "hots=x"], ["kind=smtp", "host=x", "security=none"], ["nonsense"]):
        assert carat("account", "set", "other", *wrong, home=home).code == 2, wrong
    assert carat("account", "set", "shop-smtp", "password=geheim", home=home).code == 2
    assert carat("account", "set", "a b/c", "kind=smtp", "host=x", home=home).code == 2
    assert carat("account", "list", "--json", home=home).json[0]["name"] == "shop-smtp"
    assert carat("account", "remove", "mailbox", home=home).code == 2
    assert carat("account", "remove", "shop-smtp", home=home).code == 0
    assert carat("account", "remove", "shop-smtp", home=home).code == 2


def test_a_route_can_be_tried_without_sending(home: Home) -> None:
    assert carat("account", "test", "mailbox", "--json", home=home).json["ok"] is True
    carat(
        "account", "set", "shop-smtp", "kind=smtp", "host=127.0.0.1", "port=1", "security=none", "auth=none", home=home
    )
    said = carat("account", "test", "shop-smtp", "--json", home=home)
    assert (said.code, said.json["ok"]) == (1, False)
    assert said.json["words"]
    assert carat("account", "test", "nowhere", home=home).code == 2


def test_a_secret_goes_into_the_keyring_and_nowhere_else(home: Home, keyring: MemoryKeyring) -> None:
    carat("account", "set", "shop-smtp", "kind=smtp", "host=mail.example.org", home=home)
    assert carat("secret", "set", "nobody", home=home, stdin="x").code == 2
    assert carat("secret", "set", "shop-smtp", home=home, stdin="").code == 2
    assert carat("secret", "set", "shop-smtp", home=home, stdin="Geh3im-ß!\n").code == 0
    assert list(keyring.held.values()) == ["Geh3im-ß!"]
    with Store.open(home.database) as store:
        assert secrets.secret_of(home, accounts.find(store.read(), "shop-smtp")) == "Geh3im-ß!"
    everything = b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file())
    assert "Geh3im-ß!".encode() not in everything
    assert carat("secret", "remove", "shop-smtp", home=home).code == 0
    assert keyring.held == {}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has its own keyring and other file rights")
def test_a_secret_file_must_be_private(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("s3cret\n", encoding="utf-8")
    carat("account", "set", "shop-smtp", "kind=smtp", "host=mail.example.org", f"secret_file={file}", home=home)
    with Store.open(home.database) as store:
        route = accounts.find(store.read(), "shop-smtp")
        file.chmod(0o644)
        with pytest.raises(Exception, match="chmod 600"):
            secrets.secret_of(home, route)
        file.chmod(0o600)
        assert secrets.secret_of(home, route) == "s3cret"
        file.unlink()
        with pytest.raises(Exception, match="cannot be read"):
            secrets.secret_of(home, route)


def test_the_journal_is_read_and_verified(home: Home) -> None:
    carat("settings", "set", "shop.city", "Köln", home=home)
    said = carat("journal", "--verify", "--json", home=home)
    assert (said.code, said.json["ok"]) == (0, True)
    assert carat("journal", "--since", "tomorrow", home=home).code == 2
    assert carat("journal", "--since", "2999-01-01", "--json", home=home).json == []
    with Store.open(home.database) as store:

        def forge(conn: object) -> None:
            conn.execute("DROP TRIGGER journal_is_never_changed")  # type: ignore[attr-defined]
            conn.execute("UPDATE journal SET who = 'nobody' WHERE id = 2")  # type: ignore[attr-defined]

        store.write(forge)
        assert journal.verify(store.read()).broken_at == 2
    said = carat("journal", "--verify", home=home)
    assert said.code == 1
    assert "row 2" in said.out


def test_times_are_those_of_the_shop(home: Home) -> None:
    at = carat("journal", "--json", home=home).json[0]["at"]
    assert at == "2026-03-04T10:30:00+01:00"


def test_the_repository_is_laid_out_as_a_home() -> None:
    for part in ("templates/de", "watch/inbox", "watch/profiles", "data/README.md"):
        assert (REPOSITORY / part).exists()
    assert program("--version").code == 0
