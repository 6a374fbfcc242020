"""How fast finished mail leaves durably: ``Dispatcher.drain`` beside the bound of the machine, in the same run.

    python -m bench.sending [MAILS]

The bound does as little as can be done durably (limits §3): bytes that lie ready, four ``smtplib`` connections, one
writer thread that marks what was accepted, with ``synchronous=FULL`` and as many marks in one commit as have come
together; after a crash up to four mails a connection are in doubt, and there is no journal, no attempt before the dot,
no suppression list and no pause to look at. Ours has all of that and one in doubt a connection.

Goals: G6 at least 0.35 x the bound; G7 at least 0.9 x bare smtplib threads against a server with a real one's pace.
"""

from __future__ import annotations

import queue
import smtplib
import socket
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from carat_tui.model.home import Home
from carat_tui.outbox.dispatch import Dispatcher
from carat_tui.store import accounts, settings
from carat_tui.store.database import Store
from tests.outbox import seed

from . import _postfix, _sink

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
ROUNDS = 5
CONNECTIONS = 4
IN_DOUBT = 4
SIZE = 2600


def _together(work: Callable[[], None], threads: int) -> None:
    started = [threading.Thread(target=work) for _ in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()


class _Writer:
    """One thread, one connection; whatever waits when a commit ends goes into the next."""

    def __init__(self, path: Path) -> None:
        self._conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._conn.execute("PRAGMA synchronous = FULL")
        self._jobs: queue.SimpleQueue[tuple[int, threading.Semaphore] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def mark(self, mail: int, free: threading.Semaphore) -> None:
        self._jobs.put((mail, free))

    def end(self) -> None:
        self._jobs.put(None)
        self._thread.join()
        self._conn.close()

    def _run(self) -> None:
        going = True
        while going:
            batch = [self._jobs.get()]
            while not self._jobs.empty():
                batch.append(self._jobs.get())
            going = None not in batch
            done = [job for job in batch if job is not None]
            self._conn.execute("BEGIN IMMEDIATE")
            self._conn.executemany("UPDATE mail SET state = 'sent' WHERE id = ?", [(mail,) for mail, _ in done])
            self._conn.execute("COMMIT")
            for _, free in done:
                free.release()


Connection = Callable[[int], AbstractContextManager[Callable[[str, bytes], None]]]
"""Port → an open connection that sends one mail (address, bytes)."""


def _bound(connection: Connection, port: int, count: int, folder: Path) -> float:
    """Mails a second of the bound: claim 50 at a time, send, mark; up to four marks of a connection are under way."""
    path = folder / "bound.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("CREATE TABLE mail (id INTEGER PRIMARY KEY, state TEXT, address TEXT, payload BLOB)")
        rows = ((n, "waiting", f"customer{n}@example.net", seed.mime(n, SIZE)) for n in range(count))
        conn.executemany("INSERT INTO mail VALUES (?, ?, ?, ?)", rows)
        conn.commit()
    writer, lock = _Writer(path), threading.Lock()
    reader = sqlite3.connect(path, check_same_thread=False)
    cursor = reader.execute("SELECT id, address, payload FROM mail WHERE state = 'waiting' ORDER BY id")

    def claim() -> list[tuple[int, str, bytes]]:
        with lock:
            return cursor.fetchmany(50)

    def work() -> None:
        free = threading.Semaphore(IN_DOUBT)
        with connection(port) as send:
            while batch := claim():
                for mail, address, payload in batch:
                    free.acquire()
                    send(address, payload)
                    writer.mark(mail, free)

    began = time.perf_counter()
    _together(work, CONNECTIONS)
    writer.end()
    seconds = time.perf_counter() - began
    reader.close()
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("SELECT count(*) FROM mail WHERE state = 'sent'").fetchone()[0] == count
    return count / seconds


@contextmanager
def _by_smtplib(port: int) -> Iterator[Callable[[str, bytes], None]]:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench") as server:

        def send(address: str, payload: bytes) -> None:
            server.sendmail("a@example.org", [address], payload)

        yield send


@contextmanager
def _by_socket(port: int) -> Iterator[Callable[[str, bytes], None]]:
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _read(sock, 1)
        sock.sendall(b"EHLO bench\r\n")
        _read(sock, 3)

        def send(address: str, payload: bytes) -> None:
            sock.sendall(f"MAIL FROM:<a@example.org>\r\nRCPT TO:<{address}>\r\nDATA\r\n".encode())
            _read(sock, 3)
            sock.sendall(payload.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            _read(sock, 1)

        yield send


def _read(sock: socket.socket, lines: int) -> None:
    while lines > 0:
        lines -= sock.recv(65536).count(b"\n")


def _smtplib(port: int, count: int) -> float:
    """Mails a second of bare ``smtplib`` in threads, bytes ready, nothing recorded."""
    mails: queue.SimpleQueue[int] = queue.SimpleQueue()
    for n in range(count):
        mails.put(n)

    def work() -> None:
        with _by_smtplib(port) as send:
            while True:
                try:
                    n = mails.get_nowait()
                except queue.Empty:
                    return
                send(f"customer{n}@example.net", seed.mime(n, SIZE))

    began = time.perf_counter()
    _together(work, CONNECTIONS)
    return count / (time.perf_counter() - began)


def _ours(folder: Path, port: int, count: int) -> float:
    """Mails a second of ``Dispatcher.drain`` with four workers."""
    home = Home(folder)
    with Store.create(home.database) as store:
        store.write(accounts.install)
        store.write(lambda conn: settings.put(conn, "shop.email", "laden@example.org"))
        store.write(lambda conn: settings.put(conn, "outbox.workers", str(CONNECTIONS)))
        seed.live(store)
        seed.smtp_route(store, port)
        seed.messages(store, count, NOW, size=SIZE)
        dispatcher = Dispatcher(store, home, lambda: NOW, lambda account: "")
        began = time.perf_counter()
        counts = dispatcher.drain()
        seconds = time.perf_counter() - began
        assert counts == {"email": {"sent": count}}, counts
    return count / seconds


def _rounds(cases: dict[str, Callable[[Path], float]], rounds: int) -> dict[str, list[float]]:
    """Rates of the cases, which take turns, each in a fresh folder."""
    rates: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            with tempfile.TemporaryDirectory() as folder:
                rates[name].append(case(Path(folder)))
    return rates


def _table(title: str, rates: dict[str, list[float]], bound: str) -> None:
    print(f"{title:<62}{'mails/s':>9}{'x bound':>9}")
    for name, measured in rates.items():
        ratios = [ours / limit for ours, limit in zip(measured, rates[bound], strict=True)]
        print(f"  {name:<60}{statistics.median(measured):>9.0f}{statistics.median(ratios):>9.2f}")


def main(argv: list[str]) -> None:
    """Print both tables: a server without pauses, and one with a real server's pace."""
    count = int(argv[0]) if argv else 3000
    with _sink.running() as port:
        fast = _rounds(
            {
                "bound: smtplib, FULL, group commit, 16 in doubt": partial(_bound, _by_smtplib, port, count),
                "the same on bare sockets, pipelined": partial(_bound, _by_socket, port, count),
                "bare smtplib, nothing recorded": lambda folder: _smtplib(port, count),
                "ours: attempt, result, journal, FULL, 4 in doubt (G6: 0.35)": lambda folder: _ours(
                    folder, port, count
                ),
            },
            ROUNDS,
        )
    _table(f"{count} mails of 2.6 kB, {CONNECTIONS} connections", fast, next(iter(fast)))
    few = max(120, count // 30)
    with _sink.running(20, 50) as port:
        slow = _rounds(
            {
                "bound: bare smtplib, nothing recorded": lambda folder: _smtplib(port, few),
                "ours (G7: 0.9)": lambda folder: _ours(folder, port, few),
            },
            2,
        )
    _table(f"{few} mails, 20 ms an answer and 50 ms more to accept", slow, next(iter(slow)))
    _beside_postfix(count)


def _beside_postfix(count: int) -> None:
    if why := _postfix.missing():
        print(f"postfix's own queue: {why} (the goal is 1.2 x smtp-source → postfix → sink)")
        return
    with _sink.running() as port, _postfix.running(port) as (own, spool):
        rates = _rounds(
            {
                "bound: postfix's own queue, 10 sessions": lambda folder: _postfix.rate(own, spool, count, 10, SIZE),
                "ours (goal: 1.2)": lambda folder: _ours(folder, port, count),
            },
            ROUNDS,
        )
    _table(f"{count} mails durably through a queue", rates, next(iter(rates)))


if __name__ == "__main__":
    main(sys.argv[1:])
