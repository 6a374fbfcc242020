"""Watching real folders: nothing is taken too early, nothing is missed, nothing is taken twice."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from carat_tui.intake.inbox import Inbox
from carat_tui.intake.report import Report
from carat_tui.intake.watcher import Watcher, candidates, ready_files
from carat_tui.model.clock import fixed_clock
from carat_tui.store import settings
from tests.intake.conftest import Shop, row

PATIENCE = 20


class Taken:
    """What the watcher handed over, and a way to wait for it."""

    def __init__(self, answer: Callable[[Path], bool | None] = lambda path: None) -> None:
        self.paths: list[Path] = []
        self.answer = answer
        self._changed = threading.Condition()

    def __call__(self, path: Path) -> bool | None:
        with self._changed:
            self.paths.append(path)
            self._changed.notify_all()
        return self.answer(path)

    def wait_for(self, number: int) -> list[Path]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.paths) >= number, PATIENCE), len(self.paths)
            return list(self.paths)


@contextmanager
def watching(folder: Path, taken: Taken, *, settle_s: float = 0.02, poll_s: float = 60) -> Iterator[Watcher]:
    watcher = Watcher(folder, settle_s=settle_s, poll_s=poll_s, ready=taken)
    watcher.start()
    try:
        yield watcher
    finally:
        assert watcher.stop()


def test_written_renamed_in_and_there_before(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "inbox", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "before.csv").write_text("a", encoding="utf-8")
    taken = Taken()
    with watching(folder, taken):
        taken.wait_for(1)
        (folder / "written.csv").write_text("b", encoding="utf-8")
        taken.wait_for(2)
        (elsewhere / "renamed.csv").write_text("c", encoding="utf-8")
        (elsewhere / "renamed.csv").rename(folder / "renamed.csv")
        taken.wait_for(3)
        (folder / "own.csv.tmp").write_text("d", encoding="utf-8")
        (folder / "own.csv.tmp").rename(folder / "own.csv")
        assert [path.name for path in taken.wait_for(4)] == ["before.csv", "written.csv", "renamed.csv", "own.csv"]


def test_polling_alone_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a network share, where the system tells nothing."""
    monkeypatch.setattr(Watcher, "_observe", lambda self: None)
    taken = Taken()
    with watching(tmp_path, taken, poll_s=0.02):
        (tmp_path / "a.csv").write_text("a", encoding="utf-8")
        taken.wait_for(1)


def test_one_file_is_handed_over_once_until_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a", encoding="utf-8")
    taken = Taken()
    with watching(tmp_path, taken, poll_s=0.01):
        taken.wait_for(1)
        (tmp_path / "b.csv").write_text("b", encoding="utf-8")
        taken.wait_for(2)
        path.write_text("longer", encoding="utf-8")
        assert [found.name for found in taken.wait_for(3)] == ["a.csv", "b.csv", "a.csv"]


def test_a_file_that_is_not_whole_is_asked_again(tmp_path: Path) -> None:
    answers = iter([False, False, None])
    taken = Taken(lambda path: next(answers))
    (tmp_path / "a.csv").write_text("a", encoding="utf-8")
    with watching(tmp_path, taken, poll_s=0.01):
        taken.wait_for(3)
        (tmp_path / "b.tmp").write_text("a", encoding="utf-8")
    assert len(taken.paths) == 3


def test_a_failure_is_told_and_tried_again(tmp_path: Path) -> None:
    failures: list[str] = []
    tries = iter([True, False])

    def fail(path: Path) -> None:
        if next(tries):
            raise OSError("no room")

    taken = Taken(fail)
    (tmp_path / "a.csv").write_text("a", encoding="utf-8")
    watcher = Watcher(
        tmp_path, settle_s=0, poll_s=0.01, ready=taken, failed=lambda path, error: failures.append(str(error))
    )
    watcher.start()
    taken.wait_for(2)
    assert watcher.stop()
    assert failures == ["no room"]


def test_a_growing_file_is_left_alone(tmp_path: Path) -> None:
    """Handed over only as it was after the last byte, whatever the events in between."""
    sizes: list[int] = []
    taken = Taken(lambda path: sizes.append(path.stat().st_size))
    with watching(tmp_path, taken, settle_s=0.4), (tmp_path / "a.csv").open("w", encoding="utf-8") as file:
        for _ in range(40):
            file.write("0123456789")
            file.flush()
        file.close()
        taken.wait_for(1)
    assert sizes == [400]


def test_a_burst_is_not_missed(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    taken = Taken()
    with watching(folder, taken, poll_s=0.2):
        for number in range(3000):
            (folder / f"{number}.csv").touch()
        assert len(set(taken.wait_for(3000))) == 3000
    assert len(taken.paths) == 3000


def test_what_is_no_export(tmp_path: Path) -> None:
    for name in (
        "a.tmp",
        "~$a.csv",
        ".~lock.a.csv#",
        "a.csv.part",
        "Thumbs.db",
        ".hidden",
        "a.csv.reason.txt",
        "x.BAK",
    ):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.csv").write_text("x", encoding="utf-8")
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.csv")
    assert sorted(path.name for path, _ in candidates(tmp_path)) == ["a.csv", "b.csv"]


def test_ready_files_waits_only_for_fresh_ones(tmp_path: Path) -> None:
    waits: list[float] = []
    path = tmp_path / "a.csv"
    path.write_text("a", encoding="utf-8")
    assert ready_files(tmp_path, 0, wait=waits.append) == [path]
    assert waits == []
    assert ready_files(tmp_path, 5, wait=waits.append) == [path]
    assert waits == [5]
    assert ready_files(tmp_path, 5, wait=lambda _: path.write_text("still", encoding="utf-8")) == []
    assert ready_files(tmp_path, 0, handled=lambda path, found: True) == []
    assert ready_files(tmp_path / "nowhere", 0) == []


# -- the inbox of a home ----------------------------------------------------------------------------------------------


def at_once(shop: Shop) -> None:
    shop.store.write(lambda conn: settings.put(conn, "intake.settle_s", "0"))


def test_the_inbox_takes_everything_once(shop: Shop) -> None:
    at_once(shop)
    shop.lay("auftraege1.csv", [row("A1")])
    shop.lay("auftraege2.csv", [row("A2")])
    (shop.inbox / "brief.csv").write_text("x", encoding="utf-8")
    inbox = Inbox(shop.store, shop.home, fixed_clock(shop.now))
    assert sorted(report.state for report in inbox.take_all()) == ["done", "done", "quarantined"]
    assert list(inbox.take_all()) == [], "what was kept is known by place, size and time"


def test_a_trigger_says_when(shop: Shop) -> None:
    at_once(shop)
    path = shop.home.profiles / "bookshop-orders.toml"
    text = path.read_text(encoding="utf-8").replace('mode = "stable"', 'mode = "trigger"\ntrigger = "{stem}.ok"  #')
    path.write_text(text, encoding="utf-8")
    shop.lay("auftraege1.csv", [row("A1")])
    inbox = Inbox(shop.store, shop.home, fixed_clock(shop.now))
    assert list(inbox.take_all()) == []
    (shop.inbox / "auftraege1.ok").touch()
    assert [report.state for report in inbox.take_all()] == ["done"]
    assert [found.name for found in shop.inbox.iterdir()] == ["auftraege1.csv"]


def test_the_inbox_in_the_background(shop: Shop) -> None:
    at_once(shop)
    reports: list[Report] = []
    heard = threading.Event()

    def reported(report: Report) -> None:
        reports.append(report)
        heard.set()

    inbox = Inbox(shop.store, shop.home, fixed_clock(shop.now), reported=reported)
    inbox.start()
    part = shop.lay("auftraege1.csv.part", [row("A1")])
    part.rename(shop.inbox / "auftraege1.csv")
    assert heard.wait(PATIENCE)
    assert inbox.alive
    assert inbox.stop()
    assert [(report.state, report.created) for report in reports] == [("done", 1)]


def test_what_breaks_the_watch_is_kept_for_who_asks(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The database may be gone under it; a traceback of its thread would be drawn across a screen."""

    def broken(path: Path, found: object) -> bool:
        raise OSError("no database")

    (tmp_path / "orders.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    watcher = Watcher(tmp_path, settle_s=0, poll_s=0.01, ready=lambda path: None, handled=broken)
    watcher.start()
    watcher._thread.join(20)
    assert not watcher.alive
    assert str(watcher.broke) == "no database"
    assert watcher.stop()
    assert "Traceback" not in capfd.readouterr().err
