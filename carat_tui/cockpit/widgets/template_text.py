"""The text of a template while it is typed: a text area that colours what it draws, line by line.

No parser and no second copy of the text: a line is looked at when it is drawn, so a key costs the same in a text of
five hundred lines as in one of five (STYLE §3.4).
"""

from __future__ import annotations

import re
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.reactive import reactive
from textual.widgets import TextArea

from carat_tui.cockpit.widgets.template_keys import TEXT_KEYS
from carat_tui.compose.placeholders import EXAMPLES
from carat_tui.model import sms

_TAG = re.compile(r"\{\{.*?(?:\}\}|$)|\{%.*?(?:%\}|$)|\{#.*?(?:#\}|$)")
_INSIDE = re.compile(r"(?P<string>'[^']*'|\"[^\"]*\")|(?P<filter>\|\s*\w+)|(?P<name>[A-Za-z_]\w*)|(?P<number>\b\d+\b)")
_KEYWORDS = frozenset(
    {
        *("if", "elif", "else", "endif", "for", "endfor", "in", "set", "is", "not", "and", "or", "defined"),
        *("true", "false", "none", "loop", "range"),
    }
)
_OWN = re.compile(r"\{%-?\s*(?:set|for)\s+(\w+)")
_MARKDOWN = re.compile(
    r"(?P<heading>^\#{1,6}\s.*$)|(?P<bullet>^\s*(?:[-*+]|\d+\.)\s)|(?P<strong>\*\*[^*]+\*\*|__[^_]+__)"
    r"|(?P<link>\[[^\]\n]*\]\([^)\s]*\))|(?P<emphasis>(?<![\w*])[*_][^*_\s][^*_]*[*_](?![\w*]))|(?P<quote>^>\s.*$)"
)
_FRONT_LINES, _REMEMBERED = 4, 4_000
_FRONT = re.compile(r"^(---|subject:)")
_PARTS = (
    *("delimiter", "keyword", "name", "unknown", "filter", "string"),
    *("comment", "front", "markdown", "costly", "error"),
)


class TemplateText(TextArea, inherit_bindings=False):
    """A template's source. ``error_line`` (1-based, 0 = none) is drawn as such; ``channel`` and ``folds`` say what else
    is worth a colour: Markdown in a mail, letters that make an SMS dear."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"template-text--{part}" for part in _PARTS}
    BINDINGS = TEXT_KEYS

    error_line: reactive[int] = reactive(0)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, show_line_numbers=True, tab_behavior="focus", max_checkpoints=500)
        self.channel = "email"
        self.folds = False
        self._styles_of: dict[str, Style] = {}
        self._coloured: dict[tuple[str, bool, bool], Text] = {}
        self._own: frozenset[str] = frozenset()
        """Names that the text gives itself ({% set %}, {% for %})."""

    def know_own_names(self) -> None:
        """Look for the names that the text gives itself; to be called when it has been changed."""
        own = frozenset(_OWN.findall(self.text))
        if own != self._own:
            self._own = own
            self.redraw()

    def watch_error_line(self) -> None:
        """Draw anew: the lines that were drawn do not know of it."""
        self.redraw()

    def redraw(self) -> None:
        """Forget the drawn lines."""
        self._coloured.clear()
        self._line_cache.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        """Other colours."""
        super().notify_style_update()
        self._styles_of.clear()
        self._coloured.clear()

    def get_component_rich_style(self, *names: str, partial: bool = False, default: Style | None = None) -> Style:
        """As Textual does it, but the line of the cursor keeps the colours of its text."""
        found = super().get_component_rich_style(*names, partial=partial, default=default)
        return Style(bgcolor=found.bgcolor) if names == ("text-area--cursor-line",) else found

    def insert_text(self, text: str) -> None:
        """Put ``text`` where the cursor stands, in place of what is marked."""
        start, end = sorted((self.selection.start, self.selection.end))
        self.replace(text, start, end, maintain_selection_offset=False)
        self.focus()

    def go_to_line(self, line: int) -> None:
        """The cursor to the beginning of a line (1-based)."""
        self.move_cursor((max(0, min(line, self.document.line_count) - 1), 0), center=True)

    def get_line(self, line_index: int) -> Text:
        """The line with its colours; what was coloured once is remembered: a key changes one line of many."""
        source = self.document.get_line(line_index)
        which = (source, line_index + 1 == self.error_line, line_index < _FRONT_LINES)
        found = self._coloured.get(which)
        if found is None:
            if len(self._coloured) > _REMEMBERED:
                self._coloured.clear()
            found = self._coloured[which] = self._colour(source, line_index)
        return found.copy()

    def _colour(self, source: str, line_index: int) -> Text:
        text = Text(_drawable(source), end="", no_wrap=True)
        if line_index + 1 == self.error_line:
            text.stylize(self._style("error"))
        if line_index < _FRONT_LINES and self.channel != "sms" and (front := _FRONT.match(source)):
            text.stylize(self._style("front"), *front.span())
        elif self.channel != "sms":
            for found in _MARKDOWN.finditer(source):
                text.stylize(self._style("markdown"), *found.span())
        elif not self.folds:
            self._mark_costly(text, source)
        for tag in _TAG.finditer(source):
            self._colour_tag(text, tag)
        return text

    def _mark_costly(self, text: Text, source: str) -> None:
        for place in sms.foreign_places(_TAG.sub(lambda found: " " * len(found[0]), source)):
            text.stylize(self._style("costly"), place, place + 1)

    def _colour_tag(self, text: Text, tag: re.Match[str]) -> None:
        start, end = tag.span()
        if tag[0].startswith("{#"):
            text.stylize(self._style("comment"), start, end)
            return
        text.stylize(self._style("delimiter"), start, end)
        for found in _INSIDE.finditer(tag[0]):
            kind = found.lastgroup or "name"
            if kind == "name":
                word = found[0]
                known = word in EXAMPLES or word in self._own
                kind = "keyword" if word in _KEYWORDS else "name" if known else "unknown"
            style = self._style("string" if kind == "number" else kind)
            text.stylize(style, start + found.start(), start + found.end())

    def _style(self, part: str) -> Style:
        found = self._styles_of.get(part)
        if found is None:
            style = self.get_component_rich_style(f"template-text--{part}", partial=True)
            found = self._styles_of[part] = style
        return found


def _drawable(line: str) -> str:
    """The line with a sign in place of each character that shows nothing: places stay what they are."""
    return line if line.isprintable() else "".join(char if char.isprintable() or char == "\t" else "¿" for char in line)
