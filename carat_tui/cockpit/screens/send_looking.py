"""How a message by hand will look: made anew beside the form whenever the typing rests, and on a page of its own."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content

from carat_tui.cockpit.acting import act, start
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Page
from carat_tui.cockpit.screens.send_sight import Sight, seen
from carat_tui.cockpit.words import Plain, shown
from carat_tui.locale import N_, told
from carat_tui.model.errors import CaratError
from carat_tui.services.written import Written

if TYPE_CHECKING:
    from carat_tui.compose.preview import Preview


class Looking(Page):
    """Mixin of the form. ``pages`` of the letter, None = not known yet."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("f5", "look", N_("Preview"), id="send.look", help=N_("See exactly what will leave."), priority=True),
    ]

    pages: int | None = None
    _looking = _again = False

    @property
    def channel(self) -> str:
        """The chosen way."""
        raise NotImplementedError

    @property
    def address(self) -> str:
        """The address."""
        raise NotImplementedError

    def written(self) -> Written:
        """What has been typed."""
        raise NotImplementedError

    def attached(self) -> list[Path]:
        """The files."""
        raise NotImplementedError

    def missing(self) -> str:
        """Why it cannot be sent yet."""
        raise NotImplementedError

    def tell_length(self) -> None:
        """The pages of the letter are known."""
        raise NotImplementedError

    def look_soon(self) -> None:
        """The preview beside the form; of a letter the pages are counted even where it is not to be seen."""
        if not self.query_one("#seen").display and self.channel != "letter":
            return
        if self.missing():
            self.query_one("#sight", Plain).update(shown(self.missing(), "$text-muted"))
        elif self._looking:
            self._again = True
        else:
            self._looking = True
            start(self, self._look_now, group="preview", exit_on_error=False)

    async def _look_now(self) -> None:
        try:
            found = await asyncio.to_thread(self._look, self.written())
            self._show(found)
        except CaratError as error:
            if self.is_attached:
                self.query_one("#sight", Plain).update(shown(told(error.message), "$text-error"))
        except Exception as error:
            self.app.fault(error)
        finally:
            self._looking = False
        if self._again and self.is_attached:
            self._again = False
            self.look_soon()

    def _look(self, written: Written) -> Preview:
        from carat_tui.services.sight import look

        return look(self.app.store, self.app.home, written, self.app.clock())

    def _show(self, found: Preview) -> None:
        if not self.is_attached:
            return  # closed in the meantime
        if found.channel == "letter" and self.channel == "letter":
            self.pages = found.parts
            self.tell_length()
        self.query_one("#sight", Plain).update(self._seen(found))

    def _seen(self, found: Preview) -> Content:
        return seen(found, self.address, max(24, self.query_one("#seen").size.width - 5), self.attached())

    @act
    async def action_look(self) -> None:
        """The preview on a page of its own."""
        found = await self.app.perform(partial(self._look, self.written()))
        self._show(found)
        await self.app.push_screen_wait(Sight(found, self.address, self.attached()))
