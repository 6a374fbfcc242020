"""Cold start against Python itself: ``carat --version`` and ``--help`` (goal G14: at most 4 x ``python -c pass``)."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 11
ROOT = Path(__file__).parent.parent
CASES = {
    "python -c pass": ["-c", "pass"],
    "python -c 'import click'": ["-c", "import click"],
    "carat --version": ["-m", "carat_tui", "--version"],
    "carat --help": ["-m", "carat_tui", "--help"],
    "carat outbox list --help": ["-m", "carat_tui", "outbox", "list", "--help"],
}


def _seconds(arguments: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def main(argv: list[str]) -> None:
    """Time the cases in turn, so that a busy moment of the machine hits all of them; print medians and ratios."""
    runs = int(argv[0]) if argv else RUNS
    for arguments in CASES.values():
        _seconds(arguments)
    times: dict[str, list[float]] = {name: [] for name in CASES}
    for _ in range(runs):
        for name, arguments in CASES.items():
            times[name].append(_seconds(arguments))
    bound = statistics.median(times["python -c pass"])
    print(f"{'median of ' + str(runs):<28}{'ms':>8}{'ratio':>8}")
    for name, measured in times.items():
        middle = statistics.median(measured)
        print(f"{name:<28}{middle * 1000:>8.1f}{middle / bound:>8.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
