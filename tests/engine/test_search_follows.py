"""The engine's rounds keep the search index right: planning, joining, writing, sending, and what a person does."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from carat_tui.model.home import Home
from carat_tui.services import handover
from carat_tui.store import message_list, order_list, search_feed
from carat_tui.store.database import Store
from carat_tui.store.message_list import Filter
from carat_tui.store.order_list import OrderFilter
from carat_tui.store.search_feed import Feed
from tests.cli.door import carat
from tests.engine.shop import Order, export
from tests.engine.test_going_on import engine, until
from tests.store.index import differences

NOW = datetime.fromisoformat("2026-03-04T10:00:00+00:00")


def orders(*received: str) -> list[Order]:
    return [
        Order("B1", "K1", ["Effi Briest", "Momo"], set(received), email="eins@example.org"),
        Order("B2", "K1", ["Krabat"], set(received), email="eins@example.org"),
    ]


def test_every_stage_says_what_it_changed(shop: Home, inbox: Path) -> None:
    files = [(), ("Effi Briest",), ("Effi Briest", "Krabat"), ("Effi Briest", "Krabat", "Momo")]
    times = ["10:00", "10:30", "10:31", "10:50"]
    with Store.open(shop.database) as store:
        for number, (received, time) in enumerate(zip(files, times, strict=True)):
            export(inbox / f"orders_{number}.csv", *orders(*received))
            said = carat("run", "--once", "--now", f"2026-03-04T{time}", "--json", home=shop)
            assert said.code == 0, said.err
            assert differences(store) == []
            assert not Feed(store).step()
        conn = store.read()
        assert len(message_list.ids(conn, Filter(search="eins@ B1"), None)) >= 1
        assert [*message_list.ids(conn, Filter(search="b2 k1"), 200)]
        handover.hand_over(store, ["B1"], "anna", NOW)
        assert len(order_list.ids(conn, OrderFilter("effi", "closed"), 200)) == 1
        assert differences(store) == []
        handover.take_back(store, ["B1"], "anna", NOW)
        assert len(order_list.ids(conn, OrderFilter("effi", "arrived"), 200)) == 1
        assert differences(store) == []


def test_a_running_engine_follows_by_itself(shop: Home, inbox: Path) -> None:
    with engine(shop, "--now", "2026-03-04T10:30"), Store.open(shop.database) as store:
        export(inbox / "orders_1.csv", *orders())
        asked = "SELECT (SELECT count(*) FROM search_document WHERE search_document MATCH '\"kra\"') = 1"
        until(lambda: store.read().execute(asked).fetchone()[0], "the order in the index")
        until(lambda: not search_feed.behind(store.read()), "the end of the indexing")
