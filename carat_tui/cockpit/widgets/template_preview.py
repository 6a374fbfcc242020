"""What leaves the shop with this text: mail, SMS or letter, drawn anew while the text is typed."""

from __future__ import annotations

import asyncio
import time
from typing import ClassVar

from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from carat_tui.cockpit.acting import start
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Page
from carat_tui.cockpit.widgets.template_picture import Drawn, Picture, draw
from carat_tui.compose.preview import Preview
from carat_tui.locale import N_, _
from carat_tui.services.studio import Look, Seen, Studio

_PAUSE_S, _SHORTEST_S, _WHOLE_S = 0.15, 0.04, 0.25


class TemplatePreview(ScrollView, Page, can_focus=True, inherit_bindings=False):
    """Asks the studio, one look at a time and always for the newest text; the last good picture stays."""

    HELP = N_("The message as the customer gets it, made by the same parts that write the real ones.")
    BINDINGS: ClassVar[list[BindingType]] = [
        key("up", "scroll_up", N_("Up"), id="preview.up", help=N_("Scroll the picture."), show=False),
        key("down", "scroll_down", N_("Down"), id="preview.down", help=N_("Scroll the picture."), show=False),
        key("left", "scroll_left", N_("Left"), id="preview.left", help=N_("Scroll the picture."), show=False),
        key("right", "scroll_right", N_("Right"), id="preview.right", help=N_("Scroll the picture."), show=False),
        key("pageup", "page_up", N_("Page up"), id="preview.page_up", help=N_("Scroll the picture."), show=False),
        key("pagedown", "page_down", N_("Page down"), id="preview.page_down", help=N_("Scroll the picture."),
            show=False),
        key("home", "scroll_home", N_("To the top"), id="preview.top", help=N_("Scroll the picture."), show=False),
        key("end", "scroll_end", N_("To the end"), id="preview.end", help=N_("Scroll the picture."), show=False),
        key("z", "other", N_("Other view"), id="preview.other",
            help=N_("A letter: as text, on its sheet, or the whole sheet small. A mail: as HTML or as plain text.")),
        key("plus", "turn(1)", N_("Next page"), id="preview.next", help=N_("The letter's next page.")),
        key("minus", "turn(-1)", N_("Page before"), id="preview.before", help=N_("The letter's page before."),
            show=False),
    ]  # fmt: skip

    class Looked(Message):
        """A look came back."""

        def __init__(self, look: Look, seen: Seen) -> None:
            super().__init__()
            self.look, self.seen = look, seen

    def __init__(self, studio: Studio, *, tells: bool = True, id: str | None = None) -> None:
        """``tells``: what is wrong stands above the picture; False where the page tells it elsewhere."""
        super().__init__(id=id)
        self._studio, self._tells = studio, tells
        self._timer: Timer | None = None
        self._next: Look | None = None
        self._busy = False
        self._view = self._page = 0
        self._drawn = Drawn((), 0)
        self._took = 0.0
        self._strips: dict[int, Strip] = {}
        self.seen: Seen | None = None
        """The newest look."""
        self.good: Preview | None = None
        """The newest text that could be written."""

    @property
    def pause(self) -> float:
        """Seconds that typing must rest before the next look: less after a long text, whose look takes longer."""
        return min(_PAUSE_S, max(_SHORTEST_S, _WHOLE_S - 1.5 * self._took))

    @property
    def text(self) -> str:
        """What is drawn, as plain text."""
        return "\n".join(line.plain for line in self._drawn.lines)

    # -- looking ------------------------------------------------------------------------------------------------

    def ask(self, look: Look, delay: float = 0.0) -> None:
        """Look at this after ``delay`` seconds, unless something newer is asked for by then."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(delay, lambda: self._begin(look)) if delay else None
        if not delay:
            self._begin(look)

    def forget(self) -> None:
        """Another text: the last picture is none of it."""
        self.seen = self.good = None
        self._page = 0
        self._put(Drawn((), 0))

    def _begin(self, look: Look) -> None:
        self._next = look
        if not self._busy:
            self._busy = True
            start(self, self._work, group="preview", exit_on_error=False)

    async def _work(self) -> None:
        try:
            while self._next is not None and self.is_attached:
                look, self._next = self._next, None
                began = time.perf_counter()
                seen = await asyncio.to_thread(self._studio.look, look)
                self._took = time.perf_counter() - began
                good = seen.preview or self.good
                # A long text takes as long to lay out as to write; the screen must not wait for either.
                drawn = await asyncio.to_thread(draw, self._picture(seen, good))
                self._show(look, seen, drawn)
        except Exception as error:
            self.app.fault(error)
        finally:
            self._busy = False

    def _show(self, look: Look, seen: Seen, drawn: Drawn) -> None:
        if not self.is_attached:
            return
        changed = self.good is None or self.seen is None
        self.seen, self.good = seen, seen.preview or self.good
        self.set_class(seen.preview is None, "-stale")
        self._put(drawn)
        if changed:
            self.refresh_bindings()
        self.post_message(self.Looked(look, seen))

    # -- drawing ------------------------------------------------------------------------------------------------

    def _picture(self, seen: Seen, good: Preview | None) -> Picture:
        return Picture(seen, good, max(20, self.scrollable_content_region.width), self._view, self._page, self._tells)

    def redraw(self) -> None:
        """Another width, view or page."""
        if self.seen is not None:
            self._put(draw(self._picture(self.seen, self.good)))

    def _put(self, drawn: Drawn) -> None:
        self._drawn = drawn
        self._strips.clear()
        self.virtual_size = Size(drawn.width, len(drawn.lines))
        self.refresh()

    def notify_style_update(self) -> None:
        """Other colours."""
        super().notify_style_update()
        self._strips.clear()

    def on_resize(self) -> None:
        """Another width: other lines."""
        self.redraw()

    def render_line(self, y: int) -> Strip:
        """One line of the window."""
        left, top = self.scroll_offset
        width, style = self.scrollable_content_region.width, self.rich_style
        place = top + y
        if place >= len(self._drawn.lines):
            return Strip.blank(width, style)
        strip = self._strips.get(place)
        if strip is None:
            content = self._drawn.lines[place]
            strip = self._strips[place] = Strip(content.render_segments(self.visual_style), content.cell_length)
        return strip.crop(left, left + width).adjust_cell_length(width, style)

    # -- keys ---------------------------------------------------------------------------------------------------

    def why_not(self, action: str, parameters: tuple[object, ...] = ()) -> str:
        """What there is no other view of."""
        good = self.good
        if action == "other" and (good is None or good.channel == "sms"):
            return _("There is only one view of this.")
        if action == "turn" and (good is None or len(good.sheets) < 2):
            return _("There is only one page.")
        return ""

    def action_other(self) -> None:
        self._view += 1
        self.redraw()

    def action_turn(self, step: int) -> None:
        pages = len(self.good.sheets) if self.good else 1
        self._page = (self._page + step) % max(1, pages)
        self.redraw()
        self.scroll_home(animate=False)
