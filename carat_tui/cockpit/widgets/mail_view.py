"""A mail as its reader will see it: the HTML as text with its headings, lists and links, or the plain text part."""

from __future__ import annotations

from html.parser import HTMLParser

from textual.content import Content

from carat_tui.cockpit.words import shown
from carat_tui.compose.preview import Preview
from carat_tui.locale import _

_STYLES = {
    "strong": "bold",
    "b": "bold",
    "em": "italic",
    "i": "italic",
    "code": "$text-success",
    "a": "underline",
    "blockquote": "italic",
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "bold $text-accent"),
}
_BLOCKS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre"})
_UNSEEN = frozenset({"head", "style", "script", "title"})


def mail(preview: Preview, *, plain: bool = False) -> Content:
    """Subject and text; ``plain``: the part for programs that show no HTML."""
    if plain or not preview.html:
        body = shown(preview.text, lines=True)
    else:
        reader = _Reader()
        reader.feed(preview.html)
        reader.close()
        body = reader.content()
    label = shown(_("Subject") + ": ", "$text-muted")
    return Content.assemble(label, shown(preview.subject, "bold"), "\n\n", body)


class _Reader(HTMLParser):
    """Collects what HTML says, in lines; nothing in it is obeyed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[Content] = []
        self._open: list[str] = []
        self._lists: list[int | None] = []
        """The lists that are open: the next number, None for bullets."""
        self._links: list[str] = []
        self._gap = 0
        """Line ends that stand before the next text."""

    def content(self) -> Content:
        """All that was read."""
        return Content.assemble(*self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A mark begins."""
        if tag in _BLOCKS:
            self._gap = max(self._gap, 2 if self._parts and not self._lists else 1)
        if tag in ("ul", "ol"):
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._item()
        elif tag == "br":
            self._gap = 1
        elif tag == "hr":
            self._add("─" * 20, 1)
        if tag == "a":
            self._links.append(dict(attrs).get("href") or "")
        if tag not in ("br", "hr", "meta", "img"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """A mark ends."""
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag in _BLOCKS:
            self._gap = max(self._gap, 1 if self._lists else 2)
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self._gap = 2
        if tag == "a" and self._links:
            target = self._links.pop()
            if target and self._parts and target != self._parts[-1].plain:
                self._parts.append(shown(f" <{target}>", "$text-muted"))

    def handle_data(self, data: str) -> None:
        """Text, with line ends and runs of spaces as one space."""
        if _UNSEEN.intersection(self._open):
            return
        text = data if "pre" in self._open else " ".join(data.split())
        if not text:
            self._space()
            return
        if data[0].isspace():
            self._space()
        self._add(text, 0)
        if data[-1].isspace():
            self._space()

    def _space(self) -> None:
        if self._parts and not self._gap and not self._parts[-1].plain.endswith((" ", "\n")):
            self._parts.append(Content(" "))

    def _item(self) -> None:
        number = self._lists[-1] if self._lists else None
        if number is not None:
            self._lists[-1] = number + 1
        indent = "  " * max(0, len(self._lists) - 1)
        self._gap = max(self._gap, 1)
        self._add(f"{indent}{f'{number}.' if number is not None else '•'} ", 0)

    def _add(self, text: str, gap_after: int) -> None:
        if self._gap and self._parts:
            if self._parts[-1].plain == " ":
                self._parts.pop()
            self._parts.append(Content("\n" * self._gap))
        self._gap = gap_after
        style = " ".join(dict.fromkeys(_STYLES[tag] for tag in self._open if tag in _STYLES))
        self._parts.append(shown(text, style, lines=True))
