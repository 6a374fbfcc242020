"""A home with an inbox to lay files into."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from carat_tui.intake.report import Report
from carat_tui.intake.take_in import take_in
from carat_tui.model.clock import fixed_clock
from carat_tui.model.home import Home
from carat_tui.store.database import Store

PROFILES = Path(__file__).parent / "profiles"
SHARED = Path(__file__).parents[3] / "shared"

HEADER = (
    "Auftragsnummer;Kundennummer;Vorname;Nachname;E-Mail;Mobil;Benachrichtigung;Dauerhaft;Datum;Status;Pos;ISBN;"
    "Titel;Menge;Geliefert;WE-Datum;Termin;Preis"
)
_USUAL = {
    "Kundennummer": "K1",
    "Vorname": "Anna",
    "Nachname": "Müller",
    "E-Mail": "anna@example.org",
    "Mobil": "0171 2345678",
    "Datum": "02.03.2026",
    "Status": "offen",
    "Pos": "1",
    "ISBN": "978-3-16-148410-0",
    "Titel": "Momo",
    "Menge": "1",
    "Preis": "12,90",
}


def row(order: str, **cells: object) -> str:
    """A line of the bookshop's list; keys with a hyphen are given with ``_``."""
    named = {key.replace("_", "-"): str(value) for key, value in cells.items()}
    values = {**_USUAL, **named, "Auftragsnummer": order}
    return ";".join(values.get(name, "") for name in HEADER.split(";"))


@dataclass
class Shop:
    """The intake of one home, as a test uses it."""

    home: Home
    store: Store
    now: datetime

    @property
    def inbox(self) -> Path:
        return self.home.root / "watch" / "inbox"

    def lay(self, name: str, rows: Iterable[str], header: str = HEADER, encoding: str = "utf-8") -> Path:
        """Write a file into the inbox."""
        path = self.inbox / name
        path.write_bytes("".join(f"{line}\r\n" for line in [header, *rows]).encode(encoding))
        return path

    def take(self, path: Path, **options: Any) -> Report:
        return take_in(self.store, self.home, path, clock=fixed_clock(self.now), **options)

    def orders(self, name: str, *rows: str, **options: Any) -> Report:
        """Lay a bookshop's list into the inbox and take it in."""
        return self.take(self.lay(name, rows), **options)

    def use(self, profile: str) -> None:
        """Add a profile of the tests to the home."""
        shutil.copy(PROFILES / f"{profile}.toml", self.home.profiles)

    def profile(self, text: str, name: str = "own") -> None:
        """Add a profile to the home, with the lowest priority below the usual ones if it says none."""
        (self.home.profiles / f"{name}.toml").write_text(text, encoding="utf-8")

    def all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return [tuple(found) for found in self.store.read().execute(sql, values)]

    def facts(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that a file says, without ids and times."""
        return {
            "customer": self.all("SELECT source, key, name, language, notify_option FROM customer ORDER BY key"),
            "contact": self.all(
                "SELECT u.key, c.type, c.value, c.active FROM contact c JOIN customer u ON u.id = c.customer_id"
                " ORDER BY u.key, c.type, c.value"
            ),
            "document": self.all(
                "SELECT d.key, d.kind, u.key, d.status, d.date FROM document d"
                " LEFT JOIN customer u ON u.id = d.customer_id ORDER BY d.key"
            ),
            "line": self.all(
                "SELECT d.key, l.line_key, l.title, l.isbn13, l.qty, l.qty_received, l.received_date, l.price"
                " FROM document_line l JOIN document d ON d.id = l.document_id ORDER BY d.key, l.line_key"
            ),
        }

    def events(self) -> list[str]:
        return [key for (key,) in self.all("SELECT dedupe_key FROM event ORDER BY dedupe_key")]


@pytest.fixture
def shop(home: Home, store: Store, now: datetime) -> Shop:
    return Shop(home, store, now)


@pytest.fixture
def samples() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the sample exports are not beside this repository")
    return SHARED / "samples"


@pytest.fixture
def hostile() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the hostile inputs are not beside this repository")
    return SHARED / "hostile"
