"""The overview of the shop's texts, and test messages to oneself."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from datetime import datetime

import pytest

from carat_tui.compose import templates, versions
from carat_tui.compose.renderer import Renderer
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.services import templates as texts
from carat_tui.services.trial import send_trial
from carat_tui.store import settings
from carat_tui.store.database import Store
from carat_tui.store.templates import Key

KEY = Key("goods_arrived_one", "de", "sms")


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


def states(store: Store, home: Home) -> dict[Key, texts.Entry]:
    return {entry.key: entry for entry in texts.Shelf(store, home).entries()}


def test_each_text_is_default_own_broken_or_missing(store: Store, home: Home, now: datetime) -> None:
    english, polish = KEY._replace(language="en"), KEY._replace(language="pl")
    versions.save(store, home, english, "Your {{ order_no }} is here", "anna", now)
    versions.save(store, home, polish, "Ok\n{{ order_nr }}", "anna", now)
    templates.path_of(home, *KEY._replace(language="sk")).unlink()
    found = states(store, home)
    assert found[KEY].state == texts.DEFAULT
    assert (found[english].state, found[english].version, found[english].who) == (texts.OWN, 2, "anna")
    assert found[polish].state == texts.BROKEN
    error = found[polish].error
    assert error is not None
    assert (error.line, "did you mean 'order_no'" in error.message) == (2, True)
    assert found[KEY._replace(language="sk")].state == texts.MISSING
    assert found[Key("interest_note", "de", "sms")].state == texts.MISSING


def test_texts_that_a_switched_on_rule_takes_come_first(store: Store, home: Home) -> None:
    entries = texts.Shelf(store, home).entries()
    assert {entry.key.name for entry in entries[:24]} == {"goods_arrived_one", "goods_arrived_many"}
    assert all(entry.in_use for entry in entries[:24])
    assert not any(entry.in_use for entry in entries[24:])


def test_the_delivered_text_can_be_had_back(store: Store, home: Home, now: datetime) -> None:
    versions.save(store, home, KEY, "Eigen", "anna", now)
    assert states(store, home)[KEY].state == texts.OWN
    done = texts.reset(store, home, KEY, "anna", now)
    assert (done.number, states(store, home)[KEY].state) == (3, texts.DEFAULT)
    with pytest.raises(CaratError, match="was delivered"):
        texts.reset(store, home, Key("interest_note", "de", "sms"), "anna", now)


def test_a_missing_text_begins_from_the_delivered_one_or_another_language(home: Home) -> None:
    assert [source for source, _ in texts.beginnings(home, KEY)] == [texts.DEFAULT, "en", "pl", "sk"]
    assert texts.beginnings(home, Key("interest_note", "de", "sms")) == []


def test_a_test_mail_goes_to_the_shop_and_nowhere_else(
    store: Store, home: Home, renderer: Renderer, now: datetime
) -> None:
    store.write(lambda conn: settings.set_mode(conn, settings.Mode("live")))
    done = send_trial(store, home, renderer, KEY._replace(channel="email"), "anna", now)
    mail = email.message_from_bytes(done.path.read_bytes(), policy=email.policy.default)
    assert (mail["To"], mail["Subject"].startswith("TEST ")) == ("laden@example.org", True)
    assert done.path.is_relative_to(home.trials)
    assert store.read().execute("SELECT count(*) FROM message").fetchone()[0] == 0
    assert [file for file in home.data.rglob("*.eml") if not file.is_relative_to(home.trials)] == []
    assert store.read().execute("SELECT who FROM journal WHERE what = 'tried'").fetchone()[0] == "anna"


def test_a_test_sms_and_letter_are_marked_and_two_are_two(
    store: Store, home: Home, renderer: Renderer, now: datetime
) -> None:
    first, second = (send_trial(store, home, renderer, KEY, "anna", now) for _ in range(2))
    assert first.path != second.path
    assert first.path.read_text(encoding="utf-8").startswith("To: 030 23125 123\n\nTEST Buchladen Sonne")
    letter = send_trial(store, home, renderer, KEY._replace(channel="letter"), "anna", now)
    assert letter.path.read_bytes().startswith(b"%PDF")
    assert letter.preview.subject.startswith("TEST ")


def test_without_an_own_address_there_is_no_test(store: Store, home: Home, renderer: Renderer, now: datetime) -> None:
    store.write(lambda conn: settings.put(conn, "shop.phone", ""))
    with pytest.raises(CaratError, match="its own address is missing"):
        send_trial(store, home, renderer, KEY, "anna", now)
    with pytest.raises(CaratError, match="There is no email text"):
        send_trial(store, home, renderer, Key("nothing", "de", "email"), "anna", now)
