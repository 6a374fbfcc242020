"""What would leave, shown: the mail with its header, the SMS part by part, the pages of the letter."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import ScrollableContainer
from textual.content import Content

from carat_tui.cockpit.page import Sheet
from carat_tui.cockpit.widgets.frame import KeyBar, TopBar
from carat_tui.cockpit.widgets.letter_view import page, thumbnail
from carat_tui.cockpit.widgets.sms_view import bubbles
from carat_tui.cockpit.words import Plain, shown
from carat_tui.locale import N_, _, n_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carat_tui.compose.preview import Preview

_SMALL = 42
"""Cells of a letter's page beside the form."""


def seen(preview: Preview, to: str, width: int, attached: Sequence[Path] = (), *, whole: bool = False) -> Content:
    """The message as its receiver gets it, for ``width`` cells; ``whole``: a letter's pages to be read."""
    if preview.channel == "email":
        return Content("\n").join([*_mail(preview, attached), Content(""), shown(preview.text, lines=True)])
    if preview.channel == "sms":
        return Content("\n").join([_field(_("To"), to), Content(""), bubbles(preview.text, width)])
    return _letter(preview, width, whole)


def _mail(preview: Preview, attached: Sequence[Path]) -> list[Content]:
    mail = message_from_bytes(preview.payload, policy=policy.default)
    names = {"From": _("From"), "To": _("To"), "Reply-To": _("Reply to"), "Subject": _("Subject")}
    lines = [_field(word, str(mail[name])) for name, word in names.items() if mail[name]]
    return lines + [_field(_("Attached"), path.name) for path in attached]


def _field(name: str, text: str) -> Content:
    return Content.assemble(shown(f"{name}: ", "$text-muted"), shown(text))


def _letter(preview: Preview, width: int, whole: bool) -> Content:
    pages = n_("{n} page", "{n} pages", len(preview.sheets)).format(n=len(preview.sheets))
    if whole:
        sheets = [page(sheet, preview.layout, number) for number, sheet in enumerate(preview.sheets)]
        return Content("\n").join([shown(pages, "$text-muted"), *sheets])
    small = [thumbnail(preview.sheets[0], preview.layout, 0, min(width - 2, _SMALL))] if preview.sheets else []
    return Content("\n").join([shown(pages, "$text-muted"), *small])


class Sight(Sheet[None]):
    """The preview on a page of its own, to be read whole."""

    HELP = N_("Exactly what would leave. Esc goes back to the form; nothing has been sent.")

    def __init__(self, preview: Preview, to: str, attached: Sequence[Path]) -> None:
        super().__init__()
        self._preview, self._to, self._attached = preview, to, attached

    def compose(self) -> ComposeResult:
        """The message alone."""
        width = self.app.size.width - 6
        yield TopBar()
        yield Plain(_("Preview: nothing has been sent yet"), classes="title")
        with ScrollableContainer():
            yield Plain(seen(self._preview, self._to, width, self._attached, whole=True), id="sight")
        yield KeyBar()

    def on_mount(self) -> None:
        """Arrow keys scroll."""
        self.query_one(ScrollableContainer).focus()
