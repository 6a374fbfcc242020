"""How a customer can be reached: what the customers page and ``carat customer ways`` show is what the rules do."""

from __future__ import annotations

from datetime import datetime

import pytest

from carat_tui.model.errors import CaratError
from carat_tui.rules.plan import plan
from carat_tui.services import wishes
from carat_tui.services.customer_ways import customer_ways
from carat_tui.store import customer_history
from tests.bookshop import LETTER, Bookshop


@pytest.fixture
def erika(shop: Bookshop) -> int:
    return shop.customer("1", email="erika@example.org", mobile="+4915112345678", phone="+493023125100", **LETTER)


def troubles(shop: Bookshop, customer: int) -> dict[str, str]:
    return {one.type: one.trouble for one in customer_ways(shop.store.read(), customer).addresses}


def test_every_address_with_what_forbids_it(shop: Bookshop, now: datetime, erika: int) -> None:
    assert troubles(shop, erika) == {
        "email": "", "mobile": "", "phone": "a landline: takes no SMS", "postal": "",
    }  # fmt: skip
    wishes.suppress(shop.store, "email", "Erika@example.org", "asked by phone", "anna", now)
    wishes.suppress(shop.store, "letter", "Erika Muster, Weg 1, 70173 Stuttgart", "moved", "anna", now)
    found = {one.type: one for one in customer_ways(shop.store.read(), erika).addresses}
    assert found["email"].closed is not None
    assert (found["email"].closed.reason, found["email"].closed.who) == ("asked by phone", "anna")
    assert found["postal"].closed is not None
    assert "asked by phone" in found["email"].trouble
    assert found["mobile"].closed is None


def test_an_address_that_is_switched_off(shop: Bookshop) -> None:
    customer = shop.customer("2")
    shop.contact(customer, "email", "old@example.org", active=0)
    assert troubles(shop, customer) == {"email": "switched off"}


def test_the_prospect_is_what_the_rules_then_do(shop: Bookshop, now: datetime, erika: int) -> None:
    shop.set("merge.window_s", "0")
    order = shop.order("B1", erika)
    for act in (
        lambda: None,
        lambda: wishes.suppress(shop.store, "email", "erika@example.org", "x", "anna", now),
        lambda: wishes.set_channels(shop.store, erika, "letter,sms", "anna", now),
        lambda: wishes.set_option(shop.store, erika, "sms", "anna", now),
    ):
        act()
        prospect = next(
            one for one in customer_ways(shop.store.read(), erika).prospects if one.event == "goods.received"
        )
        shop.arrived(order, shop.file(f"{len(shop.messages())}.csv"))
        plan(shop.store, now)
        message = shop.messages()[-1]
        assert (prospect.choice.channel, prospect.choice.address) == (message["channel"], message["to_address"])


def test_the_order_of_ways_and_whose_it_is(shop: Bookshop, now: datetime, erika: int) -> None:
    assert customer_ways(shop.store.read(), erika).order[0] == ("email", "the shop's order of ways")
    wishes.set_channels(shop.store, erika, "letter", "anna", now)
    assert customer_ways(shop.store.read(), erika).order == (("letter", "the customer's order of ways"),)


def test_nobody(shop: Bookshop, now: datetime) -> None:
    with pytest.raises(CaratError, match="no customer with the id 99"):
        customer_ways(shop.store.read(), 99)
    with pytest.raises(CaratError, match="no customer with the id 99"):
        wishes.set_option(shop.store, 99, "sms", "anna", now)
    assert shop.rows("SELECT * FROM journal WHERE who = 'anna'") == []


def test_the_history_holds_messages_and_documents_newest_first(shop: Bookshop, now: datetime, erika: int) -> None:
    order = shop.order("B1", erika, ("Momo", "Krabat"))
    shop.order("B2", shop.customer("2"))
    shop.arrived(order, shop.file())
    plan(shop.store, now)
    message = shop.messages()[0]["id"]
    conn = shop.store.read()
    assert sorted(customer_history.ids(conn, erika)) == sorted([message, -order])
    assert len(customer_history.ids(conn, erika, 1)) == 1
    rows = {row["id"]: row for row in customer_history.rows(conn, [message, -order])}
    assert (rows[message]["kind"], rows[message]["channel"], rows[message]["state"]) == ("message", "email", "waiting")
    assert (rows[-order]["kind"], rows[-order]["number"], rows[-order]["text"]) == ("order", "B1", "Momo + Krabat")
