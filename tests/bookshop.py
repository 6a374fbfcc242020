"""A bookshop's facts, put into a real store by plain SQL: what an intake would have left there."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any

from carat_tui.model.clock import stamp
from carat_tui.store import accounts, rules, settings
from carat_tui.store.database import Store

LETTER = {"name": "Erika Muster", "street": "Weg 1", "zip": "70173", "city": "Stuttgart"}


class Bookshop:
    """Customers, orders, files and events of one store; ``now`` is the stamp of everything that is put in."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store = store
        self.now = now
        self._receipts = 0

    @classmethod
    def open_new(cls, store: Store, now: datetime, **values: str) -> Bookshop:
        """A home's beginnings: rules, routes and settings (``shop__email`` = ``shop.email``)."""

        def job(conn: sqlite3.Connection) -> None:
            rules.install(conn)
            accounts.install(conn)
            for key, value in values.items():
                settings.put(conn, key.replace("__", "."), value)

        store.write(job)
        return cls(store, now)

    def set(self, key: str, value: str) -> None:
        self.store.write(lambda conn: settings.put(conn, key, value))

    def _insert(self, table: str, row: dict[str, Any]) -> int:
        columns = ", ".join(row)
        marks = ", ".join("?" * len(row))
        return self.store.write(
            lambda conn: int(
                conn.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values())).lastrowid or 0
            )
        )

    def customer(
        self,
        number: str,
        *,
        email: str | None = None,
        mobile: str | None = None,
        phone: str | None = None,
        **columns: Any,
    ) -> int:
        """A customer with at most one address of each type; ``columns`` are those of the table."""
        at = stamp(self.now)
        row = {"source": "erp", "key": number, "customer_no": number, "first_seen": at, "last_seen": at, **columns}
        customer_id = self._insert("customer", row)
        for type_, value in (("email", email), ("mobile", mobile), ("phone", phone)):
            if value is not None:
                self.contact(customer_id, type_, value)
        return customer_id

    def contact(self, customer_id: int, type_: str, value: str, active: int = 1) -> int:
        row = {"customer_id": customer_id, "type": type_, "value": value, "value_raw": value, "active": active}
        return self._insert("contact", row)

    def file(self, name: str = "orders.csv", *, profile: str = "orders", messages: int = 0, baseline: int = 0) -> int:
        row = {
            "profile": profile, "sha256": f"sha-{name}", "path": name, "name": name, "size": 1, "state": "done",
            "messages": messages, "baseline": baseline, "started_at": stamp(self.now), "finished_at": stamp(self.now),
        }  # fmt: skip
        return self._insert("import_file", row)

    def order(self, number: str, customer_id: int | None, titles: tuple[str, ...] = ("Momo",), **columns: Any) -> int:
        at = stamp(self.now)
        row = {
            "source": "erp", "kind": "order", "key": number, "number": number, "customer_id": customer_id,
            "first_seen": at, "last_seen": at, **columns,
        }  # fmt: skip
        document_id = self._insert("document", row)
        for line, title in enumerate(titles, 1):
            line_row = {"document_id": document_id, "line_key": str(line), "title": title, "qty": 1, "qty_received": 0}
            self._insert("document_line", line_row)
        return document_id

    def event(self, kind: str, document_id: int, file_id: int | None = None, line: str | None = "1") -> int:
        """An event of ``kind``; every call makes another one."""
        self._receipts += 1
        read = self.store.read()
        document = read.execute("SELECT key, customer_id FROM document WHERE id = ?", (document_id,)).fetchone()
        row = {
            "dedupe_key": f"{kind}:erp:{document['key']}:{line}:{self._receipts}", "kind": kind,
            "document_id": document_id, "line_key": line, "customer_id": document["customer_id"],
            "detected_at": stamp(self.now), "file_id": file_id,
            "facts": json.dumps({"before": {"qty": 0}, "after": {"qty": 1}}),
        }  # fmt: skip
        return self._insert("event", row)

    def arrived(self, document_id: int, file_id: int | None = None, line: str = "1") -> int:
        """Goods of one line came in."""
        return self.event("goods.received", document_id, file_id, line)

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        return [dict(row) for row in self.store.read().execute(sql, values)]

    def messages(self) -> list[dict[str, Any]]:
        return self.rows("SELECT * FROM message ORDER BY id")

    def trail(self, event_id: int) -> list[dict[str, Any]]:
        found = self.rows("SELECT trail FROM message_event WHERE event_id = ?", event_id)
        return json.loads(found[0]["trail"])
