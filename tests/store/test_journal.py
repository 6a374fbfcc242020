"""The journal only grows, and any change to it is found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from carat_tui.store import journal
from carat_tui.store.database import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "carat.db") as made:
        for number in range(5):
            made.write(
                lambda conn, n=number: journal.write(
                    conn, f"2026-11-21T10:00:0{n}.000Z", "anna", "held", "message", n, {"why": "Ž\x1f"}
                )
            )
        yield made


def test_a_chain_is_whole(store: Store) -> None:
    assert journal.verify(store.read()) == journal.Verdict(5, None)


@pytest.mark.parametrize(
    "statement", ["UPDATE journal SET who = 'eve' WHERE id = 3", "DELETE FROM journal WHERE id = 5"]
)
def test_rows_can_neither_be_changed_nor_deleted(store: Store, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="only grows"):
        store.write(lambda conn: conn.execute(statement))
    assert journal.verify(store.read()).broken_at is None


@pytest.mark.parametrize(
    ("statement", "found_at"),
    [
        ("UPDATE journal SET who = 'eve' WHERE id = 3", 3),
        ("UPDATE journal SET detail = '{}' WHERE id = 1", 1),
        ("UPDATE journal SET subject_id = NULL WHERE id = 2", 2),
        ("DELETE FROM journal WHERE id = 2", 3),
    ],
)
def test_a_change_behind_our_back_is_found(store: Store, statement: str, found_at: int) -> None:
    with closing(sqlite3.connect(store.path, isolation_level=None)) as conn:
        conn.execute("DROP TRIGGER journal_is_never_changed")
        conn.execute("DROP TRIGGER journal_is_never_cut")
        conn.execute(statement)
    assert journal.verify(store.read()).broken_at == found_at


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(texts=st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_any_text_can_be_journaled(store: Store, texts: list[str]) -> None:
    def job(conn: sqlite3.Connection) -> None:
        for text in texts:
            journal.write(conn, "2026-11-21T10:00:00.000Z", "anna", "wrote", "message", None, {text: text})

    store.write(job)
    assert journal.verify(store.read()).broken_at is None
