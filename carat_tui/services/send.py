"""Sending by hand (issue 2 point 7, DOMAIN G.1): the same function for the command line and the order book.

Only the title is suggested, the rest is typed; no template, no automatic sentence, no merging, no send window, no
brake. The message is due at once; the caller lets it be composed and handed over.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from carat_tui.model import note
from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.message import State
from carat_tui.services import attachments
from carat_tui.services.addressee import Addressee
from carat_tui.services.attachments import Frozen
from carat_tui.services.written import MANUAL, Typed, Written, typed
from carat_tui.store import journal, settings
from carat_tui.store.database import Store
from carat_tui.store.lookup import OrderFound

_COPY = {
    "de": ("Kopie", "Gesendet per {channel} an {to}:"),
    "en": ("Copy", "Sent by {channel} to {to}:"),
    "pl": ("Kopia", "Wysłano przez {channel} do {to}:"),
    "sk": ("Kópia", "Odoslané cez {channel} na {to}:"),
}
_CHANNEL_NAMES = {"email": "E-Mail", "sms": "SMS", "letter": "Brief"}


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of it: the message, the shop's copy if there is one, and whether the orders' notes took the text."""

    message_id: int
    copy_id: int | None = None
    noted: bool | None = None
    """False = at least one note had no room; None = there is no order whose note could take it"""
    full: tuple[str, ...] = ()
    """the orders whose notes had no room"""

    @property
    def ids(self) -> tuple[int, ...]:
        """The messages to be composed and handed over."""
        return (self.message_id,) if self.copy_id is None else (self.message_id, self.copy_id)


def send_by_hand(store: Store, home: Home, written: Written, who: str, now: datetime) -> Sent:
    """Make the message, due at ``now``, and its copy; write the orders' notes. One transaction.

    Raises ``CaratError``, with nothing written, for what ``written.typed`` refuses, and for a file that cannot be
    attached.
    """
    text = typed(store.read(), written)
    frozen = attachments.freeze(home, written.attachments)
    return store.write(lambda conn: _record(conn, text, written.copy_to_shop, frozen, who, now))


def _record(
    conn: sqlite3.Connection, typed: Typed, copy_wanted: bool, frozen: list[Frozen], who: str, now: datetime
) -> Sent:
    full = [order.number for order in typed.whom.orders if not _write_note(conn, typed, order, now)]
    noted = not full if typed.whom.orders else None
    copy = copy_wanted or bool(full)
    shop = settings.get(conn, "shop.email")
    if copy and not shop:
        raise CaratError(
            "The order's note is full, so the text would go to the shop by e-mail, but the shop's address is not set.",
            "Set it: carat settings set shop.email laden@example.org",
        )
    message_id = _insert(conn, typed, frozen, now)
    copy_id = _insert(conn, _copy_for(conn, shop, typed), frozen, now) if copy else None
    detail = {"channel": typed.whom.channel, "copy": copy_id, "noted": noted, "attachments": len(frozen)}
    journal.write(conn, stamp(now), who, "written by hand", "message", message_id, detail)
    if copy_id is not None:
        journal.write(conn, stamp(now), who, "copied to the shop", "message", copy_id, {"copy of": message_id})
    return Sent(message_id, copy_id, noted, tuple(full))


def _write_note(conn: sqlite3.Connection, typed: Typed, order: OrderFound, now: datetime) -> bool:
    """Append the text to the order's note if it fits (DOMAIN G.4)."""
    local = now.astimezone(ZoneInfo(settings.get(conn, "shop.timezone")))
    before = conn.execute("SELECT note FROM document WHERE id = ?", (order.id,)).fetchone()[0]
    noted = note.append(before, note.entry(local, typed.whom.channel, typed.whom.address, typed.text))
    if noted.stored:
        conn.execute("UPDATE document SET note = ? WHERE id = ?", (noted.note, order.id))
    return noted.stored


def _copy_for(conn: sqlite3.Connection, shop: str, typed: Typed) -> Typed:
    """The shop's copy: about nobody's order, so that it never counts as having told the customer."""
    whom, language = typed.whom, settings.get(conn, "shop.language")
    word, sentence = _COPY[language]
    numbers = ", ".join(order.number for order in whom.orders)
    about = numbers or (whom.customer.number if whom.customer else whom.address)
    head = sentence.format(channel=_channel_name(whom.channel, language), to=whom.address)
    subject = f"{word}: {typed.subject or about}"
    return Typed(Addressee("email", shop, language), subject, f"{head} ({about})\n\n{typed.text}")


def _channel_name(channel: str, language: str) -> str:
    return (
        _CHANNEL_NAMES[channel] if language == "de" or channel == "sms" else {"email": "e-mail"}.get(channel, channel)
    )


def _insert(conn: sqlite3.Connection, typed: Typed, frozen: list[Frozen], now: datetime) -> int:
    """One message row. Its key holds its own number: writing the same twice on purpose is two messages.

    It holds the moment too: in a restored home numbers come again, and what was sent as 17 before must not lend its
    Message-ID to another mail, which the receiver would throw away as a copy.
    """
    whom = typed.whom
    message_id = int(conn.execute("SELECT ifnull(max(id), 0) + 1 FROM message").fetchone()[0])
    recipient = whom.customer.number if whom.customer else whom.address
    conn.execute(
        "INSERT INTO message (id, key, rule, event, customer_id, channel, to_address, language, subject, state, due_at,"
        " created_at, draft) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            message_id, f"{MANUAL}|{message_id}|{recipient}|{whom.channel}|{stamp(now)}", MANUAL, MANUAL,
            whom.customer.id if whom.customer else None, whom.channel, whom.address, whom.language,
            typed.subject or None, State.WAITING, stamp(now), stamp(now), typed.draft(),
        ),
    )  # fmt: skip
    conn.executemany(
        "INSERT INTO message_attachment (message_id, name, sha256, bytes, path) VALUES (?, ?, ?, ?, ?)",
        [(message_id, one.name, one.sha256, one.bytes, one.path) for one in frozen],
    )
    conn.executemany(
        "INSERT INTO message_document (message_id, document_id) VALUES (?, ?)",
        [(message_id, order.id) for order in whom.orders],
    )
    return message_id
