"""Titles of goods, short enough for the place where they stand. Source: DOMAIN G.2, G.3."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from carat_tui.model.words import counted, join

SINGLE = 60
"""Longest title where it stands alone."""
IN_LIST = 30
"""Longest title in a list."""
SHORTEST = 15
"""Below this a title says nothing; then the number is told instead."""
MOST = 10
"""More titles than this are never listed in an SMS."""

_SUBTITLE_FROM = 40


def shorten(title: str, longest: int) -> str:
    """The main title in at most ``longest`` characters, cut with three dots (the ellipsis is no SMS character)."""
    text = " ".join(title.split())
    if len(text) > _SUBTITLE_FROM:
        text = _main_title(text)
    if len(text) <= longest:
        return text
    return text[: longest - 3].rstrip(" ,;:.-/(") + "..."


def _main_title(text: str) -> str:
    cuts = [text.find(mark) for mark in (" : ", " - ", ". ")]
    return text[: min((cut for cut in cuts if cut > 0), default=len(text))]


def list_variants(language: str, titles: Sequence[str]) -> Iterator[str]:
    """Ways to tell of ``titles`` in a short message, from the longest to the shortest (the number alone)."""
    if len(titles) <= MOST:
        seen = ""
        for longest in range(IN_LIST, SHORTEST - 1, -3):
            text = join(language, [shorten(title, longest) for title in titles])
            if text != seen:
                yield text
            seen = text
    yield counted(language, "title", len(titles))


def single_variants(title: str) -> Iterator[str]:
    """Ways to tell of one title, from the longest to the shortest."""
    seen = ""
    for longest in range(SINGLE, SHORTEST - 1, -5):
        text = shorten(title, longest)
        if text != seen:
            yield text
        seen = text
