"""What a file changes is found at once, and the index learns of it: each change is noted where it is made."""

from __future__ import annotations

import random

from carat_tui.store import customer_list, order_list
from carat_tui.store.customer_list import CustomerFilter
from carat_tui.store.order_list import OrderFilter
from carat_tui.store.search_feed import Feed
from tests.intake.conftest import Shop, row
from tests.store.index import differences


def found(shop: Shop, search: str) -> tuple[list[int], list[int]]:
    """Orders and customers that a search finds."""
    conn = shop.store.read()
    orders = order_list.ids(conn, OrderFilter(search), None)
    return [*orders], [*customer_list.ids(conn, CustomerFilter(search), None)]


def test_a_changed_order_and_a_changed_customer(shop: Shop) -> None:
    shop.orders("orders_1.csv", row("B1"), row("B2", Kundennummer="K2", Nachname="Weber"))
    assert Feed(shop.store).all(10)
    changed = {"Nachname": "Łąka", "E_Mail": "neu@example.org"}
    shop.orders(
        "orders_2.csv",
        row("B1", Titel="Tintenherz", **changed), row("B1", Pos="2", Titel="Krabat", **changed),
        row("B2", Kundennummer="K2", Nachname="Weber"),
    )  # fmt: skip
    for _ in range(2):
        assert found(shop, "momo") == ([2], [])
        assert found(shop, "krabat laka") == ([1], [])
        assert found(shop, "müller") == ([], [])
        assert found(shop, "neu@example") == ([], [1])
        assert found(shop, "laka") == ([1], [1])
        assert differences(shop.store) == []


def test_many_files_with_the_index_anywhere_behind(shop: Shop) -> None:
    """Fifteen exports with chances of every change; after some of them the index gets a few steps, then all."""
    generator = random.Random(5)
    feed = Feed(shop.store)
    for number in range(15):
        lines = []
        for order in sorted(generator.sample(range(40), 25)):
            customer = f"K{order % 7}"
            who = {"Kundennummer": customer, "Nachname": f"Name{generator.randint(0, number // 5)}"}
            who["E_Mail"] = f"{customer}{generator.randint(0, 1)}@example.org"
            for line in range(1, generator.randint(2, 4)):
                title = f"Band {generator.randint(1, 3)}"
                lines.append(
                    row(f"B{order}", Pos=line, Titel=title, Geliefert=generator.choice(["", "1"]),
                        Status=generator.choice(["offen", "offen", "storniert"]), **who)
                )  # fmt: skip
        assert shop.orders(f"orders_{number}.csv", *lines).state in ("done", "partial", "held", "quarantined")
        feed._size = generator.randint(1, 12)
        for _ in range(generator.randint(0, 6)):
            feed._store.write(lambda conn: None, durable=False)
            feed.step()
        if generator.random() < 0.4:
            assert differences(shop.store) == []
    assert differences(shop.store) == []
