"""Tables for people."""

from __future__ import annotations

import os
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carat_tui.cli.printing import Painted, clipped, facts, quoted, table, width


def test_columns_are_aligned_also_with_wide_letters() -> None:
    lines = table(["name", "n"], [("Müller", 7), ("東京書店", 12), ("e\u0301", None)], right="n")
    assert [line.replace("\x1b[1m", "").replace("\x1b[0m", "") for line in lines] == [
        "name       n",
        "Müller     7",
        "東京書店  12",
        "e\u0301          -",
    ]


def test_foreign_text_cannot_act() -> None:
    lines = table(["x"], [("a\x1b]0;t\x07\u202eb\nc",), (Painted("\x9bJ", "red"),)])
    assert lines[1] == "a\\x1b]0;t\\x07\\u202eb\\nc"
    assert "\x9b" not in lines[2]


def test_nothing_to_show_is_said() -> None:
    assert table(["a"], []) == ["(nothing)"]
    assert facts([("a", None)]) == []


@given(st.text(max_size=30), st.integers(1, 40))
def test_clipped_text_fits(text: str, room: int) -> None:
    short = clipped(text, room)
    assert width(short) <= max(room, 1)
    assert short == text or short.endswith("…")


@pytest.mark.skipif(os.name == "nt", reason="quotes are others there")
def test_a_path_is_shown_as_a_shell_takes_it() -> None:
    assert quoted("/home/käthe/carat") == "/home/käthe/carat"
    assert shlex.split(quoted("/home/mein laden/$x's")) == ["/home/mein laden/$x's"]
