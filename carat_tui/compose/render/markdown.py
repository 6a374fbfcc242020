"""The HTML template of a Markdown template, made once per version: the Jinja tags stay, so data never meets Markdown.

A customer's name can therefore not become a heading, a link or HTML, whatever it holds (docs/architecture.md).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment
    from markdown_it import MarkdownIt

# Letters and figures only: the Markdown reader takes such a mark for a word and changes nothing about it.
_MARK = re.compile(r"qzjinja(\d{4})qz")
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_LINK_START = re.compile(r'href="qzjinja(\d{4})qz')
_MARKDOWN_LINK = re.compile(r"(?<!\\)\[([^\]\[]+)\]\(((?:\{\{.*?\}\}|[^\s()])+)\)")
_PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="font-family: 'Source Sans 3', 'Segoe UI', Helvetica, Arial, sans-serif; font-size: 16px; line-height: 1.5">
{body}
</body>
</html>
"""


def html_template(environment: Environment, source: str, language: str) -> str:
    """Jinja source of the HTML part for the Markdown ``source`` of an e-mail."""
    marked, tags = _protect(environment, source)
    body = str(_reader().render(_isolate(marked, tags)))
    body = _PARAGRAPH.sub(lambda found: _hoist(found[1], tags), body)
    body = _LINK_START.sub(lambda found: 'href="' + _as_weblink(tags[int(found[1])]), body)
    restored = _MARK.sub(lambda found: tags[int(found[1])], body)
    return _PAGE.format(language=language, body="\x00").replace("\x00", restored.strip())


def text_template(source: str) -> str:
    """Jinja source of the plain text part: links become readable, the rest is readable as it is."""
    return _MARKDOWN_LINK.sub(r"\1 (\2)", source)


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Images would tell the sender who reads when; raw HTML stays text.
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
        ["image", "html_block", "html_inline", "entity"]
    )


def _protect(environment: Environment, source: str) -> tuple[str, list[str]]:
    """The source with every Jinja tag replaced by a mark, and the tags."""
    done: list[str] = []
    tags: list[str] = []
    open_tag: list[str] | None = None
    for _, kind, value in environment.lex(source):
        if open_tag is None and kind.endswith("_begin"):
            open_tag = []
        if open_tag is None:
            done.append(value)
            continue
        open_tag.append(value)
        if kind.endswith("_end"):
            done.append(f"qzjinja{len(tags):04}qz")
            tags.append("".join(open_tag))
            open_tag = None
    return "".join(done), tags


def _is_block(tag: str) -> bool:
    return tag.startswith(("{%", "{#"))


def _isolate(marked: str, tags: list[str]) -> str:
    """Put lines that hold nothing but block tags into paragraphs of their own, so that they end up between blocks."""
    lines = []
    for line in marked.split("\n"):
        numbers = [int(found) for found in _MARK.findall(line)]
        alone = bool(numbers) and not _MARK.sub("", line).strip() and all(_is_block(tags[n]) for n in numbers)
        lines.append(f"\n{line.strip()}\n" if alone else line)
    return "\n".join(lines)


def _hoist(inner: str, tags: list[str]) -> str:
    """A paragraph with the block tags that belong around it moved out of its ``<p>``."""
    before, after = "", ""
    while (first := _MARK.match(inner)) and _belongs_outside(inner, first, tags):
        before += first[0]
        inner = inner[first.end() :].lstrip()
    while (last := re.search(_MARK.pattern + r"\s*$", inner)) and _is_closing_alone(inner, int(last[1]), tags):
        after = last[0].strip() + after
        inner = inner[: last.start()].rstrip()
    return f"{before}<p>{inner}</p>{after}" if inner.strip() else before + after


def _depths(inner: str, tags: list[str]) -> list[tuple[str, int]]:
    """The block tags of a paragraph, each with how deep it stands after it (0 = all opened here are closed)."""
    depth, found = 0, []
    for number in _MARK.findall(inner):
        word = _word(tags[int(number)])
        depth += word in ("if", "for")
        depth -= word in ("endif", "endfor")
        found.append((word, depth))
    return found


def _word(tag: str) -> str:
    match = re.match(r"\{%[-+]?\s*(\w+)", tag)
    return match[1] if match else ""


def _belongs_outside(inner: str, first: re.Match[str], tags: list[str]) -> bool:
    word = _word(tags[int(first[1])])
    if word not in ("if", "for"):
        return word in ("endif", "endfor", "else", "elif", "set") or tags[int(first[1])].startswith("{#")
    depths = _depths(inner, tags)
    if all(depth > 0 for _, depth in depths):
        return True  # closed in a later paragraph
    closes = next(index for index, (_, depth) in enumerate(depths) if depth == 0)
    branches = any(word in ("else", "elif") and depth == 1 for word, depth in depths[:closes])
    return closes == len(depths) - 1 and not branches and bool(re.search(_MARK.pattern + r"\s*$", inner))


def _is_closing_alone(inner: str, number: int, tags: list[str]) -> bool:
    """Whether the last tag closes something that is not opened in what is left of the paragraph."""
    word = _word(tags[number])
    depths = _depths(inner, tags)
    return (word in ("endif", "endfor") and depths[-1][1] < 0) or (word in ("if", "for") and depths[-1][1] > 0)


def _as_weblink(tag: str) -> str:
    """An expression at the start of a link's address goes through the filter that lets only web addresses pass."""
    expression = tag.removeprefix("{{").removesuffix("}}").strip("-+ ")
    return "{{ (" + expression + ")|weblink }}" if tag.startswith("{{") else tag
