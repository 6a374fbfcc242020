"""What would leave, shown: the mail with its header, the SMS part by part, the pages of the letter."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from carat_tui.cockpit.page import Sheet
from carat_tui.cockpit.widgets.frame import KeyBar, TopBar
from carat_tui.cockpit.words import Plain, shown
from carat_tui.locale import N_, _, n_
from carat_tui.model import sms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carat_tui.compose.preview import Preview

_HEADERS = ("From", "To", "Reply-To", "Subject", "Date")


def seen(preview: Preview, to: str, attached: Sequence[Path] = ()) -> Content:
    """The message as its receiver gets it."""
    if preview.channel == "email":
        return Content("\n").join([*_mail(preview, attached), Content(""), shown(preview.text, lines=True)])
    if preview.channel == "sms":
        return Content("\n").join([_field("To", to), Content(""), *_parts(preview.text)])
    pages = n_("{n} page", "{n} pages", preview.parts or 1).format(n=preview.parts or 1)
    whom = shown(to.replace(", ", "\n"), lines=True)
    lines = [shown(pages, "$text-muted"), Content(""), whom, Content(""), shown(preview.subject, "bold")]
    return Content("\n").join([*lines, Content(""), shown(preview.text, lines=True)])


def _mail(preview: Preview, attached: Sequence[Path]) -> list[Content]:
    mail = message_from_bytes(preview.payload, policy=policy.default)
    lines = [_field(name, str(mail[name])) for name in _HEADERS if mail[name]]
    return lines + [_field(_("Attached"), path.name) for path in attached]


def _field(name: str, text: str) -> Content:
    return Content.assemble(shown(f"{name}: ", "$text-muted"), shown(text))


def _parts(text: str) -> list[Content]:
    parts = sms.count(text).parts
    lines: list[Content] = []
    for number, part in enumerate(parts, 1):
        if len(parts) > 1:
            lines.append(shown(_("Part {n} of {m}").format(n=number, m=len(parts)), "$text-muted"))
        lines.append(shown(part, lines=True))
    return lines


class Sight(Sheet[None]):
    """The preview on a page of its own, where there is no room beside the form."""

    HELP = N_("Exactly what would leave. Esc goes back to the form; nothing has been sent.")

    def __init__(self, content: Content) -> None:
        super().__init__()
        self._content = content

    def compose(self) -> ComposeResult:
        """The message alone."""
        yield TopBar()
        yield Plain(_("Preview: nothing has been sent yet"), classes="title")
        with VerticalScroll():
            yield Plain(self._content, id="sight")
        yield KeyBar()
