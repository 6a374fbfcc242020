"""Opening, reading and writing the one file.

Writing: every write is a *job*, a function of the write connection, given to ``Store.write``. Jobs queue up; the first
thread that gets the leader's place runs all that wait in one transaction and commits once, while the next jobs queue
up behind it. So one slow disk flush serves many senders (limits §3), no thread is needed for it, and inside a process
there is exactly one connection that writes and checkpoints. Between processes a file lock keeps it that way: SQLite
before 3.51.3 can damage a file when one connection writes while another checkpoints (reliability §2).

Jobs that need not be durable (chunks of an import) stand in a queue of their own and take turns with the others: a
sender waits for the rest of one chunk at most, and an import goes on however much is sent.

Reading: each thread has its own read-only connection; a read never waits for a write.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from carat_tui.model.errors import Busy, Exchanged, StoreError
from carat_tui.store.health import look_before_opening
from carat_tui.store.lock import FileLock
from carat_tui.store.schema import APPLICATION_ID, MIGRATIONS
from carat_tui.store.turns import Job, T, Ticket, Turns

_CACHE, _WIDE_CACHE = -2_000, -32_000
"""KiB of pages kept by the write connection: SQLite's own measure, and what the indexes of a long import need."""
_CHECKPOINT, _RARE_CHECKPOINT = 1_000, 2_000
"""Pages in the WAL before they are written back: a stall of about 5 and of about 10 ms (limits §10)."""
_PATIENCE_S = 2.0
"""How long to wait for another program that renews the schema, too, or does something short as the engine."""


class Store:
    """The database of one home. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path.with_name("carat.write.lock"))
        self._writer: sqlite3.Connection | None = None
        self._synchronous = ""
        self._turns = Turns(self._commit)
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._file = _which(path)

    # -- opening ------------------------------------------------------------------------------------------------

    @classmethod
    def create(cls, path: Path) -> Store:
        """Make a new database at ``path``; raises ``StoreError`` if something is there already."""
        if path.exists():
            raise StoreError(f"{path} exists already.", "Nothing was touched.")
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as conn:
            conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            conn.execute("PRAGMA journal_mode = WAL")
        path.chmod(0o600)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path, check_s: float = 0.3) -> Store:
        """Open an existing database, bring it to the newest schema, look at its health for ``check_s`` seconds.

        Raises ``StoreError`` (exit 4) when it is missing, damaged or made by a newer version: then nothing is touched.
        """
        version = look_before_opening(path, check_s, len(MIGRATIONS))
        store = cls(path)
        if version < len(MIGRATIONS):
            try:
                store._renew()
            except BaseException:
                store.close()
                raise
        return store

    def _renew(self) -> None:
        """Bring the schema up to date, unless another program that was just updated, too, is quicker."""
        engine = FileLock(self.path.with_name("carat.lock"))
        try:
            until = time.monotonic() + _PATIENCE_S
            while not engine.try_acquire():
                if _version(self.read()) >= len(MIGRATIONS):
                    return
                if time.monotonic() > until:
                    raise Busy(
                        "An engine of an older version works on this home.",
                        "Stop it first; then the database is renewed.",
                    )
                time.sleep(0.05)
            if (version := _version(self.read())) < len(MIGRATIONS):
                self._migrate(version)
        finally:
            engine.close()

    def still_the_same(self) -> None:
        """Raise ``Exchanged`` when the file at ``path`` is no longer the one that was opened: open connections would go
        on with a database that nobody else knows any more. Some microseconds."""
        self._is_there()
        _not_newer(self.read())

    def _is_there(self) -> None:
        if _which(self.path) != self._file:
            raise Exchanged(
                f"The database {self.path} was replaced or removed while it was open.",
                "Nothing was written to it since; start anew.",
            )

    def _migrate(self, version: int) -> None:
        """Forward only: a verified copy first (unless the file is new), then everything in one transaction."""
        from sqlite_utils import Database

        if version:
            folder = self.path.parent / "backups"
            folder.mkdir(exist_ok=True, mode=0o700)
            self.copy_to(folder / f"before-schema-{len(MIGRATIONS)}-{time.time_ns()}.db")
        with self._lock:
            conn = self._write_connection()
            conn.execute("BEGIN IMMEDIATE")
            try:
                database = Database(conn)
                for migration in MIGRATIONS[version:]:
                    migration(database)
                conn.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
                conn.execute("COMMIT")
            except BaseException:
                conn.execute("ROLLBACK")
                raise

    # -- writing ------------------------------------------------------------------------------------------------

    def write(self, job: Job[T], *, durable: bool = True) -> T:
        """Run ``job`` in a transaction and return its result once that is committed.

        ``durable`` means flushed to the disk (outbox, journal, settings); an import can do without, because the file
        that it reads is still there after a power cut. What the job raises is raised here, and nothing of it stays.
        The job must not use the network, wait, or keep the connection.
        """
        ticket: Ticket[T] = Ticket(job, durable)
        self._turns.work_off(ticket)  # type: ignore[arg-type]  # a ticket of T is read back only here
        if ticket.error is not None:
            raise ticket.error
        return ticket.result  # type: ignore[return-value]

    @contextlib.contextmanager
    def _alone(self) -> Iterator[sqlite3.Connection]:
        """The write connection between two transactions."""
        with self._turns.alone(), self._lock:
            yield self._write_connection()

    def submit(self, job: Job[object]) -> Callable[[], bool]:
        """Let ``job`` be committed together with the next ``write`` of any thread; call ``flush`` before you rest.

        For results that cost nothing if they are lost in a crash: the attempt before them is on disk already. The
        returned question says whether the job is committed by now, and raises what went wrong with it.
        """
        ticket: Ticket[object] = Ticket(job, True)
        self._turns.add(ticket)

        def committed() -> bool:
            # Read ``done`` first: it is set last, so an error is there to be seen once it is true.
            done = ticket.done
            if ticket.error is not None:
                raise ticket.error
            return done

        return committed

    def flush(self) -> None:
        """Commit what ``submit`` left."""
        self.write(lambda conn: None)

    def _commit(self, batch: list[Ticket[object]]) -> None:
        """Run the jobs of ``batch`` in one transaction."""
        try:
            with self._lock:
                self._is_there()
                conn = self._write_connection()
                self._set_synchronous(conn, "FULL" if any(t.durable for t in batch) else "NORMAL")
                conn.execute("BEGIN IMMEDIATE")
                try:
                    _not_newer(conn)
                    for ticket in batch:
                        _run(conn, ticket)
                    conn.execute("COMMIT")
                except BaseException:
                    if conn.in_transaction:
                        conn.execute("ROLLBACK")
                    raise
        except BaseException as failure:
            for ticket in batch:
                ticket.error = ticket.error or failure
            if not isinstance(failure, Exception):
                raise
        finally:
            for ticket in batch:
                ticket.done = True

    def _write_connection(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = _connect(f"{self.path.absolute().as_uri()}?mode=rw")
            self._writer.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
        return self._writer

    def _set_synchronous(self, conn: sqlite3.Connection, level: str) -> None:
        if self._synchronous != level:
            conn.execute(f"PRAGMA synchronous = {level}")
            self._synchronous = level

    @contextlib.contextmanager
    def attached(self, path: Path, name: str) -> Iterator[None]:
        """Let jobs read the database file ``path`` under ``name`` (an identifier of ours) while the block runs."""
        with self._alone() as conn:
            conn.execute(f"ATTACH ? AS {name}", (f"{path.absolute().as_uri()}?mode=ro",))
        try:
            yield
        finally:
            with self._alone() as conn:
                conn.execute(f"DETACH {name}")

    @contextlib.contextmanager
    def wide_cache(self) -> Iterator[None]:
        """Let the write connection keep more pages while the block runs, and write them back half as often.

        For work all over large indexes: the same pages are changed again and again.
        """
        with self._alone() as conn:
            conn.execute(f"PRAGMA main.cache_size = {_WIDE_CACHE}")
            conn.execute(f"PRAGMA wal_autocheckpoint = {_RARE_CHECKPOINT}")
        try:
            yield
        finally:
            with self._alone() as conn:
                conn.execute(f"PRAGMA main.cache_size = {_CACHE}")
                conn.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")

    # -- reading ------------------------------------------------------------------------------------------------

    def read(self) -> sqlite3.Connection:
        """This thread's own connection for reading; it cannot write."""
        conn: sqlite3.Connection | None = getattr(self._local, "conn", None)
        if conn is None:
            self._is_there()
            conn = _connect(f"{self.path.absolute().as_uri()}?mode=ro")
            conn.execute("PRAGMA query_only = ON")
            self._local.conn = conn
            self._readers.append(conn)
        return conn

    def release(self) -> None:
        """Close this thread's connection for reading; a thread that ends before the store does calls this last."""
        conn: sqlite3.Connection | None = getattr(self._local, "conn", None)
        if conn is not None:
            self._local.conn = None
            with contextlib.suppress(ValueError):  # the store was closed in between
                self._readers.remove(conn)
            conn.close()

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one and the same state for the whole block."""
        conn = self.read()
        conn.execute("BEGIN")
        try:
            yield conn
        finally:
            conn.execute("COMMIT")

    def copy_to(self, target: Path) -> None:
        """Write a verified copy to ``target``, which must not exist; raises ``StoreError`` if the copy is not sound."""
        if target.exists():
            raise StoreError(f"{target} exists already.", "Choose another name.")
        with contextlib.closing(_connect(f"{self.path.absolute().as_uri()}?mode=ro")) as conn:
            try:
                conn.execute("VACUUM INTO ?", (str(target),))
            except sqlite3.Error:
                target.unlink(missing_ok=True)  # half a copy, on a full disk
                raise
        target.chmod(0o600)
        with target.open("rb+") as copy:
            os.fsync(copy.fileno())
        look_before_opening(target, 600, len(MIGRATIONS))

    def close(self) -> None:
        """Commit what is left and close every connection."""
        if self._turns.left():
            self.flush()
        for conn in self._readers:
            conn.close()
        self._readers.clear()
        self._local = threading.local()
        if self._writer is not None:  # the last to go, because it alone can put the WAL away
            with self._alone() as conn:
                conn.close()
                self._writer = None
                self._synchronous = ""
        self._lock.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _which(path: Path) -> tuple[int, int] | None:
    """Which file it is; None = there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _not_newer(conn: sqlite3.Connection) -> None:
    if _version(conn) > len(MIGRATIONS):
        raise Exchanged("A newer version has renewed the database.", "Update this program, too; then start anew.")


def _version(conn: sqlite3.Connection) -> int:
    return int(conn.execute("PRAGMA user_version").fetchone()[0])


def _run(conn: sqlite3.Connection, ticket: Ticket[object]) -> None:
    """Run one job so that its failure takes nothing else with it."""
    conn.execute("SAVEPOINT job")
    try:
        ticket.result = ticket.job(conn)
    except Exception as error:
        ticket.error = error
        if conn.in_transaction:
            conn.execute("ROLLBACK TO job")
    if not conn.in_transaction:
        # Disk full or an I/O error made SQLite roll back the whole transaction: nothing of this batch stands.
        raise ticket.error or StoreError("The database gave the transaction up.", "Look at the disk (carat doctor).")
    conn.execute("RELEASE job")


def _connect(uri: str) -> sqlite3.Connection:
    # Threads hand the write connection to each other under the leader's lock, so the check of sqlite3 is off.
    conn = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256)
    conn.row_factory = sqlite3.Row
    conn.execute("PRAGMA busy_timeout = 5000")
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA trusted_schema = OFF")
    conn.execute("PRAGMA secure_delete = ON")
    conn.execute("PRAGMA mmap_size = 0")
    return conn
