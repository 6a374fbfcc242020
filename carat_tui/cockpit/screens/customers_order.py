"""The order of ways of one customer, put together with the keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Dialog
from carat_tui.cockpit.words import Plain, channel_word, shown
from carat_tui.locale import N_, _
from carat_tui.model.message import ChannelKind


class OwnOrder(Dialog[tuple[str, ...] | None]):
    """Returns the ways in order, an empty tuple for the shop's order, None when nothing is to be changed."""

    HELP = N_(
        "The ways to this customer, tried from the top until one can be used. Space leaves a way out or takes it in,"
        " + and - move it, Enter keeps the order."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("space", "use", N_("Use or not"), id="own_order.use", help=N_("Leave this way out, or take it in.")),
        key("plus,K", "move(-1)", N_("Up"), id="own_order.up", help=N_("Try this way earlier.")),
        key("minus,J", "move(1)", N_("Down"), id="own_order.down", help=N_("Try this way later.")),
        key("d", "shops", N_("As the shop"), id="own_order.shops", help=N_("No own order: as the shop does it.")),
    ]

    def __init__(self, name: str, ways: Sequence[str], own: bool) -> None:
        super().__init__()
        self._name, self._own = name, own
        rest = [str(kind) for kind in ChannelKind if kind not in ways]
        self._ways = [*ways, *rest]
        self._used = set(ways)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(_("In which order may {name} be told?").format(name=self._name), classes="question")
            yield OptionList()
            keys = _("Space: use or not    + -: move    Enter: keep    D: as the shop    Esc: back")
            yield Plain(keys, classes="keys")

    def on_mount(self) -> None:
        self._show(0)
        self.query_one(OptionList).focus()

    def why_not(self, action: str, parameters: tuple[object, ...] = ()) -> str:
        """The shop's order needs no going back to where it holds already."""
        return _("The customer has no own order.") if action == "shops" and not self._own else ""

    def _show(self, at: int) -> None:
        options = self.query_one(OptionList)
        options.set_options(Option(self._line(way)) for way in self._ways)
        options.highlighted = at

    def _line(self, way: str) -> Content:
        used = [one for one in self._ways if one in self._used]
        place = f"{used.index(way) + 1}." if way in self._used else "– "
        words = channel_word(way) if way in self._used else _("{way} (not used)").format(way=channel_word(way))
        return shown(f"{place} {words}", "" if way in self._used else "$text-muted")

    def action_use(self) -> None:
        """Leave the marked way out, or take it in."""
        at = self.query_one(OptionList).highlighted or 0
        self._used ^= {self._ways[at]}
        self._show(at)

    def action_move(self, by: int) -> None:
        """Move the marked way."""
        at = self.query_one(OptionList).highlighted or 0
        to = min(max(at + by, 0), len(self._ways) - 1)
        self._ways.insert(to, self._ways.pop(at))
        self._show(to)

    def action_shops(self) -> None:
        """The shop's order again."""
        self.dismiss(())

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Keep it, if it holds a way."""
        event.stop()
        chosen = tuple(way for way in self._ways if way in self._used)
        if chosen:
            self.dismiss(chosen)
        else:
            self.app.warn(_("An order needs a way. For no notices at all, set the wish."))
