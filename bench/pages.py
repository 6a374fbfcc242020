"""A page of ``carat outbox list`` beside the bare key query (goal G13: at most 5 x, at 1,000,000 messages).

    python -m bench.pages [MESSAGES]

The bare query fetches the columns of 50 rows by key and nothing else; a page also names the customers and documents,
and is asked for as the command line asks. Both are taken at the same random places.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from carat_tui.store import message_list
from carat_tui.store.database import Store
from carat_tui.store.message_list import Filter

ROUNDS = 200
BARE = f"""
SELECT {message_list.COLUMNS.replace("c.customer_no", "m.customer_id")} FROM message m
WHERE m.id < ? ORDER BY m.id DESC LIMIT 50
"""


def fill(store: Store, count: int) -> None:
    """``count`` messages: 96 % sent, 2 % waiting, 1 % held, 1 % failed; a customer and an order for every ten."""
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
    stamp_of = "strftime('%Y-%m-%dT%H:%M:%S.000Z', 1700000000 + {0} * 60, 'unixepoch')"

    def job(conn: sqlite3.Connection) -> None:
        few = {"count": count // 10 + 1}
        conn.execute(
            "INSERT INTO customer (id, source, key, customer_no, name, first_seen, last_seen)"
            f" {numbers} SELECT i, 'erp', 'K' || i, 'K' || i, 'Kundin ' || i, '', '' FROM n",
            few,
        )
        conn.execute(
            "INSERT INTO document (id, source, kind, key, number, customer_id, first_seen, last_seen)"
            f" {numbers} SELECT i, 'erp', 'order', 'B' || i, 'B' || i, i, '', '' FROM n",
            few,
        )
        conn.execute(
            "INSERT INTO message (id, key, rule, event, customer_id, channel, to_address, language, subject, state,"
            " due_at, composed, created_at, attempts, route, template, template_version)"
            f" {numbers} SELECT i, 'goods_arrived|goods.received:erp:B' || i || ':1:1|K' || i || '|email|v1',"
            " 'goods_arrived', iif(i % 500 = 0, 'manual', 'goods.received'), i / 10 + 1, 'email',"
            " 'kundin' || (i / 10 + 1) || '@example.org', 'de', 'Ihre Bestellung B' || (i / 10 + 1) || ' ist da',"
            " CASE i % 100 WHEN 0 THEN 'held' WHEN 1 THEN 'failed' WHEN 2 THEN 'waiting' WHEN 3 THEN 'waiting'"
            f" ELSE 'sent' END, {stamp_of.format('i')}, 1, {stamp_of.format('i')}, 1, 'shop-smtp', 'goods_arrived', 1"
            " FROM n",
            {"count": count},
        )
        conn.execute(f"INSERT INTO message_document {numbers} SELECT i, i / 10 + 1 FROM n", {"count": count})

    store.write(job, durable=False)


def page(conn: sqlite3.Connection, wanted: Filter) -> int:
    """A page as ``carat outbox list`` asks for it: the rows, then the numbers of their documents in one query."""
    rows = message_list.page(conn, wanted)
    message_list.documents(conn, [row["id"] for row in rows])
    return len(rows)


def milliseconds(act: Callable[[int], object], places: list[int]) -> list[float]:
    """How long ``act`` takes at each place, in ms, sorted."""
    times = []
    for place in places:
        began = time.perf_counter()
        act(place)
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


def main(argv: list[str]) -> None:
    """Fill a store with ``argv[0]`` messages (1,000,000) and print p50 and p95 of every kind of page."""
    count = int(argv[0]) if argv else 1_000_000
    with tempfile.TemporaryDirectory() as folder, Store.create(Path(folder) / "data" / "carat.db") as store:
        began = time.perf_counter()
        fill(store, count)
        print(f"{count:,} messages made in {time.perf_counter() - began:.0f} s")
        measure(store.read(), count)


def measure(conn: sqlite3.Connection, count: int) -> None:
    """Print the table of all cases."""
    middle = conn.execute("SELECT created_at FROM message WHERE id = ?", (count // 2,)).fetchone()[0]
    newest = conn.execute("SELECT created_at FROM message WHERE id = ?", (count - 20,)).fetchone()[0]
    cases: dict[str, Callable[[int], Filter]] = {
        "any place": lambda place: Filter(after=place),
        "state sent": lambda place: Filter(states=("sent",), after=place),
        "state failed (1 %)": lambda place: Filter(states=("failed",), after=place),
        "states held, failed, waiting": lambda place: Filter(states=("held", "failed", "waiting"), after=place),
        "one customer": lambda place: Filter(customer=f"K{place // 10 + 1}"),
        "event goods.received": lambda place: Filter(event="goods.received", after=place),
        "event manual (0.2 %)": lambda place: Filter(event="manual", after=place),
        "event manual, state failed (none)": lambda place: Filter(event="manual", states=("failed",), after=place),
        "since half way": lambda place: Filter(since=middle),
        "since the newest 20": lambda place: Filter(since=newest),
        "search, common": lambda place: Filter(search="bestellung", after=place),
    }
    generator = random.Random(13)
    places = [generator.randint(count // 10, count) for _ in range(ROUNDS)]
    bare = milliseconds(lambda place: conn.execute(BARE, (place,)).fetchall(), places)
    limit = statistics.quantiles(bare, n=20)[-1]
    print(f"{'page of 50':<36}{'p50 ms':>8}{'p95 ms':>8}{'x bare p95':>12}")
    print(f"{'bare key query':<36}{statistics.median(bare):>8.2f}{limit:>8.2f}{1:>12.1f}")
    for name, wanted in cases.items():
        times = milliseconds(lambda place, wanted=wanted: page(conn, wanted(place)), places)  # type: ignore[misc]
        high = statistics.quantiles(times, n=20)[-1]
        print(f"{name:<36}{statistics.median(times):>8.2f}{high:>8.2f}{high / limit:>12.1f}")
    began = time.perf_counter()
    found = page(conn, Filter(search="not there"))
    print(f"{'search without a hit, whole list':<36}{(time.perf_counter() - began) * 1000:>8.0f}  ({found} found)")


if __name__ == "__main__":
    main(sys.argv[1:])
