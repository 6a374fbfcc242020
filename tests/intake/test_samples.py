"""Real exports, with the figures that a separate parser found (../shared/samples/README.md)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.intake.conftest import Shop


def test_shopify_orders_with_blank_continuation_rows(shop: Shop, samples: Path) -> None:
    shop.use("shopify")
    report = shop.take(samples / "csv-shop" / "shopify_orders_sample.csv")
    assert (report.rows, report.accepted, report.created) == (249, 249, 127)
    assert report.entities["order_line"]["created"] == 249
    assert shop.all("SELECT count(*), sum(total), min(date), max(date) FROM document WHERE currency = 'USD'") == [
        (127, int(Decimal("15063.00") * 100), "2025-01-01", "2025-07-27")
    ]
    assert shop.all("SELECT sum(qty) FROM document_line") == [(249,)]
    assert shop.all("SELECT number FROM document WHERE customer_id IS NULL ORDER BY number") == [
        ("#1020",), ("#1043",), ("#1075",), ("#1085",), ("#1100",)
    ]  # fmt: skip
    assert shop.all("SELECT count(*) FROM contact WHERE type = 'email'") == [(57,)]
    assert shop.all("SELECT count(*) FROM (SELECT 1 FROM document_line GROUP BY document_id HAVING count(*) > 1)") == [
        (81,)
    ]


def test_odoo_purchase_orders_keep_the_order_of_the_file(shop: Shop, samples: Path) -> None:
    shop.use("odoo")
    report = shop.take(samples / "csv-shop" / "odoo_o2m_purchase_order_lines.csv")
    assert (report.rows, report.created) == (9, 3)
    assert shop.all(
        "SELECT d.number, d.kind, count(*), sum(l.qty) FROM document d JOIN document_line l ON l.document_id = d.id"
        " GROUP BY d.id ORDER BY d.id"
    ) == [
        ("PO00008", "purchase_order", 3, 90),
        ("PO00009", "purchase_order", 2, 20),
        ("PO000010", "purchase_order", 4, 105),
    ]
    assert shop.all("SELECT DISTINCT supplier FROM document_line l JOIN document d ON d.id = l.document_id"
                    " WHERE d.number = 'PO000010'") == [("China Export",)]  # fmt: skip


def test_shopware_customers_exported_twice(shop: Shop, samples: Path) -> None:
    shop.use("shopware")
    report = shop.take(samples / "csv-shop" / "shopware_customers.csv")
    assert (report.rows, report.accepted, report.created, report.changed) == (5, 5, 4, 1)
    assert shop.all("SELECT customer_no, company, zip FROM customer ORDER BY key") == [
        ("10000", None, "15148"),
        ("10001", None, "98282-5543"),
        ("10002", "shopware AG", "43311"),
        ("10003", "shopware AG", "00932"),
    ]
    # The passwords of the export are nowhere in the database.
    assert b"password" not in shop.home.database.read_bytes()
    again = shop.take(samples / "csv-shop" / "shopware_customers.csv")
    assert (again.created, again.changed, again.state) == (0, 0, "duplicate")


UGLY = """
[profile]
name = "ugly"
[match]
files = ["*.csv"]
priority = -10
[read]
delimiter = ","
[rules]
max_reject_pct = 100
[fields.customer]
customer_no = {{ col = "{key}" }}
note = {{ col = "{note}" }}
"""


@pytest.mark.parametrize(
    ("file", "key", "note", "rows", "notes", "rejected"),
    [
        ("commercetools_delivery-error-row-length.csv", "orderNumber", "item.id", 2, [], [2, 3]),
        ("csvkit_bad.csv", "column_a", "column_b", 3, ["mixed types.... uh oh"], [2, 3]),
        ("csvkit_test_utf16_little.csv", "a", "c", 2, ["3", "ʤ"], []),
        ("csvkit_test_latin1.csv", "a", "c", 2, ["3", "©"], []),
        ("csvkit_mac_newlines.csv", "a", "c", 2, ["3", "6"], []),
        ("csvkit_null_byte.csv", "b", "a", 1, [None], []),
        ("frictionless_duplicate-headers.csv", "id#3", "name", 2, ["John", "Julie"], []),
    ],
)
def test_ugly_files(
    shop: Shop, samples: Path, file: str, key: str, note: str, rows: int, notes: list[str | None], rejected: list[int]
) -> None:
    shop.profile(UGLY.format(key=key, note=note))
    report = shop.take(samples / "csv-ugly" / file)
    assert report.rows == rows == report.accepted + len(report.rejected) + report.ignored
    assert [found.line for found in report.rejected] == rejected
    assert shop.all("SELECT note FROM customer ORDER BY id") == [(text,) for text in notes]
    if file.startswith("csvkit_null"):
        assert any("NUL" in warning for warning in report.warnings)
    if file.startswith("frictionless"):
        assert shop.all("SELECT customer_no FROM customer ORDER BY id") == [("001101",), ("001102",)]


def test_quoted_carriage_return_survives(shop: Shop, samples: Path) -> None:
    shop.profile(UGLY.format(key="b", note="a"))
    shop.take(samples / "csv-ugly" / "csvkit_mac_newlines.csv")
    assert shop.all("SELECT note FROM customer WHERE key = '5'") == [("Once upon\ra time",)]


@pytest.mark.parametrize(
    ("file", "accepted", "rejected"), [("broken_quotes.csv", 1, [4]), ("embedded_newlines.csv", 2, [4])]
)
def test_datev_rows_with_broken_quotes(
    shop: Shop, samples: Path, file: str, accepted: int, rejected: list[int]
) -> None:
    shop.profile(
        UGLY.format(key="Belegfeld 1", note="Buchungstext").replace('delimiter = ","', 'delimiter = ";"'),
    )
    report = shop.take(samples / "csv-datev" / file)
    assert (report.accepted, [found.line for found in report.rejected]) == (accepted, rejected)


def test_no_number_no_key(shop: Shop, samples: Path) -> None:
    """Customers without a number: refused with a word on what to do, or keyed by their name on purpose."""
    shop.profile(UGLY.format(key="Name", note="City"))
    report = shop.take(samples / "csv-shop" / "odoo_o2m_customers_contacts.csv")
    assert (report.rows, report.created) == (8, 8)
    assert ("San José",) in shop.all("SELECT note FROM customer")


def test_hostile_csv_never_breaks_the_intake(shop: Shop, hostile: Path) -> None:
    shop.profile(UGLY.format(key="@1", note="@1"))
    for path in sorted((hostile / "csv").rglob("*.csv")):
        report = shop.take(path, profile="ugly")
        assert report.state in ("done", "partial", "held", "quarantined", "duplicate"), path
        assert report.rows == report.accepted + len(report.rejected) + report.ignored
