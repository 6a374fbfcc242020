"""A small feed for the engine's tests: an ERP's order list as ``bookshop-orders`` reads it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

_HEADER = (
    "Auftragsnummer;Kundennummer;Datum;Status;Benachrichtigung;Pos;ISBN;Titel;Menge;Geliefert;WE-Datum;"
    "Name;E-Mail;Mobil;Straße;PLZ;Ort"
)


@dataclass
class Order:
    """One order of ``customer`` with one line per title; ``received`` are the titles that have come."""

    number: str
    customer: str
    titles: list[str]
    received: set[str] = field(default_factory=set)
    email: str = ""
    mobile: str = ""
    name: str = ""
    received_on: str = "04.03.2026"

    def rows(self) -> list[dict[str, str]]:
        """As the export has them."""
        return [
            {
                "Auftragsnummer": self.number,
                "Kundennummer": self.customer,
                "Datum": "02.03.2026",
                "Status": "bestellt",
                "Pos": str(number),
                "Titel": title,
                "Menge": "1",
                "Geliefert": "1" if title in self.received else "0",
                "WE-Datum": self.received_on if title in self.received else "",
                "Name": self.name or f"Kundin {self.customer}",
                "E-Mail": self.email,
                "Mobil": self.mobile,
            }
            for number, title in enumerate(self.titles, 1)
        ]


def export(file: Path, *orders: Order) -> Path:
    """Write the list as an ERP should: under another name, then renamed into place."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _HEADER.split(";"), delimiter=";", lineterminator="\r\n", restval="")
    writer.writeheader()
    for order in orders:
        writer.writerows(order.rows())
    part = file.with_name(file.name + ".part")
    part.write_text(text.getvalue(), encoding="utf-8", newline="")
    part.replace(file)
    return file


def two_customers(*, received: bool) -> list[Order]:
    """Three titles of one customer in two orders, one title of another."""
    first = Order("A-1", "501", ["Effi Briest", "Lalka"], email="eins@example.org")
    second = Order("A-2", "501", ["Chłopi"], email="eins@example.org")
    third = Order("A-3", "502", ["Die Verwandlung"], mobile="0171 3920011")
    for order in (first, second, third):
        order.received = set(order.titles) if received else set()
    return [first, second, third]
