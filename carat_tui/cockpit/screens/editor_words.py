"""The editor's keys, and what it says below the text."""

from __future__ import annotations

from textual.binding import BindingType
from textual.content import Content

from carat_tui.cockpit.keys import key
from carat_tui.cockpit.words import shown
from carat_tui.locale import N_, _, n_, told
from carat_tui.services.studio import Seen

EDITOR_KEYS: list[BindingType] = [
    key("ctrl+s", "save", N_("Save"), id="editor.save", help=N_("Save the text as a new version."), priority=True),
    key("f2", "values", N_("Placeholders"), id="editor.values",
        help=N_("The placeholders with their values; Enter writes one into the text.")),
    key("f3", "order", N_("Order"), id="editor.order", help=N_("Show the text for another order.")),
    key("f4", "language", N_("Language"), id="editor.language", help=N_("Edit this text in another language.")),
    key("f5", "channel", N_("Way"), id="editor.channel", help=N_("Edit the mail, the SMS or the letter.")),
    key("f6", "sides", N_("Picture"), id="editor.sides", help=N_("To the picture and back to the text.")),
    key("f7", "large", N_("Large"), id="editor.large", help=N_("The picture alone, or text and picture.")),
    key("ctrl+l", "mistake", N_("Mistake"), id="editor.mistake", help=N_("To the line of the mistake.")),
    key("ctrl+t", "trial", N_("Test"), id="editor.trial",
        help=N_("Write this text as a test message to yourself; nothing leaves.")),
    key("ctrl+o", "outside", N_("Own editor"), id="editor.outside",
        help=N_("Edit the text in the editor that EDITOR names."), show=False),
]  # fmt: skip


def verdict(seen: Seen) -> Content:
    """Below the text: whether it can be written, or what is wrong and where."""
    if seen.preview is None:
        where = _("line {line}").format(line=seen.line) + ": " if seen.line else ""
        return shown(f"✗ {where}{told(seen.words)}", "$text-error", lines=True)
    if not seen.notes:
        return shown("✓ " + _("This can be written."), "$text-success")
    first, more = seen.notes[0], len(seen.notes) - 1
    words = f"! {_('line {line}').format(line=first.line)}: {told(first.message)}"
    rest = " " + n_("(and {n} more)", "(and {n} more)", more).format(n=more) if more else ""
    return shown(words + rest, "$text-warning")
