"""A mail server that throws everything away, in a process of its own: ``python -m bench._sink [REPLY_MS ACCEPT_MS]``.

Prints its port, then serves until its standard input closes. ``REPLY_MS`` is the pause before each answer,
``ACCEPT_MS`` a further one before the answer to the final dot.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ANSWERS = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


class Sink(asyncio.Protocol):
    """One connection. Answers leave in order, each after its pause."""

    def __init__(self, reply_s: float, accept_s: float) -> None:
        self._reply_s, self._accept_s = reply_s, accept_s
        self._buffer = b""
        self._in_body = False
        self._later: deque[tuple[float, bytes]] = deque()
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        out = bytearray()
        while self._buffer:
            if self._in_body:
                end = self._buffer.find(b"\r\n.\r\n")
                if end < 0:
                    break
                self._buffer, self._in_body = self._buffer[end + 5 :], False
                self._answer(out, b"250 2.0.0 Ok\r\n", self._accept_s)
                continue
            line, found, rest = self._buffer.partition(b"\r\n")
            if not found:
                break
            self._buffer = rest
            verb = line[:4].upper()
            self._in_body = verb == b"DATA"
            self._answer(out, _ANSWERS.get(verb, b"250 ok\r\n"), 0)
        if out:
            self._transport.write(bytes(out))

    def _answer(self, out: bytearray, answer: bytes, more_s: float) -> None:
        if not self._reply_s and not self._accept_s:
            out += answer
            return
        self._later.append((self._reply_s + more_s, answer))
        if not self._busy:
            self._next()

    def _next(self) -> None:
        self._busy = bool(self._later)
        if self._later:
            pause, answer = self._later.popleft()
            asyncio.get_running_loop().call_later(pause, self._write, answer)

    def _write(self, answer: bytes) -> None:
        self._transport.write(answer)
        self._next()


async def _serve(reply_s: float, accept_s: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Sink(reply_s, accept_s), "127.0.0.1", 0, backlog=64)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


@contextmanager
def running(reply_ms: float = 0, accept_ms: float = 0) -> Iterator[int]:
    """A sink in a process of its own while the block runs; gives its port."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench._sink", str(reply_ms), str(accept_ms)],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


if __name__ == "__main__":
    pauses = [float(value) / 1000 for value in sys.argv[1:3]] or [0.0, 0.0]
    asyncio.run(_serve(pauses[0], pauses[1]))
