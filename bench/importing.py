"""How fast an export becomes facts: beside the raw ``executemany`` of the same rows, and beside sqlite-utils.

    python -m bench.importing [LINES] [LONG]     default 100,000 and 1,000,000 lines; LONG = 0 leaves the long run out

Every case runs in a process of its own on files of its own, cases take turns, and of the rounds the median counts. The
bound reads the same file with ``csv``, converts cents and dates, and writes it with one statement into one WAL table
with a primary key: no validation, no customers, no contacts, no comparison, no journal.
"""

from __future__ import annotations

import contextlib
import csv
import json
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench import _exports
from carat_tui.model.clock import fixed_clock
from carat_tui.model.home import Home
from carat_tui.store.database import Store

NOW = fixed_clock(datetime(2026, 11, 21, 12, tzinfo=UTC))
ROUNDS = 3
_TABLE = (
    "CREATE TABLE line (o TEXT, k TEXT, n TEXT, e TEXT, m TEXT, d TEXT, s TEXT, p INTEGER, i TEXT, t TEXT, q INTEGER,"
    " r TEXT, c INTEGER, PRIMARY KEY (o, p)) WITHOUT ROWID"
)
_INSERT = "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SET = ", ".join(f"{name} = excluded.{name}" for name in "knemdsitqrc")
_DIFFERS = " OR ".join(f"excluded.{name} IS NOT line.{name}" for name in "knemdsitqrc")
_UPSERT = f"{_INSERT} ON CONFLICT DO UPDATE SET {_SET} WHERE {_DIFFERS}"


# -- what is compared -------------------------------------------------------------------------------------------------


def _typed(path: Path) -> Iterator[tuple[object, ...]]:
    def iso(text: str) -> str | None:
        return f"{text[6:]}-{text[3:5]}-{text[:2]}" if text else None

    with path.open(encoding="cp1252", newline="") as file:
        reader = csv.reader(file, delimiter=";")
        next(reader)
        for a in reader:
            cents = int(a[12].replace(",", ""))
            yield (*a[:5], iso(a[5]), a[6], int(a[7]), a[8], a[9], int(a[10]), iso(a[11]), cents)


def case_raw(folder: Path, files: list[Path]) -> list[float]:
    """The bound: all rows of the first file inserted, of the others upserted where something differs."""
    with contextlib.closing(sqlite3.connect(folder / "raw.db", isolation_level=None)) as conn:
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL"):
            conn.execute(f"PRAGMA {pragma}")
        conn.execute(_TABLE)
        return [
            _timed(lambda sql=sql, file=file: _all_rows(conn, sql, file))
            for sql, file in zip([_INSERT, *[_UPSERT] * 9], files, strict=False)
        ]


def _all_rows(conn: sqlite3.Connection, sql: str, file: Path) -> None:
    conn.execute("BEGIN IMMEDIATE")
    conn.executemany(sql, _typed(file))
    conn.execute("COMMIT")


def case_ours(folder: Path, files: list[Path]) -> list[float]:
    """``take_in`` of one file after the other into a new home."""
    from carat_tui.intake.take_in import take_in

    with _home(folder) as (home, store):
        seconds = []
        for file in files:
            seconds.append(_timed(lambda file=file: take_in(store, home, file, clock=NOW)))
        return seconds


def case_sqlite_utils(folder: Path, files: list[Path]) -> list[float]:
    """``sqlite-utils upsert --csv`` on the command line, start of the program included."""
    command = [Path(sys.executable).with_name("sqlite-utils"), "upsert", folder / "su.db", "line", files[0], "--csv"]
    options = ["--delimiter", ";", "--encoding", "cp1252", "--pk", "Auftragsnummer", "--pk", "Pos"]
    return [_timed(lambda: subprocess.run([*map(str, command), *options], check=True, capture_output=True))]


# -- beside an import -------------------------------------------------------------------------------------------------


def case_beside(folder: Path, files: list[Path]) -> list[float]:
    """p50, p99 and the longest of a small durable commit every 5 ms while the file is taken in (ms)."""
    from carat_tui.intake.take_in import take_in

    with _home(folder) as (home, store):
        store.write(lambda conn: conn.execute("CREATE TABLE beat (id INTEGER PRIMARY KEY, at REAL)"))
        ended = threading.Event()
        importer = threading.Thread(
            target=lambda: (take_in(store, home, files[0], clock=NOW), ended.set())  # type: ignore[func-returns-value]
        )
        importer.start()
        waits = []
        while not ended.is_set():
            waits.append(1000 * _timed(lambda: store.write(_beat)))
            time.sleep(0.005)
        importer.join()
        waits.sort()
        return [waits[len(waits) // 2], waits[int(len(waits) * 0.99)], waits[-1]]


def _beat(conn: sqlite3.Connection) -> None:
    conn.execute("INSERT INTO beat (at) VALUES (0)")


def case_arrival(folder: Path, files: list[Path]) -> list[float]:
    """p50 and p95 from close or rename to the start of the import, the settle time taken off (ms)."""
    from carat_tui.intake.watcher import Watcher

    started: dict[str, float] = {}
    seen = threading.Semaphore(0)
    settle = 0.05

    def ready(path: Path) -> None:
        started[path.name] = time.perf_counter()
        seen.release()

    inbox = folder / "inbox"
    watcher = Watcher(inbox, settle_s=settle, poll_s=60, ready=ready)
    watcher.start()
    waits = []
    for number in range(100):
        path = inbox / f"{number}.csv"
        part = folder / "part" if number % 2 else path
        part.write_bytes(b"a;b\n")
        closed = time.perf_counter()
        if number % 2:
            part.rename(path)
        seen.acquire(timeout=10)
        waits.append(1000 * (started[path.name] - closed - settle))
        path.unlink()
    watcher.stop()
    waits.sort()
    return [waits[50], waits[95]]


def case_burst(folder: Path, files: list[Path]) -> list[float]:
    """How many of 40,000 files that come at once are handed over, 10,000 of them there before the watch began."""
    from carat_tui.intake.watcher import Watcher

    inbox = folder / "inbox"
    inbox.mkdir()
    seen: set[str] = set()
    watcher = Watcher(inbox, settle_s=0.1, poll_s=5, ready=lambda path: seen.add(path.name))
    for number in range(10_000):
        (inbox / f"{number}.csv").touch()
    watcher.start()
    for number in range(10_000, 40_000):
        (inbox / f"{number}.csv").touch()
    until = time.perf_counter() + 60
    while len(seen) < 40_000 and time.perf_counter() < until:
        time.sleep(0.1)
    watcher.stop()
    return [float(len(seen))]


CASES: dict[str, Callable[[Path, list[Path]], list[float]]] = {
    name.removeprefix("case_"): case for name, case in list(globals().items()) if name.startswith("case_")
}


# -- taking turns -----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _home(folder: Path) -> Iterator[tuple[Home, Store]]:
    home = Home(folder / "home")
    home.profiles.mkdir(parents=True)
    (home.profiles / "bench.toml").write_text(_exports.PROFILE, encoding="utf-8")
    with Store.create(home.database) as store:
        yield home, store


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _run(case: str, *files: Path) -> dict[str, list[float]]:
    """One case in a fresh process and a fresh folder: what it found (mostly seconds), CPU seconds, peak in MiB."""
    command = [sys.executable, "-m", "bench.importing", "--case", case, *map(str, files)]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, list[float]] = json.loads(ended.stdout)
    return found


def _case(name: str, files: list[Path]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        found = CASES[name](Path(folder), files)
        cpu = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"found": found, "cpu": [cpu], "peak": [peak]}))


def _line(what: str, ratio: float, goal: str, detail: str) -> None:
    print(f"  {what:<52} {ratio:6.2f} ×   {goal:<14} {detail}", flush=True)


def _short(folder: Path, lines: int) -> Path:
    """The cases on ``lines`` lines; returns the first file."""
    first, second = _exports.write(folder / "a.csv", lines), _exports.write(folder / "b.csv", lines, 0.01)
    size = first.stat().st_size / lines
    print(f"{lines:,} lines of {size:.0f} bytes, median of {ROUNDS} rounds, raw executemany = 1")
    raw, ours, tool = [], [], []
    for _ in range(ROUNDS):
        raw.append(_run("raw", first, second)["found"])
        ours.append(_run("ours", first, second, second)["found"])
        tool.append(_run("sqlite_utils", first)["found"])

    def ratio(above: list[list[float]], at: int, below: list[list[float]], other: int) -> float:
        return statistics.median(a[at] / b[other] for a, b in zip(above, below, strict=True))

    rate = lines / statistics.median(one[0] for one in ours)
    _line("first import", ratio(raw, 0, ours, 0), "≥ 0.30 (0.40)", f"{rate:,.0f} lines/s")
    _line("1 % changed, against the raw conditional upsert", ratio(raw, 1, ours, 1), "≥ 1.0 (1.5)", "")
    _line("the identical file, against its first import", ratio(ours, 0, ours, 2), "≥ 20", "")
    _line("sqlite-utils upsert --csv, against ours", ratio(tool, 0, ours, 0), "≥ 4 (5)", "")
    return first


def _long(folder: Path, lines: int, short: Path, short_lines: int) -> None:
    """The long file against the short one, in turns: on a machine with other work the CPU seconds tell more."""
    path = _exports.write(folder / "long.csv", lines)
    pairs = [(_run("ours", short), _run("ours", path)) for _ in range(ROUNDS)]
    wall, cpu = (
        statistics.median(lines / long[what][0] / (short_lines / brief[what][0]) for brief, long in pairs)
        for what in ("found", "cpu")
    )
    _line(f"rate at {lines:,} lines, against the short file", wall, "≥ 0.9", f"by CPU seconds {cpu:.2f} ×")
    peak = max(long["peak"][0] for _, long in pairs)
    print(f"  {'peak memory of that import':<52} {peak:6.0f} MiB {'≤ 100':<14}")
    p50, p99, longest = _run("beside", path)["found"]
    print(
        f"  {'durable commit beside it, p50 / p99 / longest':<52} {p50:.1f} / {p99:.1f} / {longest:.1f} ms   p99 ≤ 20"
    )


def main(argv: list[str]) -> None:
    """Print all ratios."""
    if argv[:1] == ["--case"]:
        _case(argv[1], [Path(name) for name in argv[2:]])
        return
    lines, long = (int(argv[0]) if argv else 100_000), (int(argv[1]) if len(argv) > 1 else 1_000_000)
    with tempfile.TemporaryDirectory() as name:
        short = _short(Path(name), lines)
        if long:
            _long(Path(name), long, short, lines)
    p50, p95 = _run("arrival")["found"]
    print(f"  {'closed or renamed in → import starts, p50 / p95':<52} {p50:.1f} / {p95:.1f} ms + settle   p95 ≤ 50")
    (seen,) = _run("burst")["found"]
    print(f"  {'of 40,000 files at once, handed over':<52} {seen:,.0f}")


if __name__ == "__main__":
    main(sys.argv[1:])
