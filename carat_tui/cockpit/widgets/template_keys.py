"""The keys inside a template's text: Textual's own, with ids and words, so that they can be moved and explained."""

from __future__ import annotations

from textual.binding import BindingType

from carat_tui.cockpit.keys import key
from carat_tui.locale import N_

_MOVING = N_("Move the cursor; with Shift mark the text on the way.")
_CHANGING = N_("Change the text.")
_TABLE = (
    ("up", "cursor_up", N_("Line up"), _MOVING),
    ("down", "cursor_down", N_("Line down"), _MOVING),
    ("left", "cursor_left", N_("Left"), _MOVING),
    ("right", "cursor_right", N_("Right"), _MOVING),
    ("ctrl+left", "cursor_word_left", N_("Word left"), _MOVING),
    ("ctrl+right", "cursor_word_right", N_("Word right"), _MOVING),
    ("home,ctrl+a", "cursor_line_start", N_("Start of the line"), _MOVING),
    ("end,ctrl+e", "cursor_line_end", N_("End of the line"), _MOVING),
    ("pageup", "cursor_page_up", N_("Page up"), _MOVING),
    ("pagedown", "cursor_page_down", N_("Page down"), _MOVING),
    ("shift+up", "cursor_up(True)", N_("Mark up"), _MOVING),
    ("shift+down", "cursor_down(True)", N_("Mark down"), _MOVING),
    ("shift+left", "cursor_left(True)", N_("Mark left"), _MOVING),
    ("shift+right", "cursor_right(True)", N_("Mark right"), _MOVING),
    ("shift+home", "cursor_line_start(True)", N_("Mark to the start"), _MOVING),
    ("shift+end", "cursor_line_end(True)", N_("Mark to the end"), _MOVING),
    ("ctrl+g", "select_all", N_("Mark all"), _MOVING),
    ("backspace", "delete_left", N_("Delete left"), _CHANGING),
    ("delete,ctrl+d", "delete_right", N_("Delete right"), _CHANGING),
    ("ctrl+w", "delete_word_left", N_("Delete the word"), _CHANGING),
    ("ctrl+u", "delete_to_start_of_line", N_("Delete to the start"), _CHANGING),
    ("ctrl+k", "delete_to_end_of_line_or_delete_line", N_("Delete to the end"), _CHANGING),
    ("ctrl+x", "cut", N_("Cut"), _CHANGING),
    ("ctrl+c", "copy", N_("Copy"), _CHANGING),
    ("ctrl+v", "paste", N_("Paste"), _CHANGING),
    ("ctrl+z", "undo", N_("Undo"), _CHANGING),
    ("ctrl+y", "redo", N_("Redo"), _CHANGING),
)


def _id(action: str) -> str:
    return "text." + action.replace("(True)", "_marking")


TEXT_KEYS: list[BindingType] = [
    key(keys, action, label, id=_id(action), help=sentence, show=False) for keys, action, label, sentence in _TABLE
]
