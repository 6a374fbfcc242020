"""A bookshop's export of any length: 4 lines an order, about 150 bytes a line, some customers come again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

HEADER = "Auftragsnummer;Kundennummer;Name;E-Mail;Mobil;Datum;Status;Pos;ISBN;Titel;Menge;WE-Datum;Preis"
PROFILE = """
[profile]
name = "bench"
entity = ["sales_order", "order_line", "customer"]
[match]
files = ["*.csv"]
[read]
delimiter = ";"
encoding = "cp1252"
[key]
normalise = ["strip", "upper"]
[fields.sales_order]
order_no = { col = "Auftragsnummer", required = true }
customer_no = "Kundennummer"
order_date = { col = "Datum", type = "date", formats = ["%d.%m.%Y"] }
[fields.sales_order.status]
col = "Status"
map = { offen = "new", bestellt = "confirmed", eingetroffen = "ready", abgeholt = "fulfilled" }
[fields.order_line]
line_key = "Pos"
isbn13 = { col = "ISBN", type = "isbn" }
title = { col = "Titel", max = 200 }
qty = { col = "Menge", type = "decimal", decimal = "," }
received_date = { col = "WE-Datum", type = "date", formats = ["%d.%m.%Y"] }
price = { col = "Preis", type = "money", decimal = "," }
[fields.customer]
customer_no = "Kundennummer"
name = "Name"
email = "E-Mail"
mobile = { col = "Mobil", type = "phone" }
"""
_STATES = ("offen", "bestellt", "eingetroffen", "abgeholt")


def write(path: Path, lines: int, changed: float = 0.0) -> Path:
    """An export with ``lines`` lines, of which the share ``changed`` came in since the one before."""
    with path.open("w", encoding="cp1252", newline="") as file:
        file.write(HEADER + "\r\n")
        file.writelines(_lines(lines, changed))
    return path


def _lines(count: int, changed: float) -> Iterator[str]:
    dice = random.Random(1)
    for number in range(count):
        order, place = divmod(number, 4)
        customer = order * 7919 % max(1, count // 8)
        received = "" if number % 3 else f"{1 + number % 28:02d}.10.2026"
        if changed and dice.random() < changed:
            received = "20.11.2026"
        yield (
            f"A{100000 + order};K{10000 + customer};Müller-{customer} Annegret;kunde{customer}@example.org;"
            f"0171 {2000000 + customer};{1 + order % 28:02d}.10.2026;{_STATES[order % 4]};{place + 1};"
            f"{_isbn(number % 80000)};Die Geschichte der Bücher {number % 5000}, {number % 97} Kapitel;"
            f"{1 + number % 3};{received};{5 + number % 60},{number * 37 % 100:02d}\r\n"
        )


def _isbn(number: int) -> str:
    core = f"9783{number:08d}"
    return core + str(-(sum(map(int, core[::2])) + 3 * sum(map(int, core[1::2]))) % 10)
