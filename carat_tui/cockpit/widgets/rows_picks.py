"""The cursor and the marks of a list: by place in the snapshot, carried by id from one snapshot to the next.

The marks are one byte for each row, so that marking a million rows, counting them and reading them off are single
calls of the interpreter's own C code.
"""

from __future__ import annotations

from array import array
from itertools import compress

from carat_tui.cockpit.widgets.rows_snapshot import carry, find, follow


class Picks:
    """Cursor, marks and range over a snapshot."""

    def __init__(self) -> None:
        self.ids: array[int] = array("q")
        self.place = 0
        self._flags = bytearray()
        self._anchor: int | None = None
        self._before = bytearray()
        """The marks as they were when the range was begun."""
        self._every = False
        """Whether all rows were marked, so that the rest of the list is marked too when it comes."""
        self._left: tuple[array[int], bytearray] | None = None
        """The rows and marks of the list before, until the whole of this one is known."""

    @property
    def current(self) -> int | None:
        """The id under the cursor."""
        return self.ids[self.place] if self.ids else None

    @property
    def ranging(self) -> bool:
        """Whether moving the cursor extends a range."""
        return self._anchor is not None

    @property
    def count(self) -> int:
        """How many rows are marked."""
        return self._flags.count(1)

    def marked(self, place: int) -> bool:
        """Whether the row at this place is marked."""
        return self._flags[place] == 1

    def chosen(self) -> list[int]:
        """The marked ids in the order of the list."""
        found: list[int] = []
        place = self._flags.find(1)
        while place >= 0:
            found.append(self.ids[place])
            place = self._flags.find(1, place + 1)
            if len(found) > 1_000:  # so many that one pass over all is faster
                return list(compress(self.ids, self._flags))
        return found

    def find(self, row: int) -> int:
        """The place of an id, -1 if it is not in the list."""
        return find(self.ids, row, self.place)

    def begin(self, head: array[int]) -> None:
        """Go over to the head of another list: the cursor on the same row or on the first, no range."""
        self.leave_range()
        self._every = False
        self._left = (self.ids, self._flags) if self.count else None
        self._flags = carry(self.ids, self._flags, head)
        self.place = max(find(head, self.ids[self.place], 0), 0) if self.ids else 0
        self.ids = head

    def complete(self, ids: array[int]) -> None:
        """Go over to the whole list of which the head is shown; marks of the list before are found again in it."""
        before, head, flags, every = self._left, self.ids, self._flags, self._every
        self.take(ids)
        self._left = None
        if every:
            self._fill(True)
        elif before is not None:
            self._flags = carry(*before, ids)
            for place, row in enumerate(head):
                if (now := find(ids, row, place)) >= 0:
                    self._flags[now] = flags[place]

    def take(self, ids: array[int]) -> None:
        """Go over to another snapshot: the cursor, the marks and the range stay with their rows."""
        if self._anchor is not None:
            self._anchor = follow(self.ids, self._anchor, ids) if ids else None
            self._before = carry(self.ids, self._before, ids)
        self._flags = carry(self.ids, self._flags, ids)
        self.place = follow(self.ids, self.place, ids)
        self.ids = ids
        self.go(self.place)

    def go(self, place: int) -> None:
        """Move the cursor, as far as there are rows."""
        self.place = max(min(place, len(self.ids) - 1), 0)
        if self._anchor is not None:
            low, high = sorted((self._anchor, self.place))
            self._flags = bytearray(self._before)
            self._flags[low : high + 1] = b"\x01" * (high + 1 - low)

    def toggle(self) -> None:
        """Mark the row under the cursor, or take its mark away; ends a range, which stays marked."""
        self._every = False
        if self._anchor is not None:
            self._anchor = None
        elif self.ids:
            self._flags[self.place] ^= 1

    def range(self) -> None:
        """Begin a range at the cursor, or end it and keep what it marked."""
        self._every = False
        if self._anchor is not None or not self.ids:
            self._anchor = None
        else:
            self._anchor, self._before = self.place, bytearray(self._flags)
            self.go(self.place)

    def leave_range(self) -> None:
        """Give the range up: the marks are again as they were before."""
        if self._anchor is not None:
            self._anchor, self._flags = None, self._before

    def all(self) -> None:
        """Mark every row, or none if every row is marked already."""
        self._fill(self.count < len(self.ids))

    def none(self) -> None:
        """Mark no row."""
        self._fill(False)

    def _fill(self, every: bool) -> None:
        self._anchor, self._every = None, every
        self._flags = bytearray(b"\x01" * len(self.ids)) if every else bytearray(len(self.ids))

    def put(self, row: int, on: bool) -> bool:
        """Mark a row by id or take its mark away; False if it is not in the list."""
        place, self._every = self.find(row), False
        if place >= 0:
            self._flags[place] = on
        return place >= 0
