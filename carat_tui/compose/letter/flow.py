"""How the text of a letter falls into lines and pages. Plain text in, placed lines out; nothing is drawn here."""

from __future__ import annotations

from dataclasses import dataclass

from carat_tui.compose.letter.fonts import BOLD, MM, REGULAR, width
from carat_tui.compose.letter.layout import BODY_BOTTOM, LEFT, RIGHT_EDGE, TOP_OF_NEXT_PAGES, LayoutError

SIZE = 11.0
LEADING = 13.5 / MM
MOST_PAGES = 20

_INDENT = 5.0
_SIGNATURE_GAP = 3
_BULLETS = ("- ", "• ", "* ")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text at ``x`` (mm); ``mark`` is a bullet that stands left of it."""

    text: str
    x: float = LEFT
    font: str = REGULAR
    size: float = SIZE
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together, and how many empty lines stand before them. ``whole``: never cut between pages."""

    lines: tuple[Line, ...]
    before: int
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A line and the top of its line box in millimetres from the sheet's upper edge."""

    line: Line
    top: float


def blocks(subject: str, text: str) -> list[Block]:
    """The subject (bold, two empty lines after it) and the paragraphs; the signature keeps to its closing."""
    paragraphs = [part.split("\n") for part in text.split("\n\n") if part.strip()]
    done = [Block(tuple(wrap(subject, LEFT, BOLD)), 0, whole=True)] if subject else []
    closing = _closing(paragraphs)
    for number, lines in enumerate(paragraphs):
        before = 2 if number == 0 else 1
        if number == closing:
            signature = [Line("")] * _SIGNATURE_GAP + _lines(paragraphs[number + 1])
            done.append(Block((*_lines(lines), *signature), before, whole=True))
        elif number != closing + 1 or closing < 0:
            done.append(Block(tuple(_lines(lines)), before))
    return done


def _closing(paragraphs: list[list[str]]) -> int:
    """The number of the paragraph that is the closing ("Mit freundlichen Grüßen", then the name), or -1."""
    if len(paragraphs) < 3 or any(len(part) > 1 or len(part[0]) > 60 for part in paragraphs[-2:]):
        return -1
    return -1 if paragraphs[-2][0].rstrip().endswith((".", ":", "!", "?", ";")) else len(paragraphs) - 2


def _lines(texts: list[str]) -> list[Line]:
    found: list[Line] = []
    for text in texts:
        bullet = text.startswith(_BULLETS)
        wrapped = wrap(text[2:] if bullet else text, LEFT + _INDENT if bullet else LEFT, REGULAR)
        if bullet:
            first = wrapped[0]
            wrapped[0] = Line(first.text, first.x, first.font, first.size, mark="•")
        found += wrapped
    return found


def wrap(text: str, x: float, font: str, size: float = SIZE, edge: float = RIGHT_EDGE) -> list[Line]:
    """Break ``text`` between words so that no line passes ``edge``; a word that is too long is cut."""
    room = edge - x
    space = width(" ", font, size)
    lines: list[Line] = []
    words: list[str] = []
    used = 0.0
    for word in _pieces(text, font, size, room):
        needed = width(word, font, size)
        if words and used + space + needed > room:
            lines.append(Line(" ".join(words), x, font, size))
            words, used = [], 0.0
        used += needed + (space if words else 0.0)
        words.append(word)
    lines.append(Line(" ".join(words), x, font, size))
    return lines


def _pieces(text: str, font: str, size: float, room: float) -> list[str]:
    """The words; a run of several spaces (a small table) is kept as it is, a word wider than the line is cut up."""
    words = text.rstrip().split(" ")
    if all(width(word, font, size) <= room for word in words):
        return words
    return [piece for word in words for piece in _cut(word, font, size, room)]


def _cut(word: str, font: str, size: float, room: float) -> list[str]:
    pieces, start, used = [], 0, 0.0
    for position, char in enumerate(word):
        needed = width(char, font, size)
        if used + needed > room and position > start:
            pieces.append(word[start:position])
            start, used = position, 0.0
        used += needed
    return [*pieces, word[start:]]


def paginate(content: list[Block], top: float) -> list[list[Placed]]:
    """Place the blocks on pages: the first from ``top`` on; raises ``LayoutError`` above ``MOST_PAGES`` pages."""
    pages: list[list[Placed]] = [[]]
    y = top
    for block in content:
        page = pages[-1]
        start = y + block.before * LEADING if page else y
        lines = list(block.lines)
        while lines:
            fitting = int((BODY_BOTTOM - start) / LEADING + 1e-6)
            taken = _taken(len(lines), fitting, block.whole, fresh=not pages[-1])
            pages[-1] += [Placed(line, start + index * LEADING) for index, line in enumerate(lines[:taken])]
            y = start + taken * LEADING
            lines = lines[taken:]
            if lines:
                pages.append([])
                start = TOP_OF_NEXT_PAGES
                if len(pages) > MOST_PAGES:
                    raise LayoutError(f"the letter has more than {MOST_PAGES} pages")
    return pages


def _taken(wanted: int, fitting: int, whole: bool, *, fresh: bool) -> int:
    """How many lines of a block go onto this page: all, or so many that no line stands alone on either page."""
    if wanted <= fitting:
        return wanted
    if fresh:
        return max(1, fitting)
    if whole or fitting < 2 or wanted < 4:
        return 0
    return min(fitting, wanted - 2)
