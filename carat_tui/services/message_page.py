"""One message whole, for the page of the cockpit and for ``carat outbox show``: everything on record about it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from carat_tui.model.errors import CaratError
from carat_tui.model.message import ChannelKind, State
from carat_tui.services.outcome import standing_in_the_way
from carat_tui.store import accounts, message_list

_MOST_SOURCE = 200_000
"""Characters of an HTML source that are shown: more is read in the file."""


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the journal: when (stamp), what (a word of the journal), who, and what it says beside."""

    at: str
    what: str
    who: str
    detail: Mapping[str, object]

    @property
    def why(self) -> str:
        """The reason that a person or a server gave; may be empty."""
        return next((str(self.detail[key]) for key in ("why", "reason", "words") if self.detail.get(key)), "")


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A message with its text as it left and its whole past. ``row`` has the columns of the list."""

    row: sqlite3.Row
    text: str | None
    """None = not written yet"""
    html: str
    headers: str
    attachments: list[sqlite3.Row]
    attempts: list[sqlite3.Row]
    history: list[Event]
    merged: list[int]
    """the messages that were merged into this one"""
    archive: str
    """the mailbox that the route sends a copy of every mail to"""
    obstacle: tuple[str, str] = ("", "")
    """what stands in the way of one that is written and waits (see ``outcome.standing_in_the_way``)"""

    @property
    def id(self) -> int:
        """Its number."""
        return int(self.row["id"])

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.row["state"])

    @property
    def channel(self) -> str:
        """Its way."""
        return str(self.row["channel"])


def read(conn: sqlite3.Connection, message_id: int) -> MessagePage:
    """Everything about a message; ``CaratError`` if there is none. Parses the mail: call it in a thread."""
    found = message_list.rows(conn, [message_id])
    if not found:
        raise CaratError(f"There is no message {message_id}.", "`carat outbox list` names them.")
    row = found[0]
    body = conn.execute("SELECT payload, text FROM message_body WHERE message_id = ?", (message_id,)).fetchone()
    mail = bytes(body["payload"]) if body and row["channel"] == ChannelKind.EMAIL else b""
    return MessagePage(
        row,
        body["text"] if body else None,
        (html_of(mail) or "").replace("\r\n", "\n")[:_MOST_SOURCE],
        headers_of(mail),
        message_list.attachments(conn, message_id),
        message_list.attempts(conn, message_id),
        [Event(h["at"], h["what"], h["who"], json.loads(h["detail"])) for h in message_list.history(conn, message_id)],
        _merged(conn, message_id),
        _archive(conn, row["route"]),
        standing_in_the_way(conn, row["channel"]) if body and row["state"] == State.WAITING else ("", ""),
    )


def _merged(conn: sqlite3.Connection, message_id: int) -> list[int]:
    """Looked for among the customer's messages: only those are ever merged, and there is an index."""
    rows = conn.execute(
        "SELECT id FROM message INDEXED BY message_customer WHERE merged_into = ?1"
        " AND customer_id = (SELECT customer_id FROM message WHERE id = ?1) ORDER BY id",
        (message_id,),
    )
    return [row[0] for row in rows]


def headers_of(mail: bytes) -> str:
    """The header block as it left, byte for byte as text."""
    return mail.partition(b"\r\n\r\n")[0].decode("utf-8", "backslashreplace").replace("\r\n", "\n")


def html_of(mail: bytes) -> str | None:
    """The HTML part of a mail; None where there is none."""
    from email import message_from_bytes, policy

    part = message_from_bytes(mail, policy=policy.default).get_body(("html",))
    return str(part.get_content()) if part is not None else None


def _archive(conn: sqlite3.Connection, route: str | None) -> str:
    account = next((one for one in accounts.every(conn) if one.name == route), None)
    return account.config.get("archive_bcc", "") if account else ""


def beginnings(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, str]:
    """How the texts of messages begin, in one line: for a list, where a message has no subject."""
    rows = conn.execute(
        "SELECT message_id, substr(text, 1, 200) FROM message_body"
        " WHERE message_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row[0]: " ".join(row[1].split()) for row in rows}
