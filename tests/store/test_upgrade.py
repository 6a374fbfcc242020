"""A shop of the first version comes along: nothing of it is lost, and it goes on where it stopped."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from carat_tui.model.home import Home
from carat_tui.store import journal, schema
from carat_tui.store.database import Store
from tests.cli.door import carat

VERSION_1 = Path(__file__).with_name("version_1.sql")
"""Seven messages of five customers: told, written by hand (one with a note in the order), held; a text that the shop
changed; a closed address. Played by the program of that time."""

TABLES = "setting account rule import_file customer contact suppression document_line event message_body message_event"


@pytest.fixture
def old(home: Home) -> Home:
    """A home as that program left it."""
    for part in home.data.glob("carat.db*"):
        part.unlink()
    with closing(sqlite3.connect(home.database)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.executescript(VERSION_1.read_text(encoding="utf-8"))
    return home


def rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """What both versions have in the same columns."""
    queries = {table: f"SELECT * FROM {table} ORDER BY 1, 2" for table in TABLES.split()}
    queries["message"] = "SELECT id, key, state, reason, to_address, subject, sent_at, template_version FROM message"
    queries["document"] = "SELECT id, number, customer_id, note, last_notified_at FROM document"
    queries["version"] = (
        "SELECT id, name, language, channel, version, sha256, source, first_used_at FROM template_version"
    )
    queries["journal"] = "SELECT * FROM journal"
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as conn:
        return {name: conn.execute(query).fetchall() for name, query in queries.items()}


def test_the_released_schema_is_never_edited(old: Home, tmp_path: Path) -> None:
    from sqlite_utils import Database

    shape = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
    with closing(sqlite3.connect(tmp_path / "first.db")) as conn, closing(sqlite3.connect(old.database)) as released:
        schema.first(Database(conn))
        assert conn.execute(shape).fetchall() == released.execute(shape).fetchall()


def test_everything_is_there_and_a_copy_was_made_before(old: Home) -> None:
    before = rows(old.database)
    assert carat("settings", "list", home=old).code == 0
    assert rows(old.database) == before
    [copy] = old.backups.iterdir()
    assert rows(copy) == before
    with closing(sqlite3.connect(copy)) as conn:
        assert conn.execute("PRAGMA user_version").fetchone()[0] == 1
        assert conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    with Store.open(old.database) as store:
        assert journal.verify(store.read()).broken_at is None
        assert store.read().execute("PRAGMA foreign_key_check").fetchall() == []


def test_old_messages_notes_and_texts_are_told(old: Home) -> None:
    assert len(carat("--json", "outbox", "list", home=old).json) == 7
    assert "Wir haben heute bis 20 Uhr offen." in carat("document", "show", "A-1", home=old).out
    assert "Message 5" in carat("explain", "503", home=old).out
    versions = carat("--json", "template", "history", "goods_arrived_one", home=old).json
    assert {(one["channel"], one["version"]) for one in versions} == {("email", 1), ("sms", 1)}
    assert carat("doctor", home=old).out.count("every rule of the outbox holds") == 1


def test_old_rows_are_found_before_and_after_the_index_has_them(old: Home) -> None:
    def found() -> list[int]:
        searches = (("customer", "kučer"), ("document", "Müll"), ("outbox", "drei@exam"), ("outbox", "liegen ber"))
        return [len(carat("--json", place, "list", "--search", word, home=old).json) for place, word in searches]

    before = found()
    assert min(before) >= 1
    carat("run", "--once", "--now", "2026-03-05T10:45", home=old)
    with Store.open(old.database) as store:
        assert store.read().execute("SELECT min(up_to) FROM search_done").fetchone()[0] > 0
    assert found() == before


def test_what_was_held_goes_out_once_and_nothing_again(old: Home) -> None:
    assert carat("run", "--once", "--now", "2026-03-05T10:45", home=old).code == 0
    assert not list((old.data / "mail").glob("new/*")), "what was sent by the old version is not sent again"
    assert carat("outbox", "release", "6", home=old).code == 0
    for _ in range(2):
        assert carat("run", "--once", home=old).code == 0
    [mail] = (old.data / "mail" / "new").iterdir()
    assert b"vier@example.org" in mail.read_bytes()


def test_two_programs_that_are_started_at_once_renew_it_once(old: Home) -> None:
    code = "import sys; from carat_tui.__main__ import main; sys.exit(main())"
    words = [sys.executable, "-c", code, "--home", str(old.root), "outbox", "list"]
    both = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    for one in both:
        out, err = one.communicate(timeout=60)
        assert (one.returncode, err) == (0, b"")
        assert b"fuenf@example.org" in out
    assert len(list(old.backups.iterdir())) == 1
