"""What is written about a crash: enough to mend it, nothing of customers, for this user's eyes."""

from __future__ import annotations

import sqlite3
import stat
import sys
from pathlib import Path

import pytest

from carat_tui.model.clock import Clock
from carat_tui.services.crash import foreseen, write_crash


def broken() -> None:
    address = "anna@example.org"
    raise ZeroDivisionError(len(address))


def test_a_crash_file_has_no_values_of_variables_and_is_for_this_user(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        broken()
    file = write_crash(caught.value, tmp_path, clock())
    text = file.read_text(encoding="utf-8")
    assert "in broken" in text
    assert "anna@example.org" not in text.replace('address = "anna@example.org"', "")
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (sqlite3.OperationalError("database is locked"), "The database cannot be used now: database is locked."),
        (OSError(28, "No space left on device", "/mail/new"), "/mail/new cannot be used: No space left on device."),
    ],
)
def test_trouble_of_the_machine_is_a_sentence(error: Exception, words: str) -> None:
    known = foreseen(error)
    assert known is not None
    assert known.message == words


@pytest.mark.parametrize("error", [sqlite3.IntegrityError("x"), sqlite3.ProgrammingError("x"), KeyError("x")])
def test_mistakes_of_ours_are_reported(error: Exception) -> None:
    assert foreseen(error) is None
