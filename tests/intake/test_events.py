"""Events: what a file changed, once and for ever (erp-exports §7)."""

from __future__ import annotations

import json
from datetime import timedelta

from tests.intake.conftest import Shop, row


def news(shop: Shop, *rows: str) -> list[str]:
    """The keys of the events that a further export with these rows makes."""
    before = set(shop.events())
    shop.orders(f"auftraege{len(shop.all('SELECT 1 FROM import_file')) + 1}.csv", *rows)
    return sorted(set(shop.events()) - before)


def known(shop: Shop, *rows: str) -> None:
    """The feed's first file."""
    news(shop, *rows)
    assert shop.events() == []


def test_a_new_order(shop: Shop) -> None:
    known(shop, row("A1"))
    assert news(shop, row("A1"), row("A2")) == ["order.created:shop:A2"]
    assert shop.all("SELECT kind, line_key, facts, planned_at FROM event") == [
        ("order.created", None, '{"before":{},"after":{"status":"new","date":"2026-03-02"}}', None)
    ]


def test_goods_of_one_line_and_then_of_all(shop: Shop) -> None:
    lines = [row("A1", Titel="Momo"), row("A1", Pos="2", Titel="Krabat")]
    known(shop, *lines)
    came = row("A1", Titel="Momo", Geliefert="1", WE_Datum="04.03.2026")
    assert news(shop, came, lines[1]) == ["goods.received:shop:A1:1:1"]
    facts = json.loads(shop.all("SELECT facts FROM event")[0][0])
    assert facts == {
        "before": {"qty": None, "received_date": None},
        "after": {"qty": 1, "received_date": "2026-03-04"},
    }
    both = row("A1", Pos="2", Titel="Krabat", Geliefert="1")
    assert news(shop, came, both) == ["goods.received:shop:A1:2:1", "order.ready:shop:A1:2"]


def test_a_date_of_receipt_alone_means_all_of_the_line(shop: Shop) -> None:
    known(shop, row("A1", Menge="3"))
    assert news(shop, row("A1", Menge="3", WE_Datum="03.03.2026")) == [
        "goods.received:shop:A1:1:3",
        "order.ready:shop:A1:1",
    ]


def test_several_receipts_of_one_line(shop: Shop) -> None:
    known(shop, row("A1", Menge="3"))
    assert news(shop, row("A1", Menge="3", Geliefert="1")) == ["goods.received:shop:A1:1:1"]
    assert news(shop, row("A1", Menge="3", Geliefert="3")) == ["goods.received:shop:A1:1:3", "order.ready:shop:A1:1"]
    assert news(shop, row("A1", Menge="3", Geliefert="2")) == []
    assert news(shop, row("A1", Menge="3", Geliefert="3")) == [], "told before"


def test_states_count_too(shop: Shop) -> None:
    known(shop, row("A1"), row("A2"), row("A3"))
    moved = [row("A1", Status="eingetroffen"), row("A2", Status="abgeholt"), row("A3", Status="storno")]
    assert news(shop, *moved) == ["order.cancelled:shop:A3", "order.fulfilled:shop:A2", "order.ready:shop:A1:0"]
    assert news(shop, *moved, row("A4")) == ["order.created:shop:A4"]


def test_goods_of_an_order_that_was_handed_over_are_no_news(shop: Shop) -> None:
    known(shop, row("A1"))
    assert news(shop, row("A1", Status="abgeholt", Geliefert="1")) == ["order.fulfilled:shop:A1"]


def test_a_delay(shop: Shop) -> None:
    known(shop, row("A1", Termin="10.03.2026"))
    assert news(shop, row("A1", Termin="09.03.2026")) == []
    assert news(shop, row("A1", Termin="20.03.2026")) == ["line.delayed:shop:A1:1:2026-03-20"]
    assert news(shop, row("A1", Termin="20.03.2026", Titel="Neu")) == []


def test_the_age_of_news(shop: Shop) -> None:
    known(shop, row("A1"), row("A2"))
    young = (shop.now - timedelta(days=7)).strftime("%d.%m.%Y")
    old = (shop.now - timedelta(days=8)).strftime("%d.%m.%Y")
    made = news(shop, row("A1", WE_Datum=young), row("A2", WE_Datum=old), row("A3", Datum=young), row("A4", Datum=old))
    assert made == ["goods.received:shop:A1:1:1", "order.created:shop:A3", "order.ready:shop:A1:1"]


def test_an_old_order_is_told_of_young_goods(shop: Shop) -> None:
    known(shop, row("A1", Datum="01.01.2025"))
    assert "goods.received:shop:A1:1:1" in news(shop, row("A1", Datum="01.01.2025", WE_Datum="04.03.2026"))


def test_an_old_order_seen_for_the_first_time_is_told_of_its_receipts_only(shop: Shop) -> None:
    known(shop, row("A1"))
    made = news(shop, row("A2", Datum="01.01.2025", Status="storno"), row("A3", Datum="01.01.2025", Geliefert="1"))
    assert made == []


def test_nothing_is_left_of_the_changes(shop: Shop) -> None:
    known(shop, row("A1"))
    news(shop, row("A1", Geliefert="1", Status="eingetroffen"), row("A2"))
    assert shop.all("SELECT count(*) FROM document_change") == shop.all("SELECT count(*) FROM line_change") == [(0,)]


def test_events_can_be_forced_on_a_first_file(shop: Shop) -> None:
    report = shop.orders("auftraege1.csv", row("A1", Geliefert="1"), baseline=False)
    assert report.events == {"goods.received": 1, "order.created": 1, "order.ready": 1}
    assert report.baseline is False


def test_a_purchase_order_tells_no_customer(shop: Shop) -> None:
    shop.use("odoo")
    header = "Order Date,Order Reference,Supplier,Destination,Pricelist,Order Lines / Product,Order Lines / Quantity"
    name = "odoo_purchase_orders.csv"
    shop.take(shop.lay(name, ["2026-03-03,P1,ASUS,Stock,x,CARD,2"], header), baseline=False)
    assert shop.events() == []
