"""The picture of a message as lines that fit a width: made beside the screen, drawn line by line on it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from carat_tui.cockpit.widgets.letter_view import columns, page, thumbnail
from carat_tui.cockpit.widgets.mail_view import mail
from carat_tui.cockpit.widgets.sms_view import bubbles
from carat_tui.cockpit.words import shown
from carat_tui.compose.preview import Preview
from carat_tui.locale import _, n_, told
from carat_tui.services.studio import Seen


@dataclass(frozen=True, slots=True)
class Picture:
    """What is to be drawn: the newest look, the last text that could be written, and how the person wants to see it.

    ``view`` and ``page`` count on; what there is not begins again from the first. ``tells``: the reason stands above.
    """

    seen: Seen
    good: Preview | None
    width: int
    view: int = 0
    page: int = 0
    tells: bool = True


@dataclass(frozen=True, slots=True)
class Drawn:
    """Lines, and the cells that the widest takes."""

    lines: tuple[Content, ...]
    width: int


def draw(picture: Picture) -> Drawn:
    """All lines; those of a sheet may be wider than ``picture.width``."""
    seen, good = picture.seen, picture.good
    wide = good is not None and good.channel == "letter" and letter_view(good, picture) != "text"
    above: list[Content] = []
    if seen.preview is None and picture.tells:
        above.append(shown("✗ " + told(seen.words), "$text-error", lines=True))
    if seen.preview is None and seen.text and not wide:
        body = bubbles(seen.text, picture.width) if good is None or good.channel == "sms" else shown(seen.text)
        return _lines([*above, Content(""), body], picture.width)
    if good is None:
        return _lines(above, picture.width)
    if seen.preview is None:
        above.append(shown(_("Below: the last text that could be written."), "$text-muted"))
    parts = [*above, *([Content("")] if above else []), *_body(good, picture)]
    return _lines(parts, 10_000 if wide else picture.width)


def _lines(parts: list[Content], width: int) -> Drawn:
    lines = [line for part in parts for whole in part.split("\n", allow_blank=True) for line in _wrapped(whole, width)]
    return Drawn(tuple(lines), max((line.cell_length for line in lines), default=0))


def _wrapped(line: Content, width: int) -> list[Content]:
    return [line] if line.cell_length <= width else list(line.wrap(width))


def _body(good: Preview, picture: Picture) -> list[Content]:
    if good.channel == "email":
        return [mail(good, plain=picture.view % 2 == 1)]
    if good.channel == "sms":
        return [bubbles(good.text, picture.width)]
    pages = len(good.sheets)
    number = picture.page % max(1, pages)
    words = n_("{n} page", "{n} pages", pages).format(n=pages)
    at = f" · {_('page {n}').format(n=number + 1)}" if pages > 1 else ""
    head = shown(f"{words}{at} · {good.layout}", "$text-muted")
    view, sheet = letter_view(good, picture), good.sheets[number]
    if view == "text":
        hint = shown(" · " + _("z shows where it stands on the sheet."), "$text-muted")
        return [head + hint, Content(""), mail(good, plain=True)]
    if view == "small":
        return [head, thumbnail(sheet, good.layout, number, min(picture.width - 2, 84))]
    return [head, page(sheet, good.layout, number)]


def letter_view(good: Preview, picture: Picture) -> str:
    """``text``, ``sheet`` or ``small``. A sheet that does not fit beside a list begins as text."""
    fits = not good.sheets or columns(good.sheets[0], good.layout, 0) <= picture.width
    views = ("sheet", "small") if fits else ("text", "sheet", "small")
    return views[picture.view % len(views)]
