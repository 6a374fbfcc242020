"""What changed between two texts, with a sign and a colour for each line."""

from __future__ import annotations

from textual.content import Content

from carat_tui.cockpit.words import shown
from carat_tui.compose.versions import Change, diff
from carat_tui.locale import _

_SIGNS = {"+": ("+ ", "$text-success"), "-": ("− ", "$text-error"), " ": ("  ", ""), "@": ("", "$text-muted")}


def changes(before: str, after: str) -> Content:
    """``after`` against ``before``; a sentence if they are the same."""
    found = diff(before, after)
    if not found:
        return shown(_("The texts are the same."), "$text-muted")
    return Content("\n").join(_line(change) for change in found)


def _line(change: Change) -> Content:
    sign, style = _SIGNS[change.kind]
    if change.kind == "@":
        return shown("┄" * 12, style)
    return shown(sign + change.text, style)
