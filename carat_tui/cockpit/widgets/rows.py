"""The list that everything rests on: a window over a snapshot of ids, drawn line by line, its cells read by page.

Whatever the number of rows, a key costs the drawing of one screen. Cursor, marks and the place on the screen stay with
their rows when the list changes underneath.
"""

from __future__ import annotations

import sqlite3
from array import array
from typing import ClassVar, TypeAlias

from textual import events
from textual.binding import BindingType

from carat_tui.cockpit.keys import key
from carat_tui.cockpit.widgets import rows_messages as messages
from carat_tui.cockpit.widgets.rows_reading import Reading, Readings, why
from carat_tui.cockpit.widgets.rows_snapshot import Cell, Column, Source, follow
from carat_tui.cockpit.widgets.rows_view import RowsView
from carat_tui.locale import N_
from carat_tui.model.errors import CaratError
from carat_tui.store.database import Store

__all__ = ["Cell", "Column", "Rows", "Source"]

HEAD = 200
"""Rows that are asked for at once; the rest comes from a thread."""


class Rows(RowsView):
    """A list of any length over the store."""

    Moved: TypeAlias = messages.Moved
    Opened: TypeAlias = messages.Opened
    Marked: TypeAlias = messages.Marked
    Loaded: TypeAlias = messages.Loaded

    BINDINGS: ClassVar[list[BindingType]] = [
        key("up", "step(-1)", N_("Up"), id="list.up", help=N_("One row up"), show=False),
        key("down", "step(1)", N_("Down"), id="list.down", help=N_("One row down"), show=False),
        key("pageup", "turn(-1)", N_("Page up"), id="list.page_up", help=N_("One page up"), show=False),
        key("pagedown", "turn(1)", N_("Page down"), id="list.page_down", help=N_("One page down"), show=False),
        key("home,ctrl+home", "first", N_("First"), id="list.first", help=N_("To the first row"), show=False),
        key("end,ctrl+end", "last", N_("Last"), id="list.last", help=N_("To the last row"), show=False),
        key("enter", "open", N_("Open"), id="list.open", help=N_("Open the row under the cursor")),
        key("space", "mark", N_("Mark"), id="list.mark", help=N_("Mark the row, or take its mark away")),
        key("v", "range", N_("Range"), id="list.range", help=N_("Mark every row that the cursor passes"), show=False),
        key("a", "mark_all", N_("All"), id="list.mark_all", help=N_("Mark all rows of the list, or none"), show=False),
        key("escape", "leave_range", N_("Give up"), id="list.leave_range", help=N_("Give the range up"), show=False),
    ]

    def __init__(self, store: Store, source: Source | None = None, *, id: str | None = None) -> None:
        super().__init__(store, source, id=id)
        self._readings = Readings(self, store, self._was_read)
        self._wanted: int | None = None
        """The row to go to as soon as it is there."""
        self._to_end = False
        """To the end, as soon as that is known."""
        self._touched = False
        """Whether the person did anything in the list; before, its top stays in view."""
        self._told: int | None = None
        self._marked_told = 0
        self._at_fault: Source | None = None

    # -- what pages ask -------------------------------------------------------------------------------------------

    @property
    def current(self) -> int | None:
        """The id under the cursor; None if no row can be seen."""
        return None if self._trouble else self._picks.current

    @property
    def total(self) -> int | None:
        """The number of rows; None while only the head is known, or nothing can be read."""
        return len(self._picks.ids) if self.complete and not self._trouble else None

    @property
    def marks(self) -> frozenset[int]:
        """The marked ids. A copy: change them with ``mark`` and ``unmark_all``."""
        return frozenset(self._picks.chosen())

    @property
    def marked(self) -> int:
        """The number of marked rows; cheap."""
        return self._picks.count

    def chosen(self) -> list[int]:
        """What an act is about: the marked ids in the order of the list, or else the one under the cursor."""
        current = self.current
        return [] if current is None else self._picks.chosen() or [current]

    # -- what pages do --------------------------------------------------------------------------------------------

    def show(self, source: Source) -> None:
        """Show another source; the cursor and the marks stay with their rows if these are in it."""
        self._readings.give_up()
        if self._touched and self._picks.current is not None:
            self._wanted = self._picks.current
        self.source = source
        if self.is_mounted:
            self._load()

    def refresh_rows(self) -> None:
        """The store changed: read again soon, without a jump. Cheap, so call it as often as you like."""
        if not self.is_mounted:
            return
        if self._readings.slow:  # show the new cells at once and the new order when it comes
            self._pages.clear()
            self.refresh()
        self._readings.again(self.source)

    def move_to(self, id: int) -> bool:
        """Put the cursor on a row. False if it is not there; if the rest of the list is still to come, it is then."""
        place = self._picks.find(id)
        self._touched = True
        if place < 0:
            self._wanted = None if self.complete else id
            return False
        self._go(place)
        return True

    def mark(self, id: int, on: bool = True) -> None:
        """Mark a row of the list, or take its mark away."""
        self._picks.put(id, on)
        self._marks_changed()

    def unmark_all(self) -> None:
        """Take all marks away: the act on them is done."""
        self._picks.none()
        self._marks_changed()

    # -- reading --------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Show the head."""
        self._load()

    def on_unmount(self) -> None:
        """Stop reading before the store is closed."""
        self._readings.end()

    def _load(self) -> None:
        """The head at once, the rest from a thread."""
        self.complete = False
        try:
            head = self.source.ids(self._store.read(), HEAD)
        except Exception as error:
            self._picks.begin(array("q"))
            self._fail(error)
            return
        self._picks.begin(head)
        self._arrived(0)
        self._readings.begin(
            self.source
        )  # even after a short head: a search gives its head up when it would take too long

    def _was_read(self, reading: Reading) -> None:
        if reading.error is not None:
            self._fail(reading.error)
        else:
            self._go_over(reading.ids)

    def _go_over(self, ids: array[int]) -> None:
        """Another snapshot of the same list: what is on the screen stays where it is."""
        picks, top, whole = self._picks, self.scroll_offset.y, self.complete
        old, in_view = picks.ids, top <= picks.place < top + self._window
        anchor = picks.place if in_view else top
        self.complete = True
        (picks.take if whole else picks.complete)(ids)
        if self._to_end:
            self._go(len(ids) - 1)
            in_view, top, anchor = True, picks.place, picks.place
        now = picks.place if in_view else follow(old, anchor, ids)
        stays = top == 0 and not self._touched
        self._arrived(0 if stays else top + now - anchor, reveal=in_view)

    def _arrived(self, top: int, reveal: bool = True) -> None:
        """Rows are there: draw them, with ``top`` as the first on the screen."""
        self._trouble = ""
        self._pages.clear()
        self._lay_out()
        self._scroll(top)
        place = -1 if self._wanted is None else self._picks.find(self._wanted)
        if place >= 0:
            self._picks.go(place)
        if place >= 0 or self.complete:
            self._wanted = None
        if place >= 0 or reveal:
            self._reveal()
        self.post_message(Rows.Loaded(self))
        self._tell()
        if self._picks.count != self._marked_told:
            self._marks_changed()

    def _fail(self, error: Exception) -> None:
        """No row can be shown, and why; the next refresh tries again."""
        self._trouble = why(error)
        self.refresh()
        self._tell()
        if not isinstance(error, sqlite3.Error | CaratError | OSError) and self.source is not self._at_fault:
            self._at_fault = self.source  # a mistake of ours: told once, not with every refresh
            self.app.fault(error)  # type: ignore[attr-defined]  # the app is a Deck

    # -- cursor and marks -----------------------------------------------------------------------------------------

    def _tell(self) -> None:
        before, self._told = self._told, self.current
        if self._told != before:
            self.post_message(Rows.Moved(self, self._told))
        if None in (before, self._told):
            self.refresh_bindings()  # what can be done with a row, can be done now or no more

    def _go(self, place: int, top: int | None = None) -> None:
        """Put the cursor on a place; ``top`` becomes the first row on the screen."""
        if self.current is None:
            return
        self._wanted, self._to_end, self._touched = None, False, True
        before = self._picks.place
        self._picks.go(place)
        if top is not None:
            self._scroll(top)
        self._reveal()
        if self._picks.ranging:
            self._marks_changed()
        self._refresh_place(before)
        self._refresh_place(self._picks.place)
        self._tell()

    def _marks_changed(self) -> None:
        self._marked_told = self._picks.count
        self.refresh()
        self.post_message(Rows.Marked(self))

    def action_step(self, rows: int) -> None:
        """Up or down."""
        self._go(self._picks.place + rows)

    def action_turn(self, pages: int) -> None:
        """A page up or down, the cursor on the same line of the screen."""
        rows = pages * self._window
        self._go(self._picks.place + rows, self.scroll_offset.y + rows)

    def action_first(self) -> None:
        """To the first row."""
        self._go(0)

    def action_last(self) -> None:
        """To the last row."""
        self._go(len(self._picks.ids) - 1)
        self._to_end = not self.complete

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if (current := self.current) is not None:
            self.post_message(Rows.Opened(self, current))

    def action_mark(self) -> None:
        """Mark and go on to the next row; at the end of a range, keep it."""
        ranging = self._picks.ranging
        self._picks.toggle()
        if not ranging:
            self._go(self._picks.place + 1)
        self._marks_changed()

    def action_range(self) -> None:
        """Begin or end a range."""
        self._touched = True
        self._picks.range()
        self._marks_changed()

    def action_leave_range(self) -> None:
        """Give the range up."""
        self._picks.leave_range()
        self._marks_changed()

    def action_mark_all(self) -> None:
        """All rows or none."""
        self._touched = True
        self._picks.all()
        self._marks_changed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is the list's only within a range; what cannot be seen cannot be marked."""
        if action == "leave_range":
            return self._picks.ranging
        return self.current is not None or action not in ("mark", "mark_all", "range", "open")

    def on_click(self, event: events.Click) -> None:
        """Go there; twice: open it; with ctrl: mark it; with shift: mark from here to there."""
        place = self.scroll_offset.y + event.get_content_offset_capture(self).y - self._header
        if not self.scroll_offset.y <= place < len(self._picks.ids):
            return
        if event.shift and not self._picks.ranging:
            self._picks.range()
        self._go(place)
        if event.shift or event.ctrl:
            self._picks.toggle()
            self._marks_changed()
        elif event.chain == 2:
            self.action_open()
