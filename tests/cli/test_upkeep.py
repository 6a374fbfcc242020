"""``carat doctor``, ``backup``, ``restore``: a home that can be looked after."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from carat_tui.model.home import Home
from carat_tui.services.backup import backup
from carat_tui.store.database import Store
from carat_tui.store.lock import FileLock
from tests.cli.door import carat
from tests.engine.shop import export, two_customers


def findings(home: Home) -> dict[str, list[dict[str, Any]]]:
    """What the doctor does not like, by check."""
    found: dict[str, list[dict[str, Any]]] = {}
    for finding in carat("doctor", "--json", home=home).json:
        assert set(finding) == {"check", "ok", "detail", "remedy"}
        if not finding["ok"]:
            assert finding["remedy"]
            found.setdefault(finding["check"], []).append(finding)
    return found


def test_a_home_that_is_set_up_is_well(home: Home) -> None:
    said = carat("doctor", home=home)
    assert said.code == 0, said.out
    assert "All is well" in said.out


def test_a_new_home_is_told_what_it_lacks(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    carat("init", home=home)
    said = carat("doctor", home=home)
    assert said.code == 1
    assert "carat settings set shop.email" in said.out


def test_each_trouble_is_found_with_its_remedy(home: Home) -> None:
    (home.templates / "de" / "goods_arrived_one" / "email.md.j2").write_text(
        "---\nsubject: x\n---\n{{ ite_title }}", encoding="utf-8"
    )
    (home.profiles / "broken.toml").write_text("[profile", encoding="utf-8")
    carat("account", "set", "shop-smtp", "kind=smtp", "host=localhost", "user=u", home=home)
    carat("outbox", "pause", "sms-files", home=home)
    carat("settings", "set", "intake.folder", "watch/elsewhere", home=home)
    carat("rule", "disable", "goods_arrived", home=home)
    carat("mode", "paused", home=home)
    found = findings(home)
    assert set(found) >= {"templates", "profiles", "keyring", "routes", "intake", "rules", "mode"}
    assert "goods_arrived_one" in found["templates"][0]["detail"]
    assert "carat secret set shop-smtp" in found["keyring"][0]["remedy"]


def test_a_missing_or_damaged_database_is_4(home: Home, tmp_path: Path) -> None:
    assert carat("doctor", home=Home(tmp_path / "nowhere")).code == 4
    home.database.write_bytes(b"\x00" * 100)
    said = carat("doctor", "--json", home=home)
    assert said.code == 4
    assert any(f["check"] == "database" and not f["ok"] for f in said.json)


def test_a_clock_that_went_back_is_found(home: Home) -> None:
    row = "INSERT INTO journal (at, who, what, subject, hash) VALUES ('2999-01-01T00:00:00.000Z', '', '', '', '')"
    with Store.open(home.database) as store:
        store.write(lambda conn: conn.execute(row))
    assert "clock" in findings(home)


def test_a_backup_is_sound_and_complete(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "Kopie Ä.db"
    said = carat("backup", str(target), "--json", home=home)
    assert said.code == 0
    assert said.json["file"] == str(target)
    assert said.json["rows"]["journal"] >= 1
    with sqlite3.connect(target) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    conn.close()
    assert carat("backup", str(target), home=home).code == 2
    assert carat("backup", str(tmp_path / "no" / "such" / "folder.db"), home=home).code == 4


def test_backups_are_thinned_out(home: Home, store: Store, now: datetime) -> None:
    for days in range(120, -1, -1):
        backup(store, home, None, now - timedelta(days=days))
    kept = sorted(file.name for file in home.backups.glob("carat-*.db"))
    last_fortnight = [f"carat-{now - timedelta(days=days):%Y%m%d-%H%M%S}.db" for days in range(14)]
    assert set(last_fortnight) <= set(kept)
    assert 14 < len(kept) <= 14 + 8
    assert kept[0] >= f"carat-{now - timedelta(weeks=9):%Y%m%d}"


@pytest.fixture
def busy(home: Home) -> Home:
    """A home with two messages that wait, and an event that nobody has planned yet."""
    inbox = home.root / "watch" / "inbox"
    carat("settings", "set", "intake.settle_s", "0", home=home)
    export(inbox / "orders_1.csv", *two_customers(received=False))
    assert carat("run", "--once", "--now", "2026-03-04T10:00", home=home).code == 0
    export(inbox / "orders_2.csv", *two_customers(received=True))
    assert carat("run", "--once", "--now", "2026-03-04T10:30", home=home).code == 0
    return home


def test_after_a_restore_nothing_is_sent_until_released(busy: Home, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    for key, value in (("sms.window", ""), ("sms.rest_days", "no")):  # at the end the clock is the real one
        carat("settings", "set", key, value, home=busy)
    carat("backup", str(copy), home=busy)
    before = copy.read_bytes()
    assert carat("run", "--once", "--now", "2026-03-04T10:35", "--json", home=busy).json["sent"] == {
        "email": 1,
        "sms": 1,
    }

    said = carat("restore", str(copy), "--json", home=busy)
    assert (said.code, said.json["held"]) == (0, 2)
    assert Path(said.json["replaced"]).is_file()
    assert copy.read_bytes() == before
    held = carat("outbox", "list", "--json", home=busy).json
    assert {(m["state"], m["reason"]) for m in held} == {("held", "restored")}
    again = carat("run", "--once", "--now", "2026-03-04T10:40", "--json", home=busy).json
    assert (again["sent"], again["messages"]) == ({}, {})
    assert carat("outbox", "release", *(str(m["id"]) for m in held), home=busy).code == 0
    assert carat("run", "--once", "--json", home=busy).json["sent"] == {}
    assert carat("outbox", "resume", home=busy).code == 0
    # Now they are tried; but their files lie there since 10:35, and none is written over or doubled.
    assert carat("run", "--once", "--json", home=busy).json["messages"] == {"failed": 2}
    assert carat("journal", "--verify", home=busy).code == 0


def test_an_export_that_the_copy_does_not_know_is_not_told_a_second_time(home: Home, tmp_path: Path) -> None:
    """The file still lies in the inbox; for the older copy its goods are news."""
    inbox, copy = home.root / "watch" / "inbox", tmp_path / "copy.db"
    carat("settings", "set", "intake.settle_s", "0", home=home)
    export(inbox / "orders_1.csv", *two_customers(received=False))
    carat("run", "--once", "--now", "2026-03-04T10:00", home=home)
    carat("backup", str(copy), home=home)
    export(inbox / "orders_2.csv", *two_customers(received=True))
    carat("run", "--once", "--now", "2026-03-04T10:30", home=home)
    told = carat("run", "--once", "--now", "2026-03-04T10:35", "--json", home=home).json["sent"]
    assert told == {"email": 1, "sms": 1}

    assert "Sending is paused" in carat("restore", str(copy), home=home).out
    assert any("restored from copy.db" in f["detail"] for f in carat("doctor", "--json", home=home).json)
    for minute in (40, 50):
        carat("run", "--once", "--now", f"2026-03-04T10:{minute}", home=home)
    assert {m["state"] for m in carat("outbox", "list", "--json", home=home).json} == {"waiting"}


def test_events_that_nobody_planned_are_held_too(busy: Home, tmp_path: Path) -> None:
    with Store.open(busy.database) as store:

        def undo(conn: sqlite3.Connection) -> None:
            for table in ("message_event", "message_document", "message"):
                conn.execute(f"DELETE FROM {table}")
            conn.execute("UPDATE event SET planned_at = NULL, outcome = NULL")

        store.write(undo)
    copy = tmp_path / "copy.db"
    assert carat("backup", str(copy), home=busy).code == 0
    said = carat("restore", str(copy), "--json", home=busy)
    assert (said.code, said.json["held"]) == (0, 2)
    assert carat("run", "--once", "--now", "2026-03-04T12:00", "--json", home=busy).json["sent"] == {}


def test_a_restore_that_cannot_be_leaves_all_as_it_was(busy: Home, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(b"no database")
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as conn:
        conn.execute("CREATE TABLE t (x)")
    conn.close()
    messages = carat("outbox", "list", "--json", home=busy).json
    assert carat("restore", str(wrong), home=busy).code == 4
    said = carat("restore", str(foreign), home=busy)
    assert said.code == 4
    assert str(foreign) in said.err
    assert "restoring" not in said.err
    assert carat("restore", str(tmp_path / "none.db"), home=busy).code == 2
    copy = tmp_path / "copy.db"
    carat("backup", str(copy), home=busy)
    lock = FileLock(busy.engine_lock)
    assert lock.try_acquire()
    assert carat("restore", str(copy), home=busy).code == 3
    lock.close()
    assert carat("outbox", "list", "--json", home=busy).json == messages


def test_a_lost_database_comes_back(busy: Home, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    carat("backup", str(copy), home=busy)
    for file in busy.data.glob("carat.db*"):
        file.unlink()
    assert carat("outbox", "list", home=busy).code == 4
    assert not busy.database.exists()
    said = carat("restore", str(copy), "--json", home=busy)
    assert (said.code, said.json["replaced"]) == (0, None)
    assert len(carat("outbox", "list", "--json", home=busy).json) == 2


def test_two_backups_within_a_second(home: Home, store: Store, now: datetime) -> None:
    assert backup(store, home, None, now).file != backup(store, home, None, now).file


def test_a_number_that_comes_again_after_a_restore_is_another_message(home: Home, tmp_path: Path) -> None:
    words = ("send", "--to", "me@example.org", "--channel", "email", "--subject", "s", "--json", "--text")
    carat("backup", str(tmp_path / "copy.db"), home=home)
    before = carat(*words, "one", home=home).json
    carat("restore", str(tmp_path / "copy.db"), home=home)
    carat("outbox", "resume", home=home)
    after = carat(*words, "two", home=home).json
    assert (before["id"], before["state"]) == (after["id"], after["state"]) == (1, "sent")
    assert before["message_id"] != after["message_id"]
