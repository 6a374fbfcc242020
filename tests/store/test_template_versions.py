"""Versions of templates in the store: saved, found, used; and how a store of the first release gets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from carat_tui.store import database, schema
from carat_tui.store import templates as versions
from carat_tui.store.database import Store
from carat_tui.store.templates import Key

KEY = Key("goods_arrived_one", "de", "sms")
AT, LATER, LAST = "2026-03-04T09:30:00.000Z", "2026-03-04T10:30:00.000Z", "2026-03-04T11:30:00.000Z"


def test_the_first_use_of_a_saved_version_is_noted_once(store: Store) -> None:
    store.write(lambda conn: versions.save(conn, KEY, "a", "A", AT, "anna"))
    for at in (LATER, LAST):
        assert store.write(lambda conn, at=at: versions.version_of(conn, *KEY, "a", "A", at)) == 1
    (one,) = versions.of_file(store.read(), KEY)
    assert (one.who, one.saved_at, one.first_used_at) == ("anna", AT, LATER)


def test_a_file_changed_outside_gets_a_version_without_a_name_when_it_is_used(store: Store) -> None:
    store.write(lambda conn: versions.version_of(conn, *KEY, "b", "B", AT))
    (one,) = versions.of_file(store.read(), KEY)
    assert (one.number, one.who, one.saved_at, one.first_used_at) == (1, None, None, AT)


def test_an_old_text_saved_again_is_a_new_version_and_messages_use_that(store: Store) -> None:
    for sha, at in (("a", AT), ("b", LATER), ("a", LAST)):
        store.write(lambda conn, sha=sha, at=at: versions.save(conn, KEY, sha, sha, at, "anna"))
    assert [one.number for one in versions.of_file(store.read(), KEY)] == [3, 2, 1]
    assert store.write(lambda conn: versions.version_of(conn, *KEY, "a", "a", LAST)) == 3
    assert versions.newest(store.read())[KEY].number == 3


def test_the_same_text_twice_in_a_row_is_one_version(store: Store) -> None:
    numbers = [store.write(lambda conn: versions.save(conn, KEY, "a", "A", AT, "anna")) for _ in range(2)]
    assert numbers == [1, 1]


def test_versions_of_the_first_release_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MIGRATIONS", schema.MIGRATIONS[:1])
    with Store.create(tmp_path / "carat.db") as old:
        row = (*KEY, 1, "a", "A", AT)
        old.write(
            lambda conn: (
                conn.execute(
                    "INSERT INTO template_version (name, language, channel, version, sha256, source, first_used_at)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    row,
                ).rowcount
            )
        )
    monkeypatch.setattr(database, "MIGRATIONS", schema.MIGRATIONS)
    with Store.open(tmp_path / "carat.db") as new:
        (one,) = versions.history(new.read(), KEY.name)
        assert (one.number, one.source, one.first_used_at, one.who) == (1, "A", AT, None)
