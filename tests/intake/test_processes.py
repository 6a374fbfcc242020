"""Two processes that take in the same bytes at the same moment: one of them does it, the other finds it done."""

from __future__ import annotations

import subprocess
import sys
import textwrap

from tests.intake.conftest import Shop, row

TAKE_IN = textwrap.dedent(
    """
    import sys
    from datetime import datetime, UTC
    from pathlib import Path
    from carat_tui.intake.take_in import take_in
    from carat_tui.model.clock import fixed_clock
    from carat_tui.model.home import Home
    from carat_tui.store.database import Store

    home = Home(Path(sys.argv[1]))
    with Store.open(home.database) as store:
        print("ready", flush=True)
        sys.stdin.readline()
        print(take_in(store, home, Path(sys.argv[2]), clock=fixed_clock(datetime(2026, 3, 4, tzinfo=UTC))).state)
    """
)


def test_the_same_file_from_two_processes(shop: Shop) -> None:
    path = shop.lay("auftraege1.csv", [row(f"A{number}", Kundennummer=f"K{number}") for number in range(2000)])
    command = [sys.executable, "-c", TAKE_IN, str(shop.home.root), str(path)]
    both = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = sorted(process.communicate(timeout=60)[0].strip() for process in both)
    assert said == ["done", "duplicate"]
    assert shop.all("SELECT count(*) FROM document") == [(2000,)]
    assert list(shop.home.spool.iterdir()) == []
