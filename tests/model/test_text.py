"""Foreign text on a terminal: everything is shown, nothing is obeyed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carat_tui.model.text import folded, plain, visible

HOSTILE = [
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x1b]52;c;aGk=\x07",
    "\x9b2J",
    "\x07",
    "\x08",
    "\r",
    "\x7f",
    "\u202eabc",
    "\u200b",
    "\u2066",
    "\ufeff",
    "\ud800",
    "\U000e0041",
    "\u2028",
    "\x85",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_control_character_gets_through(text: str) -> None:
    shown = visible(f"a{text}b")
    assert shown.startswith("a")
    assert shown.endswith("b")
    assert not [char for char in shown if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@given(st.text())
def test_visible_text_has_no_control_or_direction_characters(text: str) -> None:
    shown = visible(text)
    assert not [char for char in shown if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\ufeff")


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs", "Sm", "Sc"])))
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert visible(text) == text


def test_lines_are_kept_only_where_wanted() -> None:
    assert visible("a\nb") == "a\\nb"
    assert visible("a\nb", lines=True) == "a\nb"


@given(st.text())
def test_plain_text_is_one_line(text: str) -> None:
    line = plain(text)
    assert "\n" not in line
    assert "\r" not in line
    assert line == plain(line)


def test_searching_folds_what_people_do_not_type() -> None:
    assert folded("Żółć, Škrečok & Größe") == "zolc, skrecok & grosse"
