"""How a key is declared: every binding has an id (to be remapped by), a word for the key bar and a sentence of help."""

from __future__ import annotations

from textual.binding import Binding
from textual.keys import KEY_TO_UNICODE_NAME, format_key

from carat_tui.locale import N_, _

KEY_TO_UNICODE_NAME.setdefault("slash", "SOLIDUS")
"""Textual knows no character for its key "slash", and so would offer it as an act while a text field takes it."""


def key(
    keys: str,
    action: str,
    label: str,
    *,
    id: str,
    help: str,
    show: bool = True,
    priority: bool = False,
) -> Binding:
    """A binding. ``label`` and ``help`` are marked with ``N_``: they are translated when they are drawn."""
    return Binding(keys, action, label, id=id, tooltip=help, show=show, priority=priority)


_NAMES = {
    "escape": N_("Esc"),
    "enter": N_("Enter"),
    "space": N_("Space"),
    "tab": N_("Tab"),
    "shift+tab": N_("Shift+Tab"),
    "backspace": N_("Backspace"),
    "delete": N_("Del"),
    "insert": N_("Ins"),
    "home": N_("Home"),
    "end": N_("End"),
    "pageup": N_("PgUp"),
    "pagedown": N_("PgDn"),
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


def key_name(key: str) -> str:
    """A key as people read it on their keyboard, in the language of the screen: ``?``, ``F8``, ``Ctrl+P``, ``Esc``."""
    if key in _NAMES:
        return _(_NAMES[key])
    modifier, plus, rest = key.rpartition("+")
    if plus and modifier:
        names = {"ctrl": _("Ctrl"), "shift": _("Shift"), "alt": "Alt"}
        name = key_name(rest)
        return f"{names.get(modifier, modifier)}+{name.upper() if len(name) == 1 else name}"
    return key.upper() if key[:1] == "f" and key[1:].isdecimal() else format_key(key)
