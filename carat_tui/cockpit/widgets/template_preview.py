"""What leaves the shop with this text: mail, SMS or letter, drawn anew while the text is typed."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import ScrollableContainer
from textual.content import Content
from textual.message import Message
from textual.timer import Timer

from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Page
from carat_tui.cockpit.widgets.letter_view import columns, page, thumbnail
from carat_tui.cockpit.widgets.mail_view import mail
from carat_tui.cockpit.widgets.sms_view import bubbles
from carat_tui.cockpit.words import Plain, shown
from carat_tui.compose.preview import Preview
from carat_tui.locale import N_, _, n_, told
from carat_tui.services.studio import Look, Seen, Studio


class TemplatePreview(ScrollableContainer, Page, can_focus=True, inherit_bindings=False):
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
        key("n", "turn(1)", N_("Next page"), id="preview.next", help=N_("The letter's next page.")),
        key("b", "turn(-1)", N_("Page before"), id="preview.before", help=N_("The letter's page before."), show=False),
    ]  # fmt: skip

    class Looked(Message):
        """A look came back."""

        def __init__(self, look: Look, seen: Seen) -> None:
            super().__init__()
            self.look, self.seen = look, seen

    def __init__(self, studio: Studio, *, tells: bool = True, id: str | None = None) -> None:  # noqa: A002
        """``tells``: what is wrong stands above the picture; False where the page tells it elsewhere."""
        super().__init__(id=id)
        self._studio, self._tells = studio, tells
        self._timer: Timer | None = None
        self._next: Look | None = None
        self._busy = False
        self._view = 0
        self._page = 0
        self.seen: Seen | None = None
        """The newest look."""
        self.good: Preview | None = None
        """The newest text that could be written."""

    def compose(self) -> ComposeResult:
        """One text that may be larger than the window."""
        yield Plain(id="picture")

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
        self._draw()

    def _begin(self, look: Look) -> None:
        self._next = look
        if not self._busy:
            self._busy = True
            self.run_worker(self._work(), group="preview", exit_on_error=False)

    async def _work(self) -> None:
        try:
            while self._next is not None and self.is_attached:
                look, self._next = self._next, None
                self._show(look, await asyncio.to_thread(self._studio.look, look))
        except Exception as error:
            self.app.fault(error)
        finally:
            self._busy = False

    def _show(self, look: Look, seen: Seen) -> None:
        if not self.is_attached:
            return
        self.seen = seen
        self.good = seen.preview or self.good
        self._draw()
        self.refresh_bindings()
        self.post_message(self.Looked(look, seen))

    # -- drawing ------------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Another width: other lines."""
        self._draw()

    def _draw(self) -> None:
        picture = self.query_one("#picture", Plain)
        seen, good = self.seen, self.good
        if seen is None:
            picture.update("")
            return
        wide = good is not None and good.channel == "letter" and self._letter_view(good) != "text"
        self.set_class(wide, "-sheet")
        self.set_class(seen.preview is None, "-stale")
        parts: list[Content] = []
        if seen.preview is None and self._tells:
            parts.append(shown("✗ " + told(seen.words), "$text-error", lines=True))
        if seen.preview is None and seen.text and not wide:
            parts += [Content(""), bubbles(seen.text, self._room())]
        elif good is not None:
            if seen.preview is None:
                parts.append(shown(_("Below: the last text that could be written."), "$text-muted"))
            parts += [*([Content("")] if parts else []), *self._picture(good)]
        picture.update(Content("\n").join(parts))

    def _room(self) -> int:
        return max(20, self.scrollable_content_region.width)

    def _picture(self, good: Preview) -> list[Content]:
        if good.channel == "email":
            return [mail(good, plain=self._view % 2 == 1)]
        if good.channel == "sms":
            return [bubbles(good.text, self._room())]
        pages = len(good.sheets)
        self._page = min(self._page, max(0, pages - 1))
        words = n_("{n} page", "{n} pages", pages).format(n=pages)
        at = f" · {_('page {n}').format(n=self._page + 1)}" if pages > 1 else ""
        head = shown(f"{words}{at} · {good.layout}", "$text-muted")
        view, sheet = self._letter_view(good), good.sheets[self._page]
        if view == "text":
            words = _("z shows where it stands on the sheet.")
            return [head + shown(f" · {words}", "$text-muted"), Content(""), mail(good, plain=True)]
        if view == "small":
            return [head, thumbnail(sheet, good.layout, self._page, min(self._room() - 2, 84))]
        return [head, page(sheet, good.layout, self._page)]

    def _letter_view(self, good: Preview) -> str:
        """A sheet that does not fit beside a list begins as text."""
        fits = not good.sheets or columns(good.sheets[0], good.layout, 0) <= self._room()
        views = ("sheet", "small") if fits else ("text", "sheet", "small")
        return views[self._view % len(views)]

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
        self._draw()

    def action_turn(self, step: int) -> None:
        pages = len(self.good.sheets) if self.good else 1
        self._page = (self._page + step) % max(1, pages)
        self._draw()
        self.scroll_home(animate=False)
