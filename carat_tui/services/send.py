"""Sending by hand (issue 2 point 7, DOMAIN G.1): the same function for the command line and the order book.

Only the title is suggested, the rest is typed; no template, no automatic sentence, no merging, no send window, no
brake. The message is due at once; the caller lets it be composed and handed over.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from carat_tui.model import note, titles
from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.message import State
from carat_tui.model.text import plain
from carat_tui.services import addressee, attachments
from carat_tui.services.addressee import Addressee
from carat_tui.services.attachments import Frozen
from carat_tui.store import journal, lookup, settings
from carat_tui.store.database import Store

MANUAL = "manual"
"""Rule and event of a message written by hand."""

_COPY = {
    "de": ("Kopie", "Gesendet per {channel} an {to}:"),
    "en": ("Copy", "Sent by {channel} to {to}:"),
    "pl": ("Kopia", "Wysłano przez {channel} do {to}:"),
    "sk": ("Kópia", "Odoslané cez {channel} na {to}:"),
}
_CHANNEL_NAMES = {"email": "E-Mail", "sms": "SMS", "letter": "Brief"}


@dataclass(frozen=True, slots=True)
class Written:
    """What a person typed. ``to`` alone is an address; beside ``order`` or ``customer`` it replaces theirs."""

    channel: str
    text: str
    subject: str = ""
    order: str = ""
    customer: str = ""
    to: str = ""
    copy_to_shop: bool = False
    attachments: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of it: the message, the shop's copy if there is one, and whether the order's note took the text."""

    message_id: int
    copy_id: int | None = None
    noted: bool | None = None
    """None = there is no order whose note could take it"""

    @property
    def ids(self) -> tuple[int, ...]:
        """The messages to be composed and handed over."""
        return (self.message_id,) if self.copy_id is None else (self.message_id, self.copy_id)


def send_by_hand(store: Store, home: Home, written: Written, who: str, now: datetime) -> Sent:
    """Make the message, due at ``now``, and its copy; write the order's note. One transaction.

    Raises ``CaratError``, with nothing written, for an unknown or unusable recipient, an empty text, a missing
    subject, a file that cannot be attached, and e-mail without the shop's own address in the settings.
    """
    _check_text(written)
    whom = addressee.find(store.read(), written.channel, written.order, written.customer, written.to)
    _check_sender(store.read(), written)
    typed = _typed(store.read(), written, whom)
    frozen = attachments.freeze(home, written.attachments)
    return store.write(lambda conn: _record(conn, written, whom, typed, frozen, who, now))


def suggest(store: Store, order: str) -> dict[str, object]:
    """What the form of an order is filled in with: title, addresses by channel, the way that the rules would take.

    Raises ``CaratError`` for an unknown order.
    """
    conn = store.read()
    found = lookup.order(conn, order)
    return {
        "order": found.number,
        "title": _title(conn, found.id, found.customer_id),
        "channel": addressee.first_channel(conn, found),
        "addresses": addressee.addresses(conn, found),
        "note": found.note,
        "note_room": max(0, note.LIMIT - len(found.note) - (1 if found.note else 0)),
        "copy_possible": bool(settings.get(conn, "shop.email")),
    }


@dataclass(frozen=True, slots=True)
class _Typed:
    """Subject and text as they will be sent."""

    subject: str
    text: str

    def draft(self) -> str:
        return json.dumps({"subject": self.subject, "text": self.text}, ensure_ascii=False)


def _check_text(written: Written) -> None:
    if any("\ud800" <= char <= "\udfff" for char in written.text + written.subject):
        raise CaratError("The text or the subject holds bytes that are no text in this terminal's encoding.")
    if not _clean(written.text).strip():
        raise CaratError("The text is empty.", "Give it with --text or --file.")
    if written.attachments and written.channel != "email":
        raise CaratError("Only an e-mail takes attachments.", "Send an e-mail, or leave the files out.")


def _check_sender(conn: sqlite3.Connection, written: Written) -> None:
    if (written.channel == "email" or written.copy_to_shop) and not settings.get(conn, "shop.email"):
        what = "E-mail" if written.channel == "email" else "A copy to the shop"
        raise CaratError(
            f"{what} needs the shop's own address.", "Set it: carat settings set shop.email laden@example.org"
        )


def _typed(conn: sqlite3.Connection, written: Written, whom: Addressee) -> _Typed:
    text = _clean(written.text)
    subject = plain(written.subject)
    if not subject and whom.order:
        subject = _title(conn, whom.order.id, whom.order.customer_id)
    if not subject and written.channel == "email":
        raise CaratError("An e-mail needs a subject.", "Give it with --subject.")
    return _Typed(subject, text)


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _clean(text: str) -> str:
    """NFC text with line feeds; other control characters are nothing that a person types (an SMS would obey ESC)."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", lines).strip("\n")


def _title(conn: sqlite3.Connection, document_id: int, customer_id: int | None) -> str:
    """The titles of an order in one line; its number where there are none or the customer wants discretion (G.3)."""
    row = conn.execute(
        "SELECT d.number, ifnull(c.discreet, 0), ifnull(c.language, '') FROM document d"
        " LEFT JOIN customer c ON c.id = ? WHERE d.id = ?",
        (customer_id, document_id),
    ).fetchone()
    lines = conn.execute(
        "SELECT title FROM document_line WHERE document_id = ? AND ifnull(title, '') <> '' ORDER BY line_key",
        (document_id,),
    )
    found = [plain(line[0]) for line in lines]
    if row[1] or not found:
        return str(row[0])
    if len(found) == 1:
        return titles.shorten(found[0], titles.SINGLE)
    language = row[2] if row[2] in settings.LANGUAGES else settings.get(conn, "shop.language")
    return next(titles.list_variants(language, found))


def _record(
    conn: sqlite3.Connection,
    written: Written,
    whom: Addressee,
    typed: _Typed,
    frozen: list[Frozen],
    who: str,
    now: datetime,
) -> Sent:
    noted = _write_note(conn, whom, typed.text, now)
    copy = written.copy_to_shop or noted is False
    shop = settings.get(conn, "shop.email")
    if copy and not shop:
        raise CaratError(
            "The order's note is full, so the text would go to the shop by e-mail, but the shop's address is not set.",
            "Set it: carat settings set shop.email laden@example.org",
        )
    message_id = _insert(conn, whom, typed, frozen, now)
    copy_id = _insert(conn, *_copy_for(conn, shop, whom, typed), frozen, now) if copy else None
    detail = {"channel": whom.channel, "copy": copy_id, "noted": noted, "attachments": len(frozen)}
    journal.write(conn, stamp(now), who, "written by hand", "message", message_id, detail)
    if copy_id is not None:
        journal.write(conn, stamp(now), who, "copied to the shop", "message", copy_id, {"copy of": message_id})
    return Sent(message_id, copy_id, noted)


def _write_note(conn: sqlite3.Connection, whom: Addressee, text: str, now: datetime) -> bool | None:
    """Append the text to the order's note if it fits (DOMAIN G.4); None without an order."""
    if whom.order is None:
        return None
    local = now.astimezone(ZoneInfo(settings.get(conn, "shop.timezone")))
    before = conn.execute("SELECT note FROM document WHERE id = ?", (whom.order.id,)).fetchone()[0]
    noted = note.append(before, note.entry(local, whom.channel, whom.address, text))
    if noted.stored:
        conn.execute("UPDATE document SET note = ? WHERE id = ?", (noted.note, whom.order.id))
    return noted.stored


def _copy_for(conn: sqlite3.Connection, shop: str, whom: Addressee, typed: _Typed) -> tuple[Addressee, _Typed]:
    """The shop's copy: about nobody's order, so that it never counts as having told the customer."""
    language = settings.get(conn, "shop.language")
    word, sentence = _COPY[language]
    about = whom.order.number if whom.order else whom.customer.number if whom.customer else whom.address
    head = sentence.format(channel=_channel_name(whom.channel, language), to=whom.address)
    subject = f"{word}: {typed.subject or about}"
    return Addressee("email", shop, language), _Typed(subject, f"{head} ({about})\n\n{typed.text}")


def _channel_name(channel: str, language: str) -> str:
    return (
        _CHANNEL_NAMES[channel] if language == "de" or channel == "sms" else {"email": "e-mail"}.get(channel, channel)
    )


def _insert(conn: sqlite3.Connection, whom: Addressee, typed: _Typed, frozen: list[Frozen], now: datetime) -> int:
    """One message row. Its key holds its own number: writing the same twice on purpose is two messages.

    It holds the moment too: in a restored home numbers come again, and what was sent as 17 before must not lend its
    Message-ID to another mail, which the receiver would throw away as a copy.
    """
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
    if whom.order is not None:
        conn.execute(
            "INSERT INTO message_document (message_id, document_id) VALUES (?, ?)", (message_id, whom.order.id)
        )
    return message_id
