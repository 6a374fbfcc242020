"""``make bench``: run all measurements, or those named, and print their ratios.

Each measurement is a module of this folder with ``main(argv) -> None`` that prints its own table.
"""

from __future__ import annotations

import importlib
import platform
import sqlite3
import sys
import time
import traceback
from pathlib import Path

ORDER = ["starting", "importing", "planning", "composing", "sending", "pages", "lists"]


def present() -> list[str]:
    """The measurements that exist, in the order of the way of one event."""
    found = {file.stem for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("_")}
    return [name for name in ORDER if name in found] + sorted(
        name for name in found - set(ORDER) if "def main(" in (Path(__file__).parent / f"{name}.py").read_text("utf-8")
    )


def main(argv: list[str]) -> int:
    """Run them one after another; one that fails is told and does not stop the others."""
    names = argv or present()
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.platform()}")
    failed = []
    for name in names:
        print(f"\n== {name} ".ljust(100, "="), flush=True)
        began = time.perf_counter()
        try:
            importlib.import_module(f"bench.{name}").main([])
        except Exception:
            traceback.print_exc()
            failed.append(name)
        print(f"({name}: {time.perf_counter() - began:.0f} s)", flush=True)
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
