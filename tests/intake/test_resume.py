"""A run that is killed in the middle of a file: the next one finishes it, and nobody can tell the difference."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from carat_tui.intake.take_in import resume
from carat_tui.model.clock import fixed_clock
from carat_tui.model.home import Home
from carat_tui.rules.plan import plan
from carat_tui.services.home import Shop as Owner
from carat_tui.services.home import init
from carat_tui.store.database import Store
from carat_tui.store.events import any_open
from tests.conftest import NOW
from tests.intake.conftest import Shop, row

KILLED = textwrap.dedent(
    """
    import os, sys
    from pathlib import Path
    from datetime import datetime, UTC
    from carat_tui.intake import conclude, loading, staging
    from carat_tui.intake.take_in import take_in
    from carat_tui.model.clock import fixed_clock
    from carat_tui.model.home import Home
    from carat_tui.store.database import Store

    root, file, step, after = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    staging.PIECE_LINES = 10
    loading._PIECES = loading._PIECES_MOST = 1
    conclude._FIRST = conclude._MOST = 5
    place = loading if step == "merge_chunk" else conclude
    real, done = getattr(place, step), 0

    def counted(*given):
        global done
        if done == after:
            os._exit(9)  # in the middle of the transaction
        done += 1
        real(*given)

    setattr(place, step, counted)
    home = Home(root)
    with Store.open(home.database) as store:
        take_in(store, home, file, clock=fixed_clock(datetime(2026, 3, 4, 9, 30, tzinfo=UTC)))
    """
)


def a_shop(root: Path, store: Store) -> Shop:
    return Shop(Home(root), store, NOW)


def exports() -> tuple[list[str], list[str]]:
    """A feed's first file and one in which goods came in, orders were added and one row is bad."""
    first = [row(f"A{number}", Kundennummer=f"K{number % 20}") for number in range(80)]
    second = [
        row(f"A{number}", Kundennummer=f"K{number % 20}", Geliefert="1" if number % 3 else "", Titel=f"Band {number}")
        for number in range(100)
    ]
    return first, [*second, row("A200", Status="weg")]


def make(root: Path) -> None:
    init(Home(root), Owner("DE", "", "Buchladen"), NOW, "test")
    with Store.open(Home(root).database) as store:
        a_shop(root, store).orders("auftraege1.csv", *exports()[0])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, object, object]:
    root = tmp_path_factory.mktemp("whole") / "home"
    make(root)
    with Store.open(Home(root).database) as store:
        shop = a_shop(root, store)
        report = shop.orders("auftraege2.csv", *exports()[1])
        return shop.facts(), shop.events(), report.entities


def killed(root: Path, step: str, after: int) -> None:
    """The second file laid into a home of its own, and the run that takes it in killed in ``step`` number ``after``."""
    make(root)
    with Store.open(Home(root).database) as store:
        path = a_shop(root, store).lay("auftraege2.csv", exports()[1])
    command = [sys.executable, "-c", KILLED, str(root), str(path), step, str(after)]
    assert subprocess.run(command, check=False, timeout=60).returncode == 9
    path.unlink()  # the copy in the spool is enough


@pytest.mark.parametrize("after", sorted(random.Random(7).sample(range(10), 4)))
def test_killed_between_and_in_chunks(tmp_path: Path, after: int, undisturbed: tuple[object, object, object]) -> None:
    root = tmp_path / "home"
    killed(root, "merge_chunk", after)
    with Store.open(Home(root).database) as store, pytest.MonkeyPatch.context() as patch:
        patch.setattr("carat_tui.intake.staging.PIECE_LINES", 10)
        shop = a_shop(root, store)
        assert shop.events() == [], "no event before the file is whole"
        (report,) = resume(store, shop.home, fixed_clock(NOW))
        assert (report.state, len(report.rejected)) == ("partial", 1)
        assert (shop.facts(), shop.events(), report.entities) == undisturbed
        assert resume(store, shop.home, fixed_clock(NOW)) == []
        assert list(shop.home.spool.iterdir()) == []


@pytest.mark.parametrize("after", [0, 1, 7])
def test_killed_while_events_are_made(tmp_path: Path, after: int, undisturbed: tuple[object, object, object]) -> None:
    root = tmp_path / "home"
    killed(root, "events_up_to", after)
    with Store.open(Home(root).database) as store:
        shop = a_shop(root, store)
        assert bool(shop.events()) == bool(after)
        assert not any_open(store.read()), "the rules see no event of a file that is not done"
        assert plan(store, NOW).events == 0
        (report,) = resume(store, shop.home, fixed_clock(NOW))
        assert (report.state, len(report.rejected), report.rows) == ("partial", 1, 101)
        assert sum(report.events.values()) == len(shop.events())
        assert (shop.facts(), shop.events(), report.entities) == undisturbed
        assert any_open(store.read())
        assert shop.all("SELECT count(*) FROM document_change UNION ALL SELECT count(*) FROM line_change") == [(0,)] * 2
        assert resume(store, shop.home, fixed_clock(NOW)) == []
        assert list(shop.home.spool.iterdir()) == []


def test_a_copy_that_is_gone_is_told(shop: Shop) -> None:
    shop.store.write(
        lambda conn: conn.execute(
            "INSERT INTO import_file (profile, profile_hash, sha256, path, name, size, state, started_at)"
            " VALUES ('bookshop-orders', 'x', 'abc', '/x.csv', 'x.csv', 1, 'importing', '2026-03-04T09:30:00.000Z')"
        )
    )
    (report,) = resume(shop.store, shop.home, fixed_clock(NOW))
    assert report.state == "quarantined"
    assert "could not be finished" in report.reason
    assert resume(shop.store, shop.home, fixed_clock(NOW)) == []
