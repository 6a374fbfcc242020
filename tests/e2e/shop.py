"""A bookshop's morning as files: what the ERP writes, dropped into the real folder."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path

from carat_tui.model.home import Home

COLUMNS = (
    "Auftragsnummer", "Pos", "Datum", "Status", "Kundennummer", "Anrede", "Vorname", "Nachname", "Firma", "Straße",
    "PLZ", "Ort", "Land", "Sprache", "E-Mail", "Mobil", "Benachrichtigung", "Herkunft", "ISBN", "Titel", "Menge",
    "Geliefert", "WE-Datum",
)  # fmt: skip
ANNA = {
    "Kundennummer": "10001",
    "Anrede": "Frau",
    "Vorname": "Anna",
    "Nachname": "Berger",
    "E-Mail": "anna@example.org",
}
KARL = {"Kundennummer": "10002", "Anrede": "Herr", "Vorname": "Karl", "Nachname": "Lehmann", "Mobil": "0171 3920012"}
ERIKA = {
    "Kundennummer": "10003", "Anrede": "Frau", "Vorname": "Erika", "Nachname": "Voigt", "Straße": "Bergstr. 1",
    "PLZ": "14482", "Ort": "Potsdam", "Land": "DE",
}  # fmt: skip


def line(order: str, pos: int, title: str, customer: dict[str, str], *, arrived: bool = False) -> dict[str, str]:
    """One ordered title as a row of the export."""
    return {
        "Auftragsnummer": order, "Pos": str(pos), "Datum": "02.03.2026", "Status": "bestellt", "Titel": title,
        "Menge": "1", "Geliefert": "1" if arrived else "0", "WE-Datum": "04.03.2026" if arrived else "", **customer,
    }  # fmt: skip


def drop(home: Home, name: str, rows: Iterable[dict[str, str]]) -> Path:
    """Write an export into the watched folder, long enough ago to be complete."""
    path = home.root / "watch" / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=";", restval="")
        writer.writeheader()
        writer.writerows(rows)
    earlier = path.stat().st_mtime - 60
    os.utime(path, (earlier, earlier))
    return path
