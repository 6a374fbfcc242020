"""The merge as an algebra: order of files, repetition and the size of chunks do not matter."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carat_tui.intake import conclude, loading, staging
from carat_tui.model.home import Home
from carat_tui.services.home import Shop as Owner
from carat_tui.services.home import init
from carat_tui.store.database import Store
from tests.conftest import NOW
from tests.intake.conftest import Shop, row

LINES = st.builds(
    lambda order, pos, title, got, status: row(
        f"A{order}", Kundennummer=f"K{order % 3}", Pos=pos, Titel=title, Geliefert=got, Status=status
    ),
    st.integers(0, 5),
    st.integers(1, 3),
    st.sampled_from(["Momo", "Krabat", 'Straße; "und" mehr'.replace(";", ",")]),
    st.sampled_from(["", "0", "1"]),
    st.sampled_from(["offen", "eingetroffen"]),
)
FILES = st.lists(st.lists(LINES, min_size=1, max_size=8), min_size=1, max_size=4)
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class _Run:
    """A home that lives for one example."""

    def __enter__(self) -> Shop:
        self.folder = TemporaryDirectory()
        home = init(Home(Path(self.folder.name) / "home"), Owner("DE", "", "Buchladen"), NOW, "test")
        self.store = Store.open(home.database)
        return Shop(home, self.store, NOW)

    def __exit__(self, *_: object) -> None:
        self.store.close()
        self.folder.cleanup()


def take_all(shop: Shop, files: list[list[str]]) -> tuple[dict[str, object], list[str]]:
    for number, rows in enumerate(files):
        report = shop.orders(f"auftraege{number}.csv", *rows)
        assert report.rows == report.accepted + len(report.rejected) + report.ignored
    return dict(shop.facts()), shop.events()


@SLOW
@given(FILES, st.sampled_from([1, 2, 3]))
def test_the_size_of_chunks_does_not_matter(files: list[list[str]], size: int) -> None:
    with _Run() as shop:
        whole = take_all(shop, files)
    with pytest.MonkeyPatch.context() as patch, _Run() as shop:
        patch.setattr(staging, "PIECE_LINES", size)
        patch.setattr(loading, "_PIECES_MOST", size)
        patch.setattr(conclude, "_FIRST", size)
        patch.setattr(conclude, "_MOST", size)
        assert take_all(shop, files) == whole


@SLOW
@given(FILES)
def test_the_last_file_again_is_no_news(files: list[list[str]]) -> None:
    with _Run() as shop:
        state = take_all(shop, files)
        again = shop.orders("auftraege99.csv", *files[-1], "")
        assert (dict(shop.facts()), shop.events()) == state
        assert again.events == {}
        # Lines of one order that stand apart in the file are one order all the same: what was last stays.
        assert again.created == 0


@SLOW
@given(FILES)
def test_events_never_repeat(files: list[list[str]]) -> None:
    with _Run() as shop:
        _, events = take_all(shop, files)
        take_all(shop, [rows + ["" for _ in range(number + 1)] for number, rows in enumerate(files)])
        assert set(events) <= set(shop.events())
        assert len(set(shop.events())) == len(shop.events())
