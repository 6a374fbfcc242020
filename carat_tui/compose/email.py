"""One e-mail as bytes, written by hand.

``email.message`` builds 960 mails a second, this writer about 40,000 (limits §3); and Python before 3.11.10 lets a
line break inside an encoded word through as a header of its own (CVE-2024-6923). So every value is checked here, as it
stands and as a reader will decode it, and the finished head is read again before it is used.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from carat_tui.compose import mime
from carat_tui.compose.mime import MAX_LINE
from carat_tui.model.address import email as checked_address
from carat_tui.model.errors import CaratError

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PLAIN = re.compile(r"[\x20-\x7e]*")
_ATOM_WORDS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_HEADER_NAME = re.compile(r"^([!-9;-~]+):[ ]", re.MULTILINE)
_STRUCTURE = frozenset(("Content-Type", "Content-Transfer-Encoding"))
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along; ``name`` is what the receiver sees."""

    name: str
    content: bytes
    mime: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class Mail:
    """What is to be said, by whom, to whom. ``automatic`` is False for what a person typed.

    ``body`` is the text already encoded by ``mime.alternative`` (with its headers); empty = it is made of ``text`` and
    ``html`` here.
    """

    message_id: str
    date: datetime
    sender: str
    sender_name: str
    to: str
    subject: str
    text: str
    html: str
    body: str = ""
    automatic: bool = True
    attachments: tuple[Attachment, ...] = ()


def message_id(key: str, number: int, sender: str) -> str:
    """Our Message-ID: the same for the same message and version, for ever; in the domain of the sender."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:20]
    return f"<carat.{number}.{digest}@{_ascii_domain(sender)}>"


def build(mail: Mail) -> bytes:
    """The whole message with CRLF line ends; raises ``CaratError`` for an address that no header can hold."""
    head, names = _head(mail)
    # Underscores and dots do not occur in base64, so no body can hold the boundary.
    boundary = "=_" + mail.message_id[1:].partition("@")[0]
    body = mail.body or mime.alternative(mail.text, mail.html, boundary + "a")
    if mail.attachments:
        parts = "".join(f"--{boundary}m\r\n{part}\r\n" for part in (body, *map(_attached, mail.attachments)))
        body = f'Content-Type: multipart/mixed; boundary="{boundary}m"\r\n\r\n{parts}--{boundary}m--\r\n'
    _check(head, body, names)
    return (head + body).encode("ascii")


def _head(mail: Mail) -> tuple[str, tuple[str, ...]]:
    above, below, names = _frame(mail.sender, mail.sender_name, mail.automatic)
    to, subject = transport_address(mail.to), encoded("Subject", mail.subject)
    varying = f"Date: {_date(mail.date)}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: {mail.message_id}\r\n"
    return above + varying + below, names


@lru_cache(maxsize=64)
def _frame(address: str, name: str, automatic: bool) -> tuple[str, str, tuple[str, ...]]:
    """The headers that all mails of one sender share, above and below the others, and the names of all in order."""
    sender = transport_address(address)
    below = [("Reply-To", sender), ("MIME-Version", "1.0")]
    if automatic:
        below += [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")]
    below.append(("X-Carat-Loop", sender.rpartition("@")[2]))
    names = ("From", "Date", "To", "Subject", "Message-ID", *(row[0] for row in below))
    above = f"From: {_phrase(name)} <{sender}>\r\n" if name else f"From: {sender}\r\n"
    text = "".join(f"{label}: {value}\r\n" for label, value in below)
    return above, text, names


def _check(head: str, body: str, names: tuple[str, ...]) -> None:
    """The finished mail must hold exactly the headers that we meant, on lines that every server takes.

    The body comes from the child, which works on foreign data: its headers may only describe its structure.
    """
    whole = head + body[: body.find("\r\n\r\n") + 2]
    found = tuple(_HEADER_NAME.findall(whole))
    if (
        found[: len(names)] != names
        or not _STRUCTURE.issuperset(found[len(names) :])
        or max(map(len, whole.split("\r\n"))) > 998
        or head.count("\n") + body.count("\n") != head.count("\r\n") + body.count("\r\n")
    ):
        raise CaratError(
            "The e-mail's head does not read back as it was meant; it was not written.", "Look at names and subject."
        )


def _attached(attachment: Attachment) -> str:
    name = " ".join(_CONTROL.sub(" ", attachment.name).split()) or "attachment"
    return (
        f"Content-Type: {attachment.mime}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;{_file_name(name)}\r\n\r\n{mime.encoded(attachment.content)}"
    )


def _file_name(name: str) -> str:
    """The ``filename`` parameter; RFC 2231 for anything but plain letters (cut to 120 bytes, the ending kept)."""
    from urllib.parse import quote

    stem, dot, ending = name.rpartition(".")
    while len(name.encode()) > 120 and stem:
        stem = stem[:-1]
        name = stem + dot + ending
    if re.fullmatch(r"[A-Za-z0-9._ -]+", name):
        return f'\r\n filename="{name}"'
    pieces = re.findall(r"(?:%..|[^%]){1,50}", quote(name, safe=""))
    return ";".join(
        f"\r\n filename*{number}*={charset}{piece}" for number, (charset, piece) in enumerate(_charset_first(pieces))
    )


def _charset_first(pieces: list[str]) -> list[tuple[str, str]]:
    return [("utf-8''" if number == 0 else "", piece) for number, piece in enumerate(pieces)]


@lru_cache(maxsize=64)
def _date(moment: datetime) -> str:
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment:%Y %H:%M:%S %z}"


@lru_cache(maxsize=4096)
def transport_address(raw: str) -> str:
    """An address as it goes into a header and over SMTP: the domain in ASCII. Raises ``CaratError``."""
    found = checked_address(raw)
    if not found.usable:
        raise CaratError(
            f"{raw!r} is not an e-mail address ({found.why}).", "Correct it in the ERP or in the settings."
        )
    local, _, _ = found.value.rpartition("@")
    if not local.isascii():
        raise CaratError(
            f"The address {raw!r} has letters before the @ that many mail servers refuse.", "Use another address."
        )
    return f"{local}@{_ascii_domain(found.value)}"


def _ascii_domain(address: str) -> str:
    domain = address.rpartition("@")[2]
    if domain.isascii():
        return domain
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise CaratError(f"The domain of {address!r} cannot be written in ASCII ({error}).") from None


@lru_cache(maxsize=1024)
def _phrase(name: str) -> str:
    """A display name: words as they are, quoted where the syntax needs it, encoded where ASCII does not do."""
    clean = _clean(name)
    if _PLAIN.fullmatch(clean) and "=?" not in clean and len(clean) < MAX_LINE - 10:
        if _ATOM_WORDS.fullmatch(clean):
            return clean
        return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _encoded_words(clean, len("From: "))


def encoded(name: str, value: str) -> str:
    """The value of an unstructured header, folded; control characters become spaces, all else arrives as it is."""
    clean = _clean(value)
    if len(name) + 2 + len(clean) <= MAX_LINE and _PLAIN.fullmatch(clean) and "=?" not in clean:
        return clean
    return _encoded_words(clean, len(name) + 2)


def _clean(value: str) -> str:
    """No control character, no line break in any guise (threat B1). What looks like an encoded word is encoded itself,
    so that it is shown and not obeyed."""
    return " ".join(_CONTROL.sub(" ", value).split(" ")).strip()


def _encoded_words(text: str, used: int) -> str:
    """RFC 2047: words of at most 75 characters, cut between characters, one a line."""
    words: list[str] = []
    room = MAX_LINE - used - len("=?utf-8?b??=")
    chunk = b""
    for char in text:
        raw = char.encode("utf-8")
        if 4 * ((len(chunk) + len(raw) + 2) // 3) > room:
            words.append(f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?=")
            chunk, room = b"", 75 - len("=?utf-8?b??=")
        chunk += raw
    words.append(f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?=")
    return "\r\n ".join(words)
