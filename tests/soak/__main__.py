"""``make soak``: a thousand times kill -9, and the figures (reliability R1).

    python -m tests.soak [--kills N] [--messages N] [--chance SEED]

The strict bound of one message in doubt a kill is shown with one connection; a second, shorter run with four
connections shows the general one: at most one a connection.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from .kills import Figures, soak


def main(arguments: list[str]) -> int:
    """Both runs; 0 when every figure is as it must be."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--chance", type=int, default=int(time.time()))
    given = parser.parse_args(arguments)
    good = True
    for workers, kills in ((1, given.kills), (4, max(10, given.kills // 5))):
        _say(f"\n{kills} kills, {workers} connection{'s' if workers > 1 else ''}, chance {given.chance}")
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            found = soak(
                Path(folder),
                kills=kills,
                messages=given.messages,
                workers=workers,
                seed_of_chance=given.chance,
                tell=_tell,
            )
        _say("")
        good = _report(found, workers) and good
        _say(f"  {time.monotonic() - began:.0f} s")
    return 0 if good else 1


def _report(found: Figures, workers: int) -> bool:
    """Print each figure beside what it must be; whether all are so."""
    rows: list[tuple[str, object, object]] = [
        ("kills (aimed right after the server accepted)", f"{found.kills} ({found.aimed})", None),
        ("messages", found.messages, None),
        ("sent, as claimed", found.sent, None),
        ("unclear (of these accepted by the server)", f"{found.unclear} ({found.unclear_accepted})", None),
        ("unclear a kill, average", f"{found.doubts_a_kill:.3f}", None),
        (f"kills with more than {workers} unclear", sum(d > workers for d in found.doubts), 0),
        ("unclear that no kill explains", found.unclear - sum(found.doubts), 0),
        ("accepted twice", found.copies, 0),
        ("claims that are not so", found.false_claims, 0),
        ("stuck", found.stuck, 0),
        ("lost", found.lost, 0),
        ("after settling the unclear: copies", found.copies_in_the_end, 0),
        ("after settling the unclear: missing", found.missing_in_the_end, 0),
        ("times that the database was not sound", found.unsound, 0),
        ("rules of the outbox broken", len(found.broken_rules), 0),
    ]
    for name, value, wanted in rows:
        verdict = "" if wanted is None else "as it must be" if value == wanted else "WRONG"
        _say(f"  {name:<48}{value!s:>12}  {verdict}")
    return all(wanted is None or value == wanted for _, value, wanted in rows)


def _tell(text: str) -> None:
    sys.stdout.write(f"\r  {text}   ")
    sys.stdout.flush()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
