"""What the form of a message says while somebody types: its length, what makes it dear, what becomes of the note."""

from __future__ import annotations

from pathlib import Path

from textual.content import Content

from carat_tui.cockpit.words import shown
from carat_tui.locale import _, n_
from carat_tui.model import sms
from carat_tui.services.suggestion import Suggestion

Words = tuple[str, str]
"""A text and its style."""


def length(suggestion: Suggestion, channel: str, text: str, pages: int | None) -> Words:
    """How long the message is, in what counts for its way. ``pages`` of the letter, None = not known yet."""
    if channel == "sms":
        return _sms(suggestion, text)
    if channel == "letter":
        return (n_("{n} page", "{n} pages", pages).format(n=pages), "") if pages else ("…", "$text-muted")
    return n_("{n} character", "{n} characters", len(text.strip())).format(n=len(text.strip())), ""


def _sms(suggestion: Suggestion, text: str) -> Words:
    found, lost = suggestion.count_sms(text)
    parts = max(1, len(found.parts))
    size = _("{parts} · {left} left in this part · {alphabet}").format(
        parts=n_("{n} SMS", "{n} SMS", parts).format(n=parts), left=found.left, alphabet=found.encoding
    )
    if lost:
        return _("No SMS can hold: {characters}").format(characters=_spaced(lost)), "$text-error"
    if parts > suggestion.sms_parts:
        most = n_("at most {n} part is allowed", "at most {n} parts are allowed", suggestion.sms_parts)
        return f"{size} · {most.format(n=suggestion.sms_parts)}{_because(found)}", "$text-error"
    if found.foreign:
        return f"{size}{_because(found)}", "$text-warning"
    return size, "$text-warning" if parts > 1 else ""


def _because(found: sms.Counted) -> str:
    if not found.foreign:
        return ""
    return " · " + _("dear because of {characters}").format(characters=_spaced(found.foreign[:8]))


def _spaced(characters: str) -> str:
    return " ".join(f"U+{ord(char):04X}" if char.isspace() else char for char in characters)


def note(suggestion: Suggestion, full: list[str]) -> Words:
    """What becomes of the orders' notes, and of the shop's copy."""
    if not suggestion.orders:
        return "", ""
    if not full:
        return _("The text goes into the note of the order."), "$text-muted"
    if not suggestion.shop_email:
        words = _("The note of {orders} is full, and the shop has no e-mail address for a copy.")
        return words.format(orders=", ".join(full)), "$text-error"
    return _("The note of {orders} is full: the shop gets a copy.").format(orders=", ".join(full)), "$text-warning"


def paths(text: str) -> list[Path]:
    """The files that were typed, separated by semicolons."""
    return [Path(part.strip()).expanduser() for part in text.split(";") if part.strip()]


def files(text: str) -> Words:
    """How many files are attached and how large they are, or which is not there."""
    sizes = []
    for path in paths(text):
        try:
            sizes.append(path.stat().st_size if path.is_file() else -1)
        except OSError:
            sizes.append(-1)
        if sizes[-1] < 0:
            return _("{file} is no file.").format(file=path), "$text-error"
    if not sizes:
        return _("several are separated by ;"), "$text-muted"
    return n_("{n} file, {kb} KB", "{n} files, {kb} KB", len(sizes)).format(n=len(sizes), kb=-(-sum(sizes) // 1024)), ""


def told(words: Words) -> Content:
    """For a ``Plain``."""
    return shown(*words)
