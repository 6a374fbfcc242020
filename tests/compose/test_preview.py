"""Previews: the bytes that would be sent, and nothing in the store."""

from __future__ import annotations

from datetime import datetime

import pytest

from carat_tui.compose.preview import Wanted, preview
from carat_tui.compose.renderer import Renderer
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.store.database import Store
from tests.bookshop import LETTER, Bookshop


@pytest.mark.parametrize("language", ["de", "en", "pl", "sk"])
@pytest.mark.parametrize("channel", ["email", "sms", "letter"])
def test_example_values_stand_in_where_no_order_is_given(
    store: Store, home: Home, renderer: Renderer, now: datetime, language: str, channel: str
) -> None:
    found = preview(store, home, renderer, Wanted("goods_arrived", channel, language), now)
    assert found.template.startswith(f"templates/{language}/goods_arrived_many/")
    assert "Buchladen Sonne" in found.text
    assert found.payload
    assert (found.alphabet, found.parts) == {"email": ("", None), "sms": ("GSM-7", 1), "letter": ("", 1)}[channel]
    assert store.read().execute("SELECT count(*) FROM message").fetchone()[0] == 0


def test_an_order_of_the_store_is_shown_as_its_customer_would_get_it(
    store: Store, home: Home, renderer: Renderer, shop: Bookshop, now: datetime
) -> None:
    who = shop.customer("1", salutation="Frau", last_name="Berg", **LETTER)
    shop.order("B-1", who, ("Momo",))
    found = preview(store, home, renderer, Wanted("goods_arrived", "email", "", "B-1"), now)
    assert found.subject == "Ihre Bestellung B-1 ist abholbereit"
    assert found.text.startswith("Sehr geehrte Frau Berg,")
    assert "<p>Momo</p>" in found.html
    letter = preview(store, home, renderer, Wanted("goods_arrived_one", "letter", "de", "B-1"), now)
    assert letter.payload.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("name", "document", "words"),
    [
        ("nothing", None, "nothing"),
        ("goods_arrived", "X-1", "X-1"),
        ("invoice_sent", "B-1", "templates/de/invoice_sent"),
    ],
)
def test_what_cannot_be_shown_is_told(
    store: Store,
    home: Home,
    renderer: Renderer,
    shop: Bookshop,
    now: datetime,
    name: str,
    document: str | None,
    words: str,
) -> None:
    shop.order("B-1", shop.customer("1"))
    with pytest.raises(CaratError, match=words):
        preview(store, home, renderer, Wanted(name, "email", "de", document), now)
