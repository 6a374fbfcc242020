"""The one write path: what is committed, what is not, and which files are refused untouched."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from carat_tui.model.errors import Busy, StoreError
from carat_tui.store import database, schema
from carat_tui.store.database import Store
from carat_tui.store.lock import FileLock


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "data" / "carat.db") as made:
        yield made


def put(key: str, value: str = "x") -> database.Job[None]:
    def job(conn: sqlite3.Connection) -> None:
        conn.execute("INSERT INTO setting VALUES (?, ?)", (key, value))

    return job


def keys(store: Store) -> list[str]:
    return [row[0] for row in store.read().execute("SELECT key FROM setting ORDER BY key")]


def test_a_job_gives_back_its_result_and_stays(store: Store) -> None:
    assert store.write(lambda conn: conn.execute("SELECT 41 + 1").fetchone()[0]) == 42
    store.write(put("a"))
    assert keys(store) == ["a"]


def test_a_job_that_fails_leaves_nothing_and_says_why(store: Store) -> None:
    def half(conn: sqlite3.Connection) -> None:
        put("half")(conn)
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        store.write(half)
    assert keys(store) == []


def test_a_failing_job_takes_no_other_job_of_its_group_with_it(store: Store) -> None:
    store.submit(put("before"))
    with pytest.raises(sqlite3.IntegrityError):
        store.write(put("before"))
    assert keys(store) == ["before"]


def test_submitted_jobs_ride_along_and_flush_commits_the_rest(store: Store) -> None:
    store.submit(put("a"))
    assert keys(store) == []
    store.write(put("b"))
    store.submit(put("c"))
    store.flush()
    assert keys(store) == ["a", "b", "c"]


def test_closing_commits_what_was_submitted(tmp_path: Path) -> None:
    with Store.create(tmp_path / "carat.db") as store:
        store.submit(put("late"))
    with Store.open(tmp_path / "carat.db") as store:
        assert keys(store) == ["late"]


def test_many_threads_share_commits_and_lose_nothing(store: Store) -> None:
    commits = 0

    def count(statement: str) -> None:
        nonlocal commits
        commits += statement == "COMMIT"

    store.write(lambda conn: conn.set_trace_callback(count))
    barrier = threading.Barrier(8)

    def work(number: int) -> None:
        barrier.wait()
        for turn in range(50):
            store.write(put(f"{number}-{turn}"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys(store)) == 400
    assert 0 < commits <= 401


def test_readers_cannot_write_and_do_not_wait_for_a_writer(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match=r"readonly|read-only"):
        store.read().execute("DELETE FROM setting")
    seen: list[list[str]] = []

    def job(conn: sqlite3.Connection) -> None:
        put("inside")(conn)
        reader = threading.Thread(target=lambda: seen.append(keys(store)))
        reader.start()
        reader.join()

    store.write(job)
    assert seen == [[]]


def test_a_snapshot_does_not_move(store: Store) -> None:
    with store.snapshot() as conn:
        assert conn.execute("SELECT count(*) FROM setting").fetchone()[0] == 0
        store.write(put("new"))
        assert conn.execute("SELECT count(*) FROM setting").fetchone()[0] == 0
    assert keys(store) == ["new"]


def test_the_pragmas_that_money_rests_on(store: Store) -> None:
    def look(conn: sqlite3.Connection) -> list[object]:
        return [
            conn.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "mmap_size")
        ]

    assert store.write(look) == ["wal", 2, 1, 0]
    assert store.write(look, durable=False) == ["wal", 1, 1, 0]
    assert store.write(look) == ["wal", 2, 1, 0]


_COUNT_UP = """
import sys
from pathlib import Path
from carat_tui.store.database import Store
def job(conn):
    value = int(conn.execute("SELECT value FROM setting WHERE key = 'n'").fetchone()[0])
    conn.execute("UPDATE setting SET value = ? WHERE key = 'n'", (value + 1,))
with Store.open(Path(sys.argv[1])) as store:
    for _ in range(50):
        store.write(job)
"""


def test_processes_take_turns(store: Store) -> None:
    store.write(put("n", "0"))
    running = [subprocess.Popen([sys.executable, "-c", _COUNT_UP, str(store.path)]) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert store.read().execute("SELECT value FROM setting").fetchone()[0] == "150"


_WRITE_FOR_EVER = """
import sys
from pathlib import Path
from carat_tui.store.database import Store
store = Store.open(Path(sys.argv[1]))
n = 0
while True:
    n += 1
    store.write(lambda conn: conn.execute("INSERT INTO setting VALUES (?, 'x')", (f"{n:09d}",)))
    print(n, flush=True)
"""


def test_kill_loses_nothing_that_was_committed(store: Store) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITE_FOR_EVER, str(store.path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for _ in range(20):
        said = int(process.stdout.readline())
    process.kill()
    rest = process.stdout.read().split()
    process.stdout.close()
    process.wait()
    said = int(rest[-1]) if rest else said
    assert said <= len(keys(store)) <= said + 1
    assert store.read().execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_the_lock_is_free_again_when_its_process_dies(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    code = (
        "import sys; from pathlib import Path; from carat_tui.store.lock import FileLock\n"
        "lock = FileLock(Path(sys.argv[1])); lock.acquire(); print('mine', flush=True); input()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdin is not None
    process.stdout.readline()
    lock = FileLock(path)
    assert not lock.try_acquire()
    process.kill()
    process.wait()
    process.stdout.close()
    process.stdin.close()
    assert lock.try_acquire()
    lock.close()


# -- files that are refused, and left as they are ----------------------------------------------------------------


def refused(path: Path, match: str) -> None:
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(StoreError, match=match) as caught:
        Store.open(path)
    assert caught.value.exit_code == 4
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def closed_store(folder: Path) -> Path:
    path = folder / "carat.db"
    Store.create(path).close()
    return path


def test_a_missing_file_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database"):
        Store.open(tmp_path / "carat.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"\0" * 8192, b"not a database at all" * 500], ids=["empty", "zeros", "text"])
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "carat.db"
    path.write_bytes(content)
    refused(path, "damaged|not a database of carat")


def test_a_damaged_page_is_refused(tmp_path: Path) -> None:
    path = closed_store(tmp_path)
    content = bytearray(path.read_bytes())
    content[8192 : 8192 + 4096] = os.urandom(4096)
    path.write_bytes(content)
    refused(path, "damaged")


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = closed_store(tmp_path)
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA user_version = 999")
    conn.close()
    refused(path, "newer version")


def test_the_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "carat.db"
    conn = sqlite3.connect(path)
    conn.execute("CREATE TABLE theirs (x)")
    conn.close()
    refused(path, "not a database of carat")


@pytest.mark.skipif(not hasattr(os, "link"), reason="no hard links here")
def test_a_second_name_for_the_file_is_refused(tmp_path: Path) -> None:
    path = closed_store(tmp_path)
    os.link(path, tmp_path / "second.db")
    refused(path, "hard link")


def test_create_touches_nothing_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "carat.db"
    path.write_bytes(b"precious")
    with pytest.raises(StoreError):
        Store.create(path)
    assert path.read_bytes() == b"precious"


# -- migrations ----------------------------------------------------------------------------------------------------


def test_a_migration_runs_once_after_a_verified_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = closed_store(tmp_path)
    second = lambda db: db["setting"].insert({"key": "migrated", "value": "yes"})  # noqa: E731
    monkeypatch.setattr(database, "MIGRATIONS", (*schema.MIGRATIONS, second))
    for _ in range(2):
        with Store.open(path) as store:
            assert keys(store) == ["migrated"]
            assert store.read().execute("PRAGMA user_version").fetchone()[0] == len(schema.MIGRATIONS) + 1
    copies = list((tmp_path / "backups").iterdir())
    assert len(copies) == 1
    monkeypatch.setattr(database, "MIGRATIONS", schema.MIGRATIONS)
    with Store.open(copies[0]) as copy:
        assert keys(copy) == []


def test_a_migration_that_fails_leaves_the_old_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = closed_store(tmp_path)

    def broken(db: object) -> None:
        db["setting"].insert({"key": "half", "value": "done"})  # type: ignore[index]
        raise RuntimeError("no")

    monkeypatch.setattr(database, "MIGRATIONS", (*schema.MIGRATIONS, broken))
    with pytest.raises(RuntimeError):
        Store.open(path)
    monkeypatch.setattr(database, "MIGRATIONS", schema.MIGRATIONS)
    with Store.open(path) as store:
        assert keys(store) == []


def test_no_migration_under_a_running_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = closed_store(tmp_path)
    monkeypatch.setattr(database, "MIGRATIONS", (*schema.MIGRATIONS, lambda db: None))
    engine = FileLock(tmp_path / "carat.lock")
    assert engine.try_acquire()
    with pytest.raises(Busy) as caught:
        Store.open(path)
    assert caught.value.exit_code == 3
    engine.close()


def test_a_copy_is_whole(store: Store, tmp_path: Path) -> None:
    store.write(put("kept"))
    store.copy_to(tmp_path / "copy.db")
    with Store.open(tmp_path / "copy.db") as copy:
        assert keys(copy) == ["kept"]
    with pytest.raises(StoreError, match="exists"):
        store.copy_to(tmp_path / "copy.db")
