"""What a mail server's replies mean for a message (reliability §3.2)."""

from __future__ import annotations

import re

from carat_tui.channels.smtp_login import CREDENTIALS_AGAIN_S
from carat_tui.channels.smtp_wire import Reply
from carat_tui.model.message import Answer, Outcome

_LOGIN = frozenset({530, 534, 535, 538})
_ROUTE_STATUS = ("5.4.5", "5.1.90", "5.7.30", "5.7.139")
"""Said to one message but meant for all: the day's limit (Gmail, Microsoft 365), the way of login switched off."""


def before_the_dot(stage: str, reply: Reply) -> Answer:
    """A reply to ``MAIL``, ``RCPT`` or ``DATA`` that is not the one hoped for: nothing was accepted."""
    words = f"{stage}: {reply}"
    if (ill := _route_ill(reply, words)) is not None:
        return ill
    if 400 <= reply.code < 500:
        return Answer(Outcome.RETRY, words)
    if 500 <= reply.code < 600:
        # The sender is the same for every message of the route; only the size is this message's own.
        of_the_route = stage == "MAIL" and reply.code != 552
        return Answer(Outcome.ROUTE_ILL if of_the_route else Outcome.FAILED, words)
    return Answer(Outcome.RETRY, f"{words} (not an answer to {stage})")


def after_the_dot(reply: Reply) -> Answer:
    """The reply to the final dot."""
    words = str(reply)
    if reply.positive:
        return Answer(Outcome.SENT, words, _queue_id(reply.text))
    if (ill := _route_ill(reply, words)) is not None:
        return ill
    if 400 <= reply.code < 500:
        return Answer(Outcome.RETRY, words)
    if 500 <= reply.code < 600:
        return Answer(Outcome.FAILED, words)
    return Answer(Outcome.UNCLEAR, f"{words} (not an answer to the end of a message)")


def _route_ill(reply: Reply, words: str) -> Answer | None:
    if reply.code in _LOGIN:
        return Answer(Outcome.ROUTE_ILL, words, retry_after_s=CREDENTIALS_AGAIN_S)
    refused_relay = reply.code in (550, 553, 554) and "relay" in reply.text.lower()
    if reply.code == 421 or refused_relay or (reply.code >= 500 and reply.text.startswith(_ROUTE_STATUS)):
        return Answer(Outcome.ROUTE_ILL, words)
    return None


def _queue_id(text: str) -> str:
    found = re.search(r"\b(?:queued as|id=)\s*([A-Za-z0-9._-]+)", text)
    return found[1] if found else ""
