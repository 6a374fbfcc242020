"""The ways of a message by hand as a list of which one is chosen: preferred, possible, impossible and why."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from carat_tui.cockpit.words import channel_word, shown
from carat_tui.locale import _, told
from carat_tui.services.suggestion import Suggestion, Way


class Ways(OptionList):
    """One line a way; up and down choose. A way that nothing can make possible cannot be chosen."""

    def __init__(self, suggestion: Suggestion) -> None:
        self._suggestion = suggestion
        options = [
            Option(self._line(way, False), id=way.channel, disabled=bool(closed(suggestion, way)))
            for way in suggestion.ways
        ]
        super().__init__(*options, id="ways", compact=True)

    @property
    def channel(self) -> str:
        """The chosen way; empty where none can be chosen."""
        if self.highlighted is None:
            return ""
        return self.get_option_at_index(self.highlighted).id or ""

    def choose_first(self) -> None:
        """The way that the rules would take, else the first with an address, else the first that can be chosen."""
        possible = [way for way in self._suggestion.ways if not closed(self._suggestion, way)]
        ranked = sorted(possible, key=lambda way: (way.channel != self._suggestion.channel, not way.best))
        if ranked:
            self.highlighted = self.get_option_index(ranked[0].channel)

    def watch_highlighted(self, highlighted: int | None) -> None:
        """The chosen way is marked by a sign, too, not by its colour alone."""
        for way in self._suggestion.ways:
            self.replace_option_prompt(way.channel, self._line(way, way.channel == self.channel))
        super().watch_highlighted(highlighted)

    def _line(self, way: Way, chosen: bool) -> Content:
        name = f"({'•' if chosen else ' '}) {channel_word(way.channel)}".ljust(13)
        reason, style = self._words(way)
        return Content.assemble(shown(name), shown(f"{way.best}  " if way.best else ""), shown(reason, style))

    def _words(self, way: Way) -> tuple[str, str]:
        if why := closed(self._suggestion, way):
            return why, "$text-error"
        if way.trouble:
            return _("{why} – type another address").format(why=told(way.trouble)), "$text-warning"
        if way.channel == self._suggestion.channel:
            why = "; ".join(told(part) for part in self._suggestion.why.split("; ")[:1])
            return _("← {why}").format(why=why), "$text-success"
        return "", ""


def closed(suggestion: Suggestion, way: Way) -> str:
    """Why a way cannot be taken whatever is typed; empty = it can."""
    if way.channel == "email" and not suggestion.shop_email:
        return _("the shop's own e-mail address is not set")
    return told(way.trouble) if way.channel == "letter" else ""
