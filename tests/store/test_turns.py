"""Who writes next: chunks of an import and the jobs of senders take turns."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from carat_tui.store.database import Store


def test_a_sender_waits_for_one_chunk_only(tmp_path: Path) -> None:
    order: list[str] = []
    began, go_on = threading.Event(), threading.Event()

    def chunk(conn: sqlite3.Connection) -> None:
        order.append("chunk")
        began.set()
        go_on.wait(30)

    def import_file() -> None:
        for _ in range(3):
            store.write(chunk, durable=False)

    def sent() -> None:
        store.write(lambda conn: order.append("sent"))

    with Store.create(tmp_path / "carat.db") as store:
        importer, sender = threading.Thread(target=import_file), threading.Thread(target=sent)
        importer.start()
        began.wait(30)
        sender.start()
        while not store._turns.left():
            began.wait(0.001)
        go_on.set()
        importer.join()
        sender.join()
    assert order == ["chunk", "sent", "chunk", "chunk"]


def test_an_import_goes_on_however_much_is_sent(tmp_path: Path) -> None:
    ended = threading.Event()
    jobs = 0

    def count(conn: sqlite3.Connection) -> None:
        nonlocal jobs
        jobs += 1

    def send() -> None:
        while not ended.is_set():
            store.write(count)

    with Store.create(tmp_path / "carat.db") as store:
        senders = [threading.Thread(target=send) for _ in range(4)]
        for sender in senders:
            sender.start()
        for _ in range(200):
            store.write(lambda conn: None, durable=False)
        ended.set()
        for sender in senders:
            sender.join()
        assert not store._turns.left()
    assert jobs
