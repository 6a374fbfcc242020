"""Getting a connection to a mail server that may be used: reached, encrypted as configured, logged in.

Whatever goes wrong here is the route's fault and not a message's. Credentials leave this program only after the
server's certificate was checked (or towards this very machine, where ``security=none`` is allowed).
"""

from __future__ import annotations

import base64
import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from carat_tui.channels.deadline import Watch
from carat_tui.channels.smtp_wire import Broken, Reply, Wire

PORTS = {"tls": 465, "starttls": 587, "none": 25}

CREDENTIALS_AGAIN_S = 600
"""A refused login is tried again after ten minutes: few enough not to lock the mailbox (reliability R12)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds; the standard's own for the final dot (RFC 5321 4.5.3.2), totals enforced from outside."""

    connect: float = 30
    command: float = 60
    dot: float = 600
    opening: float = 180
    envelope: float = 300


STANDARD = Limits()


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """A route's settings. ``secret`` is password or token and never part of a ``repr``."""

    host: str
    port: int
    security: str
    user: str = ""
    auth: str = "plain"
    secret: str = field(default="", repr=False)
    limits: Limits = STANDARD


class Ill(Exception):
    """The route cannot be used; ``again_s`` is how long to leave it alone at least."""

    def __init__(self, words: str, again_s: int | None = None) -> None:
        super().__init__(words)
        self.again_s = again_s


@dataclass(frozen=True, slots=True)
class Line:
    """A connection ready for mail, and what the server offers (keyword → parameters)."""

    wire: Wire
    offers: Mapping[str, str]


def connect(settings: SmtpSettings, context: Callable[[], ssl.SSLContext], watch: Watch) -> Line:
    """Reach the server, encrypt, log in. Raises ``Ill``; the socket is closed then."""
    if _login_wanted(settings) and not settings.secret:
        raise Ill("no password is kept for this route: `carat secret set` takes it", CREDENTIALS_AGAIN_S)
    wire = Wire(_reach(settings, watch), watch)
    try:
        wire.patience(settings.limits.command)
        return _begun(settings, context, wire)
    except (Broken, OSError) as error:
        wire.close()
        raise Ill(f"{settings.host}: {error}") from error
    except BaseException:
        wire.close()
        raise


def _begun(settings: SmtpSettings, context: Callable[[], ssl.SSLContext], wire: Wire) -> Line:
    if settings.security == "tls":
        wire.secure(context(), settings.host)
    _expect(wire.reply(), "greeting")
    offers = _hello(wire)
    if settings.security == "starttls":
        if "STARTTLS" not in offers:
            raise Ill(f"{settings.host} does not offer STARTTLS; nothing was sent in clear")
        _expect(wire.command("STARTTLS"), "STARTTLS")
        wire.secure(context(), settings.host)
        offers = _hello(wire)
    if _login_wanted(settings):
        _log_in(settings, wire, offers)
    return Line(wire, offers)


def _reach(settings: SmtpSettings, watch: Watch) -> socket.socket:
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise Ill(
            f"the name {settings.host} cannot be resolved ({getattr(error, 'strerror', None) or error})"
        ) from error
    why = "no address"
    for family, kind, protocol, _, address in found:
        sock = socket.socket(family, kind, protocol)
        watch.sock = sock
        try:
            sock.settimeout(settings.limits.connect)
            # Without this the lone final dot waits 40 ms for a delayed acknowledgement, inside the doubtful moment.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect(address)
            return sock
        except OSError as error:
            sock.close()
            why = "no answer in time" if isinstance(error, TimeoutError) else error.strerror or str(error)
    raise Ill(f"{settings.host}:{settings.port} cannot be reached ({why})")


def _hello(wire: Wire) -> dict[str, str]:
    reply = _expect(wire.command(f"EHLO {wire.own_address()}"), "EHLO")
    offers: dict[str, str] = {}
    for line in reply.lines[1:]:
        keyword, _, parameters = line.strip().replace("AUTH=", "AUTH ", 1).partition(" ")
        offers[keyword.upper()] = f"{offers.get(keyword.upper(), '')} {parameters}".strip()
    return offers


def _expect(reply: Reply, step: str) -> Reply:
    if not reply.positive:
        raise Ill(f"refused at {step}: {reply}")
    return reply


def _login_wanted(settings: SmtpSettings) -> bool:
    return bool(settings.user) and settings.auth != "none"


def _log_in(settings: SmtpSettings, wire: Wire, offers: Mapping[str, str]) -> None:
    if not wire.encrypted and not _is_this_machine(settings.host):
        raise Ill("a password is never sent in clear")
    if any(ord(char) < 0x20 for char in settings.user + settings.secret):
        raise Ill("user or password holds a control character", CREDENTIALS_AGAIN_S)
    reply = _MECHANISMS[_mechanism(settings, offers)](settings, wire)
    if reply.code != 235:
        raise Ill(f"the server refused the login of {settings.user}: {reply}", CREDENTIALS_AGAIN_S)


def _mechanism(settings: SmtpSettings, offers: Mapping[str, str]) -> str:
    """The configured mechanism; LOGIN and PLAIN stand in for each other, since they carry the same password."""
    offered = offers.get("AUTH", "").lower().split()
    candidates = ["xoauth2"] if settings.auth == "xoauth2" else [settings.auth, "plain", "login"]
    for name in candidates:
        if name in offered:
            return name
    raise Ill(
        f"{settings.host} does not offer a login by {settings.auth} (it offers: {', '.join(offered) or 'none'})",
        CREDENTIALS_AGAIN_S,
    )


def _plain(settings: SmtpSettings, wire: Wire) -> Reply:
    return wire.command(f"AUTH PLAIN {_encoded(f'{chr(0)}{settings.user}{chr(0)}{settings.secret}')}")


def _login(settings: SmtpSettings, wire: Wire) -> Reply:
    reply = wire.command("AUTH LOGIN")
    for answer in (settings.user, settings.secret):
        if reply.code != 334:
            return reply
        reply = wire.command(_encoded(answer))
    return reply


def _xoauth2(settings: SmtpSettings, wire: Wire) -> Reply:
    token = f"user={settings.user}\x01auth=Bearer {settings.secret}\x01\x01"
    reply = wire.command(f"AUTH XOAUTH2 {_encoded(token)}")
    # A refusal comes as a challenge with the reason in it; the empty answer fetches the code that says no.
    return wire.command("") if reply.code == 334 else reply


_MECHANISMS: dict[str, Callable[[SmtpSettings, Wire], Reply]] = {"plain": _plain, "login": _login, "xoauth2": _xoauth2}


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
