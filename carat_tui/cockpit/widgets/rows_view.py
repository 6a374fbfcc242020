"""The drawing of a list: header, rows in view, cursor, marks; nothing is read or drawn that is not on the screen."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from carat_tui.cockpit.widgets import rows_paint as paint
from carat_tui.cockpit.widgets.rows_picks import Picks
from carat_tui.cockpit.widgets.rows_snapshot import Nothing, Pages, Source, clean
from carat_tui.locale import _
from carat_tui.store.database import Store

STYLES = ("ok", "warn", "error", "muted", "accent", "mark")


class RowsView(ScrollView, can_focus=True, inherit_bindings=False):
    """Draws what ``picks`` and ``pages`` hold."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"rows--{name}" for name in ("header", "zebra", "cursor", "marked", "empty", *STYLES)
    }

    def __init__(self, store: Store, source: Source | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._store = store
        self.source: Source = source or Nothing()
        self.complete = False
        """Whether the whole list is known, or only its head."""
        self._picks = Picks()
        self._pages = Pages()
        self._trouble = ""
        """Why there are no rows to be seen."""
        self._slots: tuple[paint.Slot, ...] = ()
        self._looks: dict[tuple[str, str], Style] = {}

    # -- the room there is ----------------------------------------------------------------------------------------

    @property
    def _width(self) -> int:
        """Cells beside the scroll bar."""
        return self.scrollable_content_region.width

    @property
    def _header(self) -> int:
        """Lines of the header: none where there is hardly room for rows."""
        return 1 if self.size.height > 2 else 0

    @property
    def _window(self) -> int:
        """Rows that fit on the screen."""
        return max(self.size.height - self._header, 1)

    def _lay_out(self) -> None:
        """The list, its columns or the room changed."""
        self._slots = paint.slots(self.source.columns, max(self._width - 1, 1))  # a cell off the scroll bar
        self.virtual_size = Size(self._width, len(self._picks.ids) + self._header)
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Other columns fit; the cursor stays in view."""
        self._lay_out()
        self._reveal()

    def _scroll(self, top: int) -> None:
        self.scroll_to(y=max(top, 0), animate=False, force=True)

    def _reveal(self) -> None:
        """Scroll just as far as it needs to see the cursor."""
        if self.size.height:
            top, place = self.scroll_offset.y, self._picks.place
            self._scroll(min(max(top, place - self._window + 1), place))

    def _refresh_place(self, place: int) -> None:
        line = place - self.scroll_offset.y + self._header
        if 0 <= line < self.size.height:
            self.refresh(Region(0, line, self._width, 1))

    # -- drawing --------------------------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        """Colours changed (theme, focus)."""
        super().notify_style_update()
        self._looks.clear()

    def render_line(self, y: int) -> Strip:
        """A line of the screen. Never raises: what goes wrong with the store becomes a sentence."""
        if y < self._header:
            return self._head_line()
        y -= self._header
        place = y + self.scroll_offset.y
        if self._trouble or not self._picks.ids:
            return self._sentence_line(y)
        if place >= len(self._picks.ids):
            return Strip.blank(self._width, self._look("", ""))
        try:
            return self._row_line(place)
        except Exception as error:
            self.call_later(self._fail, error)
            return Strip.blank(self._width, self._look("", ""))

    def _head_line(self) -> Strip:
        labels = [(clean(_(column.label)), "") for column in self.source.columns]
        return paint.line(labels, self._slots, self._width, " ", lambda name: self._look("header", name))

    def _sentence_line(self, y: int) -> Strip:
        width = self._width
        empty = self.source.empty if self.complete else ""
        lines = paint.sentence(self._trouble or empty, width, self._window)
        name = "warn" if self._trouble else "empty"
        return paint.strip(lines[y] if y < len(lines) else "", width, self._look("", name))

    def _row_line(self, place: int) -> Strip:
        picks = self._picks
        row = self._pages.row(self._store.read(), self.source, picks.ids, place)
        marked = picks.marked(place)
        kind = "cursor" if place == picks.place else "marked" if marked else "zebra" if place % 2 else ""
        mark = paint.MARK if marked else " "
        return paint.line(row, self._slots, self._width, mark, lambda name: self._look(kind, name))

    def _look(self, kind: str, name: str) -> Style:
        """The style of a cell with style ``name`` in a row of this kind; remembered until colours change."""
        look = self._looks.get((kind, name))
        if look is None:
            classes = [f"rows--{kind}"] if kind else []
            if (name in STYLES or name == "empty") and not (kind == "cursor" and self.has_focus):
                classes.append(f"rows--{name}")
            look = self._looks[kind, name] = self.get_visual_style(*classes).rich_style
        return look

    def _fail(self, error: Exception) -> None:
        """Something could not be read."""
        raise NotImplementedError
