"""Searches and filters of the lists beside the bare key query, and what the index costs (limits, section 7).

    python -m bench.searching [MESSAGES]

Two stores, one a tenth of the other (1,000,000 messages, as many orders, a tenth as many customers), each indexed as
the engine does it. "Head" is what stands between a key and the frame: the ids of the first 200 rows. Goal: p95 of each
kind at most 20 ms of the 150 that a search may take, and at most twice what it is in the small store.
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

from bench.pages import milliseconds
from carat_tui.store import customer_list, message_list, order_list
from carat_tui.store.customer_list import CustomerFilter
from carat_tui.store.database import Store
from carat_tui.store.message_list import Filter
from carat_tui.store.order_list import OrderFilter
from carat_tui.store.search_feed import Feed

ROUNDS = 60
FIRST = ("Anna", "Jürgen", "Łukasz", "Marie", "Peter", "Žofia", "Hans", "Ute")
LAST = ("Müller", "Schmidt", "Kowalski", "Novák", "Weber", "Wójcik", "Horváth", "Becker", "Großmann", "Vogel", "Çelik")
TITLE = ("Das Spiel", "Die Kunst", "Der Sommer", "Ein Leben", "Momo", "Tintenherz", "Kleine Geschichte")
OF = ("der Engel", "ohne Ende", "im Norden", "am Meer", "für Kinder", "mit Katze", "des Waldes", "und Brot")


def _pick(words: tuple[str, ...], shift: int) -> str:
    """SQL: one of ``words``, by the row's number and yet without a pattern."""
    cases = " ".join(f"WHEN {number} THEN '{word}'" for number, word in enumerate(words))
    return f"CASE ((i * 2654435761) >> {shift}) % {len(words)} {cases} END"


_FILL = {
    "customer (id, source, key, customer_no, name, street, zip, city, first_seen, last_seen)": (
        f"i, 'erp', 10000 + i, 10000 + i, {_pick(FIRST, 7)} || ' ' || {_pick(LAST, 11)}, 'Weg ' || i % 90,"
        " 70100 + i % 900, 'Stuttgart', '', ''"
    ),
    "contact (customer_id, type, value, value_raw)": (
        "i, 'email', 'kunde' || i || '@example.org', 'kunde' || i || '@example.org'"
    ),
    "document (id, source, kind, key, number, customer_id, status, first_seen, last_seen)": (
        "i, 'erp', 'order', 'B26-' || (100000 + i), 'B26-' || (100000 + i), i / 10 + 1,"
        " CASE WHEN i % 100 = 0 THEN 'ready' WHEN i % 50 = 0 THEN 'confirmed' ELSE 'fulfilled' END, '', ''"
    ),
    "document_line (document_id, line_key, isbn13, title, author, qty, qty_received)": (
        f"i, 1, 9783000010000 + i % 90000, {_pick(TITLE, 7)} || ' ' || {_pick(OF, 10)}, {_pick(LAST, 9)}, 1, 0"
    ),
    "message (id, key, rule, event, customer_id, channel, to_address, language, subject, state, due_at, composed,"
    " created_at, sent_at, attempts, route, template, template_version)": (
        "i, 'goods_arrived|goods.received:erp:B' || i || ':1:1|v1', 'goods_arrived', 'goods.received', i / 10 + 1,"
        " iif(i % 20, 'email', 'letter'), 'kunde' || (i / 10 + 1) || '@example.org', 'de',"
        " 'Ihre Bestellung B26-' || (100000 + i) || ' ist da',"
        " CASE i % 100 WHEN 0 THEN 'held' WHEN 1 THEN 'failed' WHEN 2 THEN 'waiting' ELSE 'sent' END, at, 1, at, at, 1,"
        " 'shop-smtp', 'goods_arrived', 1"
    ),
    "message_document (message_id, document_id)": "i, i",
}


def fill(store: Store, count: int) -> float:
    """Put the shop in; returns CPU seconds a row of the three tables that are searched, with all that belongs to it."""

    def job(conn: sqlite3.Connection) -> None:
        for table, row in _FILL.items():
            few = count // 10 + 1 if table.startswith(("customer", "contact")) else count
            conn.execute(
                f"INSERT INTO {table} WITH RECURSIVE n(i, at) AS (SELECT 1, '' UNION ALL SELECT i + 1,"
                " strftime('%Y-%m-%dT%H:%M:%S.000Z', 1700000000 + i * 60, 'unixepoch') FROM n WHERE i < ?)"
                f" SELECT {row} FROM n",
                (few,),
            )

    began = time.process_time()
    store.write(job, durable=False)
    return (time.process_time() - began) / (2.1 * count)


def feed(store: Store, count: int) -> tuple[float, list[float]]:
    """Index everything; CPU seconds a row, and how long each step took (ms, sorted)."""
    steps: list[float] = []
    began, going = time.process_time(), Feed(store)
    while True:
        at = time.perf_counter()
        if not going.step():
            return (time.process_time() - began) / (2.1 * count), sorted(steps)
        steps.append((time.perf_counter() - at) * 1000)


def heads(conn: sqlite3.Connection, count: int) -> dict[str, Callable[[int], object]]:
    """Each kind of head, asked at a place of the list."""

    def messages(make: Callable[[int], Filter]) -> Callable[[int], object]:
        return lambda place: message_list.ids(conn, make(place), 200)

    def orders(make: Callable[[int], OrderFilter]) -> Callable[[int], object]:
        return lambda place: order_list.ids(conn, make(place), 200)

    def customers(make: Callable[[int], CustomerFilter]) -> Callable[[int], object]:
        return lambda place: customer_list.ids(conn, make(place), 200)

    return {
        "messages, no filter": messages(lambda place: Filter()),
        "messages, state failed": messages(lambda place: Filter(states=("failed",))),
        "messages by letter": messages(lambda place: Filter(channel="letter")),
        "orders that have arrived": orders(lambda place: OrderFilter(standing="arrived")),
        "orders that nobody was told of": orders(lambda place: OrderFilter(standing="untold")),
        "search: in every message": messages(lambda place: Filter(search="bestellung")),
        "search: a name, one in eleven": messages(lambda place: Filter(search="kowalski")),
        "search: one message by its number": messages(lambda place: Filter(search=f"b26-{100000 + place}")),
        "search: four digits": messages(lambda place: Filter(search=f"{place % 10000:04}")),
        "search: nothing found": messages(lambda place: Filter(search=f"qx{place}")),
        "search: two words": messages(lambda place: Filter(search="muller ist da")),
        "search: two words, no hit": messages(lambda place: Filter(search=f"example.org 99{place}99")),
        "search: a whole subject": messages(
            lambda place: Filter(search=f"Ihre Bestellung B26-{100000 + place} ist da")
        ),
        "search: one letter": messages(lambda place: Filter(search="7")),
        "search: two letters, no hit": messages(lambda place: Filter(search="qx")),
        "search in state sent": messages(lambda place: Filter(("sent",), search=f"{place % 1000:03}")),
        "search in state failed (1 %)": messages(lambda place: Filter(("failed",), search="kowalski")),
        "search of a customer's messages": messages(
            lambda place: Filter(customer=str(10001 + place // 10), search="bestell")
        ),
        "orders: a title": orders(lambda place: OrderFilter("tintenherz")),
        "orders: a customer and a title": orders(lambda place: OrderFilter("zofia katze")),
        "orders: an ISBN": orders(lambda place: OrderFilter(f"{9783000010000 + place % 90000}")),
        "orders: open ones of a name": orders(lambda place: OrderFilter("wojcik", "open")),
        "customers: a name": customers(lambda place: CustomerFilter("anna becker")),
        "customers: an address": customers(lambda place: CustomerFilter(f"kunde{place // 10}@")),
    }


def snapshots(conn: sqlite3.Connection) -> dict[str, Callable[[int], object]]:
    """Whole lists, which a thread reads while the first page stands on the screen."""
    return {
        "all messages": lambda _: message_list.ids(conn, Filter(), None),
        "all orders": lambda _: order_list.ids(conn, OrderFilter(), None),
        "all in state sent": lambda _: message_list.ids(conn, Filter(("sent",)), None),
        "search: in every message": lambda _: message_list.ids(conn, Filter(search="bestellung"), None),
        "search: one letter": lambda _: message_list.ids(conn, Filter(search="7"), None),
    }


def _high(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def main(argv: list[str]) -> None:
    """Fill and index both stores, then print the tables."""
    count = int(argv[0]) if argv else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        small = Store.create(Path(folder) / "small" / "carat.db")
        large = Store.create(Path(folder) / "large" / "carat.db")
        with small, large:
            _costs(small, count // 10)
            _costs(large, count)
            _table(small.read(), large.read(), count)


def _costs(store: Store, count: int) -> None:
    bare = fill(store, count)
    indexed, steps = feed(store, count)
    print(
        f"{count:,} messages: {bare * 1e6:.1f} us CPU a row to put in, {indexed * 1e6:.1f} to index ="
        f" {indexed / bare:.1f} x (goal 7); a step p50 {statistics.median(steps):.1f},"
        f" p99 {statistics.quantiles(steps, n=100)[-1]:.1f} ms"
    )


def _table(small: sqlite3.Connection, large: sqlite3.Connection, count: int) -> None:
    generator = random.Random(13)
    few = [generator.randint(1, count // 10) for _ in range(ROUNDS)]
    many = [generator.randint(1, count) for _ in range(ROUNDS)]
    print(f"\n{'head of 200':<36}{'p50 ms':>8}{'p95 ms':>8}{'p95 at a tenth':>16}{'growth':>8}")
    every: list[float] = []
    before = heads(small, count // 10)
    for name, act in heads(large, count).items():
        less, times = milliseconds(before[name], few), milliseconds(act, many)
        every += times
        growth = statistics.median(times) / statistics.median(less)
        print(f"{name:<36}{statistics.median(times):>8.2f}{_high(times):>8.2f}{_high(less):>16.2f}{growth:>7.1f}x")
    print(f"{'all of them together (goal 20)':<36}{statistics.median(every):>8.2f}{_high(every):>8.2f}")
    print(f"\n{'whole list, in a thread':<36}{'ms':>8}")
    for name, act in snapshots(large).items():
        print(f"{name:<36}{statistics.median(milliseconds(act, [0, 0, 0])):>8.0f}")


if __name__ == "__main__":
    main(sys.argv[1:])
