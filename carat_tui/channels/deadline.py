"""Total deadlines, kept from outside: one thread shuts a socket down when its time is over.

A time limit on each ``recv`` is not enough: a server that drips one byte a minute keeps a sender busy for ever
(reliability §3.2, measured: 86 s with a limit of 4 s).
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time

_LOOK_S = 0.2

_lock = threading.Lock()
_watches: set[Watch] = set()
_thread: threading.Thread | None = None


class Watch:
    """One connection under watch. ``sock`` may be exchanged (TLS wraps it) and the deadline moved at any time."""

    __slots__ = ("cut", "sock", "until")

    def __init__(self, seconds: float) -> None:
        self.sock: socket.socket | None = None
        self.until = time.monotonic() + seconds
        self.cut = False
        _begin(self)

    def renew(self, seconds: float) -> None:
        """From now, ``seconds`` more."""
        self.until = time.monotonic() + seconds

    def stop(self) -> None:
        """Watch no longer."""
        with _lock:
            _watches.discard(self)

    def shut(self) -> None:
        """End the connection under the feet of whoever waits for it; may be called from any thread."""
        self.cut = True
        sock = self.sock
        if sock is not None:
            # Not SSLSocket.shutdown: that would take the TLS layer away from the thread that is reading through it.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _begin(watch: Watch) -> None:
    global _thread
    with _lock:
        _watches.add(watch)
        if _thread is None:
            _thread = threading.Thread(target=_reap, name="deadlines", daemon=True)
            _thread.start()


def _reap() -> None:
    global _thread
    while True:
        time.sleep(_LOOK_S)
        now = time.monotonic()
        with _lock:
            if not _watches:
                _thread = None
                return
            late = [watch for watch in _watches if watch.until < now]
        for watch in late:
            watch.shut()
