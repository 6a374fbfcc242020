"""An SMS as the telephone shows it: one bubble for each part that is paid for, and what made it dear."""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len
from textual.content import Content

from carat_tui.cockpit.words import shown
from carat_tui.locale import _, n_
from carat_tui.model import sms

_WIDEST = 44
_ROOM = {"GSM-7": (160, 153), "UCS-2": (70, 67)}
_MOST_NAMED = 5


def bubbles(text: str, width: int) -> Content:
    """The parts of ``text`` in boxes at most ``width`` cells wide, under a line that counts them."""
    counted = sms.count(text)
    lines = [_summary(counted), *_costly(counted), Content("")]
    inner = max(10, min(width, _WIDEST) - 4)
    many = len(counted.parts)
    for number, part in enumerate(counted.parts, start=1):
        lines += _bubble(part, inner, _foot(counted, part, number, many), counted.foreign)
    return Content("\n").join(lines)


def _summary(counted: sms.Counted) -> Content:
    parts = len(counted.parts)
    words = n_("{n} part", "{n} parts", parts).format(n=parts)
    alphabet = _("SMS alphabet") if counted.encoding == "GSM-7" else _("UCS-2: 70 characters a part")
    left = n_("{n} character left", "{n} characters left", counted.left).format(n=counted.left)
    style = "$text-success" if parts <= 1 and not counted.foreign else "$text-warning"
    return Content.assemble(shown(words, f"bold {style}"), shown(f" · {alphabet} · {left}", "$text-muted"))


def _costly(counted: sms.Counted) -> list[Content]:
    """The characters outside the alphabet by name: each of them alone makes the SMS dear."""
    found = []
    for char in counted.foreign[:_MOST_NAMED]:
        name = unicodedata.name(char, _("character without a name"))
        words = _("is not in the SMS alphabet; it makes every part shorter")
        found.append(
            Content.assemble(shown(f" {char} ", "$text-warning reverse"), shown(f" U+{ord(char):04X} {name}: {words}"))
        )
    if (more := len(counted.foreign) - _MOST_NAMED) > 0:
        found.append(shown(n_("and {n} more", "and {n} more", more).format(n=more), "$text-warning"))
    return found


def _foot(counted: sms.Counted, part: str, number: int, many: int) -> str:
    units = sms.count(part).units if not counted.foreign else len(part.encode("utf-16-le", "surrogatepass")) // 2
    single, several = _ROOM[counted.encoding]
    return f" {number}/{many} · {units}/{single if many == 1 else several} "


def _bubble(part: str, inner: int, foot: str, foreign: str) -> list[Content]:
    rows = [line for block in part.split("\n") for line in _wrapped(block, inner)]
    box = "$text-primary"
    lines = [shown("╭" + "─" * (inner + 2) + "╮", box)]
    for row in rows:
        pad = " " * (inner - cell_len(row))
        lines.append(Content.assemble(shown("│ ", box), _marked(row, foreign), pad, shown(" │", box)))
    lines.append(shown("╰" + "─" * max(0, inner + 2 - cell_len(foot)) + foot + "╯", box))
    return lines


def _wrapped(text: str, inner: int) -> list[str]:
    """Broken between words; a word that is too long, anywhere. Nothing is left out."""
    lines, line = [], ""
    for word in _words(shown(text).plain, inner):
        if line and cell_len(line) + cell_len(word.rstrip(" ")) > inner:
            lines.append(line.rstrip(" "))
            line = ""
        line += word
    return [*lines, line.rstrip(" ")]


def _words(text: str, inner: int) -> list[str]:
    """Words, each with the spaces behind it, cut where one alone is too long."""
    found = []
    for raw in text.split(" "):
        word = raw
        while cell_len(word) > inner:
            found.append(word[: inner // 2])
            word = word[inner // 2 :]
        found.append(word + " ")
    return found


def _marked(row: str, foreign: str) -> Content:
    if not any(char in foreign for char in row):
        return shown(row)
    return Content.assemble(*(shown(char, "$text-warning reverse" if char in foreign else "") for char in row))
