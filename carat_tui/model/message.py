"""The life of a message (DESIGN §4) and what a way out is given and answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class ChannelKind(StrEnum):
    """The three kinds of way to a customer."""

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"


class State(StrEnum):
    """Where a message stands; see DESIGN §4. ``waiting`` says what for in ``waits_for``."""

    HELD = "held"
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    UNCLEAR = "unclear"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    MERGED = "merged"


class Outcome(StrEnum):
    """What an attempt came to (reliability §3.2)."""

    SENT = "sent"
    """The route accepted it, in words of its own."""
    RETRY = "retry"
    """Definitely not accepted; worth another try later."""
    FAILED = "failed"
    """Definitely refused for good."""
    UNCLEAR = "unclear"
    """The irrevocable moment may have come and nobody knows; never repeated blindly."""
    ROUTE_ILL = "route_ill"
    """The route is at fault (login, TLS, DNS, credit), not the message: pause the route, count no attempt."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message for one recipient, its bytes finished: what a way out gets.

    ``payload`` is the whole MIME message (CRLF), the SMS text (UTF-8) or the letter's PDF. ``name`` is unique for ever
    and safe as a file name. ``archive`` is an own mailbox that gets the same transaction as a second recipient.
    """

    id: int
    channel: ChannelKind
    to: str
    payload: bytes
    name: str
    sender: str = ""
    archive: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the route said. ``words`` are the server's own, for people; ``reference`` is its id for the message."""

    outcome: Outcome
    words: str
    reference: str = ""
    retry_after_s: int | None = None


class Session(Protocol):
    """An open way out: one connection (or folder) that takes many messages one after another."""

    def send(self, item: Outgoing, about_to_hand_over: Callable[[], None]) -> Answer:
        """Hand ``item`` over.

        ``about_to_hand_over`` is called exactly once, immediately before the irrevocable moment (final dot, rename),
        and not at all when that moment is never reached. What it raises goes through and nothing is handed over.
        Never raises for trouble of the network or the server: that is an ``Answer``.
        """

    def close(self) -> None:
        """End the session politely; never raises."""


class Channel(Protocol):
    """One configured route."""

    def open(self) -> Session | Answer:
        """Connect and log in; an ``Answer`` (retry or route_ill) says why that was not possible."""

    def holds(self, item: Outgoing) -> bool | None:
        """Evidence after a crash: whether ``item`` was handed over; ``None`` = this route cannot tell."""

    def abort(self) -> None:
        """Called from another thread: break off what the sessions of this channel wait for; never raises."""
