"""The conversation with a mail server: lines out, replies in, everything with a limit.

Written on the bare socket rather than on ``smtplib``: pipelined commands, the final dot as a step of its own, the size
of an answer and "did it answer at all" decide what may be claimed about a message (reliability §3.2).
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass

from carat_tui.channels.deadline import Watch
from carat_tui.model.text import plain

_REPLY_CAP = 64 * 1024
_WORDS_CAP = 500
_SELECT_CAP = 1024


class Broken(Exception):
    """The connection is of no use any more: closed, timed out, or talking nonsense. ``str`` says what was seen."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply of the server; ``lines`` are without the codes at their starts."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """One line for people."""
        return _words(self.lines)

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()

    @property
    def positive(self) -> bool:
        return 200 <= self.code < 300


class Wire:
    """One connection. All methods raise ``Broken`` when it does not work any more."""

    def __init__(self, sock: socket.socket, watch: Watch) -> None:
        self._sock = sock
        self._watch = watch
        self._buffer = bytearray()
        watch.sock = sock

    @property
    def encrypted(self) -> bool:
        return isinstance(self._sock, ssl.SSLSocket)

    def own_address(self) -> str:
        """This end's address as a literal for EHLO (RFC 5321 4.1.3); asking DNS for a name may hang."""
        host = str(self._sock.getsockname()[0])
        return f"[IPv6:{host.partition('%')[0]}]" if ":" in host else f"[{host}]"

    def deadline(self, seconds: float) -> None:
        """From now all that is done on the wire ends within ``seconds``, whatever the server does."""
        self._watch.renew(seconds)

    def patience(self, seconds: float) -> None:
        """How long one read or write may take."""
        self._sock.settimeout(seconds)

    def send(self, data: bytes) -> None:
        try:
            self._sock.sendall(data)
        except OSError as error:
            raise Broken(self._what(error)) from error

    def command(self, line: str) -> Reply:
        """Send one line (control characters were refused before) and read its reply."""
        self.send(line.encode("utf-8") + b"\r\n")
        return self.reply()

    def reply(self) -> Reply:
        """The next reply, also one of several lines, of at most 64 KB."""
        lines: list[str] = []
        size = 0
        while True:
            raw = self._line()
            size += len(raw)
            if size > _REPLY_CAP:
                raise Broken("the server's answer does not end")
            if len(raw) < 3 or not raw[:3].isdigit() or raw[3:4] not in (b" ", b"-", b""):
                raise Broken(
                    f"the server answered with something that is not SMTP: {_words([raw.decode('utf-8', 'replace')])}"
                )
            lines.append(raw[4:].decode("utf-8", "replace"))
            if raw[3:4] != b"-":
                return Reply(int(raw[:3]), tuple(lines))

    def spoke_early(self) -> bool:
        """Whether the server said something or hung up while it should be listening."""
        if self._buffer:
            return True
        if self.encrypted or self._sock.fileno() >= _SELECT_CAP:
            return self._peeked()
        return bool(select.select([self._sock], [], [], 0)[0])

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Go on under TLS; the certificate is checked against ``host``. Raises ``Broken``."""
        if self._buffer:
            # Whoever sits in between may have put commands or replies before the encryption (CVE-2011-0411).
            raise Broken("the server sent more than one answer before the encryption began")
        try:
            self._sock = context.wrap_socket(self._sock, server_hostname=host, do_handshake_on_connect=False)
            self._watch.sock = self._sock
            assert isinstance(self._sock, ssl.SSLSocket)
            self._sock.do_handshake()
        except (OSError, ValueError) as error:
            raise Broken(f"no encrypted connection: {self._what(error)}") from error

    def close(self) -> None:
        self._watch.stop()
        self._sock.close()

    def shut(self) -> None:
        """Break off, from another thread."""
        self._watch.shut()

    def _line(self) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > _REPLY_CAP:
                raise Broken("the server's answer does not end")
            try:
                data = self._sock.recv(65536)
            except OSError as error:
                raise Broken(self._what(error)) from error
            if not data:
                raise Broken(self._what(None))
            self._buffer += data
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line.rstrip(b"\r")

    def _peeked(self) -> bool:
        """Read without waiting: under TLS a readable socket may carry nothing but tickets of the protocol."""
        patience = self._sock.gettimeout()
        self._sock.settimeout(0)
        try:
            self._buffer += self._sock.recv(4096)
            return True
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True
        finally:
            with contextlib.suppress(OSError):
                self._sock.settimeout(patience)

    def _what(self, error: Exception | None) -> str:
        if self._watch.cut:
            return "it was broken off, because its time was over or sending was stopped"
        if error is None:
            return "the server closed the connection"
        if isinstance(error, TimeoutError):
            return "the server did not answer in time"
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"the server's certificate is not valid ({error.verify_message})"
        return plain(getattr(error, "strerror", None) or str(error) or type(error).__name__)


def _words(lines: Iterable[str]) -> str:
    return plain(" ".join(lines))[:_WORDS_CAP]
