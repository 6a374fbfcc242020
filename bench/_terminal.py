"""A program in a pseudo terminal, timed: from its start to a text on the screen, from a key to the next frame."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

COLUMNS, LINES = 120, 40


class Run:
    """One run of a program; close it (or use ``with``)."""

    def __init__(
        self, argv: Sequence[str], environment: Mapping[str, str] | None = None, folder: Path | None = None
    ) -> None:
        self.output = b""
        self.began = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            size = struct.pack("HHHH", LINES, COLUMNS, 0, 0)
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            if folder is not None:
                os.chdir(folder)
            everything = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(environment or {})}
            os.execvpe(argv[0], list(argv), everything)

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)

    def read(self, seconds: float) -> bytes:
        """What comes within ``seconds``, at the first byte."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        try:
            got = os.read(self.fd, 1 << 16) if ready else b""
        except OSError:  # Linux says so when the program has ended
            raise EOFError(f"the program ended: {self.output[-500:]!r}") from None
        self.output += got
        return got

    def until(self, text: str, patience_s: float = 30.0) -> float:
        """Seconds from the start until ``text`` was written. ``TimeoutError`` if it never is."""
        wanted = text.encode()
        while wanted not in self.output:
            if time.perf_counter() - self.began > patience_s:
                raise TimeoutError(f"{text!r} was not written")
            self.read(0.05)
        return time.perf_counter() - self.began

    def until_written(self, count: int, patience_s: float = 30.0) -> float:
        """Seconds from the start until ``count`` bytes were written: a screenful, for programs of others."""
        while len(self.output) < count:
            if time.perf_counter() - self.began > patience_s:
                raise TimeoutError(f"only {len(self.output)} bytes were written")
            self.read(0.05)
        return time.perf_counter() - self.began

    def rest(self, quiet_s: float = 0.3, patience_s: float = 10.0) -> None:
        """Read on until nothing has come for ``quiet_s``."""
        until = time.perf_counter() + patience_s
        while time.perf_counter() < until and self.read(quiet_s):
            pass

    def press(self, keys: bytes, patience_s: float = 5.0) -> float:
        """Seconds from a key to the first bytes of the next frame."""
        while self.read(0.0):
            pass
        began = time.perf_counter()
        os.write(self.fd, keys)
        if not self.read(patience_s):
            raise TimeoutError(f"{keys!r} changed nothing")
        return time.perf_counter() - began

    def cpu_seconds(self) -> float:
        """Processor time used so far (Linux)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mib(self) -> float:
        """Resident memory now (Linux)."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
