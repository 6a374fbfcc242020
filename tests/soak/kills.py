"""Kill a real dispatcher again and again while it hands mail to a real server, then compare claims with facts.

The server runs in this process and knows what it accepted; the dispatcher is a child that is ended by ``SIGKILL``
(``TerminateProcess`` on Windows). Half of the kills come at a random moment from its start on, half are aimed at the
worst one: the server has accepted a message and kills the sender before it answers.
"""

from __future__ import annotations

import random
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from carat_tui.model.home import Home
from carat_tui.outbox import acts, invariants
from carat_tui.store import accounts, journal, settings
from carat_tui.store.database import Store
from tests.channels.mailserver import MailServer
from tests.outbox import seed

_ROOT = Path(__file__).parents[2]
_MESSAGE_ID = re.compile(rb"Message-ID: (<[^>]+>)")
_STOCK = 100
_WAIT_S = 60


@dataclass
class Figures:
    """What came of it. ``doubts`` are the messages in doubt at each kill."""

    kills: int = 0
    aimed: int = 0
    messages: int = 0
    sent: int = 0
    unclear: int = 0
    unclear_accepted: int = 0
    copies: int = 0
    lost: int = 0
    false_claims: int = 0
    stuck: int = 0
    unsound: int = 0
    broken_rules: list[str] = field(default_factory=list)
    doubts: list[int] = field(default_factory=list)
    copies_in_the_end: int = 0
    missing_in_the_end: int = 0

    @property
    def most_doubts(self) -> int:
        return max(self.doubts, default=0)

    @property
    def doubts_a_kill(self) -> float:
        return sum(self.doubts) / max(1, len(self.doubts))


class Victim:
    """The child and the server that it talks to."""

    longest_run_s = 0.35

    def __init__(self, home: Home, accepted_pause_s: float, chance: random.Random, mistake: str) -> None:
        self.accepted: Counter[str] = Counter()
        self._home = home
        self.server = MailServer(on_accept=self._accepted)
        self._command = [sys.executable, "-m", "tests.soak.child", str(home.root), *filter(None, [mistake])]
        self._pause_s = accepted_pause_s
        self._chance = chance
        self._lock = threading.Lock()
        self._aim: int | None = None
        self._hit = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """A new dispatcher."""
        self._child = subprocess.Popen(self._command, cwd=_ROOT, stdin=subprocess.PIPE)

    def kill_at_random(self) -> None:
        """End it somewhere between its first instruction and the middle of its work."""
        time.sleep(self._chance.uniform(0.0, self.longest_run_s))
        self._kill()

    def kill_at_acceptance(self, number: int) -> None:
        """End it when the server has accepted the ``number``-th message from now, before it can say so."""
        with self._lock:
            self._aim = number
            self._hit.clear()
        if not self._hit.wait(_WAIT_S):
            raise TimeoutError("the dispatcher does not send")
        self._reap()

    def end(self) -> None:
        """Let it stop by itself."""
        assert self._child is not None
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait(_WAIT_S)
        self._child = None

    def _accepted(self, mail: bytes) -> None:
        found = _MESSAGE_ID.search(mail)
        with self._lock:
            self.accepted[found[1].decode() if found else "?"] += 1
            if self._aim is not None:
                self._aim -= 1
                if self._aim <= 0:
                    self._aim = None
                    self._kill_only()
                    self._hit.set()
        time.sleep(self._chance.uniform(0, 2 * self._pause_s))

    def _kill_only(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait(_WAIT_S)

    def _kill(self) -> None:
        self._kill_only()
        self._reap()

    def _reap(self) -> None:
        if self._child is not None and self._child.stdin is not None:
            self._child.stdin.close()
        self._child = None


def soak(
    folder: Path,
    *,
    kills: int,
    messages: int,
    workers: int,
    seed_of_chance: int,
    tell: Callable[[str], None] = lambda _: None,
    mistake: str = "",
    kind: type[Victim] = Victim,
) -> Figures:
    """``kills`` kills over at least ``messages`` messages sent by ``workers`` connections; judges nothing."""
    home, chance, figures = Home(folder), random.Random(seed_of_chance), Figures()
    victim = kind(home, 0.002 * workers, chance, mistake)
    with victim.server:
        _prepare(home, victim.server.port, workers, messages)
        for number in range(kills):
            _top_up(home)
            victim.start()
            if number % 2:
                victim.kill_at_acceptance(chance.randint(1, 12))
                figures.aimed += 1
            else:
                victim.kill_at_random()
            figures.kills += 1
            figures.doubts.append(_in_doubt(home) - sum(figures.doubts))
            if number % 10 == 9:
                _look_inside(home, figures)
                tell(f"{number + 1} kills, {sum(victim.accepted.values())} accepted, {sum(figures.doubts)} in doubt")
        _empty(victim, home)
        _compare(home, victim.accepted, figures)
        _settle_and_compare(home, victim, figures)
        _look_inside(home, figures)
    return figures


def _prepare(home: Home, port: int, workers: int, messages: int) -> None:
    with Store.create(home.database) as store:
        store.write(accounts.install)
        store.write(lambda conn: settings.put(conn, "shop.email", "laden@example.org"))
        store.write(lambda conn: settings.put(conn, "outbox.workers", str(workers)))
        seed.live(store)
        seed.smtp_route(store, port)
        seed.messages(store, messages, datetime.now(UTC))


def _top_up(home: Home) -> None:
    """There must always be enough to be killed at."""
    with _database(home) as conn:
        waiting = conn.execute("SELECT count(*) FROM message WHERE state = 'waiting'").fetchone()[0]
        # A route that was being killed may have paused itself.
        conn.execute("UPDATE account SET paused_since = NULL, pause_reason = NULL, pause_until = NULL")
        conn.commit()
    if waiting < _STOCK:
        with Store.open(home.database, check_s=0.005) as store:
            seed.messages(store, _STOCK, datetime.now(UTC))


@contextmanager
def _database(home: Home) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(home.database, timeout=30)) as conn:
        conn.row_factory = sqlite3.Row
        yield conn


def _in_doubt(home: Home) -> int:
    with _database(home) as conn:
        query = "SELECT count(*) FROM message WHERE state IN ('sending', 'unclear')"
        return int(conn.execute(query).fetchone()[0])


def _look_inside(home: Home, figures: Figures) -> None:
    with _database(home) as conn:
        figures.unsound += conn.execute("PRAGMA integrity_check").fetchone()[0] != "ok"
        figures.broken_rules += [found.rule for found in invariants.check(conn, datetime.now(UTC), engine_runs=True)]


def _empty(victim: Victim, home: Home) -> None:
    """Let the dispatcher send all that is left, undisturbed."""
    victim.start()
    until = time.monotonic() + 300
    while time.monotonic() < until:
        with _database(home) as conn:
            left = conn.execute("SELECT count(*) FROM message WHERE state IN ('waiting', 'sending')").fetchone()[0]
        if not left:
            break
        time.sleep(0.1)
    victim.end()


def _compare(home: Home, accepted: Counter[str], figures: Figures) -> None:
    """Claims against facts: ``sent`` was accepted once, nothing was accepted twice, nothing is forgotten."""
    with _database(home) as conn:
        rows = conn.execute("SELECT message_ref, state FROM message").fetchall()
    figures.messages = len(rows)
    figures.copies = sum(count - 1 for count in accepted.values())
    for reference, state in rows:
        times = accepted[reference]
        figures.sent += state == "sent"
        figures.unclear += state == "unclear"
        figures.unclear_accepted += state == "unclear" and times > 0
        figures.false_claims += (state == "sent" and times == 0) or (state not in ("sent", "unclear") and times > 0)
        figures.stuck += state not in ("sent", "unclear")


def _settle_and_compare(home: Home, victim: Victim, figures: Figures) -> None:
    """What a person with the archive box in hand does; afterwards every customer has one copy of every message."""
    now = datetime.now(UTC)
    with Store.open(home.database) as store:
        unclear = store.read().execute("SELECT id, message_ref FROM message WHERE state = 'unclear'").fetchall()
        for message, reference in unclear:
            verdict = "sent" if victim.accepted[reference] else "resend"
            acts.resolve(store, message, verdict, who="archive", now=now, why="looked up")
    _empty(victim, home)
    with _database(home) as conn:
        references = [row[0] for row in conn.execute("SELECT message_ref FROM message")]
        figures.unsound += journal.verify(conn).broken_at is not None
    figures.copies_in_the_end = sum(victim.accepted.values()) - len(victim.accepted)
    figures.missing_in_the_end = sum(1 for reference in references if not victim.accepted[reference])
    figures.lost = figures.missing_in_the_end
