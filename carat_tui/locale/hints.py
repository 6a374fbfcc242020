"""Hints of the core on a screen: what tells of a command line says the cockpit's own way, or nothing."""

from __future__ import annotations

import re

from carat_tui.locale import N_, _, told

# A list that the person has open already, or an option of a command that is not run here.
_NEEDLESS = re.compile(
    r"`carat [a-z ]+ (?:list|history)` (?:shows|names) (?:them|the \w+)(?: with their ids)?\."
    r"|`carat settings get \S+` shows it\."
    r"|`carat template check` shows all .*"
    r"|Give it with --[a-z]+(?: or --[a-z]+)?\."
    r"|For example: --why .*"
)
_INSTEAD = {
    "Settle it with `carat outbox resolve`.": N_("Settle it in the outbox."),
    "Let it go on with `carat outbox release`.": N_("Release it in the outbox."),
    "It can be taken back: carat document handed-over --undo.": N_("It can be taken back in the orders."),
    "`carat template restore` goes back to an older version.": N_("Go back to an older version instead."),
}


def hint_for_screen(hint: str) -> str:
    """``hint`` of a ``CaratError`` or a finding in the language of the screen; empty if nothing is to be said here."""
    if _NEEDLESS.fullmatch(hint):
        return ""
    return _(_INSTEAD[hint]) if hint in _INSTEAD else told(hint)
