"""Whom an order of ways reaches: counted as the rules would decide, for one customer as for all."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from carat_tui.model import address
from carat_tui.model.recipient import Order
from carat_tui.rules.terms import shop_of
from carat_tui.rules.ways import CHANNELS, candidates, choose
from carat_tui.services import reach
from carat_tui.store import suppressions
from carat_tui.store.database import Store
from carat_tui.store.everyone import everyone
from tests.bookshop import LETTER, Bookshop
from tests.conftest import NOW

MAILS = ("erika@example.org", "Erika@Example.org", "not an address", "zwei@example.org", "")
NUMBERS = ("+4915112345678", "+493012345678", "+48512345678", "+421905123456", "0151 12345678", "+49 151 12345678",
           "+4490012345", "+43664123456", "+49015112345678", "110", "keine")  # fmt: skip
WISHES = (None, "", "inherit", "none", "sms", "email", "letter")
CLOSED = (("email", "erika@example.org"), ("sms", "+4915112345678"), ("letter", "Erika Muster, Weg 1, 70173 Stuttgart"))


def some(values: tuple[str, ...], most: int) -> st.SearchStrategy[list[tuple[str, int]]]:
    """Addresses with their flag whether they are to be used."""
    return st.lists(
        st.tuples(st.sampled_from(values), st.integers(0, 1)), max_size=most, unique_by=lambda pair: pair[0]
    )


customers = st.lists(
    st.fixed_dictionaries(
        {
            "email": some(MAILS, 2),
            "mobile": some(NUMBERS, 2),
            "phone": some(NUMBERS, 1),
            "home": st.sampled_from(("whole", "no zip", "blank street", "none")),
            "country": st.sampled_from((None, "", "DE", "pl", "AT", "Deutschland")),
            "notify_option": st.sampled_from(WISHES),
            "preferred_channel": st.sampled_from(WISHES),
            "channels": st.sampled_from((None, "", "letter,email", " sms , xx", "xx")),
        }
    ),
    max_size=6,
)  # fmt: skip
orders = st.permutations(CHANNELS).flatmap(lambda order: st.integers(1, 3).map(lambda n: tuple(order[:n])))
HOMES = {
    "whole": {},
    "no zip": {"zip": ""},
    "blank street": {"street": " \u00a0 "},
    "none": dict.fromkeys(LETTER, None),
}


def settle(store: Store, people: list[dict], closed: list[tuple[str, str]]) -> None:
    """Put the customers into the store."""
    shop = Bookshop.open_new(store, NOW)
    for number, person in enumerate(people):
        wishes = {key: person[key] for key in ("country", "notify_option", "preferred_channel", "channels")}
        customer = shop.customer(str(number), **{**LETTER, **HOMES[person["home"]], **wishes})
        for type_ in ("email", "mobile", "phone"):
            for value, active in person[type_]:
                shop.contact(customer, type_, value, active)
    for channel, value in closed:
        store.write(lambda c, ch=channel, v=value: suppressions.put(c, ch, v, "no", "2026-01-01", "x"))  # type: ignore[misc]


@given(customers, st.lists(st.sampled_from(CLOSED), unique=True), orders, orders, st.sampled_from(((), ("sms",))))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@example([], [], ("email",), ("sms",), ())
def test_the_count_is_what_the_rules_would_decide(
    people: list[dict],
    closed: list[tuple[str, str]],
    before: tuple[str, ...],
    after: tuple[str, ...],
    rule: tuple[str, ...],
) -> None:
    with TemporaryDirectory() as folder, Store.create(Path(folder) / "carat.db") as store:
        settle(store, people, closed)
        known = list(everyone(store.read()))
        crowd = reach.crowd(store.read())
        shop = shop_of(store.read())
        for order, own in ((before, ()), (after, ()), (after, rule)):
            found = reach.reach(crowd, order, own)
            choices = [choose(Order(), person, shop.__class__(order, "DE", shop.suppressed), own) for person in known]
            expected = Counter(choice.channel for choice in choices)
            assert {channel: expected[channel] for channel in CHANNELS} == dict(found.first)
            assert found.unwanted == sum(not choice.wanted for choice in choices)
            assert found.unreached == sum(choice.wanted and not choice.channel for choice in choices)
            assert found.customers == len(people)
        for channel in CHANNELS:
            open_to = [any(not t for *_, t in candidates(channel, Order(), person, shop)) for person in known]
            assert reach.reach(crowd, before).could[channel] == sum(open_to)
        gone = reach.moves(crowd, before, after)
        assert all(old != new for old, new in gone)
        for channel in CHANNELS:
            came = sum(n for (_, new), n in gone.items() if new == channel)
            left = sum(n for (old, _), n in gone.items() if old == channel)
            change = reach.reach(crowd, after).first[channel] - reach.reach(crowd, before).first[channel]
            assert change == came - left


@given(
    st.sampled_from(("+49", "+48", "+421")),
    st.text("0123456789", min_size=3, max_size=13),
    st.sampled_from(("", "15", "16", "17", "9", "5", "7", "90")),
)
@settings(max_examples=600, deadline=None)
def test_the_quick_look_at_a_number_says_what_the_library_says(prefix: str, digits: str, start: str) -> None:
    value = prefix + start + digits
    known = address.plainly_mobile(value)
    found, takes_sms = address._subscriber(value, "")
    assert known in (None, takes_sms)
    if known:
        assert found == address.Address(value, True)


def test_a_hundred_thousand_customers_in_about_a_second(store: Store) -> None:
    """A bound with room for a busy machine; what it should be is 0.8 s."""
    at, number = "2026-03-04T09:30:00.000Z", 100_000

    def job(conn: object) -> None:
        conn.executemany(  # type: ignore[attr-defined]
            "INSERT INTO customer (source, key, customer_no, name, street, zip, city, first_seen, last_seen)"
            " VALUES ('e', ?, ?, 'A', 'B', '1', 'C', ?, ?)",
            ((str(i), str(i), at, at) for i in range(number)),
        )
        conn.executemany(  # type: ignore[attr-defined]
            "INSERT INTO contact (customer_id, type, value, value_raw) VALUES (?, ?, ?, '')",
            (
                (i + 1, kind, value)
                for i in range(number)
                for kind, value in (("email", f"c{i}@example.org"), ("mobile", f"+49151{i:08d}"))
            ),
        )

    store.write(job)
    began = time.process_time()
    found = reach.reach(reach.crowd(store.read()), ("sms", "email"))
    assert time.process_time() - began < 2.5
    assert found.first["sms"] == number


@pytest.fixture
def store(tmp_path: Path) -> object:
    with Store.create(tmp_path / "data" / "carat.db") as opened:
        yield opened
