"""A mail server for tests: real sockets, a script for every stage, a journal of what it saw.

``Script`` says what happens at a stage: a reply, or one of ``drop`` (hang up), ``half`` (half a reply, then hang up),
``shut`` (close the sending side only), ``garbage``, ``silence`` (say nothing), ``drip`` (a byte now and then, without
end), ``flood`` (lines without end). The stages: connect, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, body, dot, QUIT.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

DEFAULT = {
    "connect": "220 test ready",
    "STARTTLS": "220 go ahead",
    "AUTH": "235 welcome",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "dot": "250 2.0.0 Ok: queued as {number}",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


@dataclass
class Seen:
    """What came in. ``mails`` are (envelope sender, recipients, bytes as received with dots undoubled)."""

    commands: list[str] = field(default_factory=list)
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    clear: list[bytes] = field(default_factory=list)
    connections: int = 0


class _Gone(Exception):
    pass


class MailServer:
    """A context manager. ``script`` may be changed while it runs; a list gives one behaviour per use, in turn."""

    def __init__(
        self,
        script: Mapping[str, str | list[str]] | None = None,
        offers: tuple[str, ...] = ("PIPELINING", "8BITMIME", "SIZE 1000000"),
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        on_accept: Callable[[bytes], None] | None = None,
    ) -> None:
        self.script: dict[str, str | list[str]] = dict(script or {})
        self.offers = offers
        self.seen = Seen()
        self._tls, self._implicit, self._on_accept = tls, implicit, on_accept
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> MailServer:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            still = list(self._open)
        for sock in still:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.seen.connections += 1
            self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        talk = _Talk(self, sock)
        with self._lock:
            self._open.add(sock)
        try:
            if self._implicit and self._tls is not None:
                talk.encrypt(self._tls)
            talk.run()
        except (_Gone, OSError):
            pass
        finally:
            with self._lock:
                self._open.discard(sock)
            talk.close()

    def behaviour(self, stage: str) -> str:
        found = self.script.get(stage, DEFAULT.get(stage, "250 ok"))
        if isinstance(found, list):
            with self._lock:
                return found.pop(0) if len(found) > 1 else found[0]
        return found

    def accepted(self, mail: tuple[str, list[str], bytes]) -> int:
        with self._lock:
            self.seen.mails.append(mail)
            number = len(self.seen.mails)
        if self._on_accept is not None:
            self._on_accept(mail[2])
        return number

    @property
    def tls(self) -> ssl.SSLContext | None:
        return self._tls

    @property
    def stopping(self) -> threading.Event:
        return self._stop


class _Talk:
    """One connection."""

    def __init__(self, server: MailServer, sock: socket.socket) -> None:
        self._server, self._sock = server, sock
        self._buffer = b""
        self._encrypted = False
        self._sender = ""
        self._recipients: list[str] = []

    def close(self) -> None:
        self._sock.close()

    def encrypt(self, context: ssl.SSLContext) -> None:
        self._sock = context.wrap_socket(self._sock, server_side=True)
        self._encrypted = True

    def run(self) -> None:
        self._say("connect")
        while True:
            line = self._line()
            self._server.seen.commands.append(line)
            verb = line.split(" ")[0].upper()
            if verb == "EHLO":
                self._hello()
            elif verb == "STARTTLS":
                if self._say("STARTTLS").startswith("2") and self._server.tls is not None:
                    self.encrypt(self._server.tls)
            elif verb == "AUTH":
                self._auth(line)
            elif verb == "DATA":
                self._data()
            elif verb == "QUIT":
                self._say("QUIT")
                return
            else:
                self._envelope(verb, line)

    def _hello(self) -> None:
        if "EHLO" in self._server.script:
            self._say("EHLO")
            return
        lines = ["test", *self._server.offers]
        self._send("".join(f"250{'-' if i < len(lines) - 1 else ' '}{text}\r\n" for i, text in enumerate(lines)))

    def _auth(self, line: str) -> None:
        if line.upper() == "AUTH LOGIN":
            for challenge in ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"):
                self._send(f"334 {challenge}\r\n")
                self._server.seen.commands.append(self._line())
        if self._say("AUTH").startswith("334"):
            self._server.seen.commands.append(self._line())
            self._say("AUTH")

    def _envelope(self, verb: str, line: str) -> None:
        reply = self._say(verb)
        address = line.partition(":<")[2].partition(">")[0]
        if verb == "MAIL" and reply.startswith("2"):
            self._sender, self._recipients = address, []
        if verb == "RCPT" and reply.startswith("2"):
            self._recipients.append(address)

    def _data(self) -> None:
        if not self._say("DATA").startswith("354"):
            return
        if "body" in self._server.script:
            self._say("body")
        body = b""
        while not (body == b".\r\n" or body.endswith(b"\r\n.\r\n")):
            body += self._more()
        body = body[:-3].replace(b"\r\n..", b"\r\n.")
        body = body[1:] if body.startswith(b"..") else body
        answer = self._server.script.get("dot", DEFAULT["dot"])
        number = 0
        if not (isinstance(answer, str) and answer.startswith(("4", "5"))):
            number = self._server.accepted((self._sender, self._recipients, body))
        self._say("dot", number)

    def _say(self, stage: str, number: int = 0) -> str:
        what = self._server.behaviour(stage)
        match what:
            case "drop":
                raise _Gone
            case "half":
                self._sock.sendall(b"250-half")
                raise _Gone
            case "shut":
                self._sock.shutdown(socket.SHUT_WR)
                self._wait()
            case "silence":
                self._wait()
            case "garbage":
                self._sock.sendall(b"\x00\xff\x1b]0;x\x07 what is this?\r\n")
            case "drip":
                while not self._server.stopping.wait(0.05):
                    self._sock.sendall(b"2")
            case "flood":
                while not self._server.stopping.is_set():
                    self._sock.sendall(b"250-and more\r\n" * 1000)
            case "-":
                pass
            case _:
                self._send(what.replace("{number}", str(number)) + "\r\n")
        return what

    def _wait(self) -> None:
        self._server.stopping.wait()
        raise _Gone

    def _send(self, text: str) -> None:
        self._sock.sendall(text.encode("utf-8"))

    def _line(self) -> str:
        while b"\r\n" not in self._buffer:
            self._buffer += self._received()
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line.decode("utf-8", "replace")

    def _more(self) -> bytes:
        if self._buffer:
            data, self._buffer = self._buffer, b""
            return data
        return self._received()

    def _received(self) -> bytes:
        data = self._sock.recv(65536)
        if not data:
            raise _Gone
        if not self._encrypted:
            self._server.seen.clear.append(data)
        return data
