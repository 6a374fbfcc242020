"""The list of the screens over 1,000,000 messages: key → frame in a real terminal, memory, the screen's heartbeat.

    python -m bench.lists [MESSAGES]

A key is timed in a pseudo terminal from the writing of its bytes to the first bytes of the frame that answers it;
each key waits for the frame before, as a person does. Goals (p95): arrow 16, page 25, jump to the end 30 ms.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import pty
import random
import select
import signal
import sqlite3
import statistics
import struct
import sys
import tempfile
import termios
import threading
import time
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import App, ComposeResult

from bench.pages import fill
from carat_tui.cockpit.style import STYLE_SHEETS, THEMES
from carat_tui.cockpit.widgets.rows import Cell, Column, Rows
from carat_tui.cockpit.widgets.rows_reading import Reading
from carat_tui.store import message_list
from carat_tui.store.database import Store

ROUNDS = 200
SIZE = (120, 40)
KEYS = {
    "down": b"\x1b[B",
    "up": b"\x1b[A",
    "page down": b"\x1b[6~",
    "page up": b"\x1b[5~",
    "end": b"\x1b[F",
    "home": b"\x1b[H",
    "all": b"a",
    "show": b"s",
    "quit": b"\x11",
}
GOALS = {"arrow": 16, "page": 25, "jump to the end": 30}
_STYLES = {"sent": "ok", "failed": "error", "waiting": "accent", "held": "warn"}


class Messages:
    """The messages as the outbox lists them."""

    columns = (
        Column("id", "No.", 8, right=True),
        Column("state", "State", 9),
        Column("channel", "By", 6, rank=2),
        Column("to", "To", 20, flex=1),
        Column("subject", "Subject", 20, flex=2),
        Column("documents", "About", 8, rank=1),
        Column("created", "Made", 16, rank=3),
    )
    empty = "Nothing."

    def __init__(self, **wanted: object) -> None:
        self.wanted = message_list.Filter(**wanted)  # type: ignore[arg-type]

    def ids(self, conn: sqlite3.Connection, limit: int | None) -> array[int]:
        """Newest first."""
        return message_list.ids(conn, self.wanted, limit)

    def cells(self, conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
        """A page."""
        return {
            row["id"]: (
                str(row["id"]),
                (f"● {row['state']}", _STYLES.get(row["state"], "")),
                row["channel"],
                row["to_address"] or "",
                row["subject"] or "",
                row["documents"] or "",
                ((row["created_at"] or "")[:16], "muted"),
            )
            for row in message_list.rows(conn, ids)
        }


class Bare(App[None]):
    """Nothing but the list."""

    CSS_PATH: ClassVar = STYLE_SHEETS
    BINDINGS: ClassVar = [("s", "show", ""), ("ctrl+q", "quit", "")]

    def __init__(self, store: Store, listed: bool = True) -> None:
        super().__init__()
        self.store, self.listed = store, listed
        self.turn = 0

    def compose(self) -> ComposeResult:
        """The list, full or empty."""
        yield Rows(self.store, Messages() if self.listed else None)

    def on_mount(self) -> None:
        """As the cockpit looks."""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def action_show(self) -> None:
        """Another list, then the first again."""
        self.turn += 1
        self.query_one(Rows).show(Messages(states=("sent",)) if self.turn % 2 else Messages())


# -- in a terminal ------------------------------------------------------------------------------------------------


class Terminal:
    """The bare app in a pseudo terminal."""

    def __init__(self, database: Path, kind: str) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.execv(sys.executable, [sys.executable, "-m", "bench.lists", kind, str(database)])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))

    def quiet(self, seconds: float) -> bytes:
        """Read until nothing has come for so long."""
        seen = b""
        while select.select([self.fd], [], [], seconds)[0]:
            try:
                seen += os.read(self.fd, 1 << 16)
            except OSError:
                break
        return seen

    def press(self, key: str) -> float:
        """Milliseconds from the key to the first bytes of its frame."""
        began = time.perf_counter()
        os.write(self.fd, KEYS[key])
        if not select.select([self.fd], [], [], 5)[0]:
            raise RuntimeError(f"nothing was drawn after {key}")
        taken = (time.perf_counter() - began) * 1000
        self.quiet(0.03)
        return taken

    def memory(self) -> float:
        """MiB that the program keeps (Linux)."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def close(self) -> None:
        """Quit."""
        with contextlib.suppress(OSError):
            os.write(self.fd, KEYS["quit"])
        self.quiet(0.5)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


@contextlib.contextmanager
def terminal(database: Path, kind: str) -> Iterator[Terminal]:
    """The app, started and at rest."""
    opened = Terminal(database, kind)
    try:
        opened.quiet(3)
        yield opened
    finally:
        opened.close()


def keys(opened: Terminal) -> dict[str, list[float]]:
    """Each kind of key, at changing places of the list."""
    chance = random.Random(3)
    times: dict[str, list[float]] = {"arrow": [], "page": [], "jump to the end": [], "jump home": []}
    for turn in range(ROUNDS // 10):
        times["jump to the end"].append(opened.press("end"))
        ways = ("up", "page up")
        times["arrow"] += [opened.press(ways[0]) for _ in range(5)]
        times["page"] += [opened.press(ways[1]) for _ in range(chance.randint(3, 7))]
        times["jump home"].append(opened.press("home"))
        times["arrow"] += [opened.press("down") for _ in range(5)]
        times["page"] += [opened.press("page down") for _ in range(5)]
        if turn % 5 == 0:
            times.setdefault("mark all, or none", []).extend(opened.press("all") for _ in range(2))
            times.setdefault("another list", []).append(opened.press("show"))
            opened.quiet(2)
    return times


# -- beside a reading ---------------------------------------------------------------------------------------------


async def heartbeat(store: Store) -> tuple[float, float, float]:
    """Seconds until the first rows and until all are known; how late (ms) a 5 ms beat came while all were read."""
    app = Bare(store, listed=False)
    async with app.run_test(size=SIZE):
        rows = app.query_one(Rows)
        began = time.perf_counter()
        rows.show(Messages())
        head, late = time.perf_counter() - began, 0.0
        while not rows.complete:
            beat = time.perf_counter()
            await asyncio.sleep(0.005)
            late = max(late, time.perf_counter() - beat - 0.005)
        return head, time.perf_counter() - began, late * 1000


def main(argv: list[str]) -> None:
    """Fill a store with ``argv[0]`` messages (1,000,000) and print what a key, the first rows and the memory cost."""
    if argv and argv[0] in ("full", "empty"):
        sys.setswitchinterval(0.001)  # as carat_tui.cockpit.run
        with Store.open(Path(argv[1])) as store:
            Bare(store, argv[0] == "full").run()
        return
    count = int(argv[0]) if argv else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "data" / "carat.db"
        with Store.create(database) as store:
            fill(store, count)
        measure(database, count)


def measure(database: Path, count: int) -> None:
    """Print the table."""
    with terminal(database, "empty") as opened:
        empty = opened.memory()
    with terminal(database, "full") as opened:
        full = opened.memory()
        times = keys(opened)
        after = opened.memory()
    print(f"{count:,} messages, {SIZE[0]}x{SIZE[1]}   {'p50 ms':>10}{'p95 ms':>8}{'goal':>8}")
    for name, found in times.items():
        high = statistics.quantiles(found, n=20)[-1] if len(found) > 1 else found[0]
        print(f"{name:<32}{statistics.median(found):>10.1f}{high:>8.1f}{GOALS.get(name, ''):>8}")
    print(f"memory: an empty list {empty:.0f} MiB, this one {full:.0f} MiB, after all keys {after:.0f} MiB")
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.001)
    with Store.open(database) as store:
        head, whole, late = asyncio.run(heartbeat(store))
        reading = Reading(store, Messages())
        thread = threading.Thread(target=reading.run)
        thread.start()
        thread.join()
    sys.setswitchinterval(before)
    print(
        f"first rows {head * 1000:.1f} ms, all known after {whole * 1000:.0f} ms (alone {reading.seconds * 1000:.0f})"
    )
    if os.getloadavg()[0] > (os.cpu_count() or 1):
        print("(the machine is busy with other work: these figures are too high)")
    print(f"the screen's beat was late by {late:.0f} ms at most while all were read (goal 50)")


if __name__ == "__main__":
    main(sys.argv[1:])
