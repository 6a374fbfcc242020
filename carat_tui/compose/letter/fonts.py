"""The letters' typeface: embedded, with all German, Polish and Slovak letters; a missing glyph is an error."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from carat_tui.compose.letter.layout import LayoutError

REGULAR, BOLD = "CaratText", "CaratText-Bold"
MM = 72 / 25.4
"""Points in a millimetre."""

# The typeface has no such glyphs, but a plain one that reads the same.
_SAME = str.maketrans(
    {"\u2011": "-", "\u00ad": None, "\t": "    ", "\u200b": None, "\ufeff": None, "\u2028": " ", "\u2029": " "}
)
_widths: dict[tuple[str, str], float] = {}


@cache
def register() -> dict[str, Any]:
    """Read the font files (once in a process); the fonts by name."""
    import font_source_sans_pro as files  # type: ignore[import-untyped]  # the wheel has no types
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    paths = files.font_files_ttf
    fonts = {REGULAR: TTFont(REGULAR, paths["SourceSansPro"]), BOLD: TTFont(BOLD, paths["SourceSansProSemibold"])}
    for font in fonts.values():
        pdfmetrics.registerFont(font)
    return fonts


def printable(text: str) -> str:
    """``text`` as the font can print it; raises ``LayoutError`` naming the first character that it cannot."""
    clean = unicodedata.normalize("NFC", text).translate(_SAME)
    glyphs = register()[REGULAR].face.charToGlyph
    for char in clean:
        if char != "\n" and ord(char) not in glyphs:
            raise LayoutError(f"the letters' font has no {char!r} (U+{ord(char):04X})", "glyph")
    return clean


def width(text: str, font: str, size: float) -> float:
    """Width in millimetres; words are remembered, which is what makes breaking lines fast."""
    found = _widths.get((font, text))
    if found is None:
        if len(_widths) > 50_000:
            _widths.clear()
        found = _widths[font, text] = register()[font].stringWidth(text, 1000) / 1000 / MM
    return found * size
