"""``carat run`` as a process of its own: picks files up, lives with trouble, ends when told, survives ``kill -9``."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from carat_tui.model.home import Home
from carat_tui.services import heartbeat
from tests.cli.door import REPOSITORY, carat, program
from tests.engine.shop import export, two_customers

PATIENCE_S = 60.0


def until(question: Callable[[], object], what: str) -> None:
    """Wait for something that another process does; a test fails only when it never comes."""
    deadline = time.monotonic() + PATIENCE_S
    while not question():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.05)


@contextmanager
def engine(home: Home, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A running ``carat run``."""
    process = subprocess.Popen(
        [sys.executable, "-m", "carat_tui", "--home", str(home.root), "run", *arguments],
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    try:
        until(lambda: heartbeat.running(home) or process.poll() is not None, "the engine's lock")
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def quick(shop: Home) -> Home:
    """A shop in which notices are not collected; ``--now`` of the runs is a working morning."""
    for key, value in (("merge.window_s", "0"), ("intake.poll_s", "1")):
        carat("settings", "set", key, value, home=shop)
    return shop


MORNING = ("--now", "2026-03-04T10:30")


def sent_files(home: Home) -> list[Path]:
    """What the routes wrote."""
    return [*(home.data / "mail").glob("new/*.eml"), *(home.data / "sms").glob("*.txt")]


def test_files_are_picked_up_as_they_come_and_term_ends_it(quick: Home, inbox: Path) -> None:
    with engine(quick, *MORNING) as running:
        export(inbox / "orders_1.csv", *two_customers(received=False))
        until(lambda: carat("customer", "list", "--json", home=quick).json, "the baseline")
        export(inbox / "orders_2.csv", *two_customers(received=True))
        until(lambda: len(sent_files(quick)) == 2, "two messages")
        began = time.monotonic()
        running.send_signal(signal.SIGTERM if sys.platform != "win32" else signal.CTRL_BREAK_EVENT)
        assert running.wait(PATIENCE_S) == 0
        assert time.monotonic() - began < 5.5  # CLI.md: TERM ends it within 5 s
    lines = [json.loads(line) for line in (quick.logs / "engine.log").read_text(encoding="utf-8").splitlines()]
    assert [line["what"] for line in lines] == ["started", "file", "file", "stopped"]
    assert not heartbeat.running(quick)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGHUP"])
def test_other_ways_to_say_stop(quick: Home, name: str) -> None:
    with engine(quick) as running:
        until(lambda: _beats(quick), "a sign of life")
        running.send_signal(getattr(signal, name))
        assert running.wait(PATIENCE_S) == 0


def _beats(home: Home) -> bool:
    return heartbeat.last(home) is not None


def test_after_kill_9_the_next_engine_takes_over(quick: Home, inbox: Path) -> None:
    export(inbox / "orders_1.csv", *two_customers(received=False))
    with engine(quick, *MORNING) as running:
        until(lambda: carat("customer", "list", "--json", home=quick).json, "the baseline")
        running.kill()
        running.wait(PATIENCE_S)
    export(inbox / "orders_2.csv", *two_customers(received=True))
    with engine(quick, *MORNING):
        until(lambda: len(sent_files(quick)) == 2, "two messages")
    assert carat("run", "--once", "--now", "2026-03-04T11:00", home=quick).code == 0
    assert len(sent_files(quick)) == 2


def test_a_stage_in_trouble_is_told_and_tried_again(quick: Home, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the watch folder should be", encoding="utf-8")
    carat("settings", "set", "intake.folder", str(blocked), home=quick)
    with engine(quick):  # by the real clock, as the message by hand is
        until(lambda: "intake has trouble" in _log(quick), "the complaint")
        made = carat(
            "send",
            "--to",
            "kunde@example.org",
            "--channel",
            "email",
            "--subject",
            "S",
            "--text",
            "T",
            "--json",
            home=quick,
        )
        assert made.json["state"] == "sent"  # the other stages go on
        blocked.unlink()
        blocked.mkdir()
        export(blocked / "orders_1.csv", *two_customers(received=False))
        until(lambda: carat("customer", "list", "--json", home=quick).json, "the baseline")


def _log(home: Home) -> str:
    file = home.logs / "engine.log"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def test_a_message_by_hand_beside_a_running_engine(quick: Home) -> None:
    with engine(quick):
        said = program("send", "--to", "+491713920011", "--channel", "sms", "--text", "Hallo", "--json", home=quick)
        assert said.code == 0, said.err
        assert said.json["state"] == "sent"
        assert "written to" in said.json["words"]
        assert program("run", "--once", home=quick).code == 3
        assert program("doctor", "--json", home=quick).code in (0, 1)


def test_two_messages_by_hand_at_once(shop: Home) -> None:
    """Each of the two is the engine for a moment; none may wait for the other in vain."""
    words = [sys.executable, "-m", "carat_tui", "--home", str(shop.root), "send", "--to", "+491713920011"]
    words += ["--channel", "sms", "--text", "Hallo", "--json"]
    both = [subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [json.loads(process.communicate(timeout=PATIENCE_S)[0]) for process in both]
    assert [one["state"] for one in said] == ["sent", "sent"]
    assert len(list((shop.data / "sms").glob("*.txt"))) == 2


def test_the_running_engine_speaks_json_too(quick: Home) -> None:
    with engine(quick, "--json") as running:
        running.send_signal(signal.SIGTERM if sys.platform != "win32" else signal.CTRL_BREAK_EVENT)
        out, _ = running.communicate(timeout=PATIENCE_S)
    assert json.loads(out)["stopped"] is True
