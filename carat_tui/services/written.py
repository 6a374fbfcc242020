"""What a person typed, and to whom it goes: checked and cleaned before anything is stored or shown."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from carat_tui.model import titles
from carat_tui.model.errors import CaratError
from carat_tui.model.text import plain
from carat_tui.model.words import join
from carat_tui.services import addressee
from carat_tui.services.addressee import Addressee
from carat_tui.store import settings
from carat_tui.store.lookup import OrderFound

MANUAL = "manual"
"""Rule and event of a message written by hand."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a person typed. ``to`` alone is an address; beside ``orders`` or ``customer`` it replaces theirs.

    ``orders``: numbers, or ids (int), all of one customer; one message tells of all of them. ``customer`` likewise.
    """

    channel: str
    text: str
    subject: str = ""
    orders: Sequence[str | int] = ()
    customer: str | int = ""
    to: str = ""
    copy_to_shop: bool = False
    attachments: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Typed:
    """Subject and text as they will be sent, and to whom."""

    whom: Addressee
    subject: str
    text: str

    def draft(self) -> str:
        """As ``message.draft`` keeps it."""
        return json.dumps({"subject": self.subject, "text": self.text}, ensure_ascii=False)


def typed(conn: sqlite3.Connection, written: Written) -> Typed:
    """Check and clean.

    Raises ``CaratError`` for an unknown or unusable recipient, an empty text, a missing subject, and e-mail without
    the shop's own address in the settings.
    """
    _check_text(written)
    whom = addressee.find(conn, written.channel, written.orders, written.customer, written.to)
    _check_sender(conn, written)
    subject = plain(written.subject)
    if not subject and whom.orders:
        subject = title(conn, whom.orders)
    if not subject and written.channel == "email":
        raise CaratError("An e-mail needs a subject.", "Give it with --subject.")
    return Typed(whom, subject, clean(written.text))


def _check_text(written: Written) -> None:
    if any("\ud800" <= char <= "\udfff" for char in written.text + written.subject):
        raise CaratError("The text or the subject holds bytes that are no text in this terminal's encoding.")
    if not clean(written.text).strip():
        raise CaratError("The text is empty.", "Give it with --text or --file.")
    if written.attachments and written.channel != "email":
        raise CaratError("Only an e-mail takes attachments.", "Send an e-mail, or leave the files out.")


def _check_sender(conn: sqlite3.Connection, written: Written) -> None:
    if (written.channel == "email" or written.copy_to_shop) and not settings.get(conn, "shop.email"):
        what = "E-mail" if written.channel == "email" else "A copy to the shop"
        raise CaratError(
            f"{what} needs the shop's own address.", "Set it: carat settings set shop.email laden@example.org"
        )


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean(text: str) -> str:
    """NFC text with line feeds; other control characters are nothing that a person types (an SMS would obey ESC)."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", lines).strip("\n")


def title(conn: sqlite3.Connection, orders: Sequence[OrderFound]) -> str:
    """The titles of these orders in one line; their numbers without titles or for a discreet customer (G.3)."""
    discreet, language = conn.execute(
        "SELECT ifnull(max(discreet), 0), ifnull(max(language), '') FROM customer WHERE id = ?",
        (orders[0].customer_id,),
    ).fetchone()
    language = language if language in settings.LANGUAGES else settings.get(conn, "shop.language")
    found = [name for order in orders for name in _titles(conn, order.id)]
    if discreet or not found:
        return join(language, [order.number for order in orders])
    if len(found) == 1:
        return titles.shorten(found[0], titles.SINGLE)
    return next(titles.list_variants(language, found))


def _titles(conn: sqlite3.Connection, document_id: int) -> list[str]:
    lines = conn.execute(
        "SELECT title FROM document_line WHERE document_id = ? AND ifnull(title, '') <> '' ORDER BY line_key",
        (document_id,),
    )
    return [plain(line[0]) for line in lines]
