"""The real program in a real terminal of its own: keys in, raw bytes out, signals, the end."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from pathlib import Path
from types import TracebackType

PATIENCE_S = 20.0


class Terminal:
    """``carat`` in a pseudo terminal (POSIX). ``output`` is every byte that it wrote so far."""

    def __init__(
        self, home: Path, *arguments: str, columns: int = 100, lines: int = 30, program: tuple[str, ...] = ()
    ) -> None:
        """``program`` instead of ``carat``: what Python is to run."""
        import fcntl
        import pty
        import struct
        import termios

        self.output = b""
        self._status: int | None = None
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", COLUMNS=str(columns), LINES=str(lines))
            carat = ("-m", "carat_tui", "--lang", "en", "--home", str(home), *arguments)
            os.execv(sys.executable, [sys.executable, *(program or carat)])
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self.hang_up()

    def read(self, seconds: float = 0.05) -> bool:
        """Take in what the program wrote; whether its terminal is still open."""
        if self._fd < 0:
            return False
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return True
        try:
            got = os.read(self._fd, 1 << 16)
        except OSError:  # Linux says so when the other side has closed
            return False
        self.output += got
        return bool(got)

    def wait_for(self, text: str) -> None:
        """Go on until ``text`` was written; fails after a while."""
        until = time.monotonic() + PATIENCE_S
        while text.encode() not in self.output:
            assert time.monotonic() < until, f"{text!r} never came"
            assert self.read(), f"the program ended before {text!r}: {self.output[-2000:]!r}"

    def settle(self, quiet_s: float = 0.15, patience_s: float = 3.0) -> None:
        """Go on until nothing has been written for a moment."""
        until = time.monotonic() + patience_s
        before = -1
        while len(self.output) != before and time.monotonic() < until:
            before = len(self.output)
            self.read(quiet_s)

    @property
    def alive(self) -> bool:
        """Whether the program is still there."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = status if pid else None
        return self._status is None

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._fd, keys.encode())

    def signal(self, number: int) -> None:
        """Send a signal."""
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Close the terminal under the program."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def end(self) -> int:
        """Wait for the end; returns the exit code (negative: the signal)."""
        until = time.monotonic() + PATIENCE_S
        while True:
            self.read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = status
                while self.read(0.01):
                    pass
                return os.waitstatus_to_exitcode(status)
            assert time.monotonic() < until, "the program does not end"
            time.sleep(0.01)  # between two looks at a process that is ending

    @property
    def restored(self) -> bool:
        """Whether the alternate screen and the mouse were given back and the cursor is there again."""
        tail = self.output[self.output.rfind(b"\x1b[?1049h") :]
        return all(code in tail for code in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l"))
