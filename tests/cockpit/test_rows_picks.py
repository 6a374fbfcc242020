"""Cursor, marks and range of a list under whatever happens to it, against a model that is simple and slow."""

from __future__ import annotations

import random
from array import array

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from carat_tui.cockpit.widgets.rows_picks import Picks
from carat_tui.cockpit.widgets.rows_snapshot import carry, find, follow

ids_of_a_list = st.lists(st.integers(1, 200), unique=True, max_size=60)


def snapshot(ids: list[int]) -> array[int]:
    return array("q", ids)


def neighbour(old: list[int], place: int, new: list[int]) -> int | None:
    """The row itself, else the next that is left, else the last before, else what stands at the same place now."""
    left = set(new)
    for row in [*old[place:], *reversed(old[:place])]:
        if row in left:
            return row
    return new[min(place, len(new) - 1)] if new else None


@given(ids_of_a_list, ids_of_a_list, st.data())
def test_a_mark_follows_its_row_into_any_other_snapshot(old: list[int], new: list[int], data: st.DataObject) -> None:
    flags = bytearray(data.draw(st.lists(st.integers(0, 1), min_size=len(old), max_size=len(old))))
    marked = {row for row, flag in zip(old, flags, strict=True) if flag}
    carried = carry(snapshot(old), flags, snapshot(new))
    assert [row for row, flag in zip(new, carried, strict=True) if flag] == [row for row in new if row in marked]


@given(ids_of_a_list.filter(bool), ids_of_a_list, st.data())
def test_the_cursor_stays_on_its_row_or_goes_to_its_neighbour(
    old: list[int], new: list[int], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(old) - 1))
    now = follow(snapshot(old), place, snapshot(new))
    wanted = neighbour(old, place, new)
    if wanted is None:
        assert now == 0
    elif wanted in set(old[max(place - 32, 0) : place + 33]):
        assert new[now] == wanted
    else:
        assert 0 <= now < len(new)


@settings(max_examples=30)
@given(st.integers(0, 2**32))
def test_long_lists_take_the_short_ways(seed: int) -> None:
    """Rows put in and taken out all over a list of 20,000: far more than the windows and chunks are long."""
    chance = random.Random(seed)
    old = list(range(1, 20_001))
    chance.shuffle(old)
    new = [row for row in old if chance.random() > 0.01]
    for fresh in range(30_000, 30_000 + chance.randint(0, 5_000)):
        new.insert(chance.choice([0, len(new), chance.randint(0, len(new))]), fresh)
    flags = bytearray(chance.random() < 0.3 for _row in old)
    marked = {row for row, flag in zip(old, flags, strict=True) if flag}
    carried = carry(snapshot(old), flags, snapshot(new))
    assert {row for row, flag in zip(new, carried, strict=True) if flag} == marked & set(new)
    place = chance.randrange(len(old))
    assert new[follow(snapshot(old), place, snapshot(new))] == neighbour(old, place, new)
    assert find(snapshot(new), 99_999, 5) == -1


class PickingMachine(RuleBasedStateMachine):
    """A person moves and marks while rows come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.picks = Picks()
        self.rows: list[int] = []
        self.cursor: int | None = None
        self.marks: set[int] = set()
        self.anchor: int | None = None
        self.before: set[int] = set()
        self.next = 1_000

    def _range(self) -> None:
        if self.anchor is not None and self.cursor is not None:
            low, high = sorted((self.rows.index(self.anchor), self.rows.index(self.cursor)))
            self.marks = self.before | set(self.rows[low : high + 1])

    @rule(
        at=st.sampled_from(["top", "end", "middle"]),
        count=st.integers(1, 5),
        gone=st.sets(st.integers(0, 40), max_size=9),
    )
    def refresh(self, at: str, count: int, gone: set[int]) -> None:
        """Some rows go, some come, the list is read again."""
        old = self.rows
        new = [row for place, row in enumerate(old) if place not in gone]
        where = {"top": 0, "end": len(new), "middle": len(new) // 2}[at]
        new[where:where] = range(self.next, self.next + count)
        self.next += count
        self.picks.take(snapshot(new))
        self.cursor = new[0] if self.cursor is None else neighbour(old, old.index(self.cursor), new)
        if self.anchor is not None:
            self.anchor = neighbour(old, old.index(self.anchor), new)
        self.rows = new
        self.marks &= set(new)
        self.before &= set(new)
        self._range()

    @rule(steps=st.integers(-50, 50))
    def move(self, steps: int) -> None:
        self.picks.go(self.picks.place + steps)
        if self.cursor is not None:
            place = max(min(self.rows.index(self.cursor) + steps, len(self.rows) - 1), 0)
            self.cursor = self.rows[place]
            self._range()

    @rule()
    def toggle(self) -> None:
        self.picks.toggle()
        if self.anchor is None and self.cursor is not None:
            self.marks ^= {self.cursor}
        self.anchor = None

    @rule()
    def range(self) -> None:
        self.picks.range()
        if self.anchor is None and self.cursor is not None:
            self.anchor, self.before = self.cursor, set(self.marks)
            self._range()
        else:
            self.anchor = None

    @rule()
    def leave_range(self) -> None:
        self.picks.leave_range()
        if self.anchor is not None:
            self.anchor, self.marks = None, self.before

    @rule()
    def all(self) -> None:
        self.picks.all()
        self.marks = set(self.rows) if self.marks != set(self.rows) else set()
        self.anchor = None

    @rule(place=st.integers(0, 40), on=st.booleans())
    def put(self, place: int, on: bool) -> None:
        assume(self.anchor is None and place < len(self.rows))
        assert self.picks.put(self.rows[place], on)
        self.marks = self.marks | {self.rows[place]} if on else self.marks - {self.rows[place]}

    @rule(filtered=st.integers(2, 5), head=st.integers(1, 10))
    def show(self, filtered: int, head: int) -> None:
        """Another list: first its head, then the whole of it."""
        new = [row for row in self.rows if row % filtered]
        if self.anchor is not None:
            self.anchor, self.marks = None, self.before
        self.picks.begin(snapshot(new[:head]))
        in_head = self.cursor in new[:head]
        self.cursor = self.cursor if in_head else new[0] if new else None
        assert self.picks.current == self.cursor
        self.picks.complete(snapshot(new))
        self.rows, self.marks = new, self.marks & set(new)

    @invariant()
    def same(self) -> None:
        assert list(self.picks.ids) == self.rows
        assert self.picks.current == self.cursor
        assert self.picks.chosen() == [row for row in self.rows if row in self.marks]
        assert self.picks.count == len(self.marks)
        assert self.picks.ranging == (self.anchor is not None)


TestPicking = PickingMachine.TestCase
TestPicking.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


def test_all_means_the_whole_list_even_if_only_its_head_is_known() -> None:
    picks = Picks()
    picks.begin(snapshot([1, 2, 3]))
    picks.all()
    picks.complete(snapshot([1, 2, 3, 4, 5]))
    assert picks.chosen() == [1, 2, 3, 4, 5]
    picks.take(snapshot([9, 1, 2, 3, 4, 5]))
    assert picks.chosen() == [1, 2, 3, 4, 5], "a row that came after the key was pressed is not marked"


def test_a_mark_taken_away_in_the_head_stays_away() -> None:
    picks = Picks()
    picks.take(snapshot([1, 2, 3, 4]))
    picks.all()
    picks.begin(snapshot([1, 2]))
    picks.put(2, False)
    picks.complete(snapshot([1, 2, 3, 4]))
    assert picks.chosen() == [1, 3, 4]
