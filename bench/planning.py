"""How fast events become planned messages: events/s of ``rules.plan.plan`` beside SQLite's own rate for the same rows.

    python -m bench.planning [EVENTS]

Each event makes its own message (the hardest case: nothing is merged); of ten customers seven get e-mail, two SMS,
one a letter. The bound writes the same message rows with one ``executemany`` per 500.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from carat_tui.rules.plan import plan
from carat_tui.store import rules, settings
from carat_tui.store.database import Store

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
AT = "2026-11-20T10:00:00.000Z"


def fill(store: Store, count: int) -> None:
    """``count`` customers with one order, one line and one goods receipt each, by SQL."""
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
    values = {"count": count, "at": AT}

    def job(conn):  # type: ignore[no-untyped-def]
        rules.install(conn)
        settings.put(conn, "brake.max_at_once", "1000000")
        conn.execute(
            "INSERT INTO import_file (id, sha256, path, name, size, state, started_at)"
            " VALUES (1, '', '', 'orders.csv', 0, 'done', ?)",
            (AT,),
        )
        for table, columns in {
            "customer (id, source, key, customer_no, name, street, zip, city, first_seen, last_seen)": (
                "i, 'erp', i, i, 'Kundin ' || i, 'Weg ' || i, '70173', 'Stuttgart', :at, :at"
            ),
            "document (id, source, kind, key, number, customer_id, first_seen, last_seen)": (
                "i, 'erp', 'order', 'B' || i, 'B' || i, i, :at, :at"
            ),
            "document_line (document_id, line_key, title, qty, qty_received)": "i, '1', 'Titel ' || i, 1, 1",
            "event (dedupe_key, kind, document_id, line_key, customer_id, detected_at, file_id)": (
                "'goods.received:erp:B' || i || ':1:1', 'goods.received', i, '1', i, :at, 1"
            ),
        }.items():
            conn.execute(f"INSERT INTO {table} {numbers} SELECT {columns} FROM n", values)
        conn.execute(
            "INSERT INTO contact (customer_id, type, value, value_raw)"
            f" {numbers} SELECT i, iif(i % 10 < 7, 'email', 'mobile'),"
            " iif(i % 10 < 7, 'kundin' || i || '@example.org', '+49151' || (20000000 + i)), '' FROM n WHERE i % 10 < 9",
            values,
        )

    store.write(job)


def bound(folder: Path, count: int) -> float:
    """Seconds for the message rows alone, without deciding anything."""
    with Store.create(folder / "bound" / "carat.db") as store:
        fill(store, count)
        begin = time.perf_counter()
        for first in range(1, count + 1, 500):
            rows = [
                (f"goods_arrived|goods.received:erp:B{i}:1:1|{i}|email|v1", i, f"kundin{i}@example.org", AT, AT)
                for i in range(first, min(first + 500, count + 1))
            ]
            store.write(
                lambda conn, rows=rows: conn.executemany(  # type: ignore[misc]
                    "INSERT INTO message (key, rule, event, customer_id, channel, to_address, language, state, due_at,"
                    " created_at) VALUES (?, 'goods_arrived', 'goods.received', ?, 'email', ?, 'de', 'waiting', ?, ?)",
                    rows,
                ),
                durable=False,
            )
        return time.perf_counter() - begin


def main(argv: list[str]) -> None:
    """Plan ``argv[0]`` events (25,000), then once more, and print the rates beside the bare rows."""
    count = int(argv[0]) if argv else 25_000
    with tempfile.TemporaryDirectory() as folder:
        with Store.create(Path(folder) / "warm" / "carat.db") as store:
            fill(store, 20)
            plan(store, NOW)  # the engine imports phonenumbers and holidays once, not for every file
        with Store.create(Path(folder) / "home" / "carat.db") as store:
            fill(store, count)
            begin = time.perf_counter()
            planned = plan(store, NOW)
            ours = time.perf_counter() - begin
            begin = time.perf_counter()
            again = plan(store, NOW)
            second = time.perf_counter() - begin
        limit = bound(Path(folder), count)
    assert planned.messages == count and again.messages == 0
    print(f"planning {count:,} events, {planned.messages:,} messages")
    print(f"  bare message rows  {count / limit:>10,.0f} /s")
    print(f"  plan               {count / ours:>10,.0f} /s   {limit / ours:.2f} x the bare rows")
    print(f"  plan again         {second * 1000:>10.1f} ms  nothing to do")


if __name__ == "__main__":
    main(sys.argv[1:])
