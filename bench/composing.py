"""Planned messages to queued mails, against the bound and a peer (limits §2, goal G5: 0.6 x bound, 5 x post_office).

Bound: text, HTML and SMS rendered by Jinja's sandbox in this process, templates compiled once, 1,000 inserts a commit.
Ours: everything between a planned message and a finished mail in the outbox (read customer and lines, child process,
MIME, body, journal, FULL). Peer: django-post_office ``send_many``, installed into a folder that is thrown away.
"""

from __future__ import annotations

import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench._texts import HTML, SMS, SUBJECT, TEXT, values
from carat_tui.compose.renderer import Renderer
from carat_tui.compose.write import compose_due
from carat_tui.model.clock import stamp
from carat_tui.model.home import Home
from carat_tui.rules.plan import plan
from carat_tui.services.home import Shop, init
from carat_tui.store import settings
from carat_tui.store.database import Store

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
COUNT = 5000
ROUNDS = 3


def bound(folder: Path, count: int) -> float:
    """Messages a second that rendering and inserting alone allow."""
    from jinja2.sandbox import SandboxedEnvironment

    plain, rich = SandboxedEnvironment(), SandboxedEnvironment(autoescape=True)
    subject, text, sms, html = *map(plain.from_string, (SUBJECT, TEXT, SMS)), rich.from_string(HTML)
    conn = sqlite3.connect(folder / f"bound_{time.time_ns()}.db", isolation_level=None)
    conn.execute("PRAGMA journal_mode=WAL")
    conn.execute("PRAGMA synchronous=NORMAL")
    conn.execute("CREATE TABLE m (id INTEGER PRIMARY KEY, k TEXT UNIQUE, who, state, due, subject, text, html, sms)")
    conn.execute("CREATE INDEX m1 ON m (state, id)")
    conn.execute("CREATE INDEX m2 ON m (who, id)")
    conn.execute("CREATE INDEX m3 ON m (due, id)")
    given = [values(number) for number in range(count)]

    def rows(start: int) -> Iterator[tuple[object, ...]]:
        for number, known in enumerate(given[start : start + 1000], start):
            yield (f"k{number}", number, "waiting", "2026", subject.render(known), text.render(known),
                   html.render(known), sms.render(known))  # fmt: skip

    began = time.perf_counter()
    for start in range(0, count, 1000):
        conn.execute("BEGIN")
        conn.executemany(
            "INSERT INTO m (k, who, state, due, subject, text, html, sms) VALUES (?,?,?,?,?,?,?,?)", rows(start)
        )
        conn.execute("COMMIT")
    spent = time.perf_counter() - began
    conn.close()
    return count / spent


def _seed(store: Store, count: int) -> None:
    """``count`` customers with an order of three articles each, all of them just arrived."""
    at = stamp(NOW)

    def job(conn: sqlite3.Connection) -> None:
        for key, value in {"shop.email": "laden@example.org", "shop.street": "Lindenallee 7", "shop.city": "Berlin",
                           "shop.postcode": "10115", "brake.max_at_once": "1000000"}.items():  # fmt: skip
            settings.put(conn, key, value)
        people = range(1, count + 1)
        conn.executemany(
            "INSERT INTO customer (id, source, key, customer_no, salutation, last_name, first_seen, last_seen)"
            " VALUES (?, 'erp', ?, ?, 'Frau', 'Kovács', ?, ?)",
            [(n, str(n), str(n), at, at) for n in people],
        )
        conn.executemany(
            "INSERT INTO contact (customer_id, type, value, value_raw) VALUES (?, 'email', ?, ?)",
            [(n, f"c{n}@example.org", f"c{n}@example.org") for n in people],
        )
        conn.executemany(
            "INSERT INTO document (id, source, kind, key, number, customer_id, shelf_no, first_seen, last_seen)"
            " VALUES (?, 'erp', 'order', ?, ?, ?, 'K12', ?, ?)",
            [(n, f"B-{n}", f"B-{n}", n, at, at) for n in people],
        )
        lines = [(n, line) for n in people for line in "123"]
        conn.executemany(
            "INSERT INTO document_line (document_id, line_key, title, author, qty) VALUES (?, ?, ?, 'Michael Ende', 1)",
            [(n, line, f"Die unendliche Geschichte {line}") for n, line in lines],
        )
        conn.executemany(
            "INSERT INTO event (dedupe_key, kind, document_id, line_key, customer_id, detected_at, facts) VALUES"
            """ (?, 'goods.received', ?, ?, ?, ?, '{"before":{"qty_received":0},"after":{"qty_received":1}}')""",
            [(f"goods.received:{n}:{line}", n, line, n, at) for n, line in lines],
        )

    store.write(job)


def ours(folder: Path, count: int) -> tuple[float, float]:
    """Messages a second of composing alone, and of planning and composing together."""
    home = init(Home(folder / f"home_{time.time_ns()}"), Shop("DE", "", "Buchladen Sonne"), NOW, "bench")
    with Store.open(home.database) as store, Renderer() as renderer:
        _seed(store, count)
        compose_due(store, home, renderer, NOW)
        began = time.perf_counter()
        plan(store, NOW)
        planned = time.perf_counter()
        done = compose_due(store, home, renderer, NOW + timedelta(hours=1), count)
        ended = time.perf_counter()
        if (done.written, done.held) != (count, 0):
            raise RuntimeError(f"{done} instead of {count} written")
    return count / (ended - planned), count / (ended - began)


def _peer(folder: Path) -> Path | None:
    """Install the peer below ``folder``; None (and a word about it) if that is not possible."""
    target = folder / "peer"
    command = [sys.executable, "-m", "pip", "install", "-q", "--target", str(target), "django", "django-post_office"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        print(f"django-post_office cannot be installed here, so that line is missing: {result.stderr.strip()[-200:]}")
        return None
    return target


def _post_office(folder: Path, target: Path, count: int) -> float:
    script = "import sys; sys.path[:0] = sys.argv[1:3]; from bench._post_office import main; main(*sys.argv[3:])"
    command = [sys.executable, "-c", script, str(target), str(ROOT), str(folder), str(count)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1])


def main(argv: list[str]) -> None:
    """Take turns, so that a busy moment hits all; print medians and ratios."""
    count = int(argv[0]) if argv else COUNT
    names = (
        "bound: sandbox + 1000 inserts a commit",
        "carat: compose",
        "carat: plan + compose",
        "django-post_office send_many",
    )
    found: dict[str, list[float]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory(prefix="carat-bench-") as name:
        folder = Path(name)
        peer = _peer(folder)
        for _ in range(ROUNDS):
            found[names[0]].append(bound(folder, count))
            composed, both = ours(folder, count)
            found[names[1]].append(composed)
            found[names[2]].append(both)
            if peer is not None:
                found[names[3]].append(_post_office(folder, peer, max(count // 5, 200)))
    limit = statistics.median(found[names[0]])
    slowest = statistics.median(found[names[3]]) if found[names[3]] else None
    print(f"{'mails':<42}{'a second':>10}{'x bound':>10}{'x post_office':>15}")
    for label, rates in found.items():
        if rates:
            rate = statistics.median(rates)
            print(f"{label:<42}{rate:>10.0f}{rate / limit:>10.2f}{f'{rate / slowest:.1f}' if slowest else '':>15}")


if __name__ == "__main__":
    main(sys.argv[1:])
