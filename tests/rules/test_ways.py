"""The bookseller's rule: who is told by which way (issue 2 point 3 and 4, DOMAIN G.1)."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carat_tui.model.recipient import Contact, Order, Person, trail_steps
from carat_tui.rules.ways import Shop, choose
from carat_tui.store.suppressions import Suppression

SHOP = Shop(("email", "sms", "letter"), "DE")
MAIL = Contact("email", "erika@example.org")
MOBILE = Contact("mobile", "+4915112345678")
LANDLINE = Contact("phone", "+4930123456")
HOME = {"name": "Erika Muster", "street": "Weg 1", "zip": "70173", "city": "Stuttgart"}
FULL = Person(1, "10023", **HOME, contacts=(MAIL, MOBILE))

OPTIONS = (None, "inherit", "none", "sms", "email", "letter")


def expected(order: str | None, customer: str | None, web: bool) -> str:
    """The rule in words of the issue, written down a second time."""
    if web:
        return "email"
    option = customer if order in (None, "inherit") else order
    if option == "none":
        return ""
    return option if option in ("sms", "email", "letter") else "email"


@pytest.mark.parametrize(("order", "customer", "web"), list(itertools.product(OPTIONS, OPTIONS, (False, True))))
def test_option_of_order_then_of_customer_then_priority(order: str | None, customer: str | None, web: bool) -> None:
    choice = choose(Order(order, web), FULL._replace(option=customer), SHOP)
    assert choice.channel == expected(order, customer, web)
    assert choice.wanted == (choice.channel != "")
    assert choice.steps[-1].taken == (choice.channel != "")


def test_not_wanted_says_whose_option_it_was() -> None:
    assert choose(Order("none"), FULL, SHOP).steps[0].why == "option none of the order"
    assert choose(Order("inherit"), FULL._replace(option="none"), SHOP).steps[0].why == "option none of the customer"
    assert not choose(Order(), FULL._replace(preferred="none"), SHOP).wanted


@pytest.mark.parametrize(
    ("person", "rule", "channel"),
    [
        (FULL._replace(channels="letter,email"), (), "letter"),
        (FULL._replace(channels="sms", preferred="email"), (), "sms"),
        (FULL._replace(preferred="letter"), ("sms",), "letter"),
        (FULL, ("sms", "email"), "sms"),
        (FULL, (), "email"),
    ],
)
def test_whose_order_of_ways_counts(person: Person, rule: tuple[str, ...], channel: str) -> None:
    assert choose(Order(), person, SHOP, rule).channel == channel


def test_an_option_is_only_the_first_way() -> None:
    choice = choose(Order("sms"), FULL._replace(contacts=(MAIL, LANDLINE)), SHOP)
    assert (choice.channel, choice.address) == ("email", MAIL.value)
    assert choice.steps[0].why == "a landline: takes no SMS"


def test_a_web_pickup_order_that_is_not_wanted_otherwise_goes_no_other_way() -> None:
    choice = choose(Order("none", True), FULL._replace(contacts=(MOBILE,)), SHOP)
    assert (choice.wanted, choice.channel) == (True, "")


def test_a_web_pickup_order_without_mail_address_falls_back() -> None:
    assert choose(Order("email", True), FULL._replace(contacts=(MOBILE,)), SHOP).channel == "sms"


def test_the_orders_own_address_comes_first() -> None:
    assert choose(Order(email="anders@example.org"), FULL, SHOP).address == "anders@example.org"
    assert choose(Order("sms", phone="0151 99 99 99 99"), FULL, SHOP).address == "+4915199999999"


def test_an_unusable_own_address_falls_back_to_the_customers() -> None:
    choice = choose(Order(email="kaputt@@x"), FULL, SHOP)
    assert choice.address == MAIL.value
    assert choice.steps[0].why.startswith("not usable: ")


def test_switched_off_and_suppressed_addresses_are_passed_over_with_the_reason() -> None:
    closed = {
        ("sms", MOBILE.value): Suppression("sms", MOBILE.value, "asked by phone", "2026-02-01T08:00:00.000Z", "x")
    }
    person = FULL._replace(contacts=(MAIL._replace(active=0), MOBILE))
    choice = choose(Order(), person, Shop(SHOP.priority, "DE", closed))
    assert choice.channel == "letter"
    assert [step.why for step in choice.steps[:2]] == [
        "the customer's e-mail address is switched off",
        "suppressed since 2026-02-01: asked by phone",
    ]


def test_suppression_does_not_care_for_case() -> None:
    closed = {("email", "erika@example.org"): Suppression("email", "", "no", "2026-02-01T08:00:00.000Z", "x")}
    person = FULL._replace(contacts=(Contact("email", "Erika@Example.org"),))
    assert choose(Order("email"), person, Shop(("email",), "DE", closed)).channel == ""


@pytest.mark.parametrize("missing", sorted(HOME))
def test_a_letter_needs_the_whole_address(missing: str) -> None:
    choice = choose(Order(), FULL._replace(contacts=(), **{missing: ""}), SHOP)
    assert choice.channel == ""
    assert choice.steps[-1].why.startswith("postal address incomplete: no ")


def test_a_letter_abroad_names_the_country() -> None:
    assert (
        choose(Order("letter"), FULL._replace(country="AT"), SHOP).address == "Erika Muster, Weg 1, 70173 Stuttgart, AT"
    )
    assert choose(Order("letter"), FULL._replace(country="DE"), SHOP).address == "Erika Muster, Weg 1, 70173 Stuttgart"


def test_phone_numbers_count_as_sms_only_where_they_are_mobile() -> None:
    contacts = (LANDLINE, Contact("phone", "+4917012345678"))
    choice = choose(Order("sms"), FULL._replace(contacts=contacts), SHOP)
    assert choice.address == "+4917012345678"
    assert [step.taken for step in choice.steps] == [False, True]


optional = st.sampled_from(OPTIONS)
contacts = st.lists(st.sampled_from((MAIL, MOBILE, LANDLINE, Contact("email", "not an address"))), unique=True)


@given(optional, optional, st.booleans(), contacts, st.booleans(), st.permutations(("email", "sms", "letter")))
def test_never_silence(
    order: str | None, customer: str | None, web: bool, known: list[Contact], home: bool, priority: list[str]
) -> None:
    """Every choice explains itself, and the trail that is kept is the one that was made."""
    person = Person(1, "1", option=customer, contacts=tuple(known), **(HOME if home else {}))
    choice = choose(Order(order, web), person, Shop(tuple(priority), "DE"))
    assert choice.steps
    assert all(step.why for step in choice.steps)
    assert sum(step.taken for step in choice.steps) == (1 if choice.channel else 0)
    assert trail_steps(choice.trail_json()) == choice.steps
