"""One message as commands and bytes for the wire, checked before the first of them leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from carat_tui.model import address
from carat_tui.model.message import Outgoing

_LONGEST_LINE = 998


class Unsendable(Exception):
    """This message can never leave by this server; ``str`` says why, in words for people."""


@dataclass(frozen=True, slots=True)
class Letter:
    """``body`` ends with a line end and lacks only the final dot; ``copy`` is the command for the archive, or empty."""

    mail: str
    rcpt: str
    copy: str
    body: bytes


def prepare(item: Outgoing, offers: Mapping[str, str]) -> Letter:
    """Commands and body for a server that offers ``offers``. Raises ``Unsendable``."""
    parameters = _parameters(item, offers)
    utf8 = "SMTPUTF8" in offers
    sender = _path(item.sender, utf8, "the sender's address")
    to = _path(item.to, utf8, "the address")
    copy = _path(item.archive, utf8, "the archive's address") if item.archive else ""
    if utf8 and not (sender + to + copy).isascii():
        parameters += " SMTPUTF8"
    return Letter(
        f"MAIL FROM:<{sender}>{parameters}",
        f"RCPT TO:<{to}>",
        f"RCPT TO:<{copy}>" if copy else "",
        _stuffed(item.payload),
    )


def _parameters(item: Outgoing, offers: Mapping[str, str]) -> str:
    size = len(item.payload)
    limit = offers.get("SIZE", "").split(" ")[0]
    if limit.isdecimal() and 0 < int(limit) < size:
        raise Unsendable(f"the message has {size} bytes and the server takes {limit} at most")
    parameters = f" SIZE={size}" if "SIZE" in offers else ""
    if not item.payload.isascii():
        if "8BITMIME" not in offers:
            raise Unsendable("the message holds 8-bit text and the server does not take that (8BITMIME)")
        parameters += " BODY=8BITMIME"
    return parameters


def _path(raw: str, utf8: bool, whose: str) -> str:
    """One plain address for an envelope: exactly one, without control characters (reliability B2)."""
    found = address.email(raw)
    if not found.usable:
        raise Unsendable(f"{whose} {raw!r} cannot be used: {found.why}")
    if utf8 or found.value.isascii():
        return found.value
    local, _, domain = found.value.rpartition("@")
    if not local.isascii():
        raise Unsendable(f"{whose} {raw!r} has letters before the @ that this server cannot take (SMTPUTF8)")
    import idna

    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError as error:
        raise Unsendable(f"{whose} {raw!r} cannot be used: {error}") from error


def _stuffed(payload: bytes) -> bytes:
    """The payload with its dots doubled. A bare CR or LF could end the message early (reliability B3)."""
    ends = payload.count(b"\r\n")
    if payload.count(b"\n") != ends or payload.count(b"\r") != ends:
        raise Unsendable("the message holds a line end that is not CR LF")
    if max(map(len, payload.split(b"\r\n"))) > _LONGEST_LINE:
        raise Unsendable("the message holds a line of more than 998 characters")
    if not payload.endswith(b"\r\n"):
        payload += b"\r\n"
    stuffed = payload.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed
