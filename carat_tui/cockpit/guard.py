"""The last guard before the terminal: whatever a widget drew, no control character leaves as text."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from carat_tui.model.text import visible


class OnlyText(LineFilter):
    """Writes out control, bidi and zero-width characters in what is about to be drawn.

    Pages give foreign text to widgets through ``words`` already; this one is for the way that somebody forgot. Such a
    line may be drawn too wide, which is ugly and harmless.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, with clean text."""
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [
            segment
            if segment.control or segment.text.isprintable()
            else Segment(visible(segment.text), segment.style, segment.control)
            for segment in segments
        ]
