"""Finished messages put into the store by plain SQL, as composing leaves them, and small questions about them."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import datetime
from functools import partial

from carat_tui.model.clock import stamp
from carat_tui.model.message import ChannelKind
from carat_tui.store import accounts, settings
from carat_tui.store.database import Store

TO = {
    ChannelKind.EMAIL: "customer{n}@example.net",
    ChannelKind.SMS: "+4915112{n:06d}",
    ChannelKind.LETTER: "Erika Muster\nWeg {n}\n10115 Berlin",
}


def mime(n: int, size: int = 200) -> bytes:
    """A small mail with the Message-ID ``<n@example.org>``."""
    head = f"From: laden@example.org\r\nTo: customer{n}@example.net\r\n"
    head += f"Subject: {n}\r\nMessage-ID: <{n}@example.org>\r\n\r\n"
    body = "".join(f"{line:068d}\r\n" for line in range(max(1, size // 70)))
    return (head + body).encode("ascii")


def messages(
    store: Store,
    count: int,
    now: datetime,
    channel: ChannelKind = ChannelKind.EMAIL,
    *,
    size: int = 200,
    due: datetime | None = None,
    durable: bool = True,
) -> list[int]:
    """Insert ``count`` waiting messages with finished bytes; their ids."""
    return store.write(
        partial(_insert, count=count, at=stamp(now), due=stamp(due or now), channel=channel, size=size), durable=durable
    )


def _insert(conn: sqlite3.Connection, count: int, at: str, due: str, channel: ChannelKind, size: int) -> list[int]:
    first = 1 + (conn.execute("SELECT max(id) FROM message").fetchone()[0] or 0)
    ids = list(range(first, first + count))
    conn.executemany(
        "INSERT INTO message (id, key, rule, event, channel, to_address, language, subject, state, due_at, composed,"
        " created_at, message_ref) VALUES (?, ?, 'test', 'manual', ?, ?, 'de', ?, 'waiting', ?, 1, ?, ?)",
        (
            (n, f"test|{n}|{channel}", channel, TO[channel].format(n=n), f"No. {n}", due, at, f"<{n}@example.org>")
            for n in ids
        ),
    )
    conn.executemany(
        "INSERT INTO message_body (message_id, payload, sha256, text) VALUES (?, ?, ?, ?)",
        (_body(n, channel, size) for n in ids),
    )
    return ids


def _body(n: int, channel: ChannelKind, size: int) -> tuple[int, bytes, str, str]:
    payload = mime(n, size) if channel == ChannelKind.EMAIL else f"%PDF-1.4 Nr. {n}".encode()
    return n, payload, hashlib.sha256(payload).hexdigest(), f"No. {n}"


def live(store: Store) -> None:
    """Let things really leave (to this machine)."""
    store.write(lambda conn: settings.set_mode(conn, settings.Mode("live")))


def smtp_route(store: Store, port: int, name: str = "shop", **more: str) -> None:
    """A route to a server on this machine."""
    keys = {"kind": "smtp", "host": "127.0.0.1", "port": str(port), "security": "none", "auth": "none", **more}
    store.write(lambda conn: accounts.put(conn, name, keys))


def states(store: Store) -> dict[str, int]:
    """How many messages are in which state."""
    return dict(store.read().execute("SELECT state, count(*) FROM message GROUP BY state").fetchall())


def row(store: Store, message_id: int) -> sqlite3.Row:
    """One message."""
    found: sqlite3.Row = store.read().execute("SELECT * FROM message WHERE id = ?", (message_id,)).fetchone()
    return found


def attempts(store: Store, message_id: int) -> list[sqlite3.Row]:
    """Its attempts, first to last."""
    return store.read().execute("SELECT * FROM attempt WHERE message_id = ? ORDER BY id", (message_id,)).fetchall()
