"""Draws a letter and makes it PDF/A-1b. Runs in the child process.

Text goes onto the canvas as text: there is no markup that a name could be taken for (reliability §4.6, threat B7).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from carat_tui.compose.letter import flow, fonts
from carat_tui.compose.letter.fonts import BOLD, MM, REGULAR
from carat_tui.compose.letter.layout import (
    FOOT_TOP,
    LEFT,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    PROFILES,
    RIGHT_EDGE,
    Box,
    LayoutError,
    Profile,
    check_zones,
    subject_top,
)

if TYPE_CHECKING:
    from pikepdf import Pdf
    from reportlab.pdfgen.canvas import Canvas

ADDRESS_LINES = 6
_ASCENT = 0.75
"""Share of the font size between the top of a line box and its baseline."""
_BELOW_RULE = 0.9
_INFO_SIZE, _INFO_LEADING = 9.0, 4.6
_SMALL, _SMALL_LEADING = 7.5, 3.4


_loaded: list[object] = []


@dataclass(frozen=True, slots=True)
class Drawn:
    """The finished file."""

    pdf: bytes
    pages: int
    seen: list[list[list[object]]]
    """If asked for: the texts of each page as ``[text, x, top, width, size, bold]`` in mm and points."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A text at its place: top of its line box in mm."""

    text: str
    x: float
    top: float
    font: str = REGULAR
    size: float = flow.SIZE

    @property
    def box(self) -> Box:
        return Box(self.x, self.top, fonts.width(self.text, self.font, self.size), self.size / MM)

    def seen(self) -> list[object]:
        return [self.text, self.x, self.top, self.box.width, self.size, self.font == BOLD]


def warm_up() -> None:
    """Load what a letter needs before the clock of a job runs."""
    import pikepdf.pdfa
    from reportlab.pdfgen import canvas

    fonts.register()
    _loaded.extend((pikepdf.pdfa, canvas))


def draw(letter: dict[str, Any], subject: str, text: str) -> Drawn:
    """The letter as PDF/A-1b.

    ``letter``: ``layout`` (profile), ``language``, ``address`` (1 to 6 lines), ``sender_line``, ``head`` (lines: name
    first), ``info`` (pairs: label, value), ``foot`` (lines), ``page_words`` (``Seite {} von {}``), ``marks`` (bool),
    ``created`` (ISO, aware), perhaps ``look`` (True: the places of the texts are told, too).
    Raises ``LayoutError`` when something does not fit or a character has no glyph.
    """
    profile = PROFILES.get(letter["layout"])
    if profile is None:
        raise LayoutError(f"there is no letter layout {letter['layout']!r}; there are {', '.join(PROFILES)}")
    subject, text = fonts.printable(subject), fonts.printable(text)
    frame = list(_frame(profile, letter))
    pages = flow.paginate(flow.blocks(subject, text), subject_top(profile, _info_height(letter)))
    sheets = [[*(frame if number == 0 else ()), *_body(page)] for number, page in enumerate(pages)]
    _number(sheets, letter["page_words"])
    check_zones(profile, _boxes(sheets[:1]), _boxes(sheets[1:]))
    created = datetime.fromisoformat(letter["created"])
    seen = [[t.seen() for t in sheet] for sheet in sheets if letter.get("look")]
    return Drawn(_archive(_paint(profile, letter, subject, sheets), created), len(sheets), seen)


def _boxes(sheets: list[list[_Text]]) -> Iterator[tuple[str, Box]]:
    return ((text.text, text.box) for sheet in sheets for text in sheet if text.text.strip())


def _info_height(letter: dict[str, Any]) -> float:
    return float(len(letter["info"]) * _INFO_LEADING)


def _frame(profile: Profile, letter: dict[str, Any]) -> Iterator[_Text]:
    """Everything of the first page but the body: head, sender line, address, information block, foot."""
    yield from _head(letter["head"])
    if profile.sender_line is not None:
        box = profile.sender_line
        line = _fitted(fonts.printable(letter["sender_line"]), REGULAR, profile.sender_size, box.width, smallest=6)
        yield _Text(line.text, box.x, box.bottom - line.size / MM - 0.4, REGULAR, line.size)
    yield from _address(profile, letter["address"])
    value_x = profile.info.x + 27
    for number, (label, value) in enumerate(letter["info"]):
        top = profile.info.y + number * _INFO_LEADING
        yield _Text(fonts.printable(label), profile.info.x, top, REGULAR, _INFO_SIZE)
        room = min(profile.info.right, RIGHT_EDGE + 5) - value_x
        line = _fitted(fonts.printable(value), REGULAR, _INFO_SIZE, room, smallest=6)
        yield _Text(line.text, value_x, top, REGULAR, line.size)
    for number, line_text in enumerate(letter["foot"]):
        line = _fitted(fonts.printable(line_text), REGULAR, _SMALL, RIGHT_EDGE - LEFT, smallest=6)
        yield _Text(line.text, LEFT, FOOT_TOP + 2 + number * _SMALL_LEADING, REGULAR, line.size)


def _head(lines: list[str]) -> Iterator[_Text]:
    """The shop's name and address in the letterhead, right-aligned, above every window."""
    if not lines:
        return
    name = _fitted(fonts.printable(lines[0]), BOLD, 14, RIGHT_EDGE - LEFT, smallest=8)
    yield _right(_Text(name.text, 0, 10, BOLD, name.size))
    for number, text in enumerate(lines[1:]):
        line = _fitted(fonts.printable(text), REGULAR, 8.5, RIGHT_EDGE - LEFT, smallest=6)
        yield _right(_Text(line.text, 0, 16.5 + number * 3.7, REGULAR, line.size))


def _right(text: _Text) -> _Text:
    return _Text(text.text, RIGHT_EDGE - text.box.width, text.top, text.font, text.size)


def _address(profile: Profile, lines: list[str]) -> Iterator[_Text]:
    """The receiver in the window: at most six lines, nothing cut off."""
    kept = [fonts.printable(line) for line in lines if line.strip()]
    if not 1 <= len(kept) <= ADDRESS_LINES:
        raise LayoutError(f"the address has {len(kept)} lines; a window takes 1 to {ADDRESS_LINES}")
    placed = [line for text in kept for line in _address_line(profile, text)]
    if len(placed) > ADDRESS_LINES:
        raise LayoutError(f"the address needs {len(placed)} lines; a window takes at most {ADDRESS_LINES}")
    leading = min((profile.address.height - _BELOW_RULE) / ADDRESS_LINES, 4.6)
    for number, line in enumerate(placed):
        top = profile.address.y + _BELOW_RULE + number * leading
        yield _Text(line.text, profile.address.x, top, REGULAR, line.size)


def _address_line(profile: Profile, text: str) -> list[flow.Line]:
    """One line, somewhat smaller if need be, else broken into several."""
    room = profile.address.width
    for size in (profile.address_size, profile.address_size - 1, 8):
        if fonts.width(text, REGULAR, size) <= room:
            return [flow.Line(text, 0, REGULAR, size)]
    return flow.wrap(text, 0, REGULAR, profile.address_size, edge=room)


def _fitted(text: str, font: str, size: float, room: float, smallest: float) -> flow.Line:
    """``text`` on one line, in a size at which it fits; raises ``LayoutError`` if even the smallest does not do."""
    flat = " ".join(text.split())
    while fonts.width(flat, font, size) > room:
        size -= 0.5
        if size < smallest:
            raise LayoutError(f"{flat!r} is too long for its place on the sheet")
    return flow.Line(flat, 0, font, size)


def _body(page: list[flow.Placed]) -> Iterator[_Text]:
    for placed in page:
        line = placed.line
        if line.mark:
            yield _Text(line.mark, line.x - 4, placed.top, line.font, line.size)
        yield _Text(line.text, line.x, placed.top, line.font, line.size)


def _number(sheets: list[list[_Text]], words: str) -> None:
    """Page numbers on a letter of several pages."""
    if len(sheets) > 1:
        for number, sheet in enumerate(sheets, start=1):
            text = fonts.printable(words.format(number, len(sheets)))
            sheet.append(_right(_Text(text, 0, FOOT_TOP - 4.5, REGULAR, 8.5)))


def _paint(profile: Profile, letter: dict[str, Any], subject: str, sheets: list[list[_Text]]) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(
        out,
        pagesize=(PAGE_WIDTH * MM, PAGE_HEIGHT * MM),
        lang=letter["language"],
        invariant=1,
        pageCompression=1,
        initialFontName=REGULAR,  # type: ignore[arg-type]  # the stubs say float; without it Helvetica gets in
    )
    canvas.setTitle(subject)
    canvas.setAuthor(fonts.printable(letter["head"][0]) if letter["head"] else "")
    for number, sheet in enumerate(sheets):
        for text in sheet:
            canvas.setFont(text.font, text.size)
            canvas.drawString(text.x * MM, (PAGE_HEIGHT - text.top) * MM - text.size * _ASCENT, text.text)
        if number == 0:
            _rules(canvas, profile, letter, has_foot=bool(letter["foot"]))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _rules(canvas: Canvas, profile: Profile, letter: dict[str, Any], *, has_foot: bool) -> None:
    """Hairlines: below the sender line, above the foot, fold and hole marks."""
    canvas.setLineWidth(0.25)
    if profile.sender_line is not None:
        box = profile.sender_line
        _rule(canvas, box.x, box.right, box.bottom)
    if has_foot:
        _rule(canvas, LEFT, RIGHT_EDGE, FOOT_TOP + 0.5)
    if letter["marks"]:
        for y in profile.marks:
            _rule(canvas, 5, 7.5, y)
        if profile.hole_mark is not None:
            _rule(canvas, 5, 9, profile.hole_mark)


def _rule(canvas: Canvas, start: float, end: float, y: float) -> None:
    canvas.line(start * MM, (PAGE_HEIGHT - y) * MM, end * MM, (PAGE_HEIGHT - y) * MM)


def _archive(raw: bytes, created: datetime) -> bytes:
    """PDF/A-1b, checked after writing (DOMAIN A.5); reportlab's empty page transitions are not allowed in it."""
    import pikepdf
    from pikepdf import pdfa

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        for page in pdf.pages:
            if "/Trans" in page.obj:
                del page.obj["/Trans"]
        for name in ("/CreationDate", "/ModDate"):
            pdf.docinfo[name] = created.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
        try:
            pdfa.prepare(pdf, "1b")
            _date_metadata(pdf, created)
            pdfa.save(pdf, out, "1b", repair=False, deterministic_id=True)
        except pdfa.PdfaError as error:
            raise LayoutError(f"the letter is no valid PDF/A-1b: {error}") from None
    return out.getvalue()


def _date_metadata(pdf: Pdf, created: datetime) -> None:
    """The library writes the machine's time into the metadata; with ours the same letter has the same bytes."""
    metadata = pdf.Root.Metadata
    date = rb"\g<1>" + created.astimezone(UTC).isoformat(timespec="seconds").encode("ascii")
    metadata.write(re.sub(rb"(<xmp:MetadataDate>)[^<]*", date, metadata.read_bytes()))
