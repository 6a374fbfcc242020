"""Rows become lines: exactly as wide as the room, nothing hidden in them, the least important columns gone first."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from carat_tui.cockpit.widgets import rows_paint as paint
from carat_tui.cockpit.widgets.rows_snapshot import Column, clean, harmless

HOSTILE = Path(__file__).parents[3] / "shared" / "hostile" / "strings" / "blns.json"
WORST = [
    "\x1b]0;title\x07", "\x1b]8;;http://evil\x1b\\x", "\x1b]52;c;aGk=\x07", "\x1b[2J", "\x9b31m", "a\x9dz",
    "\u202egnp.exe", "\u2066x\u2069", "zero\u200bwidth", "\ufeffbom", "tab\there", "two\nlines\r\n", "\x00", "\ud800",
    "[@click=app.quit]x[/]", "☎️ 👨‍👩‍👧 🇩🇪", "e" + "\u0301" * 5_000, "漢字" * 500, "\U000e0041", "\u2028",
]  # fmt: skip

texts = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="aé漢字ｶﾞ👍\u0301\u200d\ufe0f☎🇩🇪\u202e\x1b\n", max_size=30),
    st.sampled_from(WORST),
)


def style(name: str) -> Style:
    return Style()


def hidden(text: str) -> list[str]:
    """Characters that a terminal would act on or not show; the Arabic signs of category Cf are ink."""
    ink = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\U000110bd\U000110cd"
    return [char for char in text if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and char not in ink]


def test_nothing_of_the_hostile_strings_reaches_a_line_as_a_control_character() -> None:
    strings = WORST + (json.loads(HOSTILE.read_text("utf-8")) if HOSTILE.exists() else [])
    where = paint.slots((Column("a", "A", 30), Column("b", "B", 10, right=True)), 60)
    for text in strings:
        drawn = paint.line(harmless([(text, "warn"), text]), where, 60, " ", style)
        assert hidden(drawn.text) == [], repr(text)
        assert cell_len(drawn.text) == 60, repr(text)
        drawn.text.encode("utf-8")


@given(texts, st.integers(0, 40), st.booleans())
def test_a_cell_is_exactly_as_wide_as_its_column(text: str, width: int, right: bool) -> None:
    fitted = paint.fit(clean(text), width, right)
    assert cell_len(fitted) == width
    if cell_len(clean(text)) <= width:
        assert fitted.strip(" ") == clean(text).strip(" ")
    elif width:
        assert fitted.endswith("…")


columns = st.lists(
    st.builds(
        Column,
        st.just("k"),
        st.just("Label"),
        width=st.integers(1, 20),
        flex=st.integers(0, 3),
        rank=st.integers(0, 4),
        right=st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@given(columns, st.integers(1, 200), st.lists(texts, max_size=8), st.sampled_from([" ", paint.MARK]))
def test_a_line_is_exactly_as_wide_as_the_room(made: list[Column], width: int, cells: list[str], mark: str) -> None:
    drawn = paint.line(harmless(cells), paint.slots(made, width), width, mark, style)
    assert drawn.cell_length == width == cell_len(drawn.text)


@given(columns, st.integers(1, 200))
def test_columns_go_by_rank_and_the_rest_fill_the_room(made: list[Column], width: int) -> None:
    shown = paint.slots(made, width)
    indexes = [slot.index for slot in shown]
    assert indexes == sorted(indexes) and indexes
    dropped = [column for index, column in enumerate(made) if index not in indexes]
    if dropped:
        assert min(column.rank for column in dropped) >= max(made[index].rank for index in indexes)
    used = paint.GUTTER + sum(slot.width for slot in shown) + len(shown) - 1
    assert used <= max(width, paint.GUTTER)
    if any(made[index].flex for index in indexes) and len(indexes) > 1:
        assert used == width
    if len(indexes) > 1:
        assert all(slot.width >= made[slot.index].width for slot in shown)


def test_the_rest_is_shared_out_by_flex() -> None:
    made = (Column("a", "A", 10), Column("b", "B", 10, flex=1), Column("c", "C", 10, flex=3))
    assert [slot.width for slot in paint.slots(made, 1 + 30 + 2 + 40)] == [10, 20, 40]


@pytest.mark.parametrize("width", [1, 2, 3, 10, 80])
@pytest.mark.parametrize("height", [1, 2, 5, 20])
def test_a_sentence_fits_the_room(width: int, height: int) -> None:
    lines = paint.sentence(
        "Lege einen Export in den Ordner \x1b[2J oder drücke n.\nDann erscheint er hier.", width, height
    )
    assert len(lines) <= height
    assert all(cell_len(line) <= max(width, 1) for line in lines)
    assert hidden("".join(lines)) == []
