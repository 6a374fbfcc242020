"""Options, ways and closed addresses: changed by a person, kept in the journal, obeyed by the rules."""

from __future__ import annotations

from datetime import datetime

import pytest

from carat_tui.model.errors import CaratError
from carat_tui.rules.plan import plan
from carat_tui.services import wishes
from carat_tui.store import suppressions
from tests.bookshop import LETTER, Bookshop


@pytest.fixture
def order(shop: Bookshop) -> int:
    return shop.order("B1", shop.customer("1", email="erika@example.org", mobile="+4915112345678", **LETTER))


def way(shop: Bookshop, order: int, now: datetime) -> str | None:
    """By which way the next goods receipt is told."""
    before = len(shop.messages())
    shop.arrived(order, shop.file(f"{before}.csv"))
    plan(shop.store, now)
    after = shop.messages()
    return after[-1]["channel"] if len(after) > before else None


def acts(shop: Bookshop) -> list[tuple[str, str]]:
    return [
        (row["who"], row["what"]) for row in shop.rows("SELECT who, what FROM journal WHERE who = 'anna' ORDER BY id")
    ]


def test_a_closed_address_stays_closed_until_it_is_opened(shop: Bookshop, now: datetime, order: int) -> None:
    shop.set("merge.window_s", "0")
    assert (
        wishes.suppress(shop.store, "email", " Erika@Example.org ", "asked by phone", "anna", now)
        == "Erika@Example.org"
    )
    assert way(shop, order, now) == "sms"
    assert wishes.suppress(shop.store, "sms", "0151 12345678", "asked too", "anna", now) == "+4915112345678"
    assert way(shop, order, now) == "letter"
    assert wishes.suppress(shop.store, "letter", "Erika Muster, Weg 1, 70173 Stuttgart", "and this", "anna", now)
    assert way(shop, order, now) is None
    wishes.unsuppress(shop.store, "email", "erika@example.org", "changed her mind", "anna", now)
    assert way(shop, order, now) == "email"
    assert acts(shop) == [("anna", "suppressed")] * 3 + [("anna", "unsuppressed")]


def test_closing_needs_an_address_and_a_reason(shop: Bookshop, now: datetime) -> None:
    with pytest.raises(CaratError, match="needs a reason"):
        wishes.suppress(shop.store, "email", "erika@example.org", " ", "anna", now)
    with pytest.raises(CaratError, match="is no address for email"):
        wishes.suppress(shop.store, "email", "erika", "x", "anna", now)
    with pytest.raises(CaratError, match="is no address for sms"):
        wishes.suppress(shop.store, "sms", "", "x", "anna", now)
    with pytest.raises(CaratError, match="There is no way 'fax'"):
        wishes.suppress(shop.store, "fax", "1", "x", "anna", now)
    with pytest.raises(CaratError, match="is not closed for email"):
        wishes.unsuppress(shop.store, "email", "erika@example.org", "x", "anna", now)
    with pytest.raises(CaratError, match="needs a reason"):
        wishes.unsuppress(shop.store, "email", "erika@example.org", "", "anna", now)
    assert suppressions.every(shop.store.read()) == {}


def test_the_first_reason_stays(shop: Bookshop, now: datetime) -> None:
    for reason in ("first", "second"):
        wishes.suppress(shop.store, "email", "erika@example.org", reason, "anna", now)
    found = suppressions.find(shop.store.read(), "email", "ERIKA@example.org")
    assert found is not None
    assert found.reason == "first"


@pytest.mark.parametrize(("option", "channel"), [("sms", "sms"), ("none", None), ("inherit", "email"), (None, "email")])
def test_the_customers_option(
    shop: Bookshop, now: datetime, order: int, option: str | None, channel: str | None
) -> None:
    wishes.set_option(shop.store, "1", option, "anna", now)
    assert way(shop, order, now) == channel
    assert acts(shop) == [("anna", "changed")]


@pytest.mark.parametrize(("channels", "channel"), [("letter, sms", "letter"), ("", "email"), (None, "email")])
def test_the_customers_own_order_of_ways(
    shop: Bookshop, now: datetime, order: int, channels: str | None, channel: str
) -> None:
    wishes.set_channels(shop.store, "1", channels, "anna", now)
    assert way(shop, order, now) == channel


def test_the_option_of_an_order_for_good(shop: Bookshop, now: datetime, order: int) -> None:
    other = shop.order("B2", 1)
    wishes.set_order_option(shop.store, "B1", "letter", "anna", now)
    assert (way(shop, order, now), way(shop, other, now)) == ("letter", "email")
    wishes.set_order_option(shop.store, "B1", "sms", "anna", now, for_good=True)
    assert way(shop, other, now) == "sms"
    assert acts(shop) == [("anna", "changed")] * 3


def test_wishes_that_are_none(shop: Bookshop, now: datetime, order: int) -> None:
    with pytest.raises(CaratError, match="There is no option 'fax'"):
        wishes.set_option(shop.store, "1", "fax", "anna", now)
    with pytest.raises(CaratError, match="There is no way 'fax'"):
        wishes.set_channels(shop.store, "1", "email,fax", "anna", now)
    with pytest.raises(CaratError, match="only once"):
        wishes.set_channels(shop.store, "1", "email,email", "anna", now)
    with pytest.raises(CaratError, match="There is no customer '9'"):
        wishes.set_option(shop.store, "9", "sms", "anna", now)
    shop.order("B9", None)
    with pytest.raises(CaratError, match="has no customer"):
        wishes.set_order_option(shop.store, "B9", "sms", "anna", now, for_good=True)
    assert shop.rows("SELECT notify_option FROM document WHERE number = 'B9'")[0]["notify_option"] is None
    assert acts(shop) == []
