"""Searching: what is found is what a walk through all rows would find, however far the index has come."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carat_tui.model.text import folded
from carat_tui.store import customer_list, fact_list, message_list, order_list, search_feed, search_index
from carat_tui.store.customer_list import CustomerFilter
from carat_tui.store.database import Store
from carat_tui.store.message_list import Filter
from carat_tui.store.order_list import OrderFilter
from carat_tui.store.search_feed import Feed
from carat_tui.store.search_text import CUSTOMERS, DOCUMENTS, MESSAGES, Family
from tests.bookshop import Bookshop
from tests.store.index import differences

NOW = datetime.fromisoformat("2026-03-04T09:30:00+00:00")
TEXTS = st.one_of(
    st.sampled_from(
        [
            "Jürgen Łąka", "JURGEN laka", "O'Brien 100%_\\", 'a"b"c', "NEAR(a b) AND *", "\x00null\x01x\x01o\x01",
            "Straße des Waldes", "STRASSE", "ǅungla İstanbul", "日本語の本", "😀😀😀 smile", "abcabcabd", "\u202eevil",
            "a\tb\nc\u00a0d\x1fe", "e\u0301te\u0301", "9783161484100", "", "ß", "\ufffe\uffff", "' OR 1=1 --",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.text("abAB12 ", max_size=10),
)  # fmt: skip
PARTS = st.tuples(TEXTS, st.integers(0, 8), st.integers(1, 9)).map(lambda part: part[0][part[1] : part[1] + part[2]])
SEARCHES = st.one_of(TEXTS, PARTS, st.lists(PARTS, max_size=3).map(" ".join))


@contextmanager
def bookshop() -> Iterator[Bookshop]:
    with tempfile.TemporaryDirectory() as folder, Store.create(Path(folder) / "data" / "carat.db") as store:
        yield Bookshop.open_new(store, NOW)


class Facts:
    """A shop and, beside it, what a search should find in each of its rows."""

    def __init__(self, shop: Bookshop) -> None:
        self.shop = shop
        self.feed = Feed(shop.store)
        self.names: list[str] = []
        self.titles: list[tuple[int, str]] = []
        self.subjects: list[tuple[int, str]] = []

    def add(self, name: str, title: str, subject: str) -> None:
        customer = self.shop.customer(f"K{len(self.names)}", name=name)
        self.names.append(name)
        order = self.shop.order(f"B{len(self.titles)}", customer, (title,))
        self.titles.append((customer, title))
        self.subjects.append((order, subject))
        self.shop._insert(
            "message",
            {
                "key": f"k{len(self.subjects)}", "rule": "r", "event": "manual", "customer_id": customer,
                "channel": "email", "to_address": f"an{customer}@example.org", "language": "de", "subject": subject,
                "state": "sent", "created_at": "2026-03-04T09:30:00.000Z",
            },
        )  # fmt: skip
        self.shop._insert("message_document", {"message_id": len(self.subjects), "document_id": order})

    def rename(self, customer: int, name: str) -> None:
        self.names[customer - 1] = name
        self._change(CUSTOMERS, customer, "UPDATE customer SET name = ? WHERE id = ?", name)

    def retitle(self, order: int, title: str) -> None:
        self.titles[order - 1] = (self.titles[order - 1][0], title)
        self._change(DOCUMENTS, order, "UPDATE document_line SET title = ? WHERE document_id = ?", title)

    def write(self, message: int, subject: str) -> None:
        self.subjects[message - 1] = (self.subjects[message - 1][0], subject)
        self._change(MESSAGES, message, "UPDATE message SET subject = ? WHERE id = ?", subject)

    def _change(self, family: Family, one: int, update: str, value: str) -> None:
        def job(conn: sqlite3.Connection) -> None:
            conn.execute(update, (value, one))
            search_index.stale(conn, family, [one])

        self.shop.store.write(job)

    def index(self, rows: int) -> None:
        self.feed._size = rows
        self.feed.step()

    def check(self, search: str) -> None:
        conn = self.shop.store.read()
        customers = [f"K{i} {name}" for i, name in enumerate(self.names)]
        orders = [f"B{i} {customers[c - 1]} {title}" for i, (c, title) in enumerate(self.titles)]
        messages = [
            f"{subject} an{self.titles[o - 1][0]}@example.org {customers[self.titles[o - 1][0] - 1]} B{o - 1}"
            for o, subject in self.subjects
        ]
        for limit in (None, 3):
            assert list(customer_list.ids(conn, CustomerFilter(search), limit)) == naive(search, customers, limit)
            assert list(order_list.ids(conn, OrderFilter(search), limit)) == naive(search, orders, limit)
            assert list(message_list.ids(conn, Filter(search=search), limit)) == naive(search, messages, limit)
        found = [row["id"] for row in message_list.page(conn, Filter(("sent",), search=search, after=3))]
        assert found == [one for one in naive(search, messages, None) if one < 3]


def naive(search: str, texts: list[str], limit: int | None) -> list[int]:
    """Each word of the search somewhere in the text, both folded; a control character is as good as any other."""
    words = plain(search).split()
    found = [number for number, text in enumerate(texts, 1) if all(word in plain(text) for word in words)]
    return found[::-1][:limit]


def plain(text: str) -> str:
    text = "".join("\ufffd" if char < " " and not char.isspace() else char for char in text)
    return folded(text)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), TEXTS, TEXTS, TEXTS),
        st.tuples(st.just("rename"), st.integers(1, 3), TEXTS),
        st.tuples(st.just("retitle"), st.integers(1, 3), TEXTS),
        st.tuples(st.just("write"), st.integers(1, 3), TEXTS),
        st.tuples(st.just("index"), st.integers(1, 4)),
    ),
    max_size=14,
)


@given(STEPS, st.lists(SEARCHES, min_size=1, max_size=4))
@settings(deadline=None, max_examples=60)
def test_a_search_finds_what_a_walk_would_find(steps: list[tuple], searches: list[str]) -> None:  # type: ignore[type-arg]
    with bookshop() as shop:
        facts = Facts(shop)
        for name in ("Jürgen Łąka", "Žofia", "abc\x00def"):
            facts.add(name, f"Das Spiel {name}", f"Ihre Bestellung {name}")
        for step in steps:
            getattr(facts, step[0])(*step[1:])
            facts.check(searches[0])
        for search in (*searches, *facts.names[-1:], facts.titles[-1][1]):
            facts.check(search)
        assert differences(shop.store) == []
        for search in searches:
            facts.check(search)


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_text_is_folded_as_its_characters_are(one: str, other: str) -> None:
    from carat_tui.store.searching import fold

    assert fold(one) + fold(other) == fold(one + other)
    if all(char >= " " and not (char.isspace() and char != " ") for char in one):
        assert fold(one) == folded(one)


def test_a_kill_between_two_batches_and_inside_of_one_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "data" / "carat.db"
    with Store.create(path) as store:
        shop = Bookshop.open_new(store, NOW)
        customer = shop.customer("K1", name="Jürgen")
        for number in range(40):
            shop.order(f"B{number}", customer, (f"Band {number}",))
    program = (
        "import os, sys; from pathlib import Path; from carat_tui.store.database import Store;"
        "from carat_tui.store import search_feed as f; store = Store.open(Path(sys.argv[1]), 0);"
        "[store.write(lambda c: f._index_some(c, 7), durable=False) for _ in range(int(sys.argv[2]))];"
        "store.write(lambda c: (f._index_some(c, 7), os._exit(9)))"
    )
    for batches in (0, 1, 2, 3):
        done = subprocess.run([sys.executable, "-c", program, str(path), str(batches)], check=False, cwd=Path.cwd())
        assert done.returncode == 9
        with Store.open(path) as store:
            for search, found in (("band", 40), ("band 39", 1), ("jurgen", 40)):
                assert len(order_list.ids(store.read(), OrderFilter(search), None)) == found
    with Store.open(path) as store:
        assert differences(store) == []


@pytest.fixture
def hundred() -> Iterator[Bookshop]:
    """A hundred orders, each tenth ready; of the first ten thousand rows none is indexed."""
    with bookshop() as shop:
        customer = shop.customer("K1", name="Jürgen")
        for number in range(100):
            shop.order(f"B{number}", customer, ("Momo",), status=None if number % 10 else "ready")
        yield shop


@pytest.mark.parametrize("indexed", [False, True])
def test_standings_of_orders(hundred: Bookshop, indexed: bool) -> None:
    shop = hundred
    feed = Feed(shop.store)
    changes = (
        ("UPDATE document SET handed_over_at = '2026-03-04T10:00:00.000Z' WHERE id = ?", 1),
        ("UPDATE document SET collected_at = '2026-03-04T10:00:00.000Z' WHERE id = ?", 11),
        ("UPDATE document_line SET qty_received = 1, received_date = '2026-03-05' WHERE document_id = ?", 11),
        ("UPDATE document_line SET qty_received = 1, received_date = '2026-03-05' WHERE document_id = ?", 12),
        ("UPDATE document_line SET qty_received = 1, qty_delivered = 1 WHERE document_id = ?", 13),
        ("UPDATE document SET status = 'cancelled' WHERE id = ?", 14),
        ("UPDATE document SET last_notified_at = '2026-03-04T10:00:00.000Z' WHERE id = ?", 12),
        ("UPDATE document SET last_notified_at = '2026-03-04T10:00:00.000Z' WHERE id = ?", 21),
    )
    if indexed:
        assert feed.all(10)
    for update, one in changes:
        shop.store.write(lambda c, update=update, one=one: c.execute(update, (one,)).rowcount)  # type: ignore[misc]
        shop.store.write(lambda c, one=one: search_index.stale(c, DOCUMENTS, [one]))  # type: ignore[misc]
    for _ in range(2):
        conn = shop.store.read()
        found = {
            name: [*order_list.ids(conn, OrderFilter("jurgen momo", name), None)][::-1] for name in order_list.STANDINGS
        }
        arrived = [11, 12, *range(21, 100, 10)]
        assert found["closed"] == [1, 13, 14]
        assert found["arrived"] == arrived
        assert found["notified"] == [21]
        assert found["untold"] == [one for one in arrived if one != 21]
        assert found["open"] == [one for one in range(1, 101) if one not in (1, 13, 14)]
        assert found["waiting"] == [one for one in found["open"] if one not in arrived]
        assert [*order_list.ids(conn, OrderFilter("", "arrived", 1), 3)] == arrived[::-1][:3]
        for name, ids in found.items():
            for row in order_list.rows(conn, ids):
                told = {"notified": "arrived", "untold": "arrived"}.get(name, name)
                assert row["standing"] == told or (name == "open" and row["standing"] != "closed")
        assert differences(shop.store) == []


def test_who_cannot_be_reached_and_who_does_not_want_to_be() -> None:
    from carat_tui.services import wishes

    with bookshop() as shop:
        store = shop.store
        full = {"name": "Erika Muster", "street": "Weg 1", "zip": "70173", "city": "Stuttgart"}
        reached = shop.customer("1", email="erika@example.org", **full)
        by_phone = shop.customer("2", name="Hans", mobile="+4915112345678")
        landline = shop.customer("3", name="Ute", phone="+497111234567")
        for indexed in (False, True):
            if indexed:
                assert differences(store) == []
            ask = lambda only: [*customer_list.ids(store.read(), CustomerFilter("", only), None)]  # noqa: E731
            assert (ask("unreachable"), ask("suppressed"), ask("none")) == ([landline], [], [])
        wishes.suppress(store, "sms", "+4915112345678", "asked", "anna", NOW)
        wishes.suppress(store, "letter", "Erika Muster, Weg 1, 70173 Stuttgart", "asked", "anna", NOW)
        wishes.set_option(store, "3", "none", "anna", NOW)
        for _ in range(2):
            assert (ask("unreachable"), ask("suppressed")) == ([landline, by_phone], [by_phone, reached])
            assert ask("none") == [landline]
            assert [row["ways"] for row in customer_list.rows(store.read(), [reached, by_phone])] == ["email", ""]
            assert differences(store) == []
        wishes.unsuppress(store, "sms", "+4915112345678", "asked again", "anna", NOW)
        assert ask("suppressed") == [reached]
        assert differences(store) == []


def test_a_filter_on_top_of_a_search(hundred: Bookshop) -> None:
    shop = hundred

    def job(conn: sqlite3.Connection) -> None:
        conn.executemany(
            "INSERT INTO message (key, rule, event, customer_id, channel, to_address, language, subject, state,"
            " created_at) VALUES (?, 'r', 'manual', 1, ?, 'a@example.org', 'de', ?, ?, '2026-03-04T09:30:00.000Z')",
            [
                (f"k{i}", "letter" if i % 7 == 0 else "email", f"Band {i}", "held" if i % 5 == 0 else "sent")
                for i in range(1, 2501)
            ],
        )

    shop.store.write(job)
    for few in (3000, 100):
        for indexed in (False, True):
            if indexed:
                assert differences(shop.store) == []
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(message_list, "_FEW", few)
                ask = lambda **wanted: [*message_list.ids(shop.store.read(), Filter(**wanted), None)]  # noqa: E731
                assert ask(channel="letter", states=("held",)) == [*range(2485, 0, -35)]
                assert ask(search="band 77", states=("sent",)) == [
                    i for i in range(2500, 0, -1) if "77" in str(i) and i % 5
                ]
                assert ask(search="JÜRGEN band 240", customer="K1", states=("held",), after=2405) == [
                    2400,
                    2240,
                    1240,
                    240,
                ]
                assert ask(channel="fax") == []


def test_the_head_of_a_list_does_not_walk_through_it(hundred: Bookshop) -> None:
    """Growth: no plan of a first page reads a whole table or sorts it, with the index up to date or far behind."""
    conn = hundred.store.read()
    for indexed in (False, True):
        if indexed:
            assert differences(hundred.store) == []
        said: list[str] = []
        conn.set_trace_callback(said.append)
        for search in ("", "momo", "mo", "jurgen b99"):
            customer_list.ids(conn, CustomerFilter(search), 200)
            message_list.ids(conn, Filter(search=search), 200)
            message_list.ids(conn, Filter(search=search, states=("held", "sent"), channel="letter"), 200)
            for standing in ("", *order_list.STANDINGS):
                order_list.ids(conn, OrderFilter(search, standing), 200)
            order_list.ids(conn, OrderFilter(search, "open", 1), 200)
        conn.set_trace_callback(None)
        for statement in {one for one in said if one.startswith("SELECT")}:
            plan = [row["detail"] for row in conn.execute(f"EXPLAIN QUERY PLAN {statement}")]
            walked = [step for step in plan if step in ("SCAN message", "SCAN document", "SCAN customer", "SCAN m")]
            assert not walked or statement.startswith(_FROM_THE_END), (statement, plan)
            sorts = [step for step in plan if "TEMP B-TREE" in step]
            assert not sorts or "json_each" in statement or "FROM suppression" in statement, (statement, plan)


_FROM_THE_END = (
    "SELECT id FROM document WHERE kind = 'order' ORDER BY id DESC LIMIT",
    "SELECT id FROM customer ORDER BY id DESC LIMIT",
)


def test_what_is_left_out_is_said_and_short_numbers_are_found_anyway(hundred: Bookshop) -> None:
    shop, conn = hundred, hundred.store.read()
    small = search_index.Reach(10, 10)
    assert search_index.left_out(conn, DOCUMENTS, small) == 90
    assert [*search_index.find(conn, DOCUMENTS, ("momo",), None, small)] == [*range(100, 90, -1)]
    assert [*search_index.find(conn, DOCUMENTS, ("b3",), None, small)] == [4]
    assert search_index.left_out(conn, DOCUMENTS) == 0
    assert differences(shop.store) == []
    assert search_index.left_out(conn, DOCUMENTS, small) == 0
    assert len(search_index.find(conn, DOCUMENTS, ("momo",), None, small)) == 10
    assert [*search_index.find(conn, DOCUMENTS, ("b3",), None, small)] == [4]
    assert len(search_index.find(conn, DOCUMENTS, ("b3",), None, search_index.SNAPSHOT)) == 11


def test_indexing_goes_in_short_steps_and_rests_when_all_is_done(hundred: Bookshop) -> None:
    feed, steps = Feed(hundred.store), 0
    while feed.step():
        steps += 1
    assert 2 <= steps <= 103
    before = hundred.store.path.with_name("carat.db-wal").stat().st_size
    assert not feed.step()
    assert hundred.store.path.with_name("carat.db-wal").stat().st_size == before
    assert not search_feed.being_taken_in(hundred.store.read())


def test_documents_of_the_command_line(hundred: Bookshop) -> None:
    conn = hundred.store.read()
    for indexed in (False, True):
        if indexed:
            assert differences(hundred.store) == []
        ask = lambda *wanted: [row["number"] for row in fact_list.documents(conn, *wanted)]  # noqa: E731
        assert ask("order", True, 2, 0, "jurgen mom") == ["B99", "B98"]
        assert ask("order", True, 2, 99, "b9") == ["B97", "B96"]
        assert ask("invoice", False, 2, 0, "momo") == []
        assert ask("", False, 100, 0, "tintenherz") == []
