"""Pages of messages, customers and documents: by key, with every filter, and whatever is searched for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.store import fact_list, lookup, message_list
from carat_tui.store.database import Store
from carat_tui.store.message_list import Filter
from tests.bookshop import Bookshop

NOW = datetime.fromisoformat("2026-03-04T09:30:00+00:00")
STATES = ("sent", "held", "failed", "waiting")
EVENTS = ("goods.received", "manual")
HOSTILE = ["O'Brien", '"', "-x", "\x00", "", " ", "%", "_", "\\", "*", "NEAR(", "a AND", "'; DROP TABLE message; --"]
HOSTILE += ["x" * 10_000, "😀" * 30_000, "%" * 60_000, "\ud800", "\ud800" * 9, "İ", "\u202e", "[b]x[/b]"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bookshop]:
    """Sixty messages to three customers, one a minute; customer 7 is of two systems."""
    path: Path = tmp_path_factory.mktemp("lists") / "data" / "carat.db"
    with Store.create(path) as store:
        made = Bookshop.open_new(store, NOW)
        customers = [
            made.customer("7", name="Jürgen Łąka", email="juergen@example.org"),
            made.customer("8", name="O'Brien 100%_\\", email="obrien@example.org"),
            made.customer("7", name="Anders", source="other"),
        ]
        orders = [made.order(f"B{number}", customers[number % 3]) for number in range(6)]
        rows = [
            (
                number, f"k{number}", EVENTS[number % 5 == 0], customers[number % 3], f"a{number}@example.org",
                f"Bestellung Größe {number}", STATES[number % 4], stamp(NOW + timedelta(minutes=number)),
            )
            for number in range(1, 61)
        ]  # fmt: skip

        def fill(conn: sqlite3.Connection) -> None:
            conn.executemany(
                "INSERT INTO message (id, key, rule, event, customer_id, channel, to_address, language, subject, state,"
                " created_at) VALUES (?, ?, 'r', ?, ?, 'email', ?, 'de', ?, ?, ?)",
                rows,
            )
            conn.executemany(
                "INSERT INTO message_document VALUES (?, ?)",
                [(number, orders[number % 6]) for number in range(1, 61)] + [(60, orders[1])],
            )

        store.write(fill)
        yield made


def ids(shop: Bookshop, wanted: Filter) -> list[int]:
    return [row["id"] for row in message_list.page(shop.store.read(), wanted)]


def expected(wanted: Filter, customers: set[int]) -> list[int]:
    """The same filter, said in Python over the numbers that the messages were made from."""
    found = [
        number
        for number in range(60, 0, -1)
        if (wanted.after is None or number < wanted.after)
        and (not wanted.states or STATES[number % 4] in wanted.states)
        and (not wanted.event or EVENTS[number % 5 == 0] == wanted.event)
        and (not wanted.customer or number % 3 in customers)
        and (not wanted.since or stamp(NOW + timedelta(minutes=number)) >= wanted.since)
    ]
    return found[: wanted.limit]


@given(
    states=st.lists(st.sampled_from((*STATES, "expired")), unique=True).map(tuple),
    event=st.sampled_from(("", *EVENTS, "order.ready")),
    customer=st.sampled_from((("", set()), ("7", {0, 2}), ("8", {1}), ("other:7", {2}))),
    since=st.sampled_from(("", stamp(NOW), stamp(NOW + timedelta(minutes=31)), stamp(NOW + timedelta(days=1)))),
    after=st.none() | st.integers(0, 70),
    limit=st.integers(1, 70),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_filter_alone_and_together(
    shop: Bookshop, states: tuple[str, ...], event: str, customer: tuple[str, set[int]], since: str, after: int | None,
    limit: int,
) -> None:  # fmt: skip
    wanted = Filter(states, customer[0], event, since, "", after, limit)
    assert ids(shop, wanted) == expected(wanted, customer[1])


def test_pages_put_together_are_the_list(shop: Bookshop) -> None:
    found: list[int] = []
    while page := ids(shop, Filter(states=("sent", "held"), after=found[-1] if found else None, limit=7)):
        found += page
    assert found == ids(shop, Filter(states=("sent", "held"), limit=100))


def test_the_documents_of_a_page_come_in_one_query(shop: Bookshop) -> None:
    assert message_list.documents(shop.store.read(), [60, 59]) == {60: ["B0", "B1"], 59: ["B5"]}


def test_a_message_or_customer_that_is_not_there(shop: Bookshop) -> None:
    with pytest.raises(CaratError, match="There is no message 61"):
        message_list.one(shop.store.read(), 61)
    with pytest.raises(CaratError, match="There is no customer '9'"):
        ids(shop, Filter(customer="9"))


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("größe a16@", [16]),
        ("GRÖSSE", [*range(60, 0, -1)]),
        ("6 GRÖßE", [60, *range(56, 0, -10)]),
        ("ẞ", [*range(60, 0, -1)]),
        ("a17@EXAMPLE", [17]),
        ("jurgen laka", [*range(60, 0, -3)]),
        ("o'brien 100%_\\", [*range(58, 0, -3)]),
        ("100_", []),
        ("b5", [*range(59, 0, -6)]),
    ],
)
def test_search_finds_parts_in_any_case(shop: Bookshop, search: str, found: list[int]) -> None:
    assert ids(shop, Filter(search=search, limit=100)) == found


@pytest.mark.parametrize("search", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_no_search_is_an_error(shop: Bookshop, search: str) -> None:
    """Threat E1: whatever is typed is looked for and nothing else."""
    conn = shop.store.read()
    everything = not search.strip()
    assert (len(ids(shop, Filter(search=search, limit=100))) == 60) == everything
    assert (len(fact_list.customers(conn, search, 100, 0)) == 3) == everything
    assert lookup.customers(conn, search) == lookup.documents(conn, search) == []


@given(st.text(max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_search_at_all_is_an_error(shop: Bookshop, search: str) -> None:
    ids(shop, Filter(search=search))
    fact_list.customers(shop.store.read(), search, 5, 0)


def test_customers_are_found_without_their_diacritics(shop: Bookshop) -> None:
    conn = shop.store.read()
    for search in ("jürgen", "JURGEN", "łąka", "laka"):
        assert [row["customer_no"] for row in fact_list.customers(conn, search, 10, 0)] == ["7"]
    assert [row["name"] for row in fact_list.customers(conn, "%", 10, 0)] == ["O'Brien 100%_\\"]
    assert len(fact_list.customers(conn, "", 2, 0)) == 2


def test_numbers_mean_one_row_or_say_why_not(shop: Bookshop) -> None:
    conn = shop.store.read()
    assert lookup.customers(conn, "7") == [1, 3]
    assert lookup.customers(conn, "other:7") == [3]
    with pytest.raises(CaratError, match="more than one customer '7'"):
        lookup.customer_id(conn, "7")
    assert lookup.customer_id(conn, "other:7") == 3
    assert fact_list.document(conn, "erp:B2")["number"] == "B2"


def test_no_page_reads_the_whole_list(shop: Bookshop) -> None:
    """No plan of a page sorts or walks the messages without an index (limits, section 7)."""
    conn = shop.store.read()
    said: list[str] = []
    conn.set_trace_callback(said.append)
    for wanted in (
        Filter(after=50), Filter(states=("held", "sent")), Filter(event="manual"), Filter(customer="8"),
        Filter(since=stamp(NOW)), Filter(event="manual", states=("sent",), since=stamp(NOW)),
    ):  # fmt: skip
        ids(shop, wanted)
    conn.set_trace_callback(None)
    for statement in said:
        plan = [row["detail"] for row in conn.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert not [step for step in plan if step.startswith("SCAN m") or step == "SCAN message"], plan
