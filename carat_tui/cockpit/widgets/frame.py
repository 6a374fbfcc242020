"""The lines around every area: who and in which mode above, the areas below it, the keys at the bottom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from carat_tui.cockpit.engine_room import Place
from carat_tui.cockpit.words import shown
from carat_tui.locale import N_, _

if TYPE_CHECKING:
    from carat_tui.cockpit.deck import Deck

_ENGINE = {
    Place.STARTING: N_("engine starts"),
    Place.HERE: N_("engine runs here"),
    Place.ELSEWHERE: N_("engine: another process"),
    Place.NOWHERE: N_("no engine"),
}
_MODES = {
    "rehearsal": ("◌", N_("REHEARSAL"), N_("nothing leaves this PC")),
    "redirect": ("↪", N_("REDIRECT"), N_("all to {to}")),
    "paused": ("‖", N_("PAUSED"), N_("nothing is sent")),
    "stopped": ("■", N_("STOPPED"), N_("nothing is sent")),
    "live": ("●", N_("LIVE"), N_("customers get messages")),
}


@dataclass(frozen=True, slots=True)
class Situation:
    """What the top line tells. ``mode``: a key of ``_MODES``; ``to``: where redirect sends."""

    shop: str = ""
    mode: str = "rehearsal"
    to: str = ""
    place: Place = Place.STARTING
    trouble: str = ""


class TopBar(Widget):
    """Program and shop on the left, engine and mode on the right; the mode in colour and word."""

    situation: reactive[Situation] = reactive(Situation())

    def on_mount(self) -> None:
        """Never tell another mode than the one that is: not even until the app looks again."""
        from carat_tui.cockpit.situation import situation

        deck = cast("Deck", self.app)
        self.situation = situation(deck.store.read(), deck.room)

    def render(self) -> Content:
        """Shop at the left; the mode at the right is never cut, the shop's name is."""
        now = self.situation
        glyph, word, words = _MODES[now.mode]
        mode = shown(
            f" {glyph} {_(word)} · {_(words).format(to=now.to)} ", f"$mode-foreground on $mode-{now.mode} bold"
        )
        engine = (
            shown(f"✗ {_(_ENGINE[now.place])} ", "$text-error") if now.trouble else shown(f"{_(_ENGINE[now.place])} ")
        )
        mode_room = max(12, self.size.width - 4)
        right = Content.assemble(engine, mode) if self.size.width >= 90 else mode
        if right.cell_length > mode_room:
            right = right.truncate(mode_room, ellipsis=True)
        left = Content.assemble(shown(" carat ", "bold $text-accent"), shown(now.shop))
        room = max(0, self.size.width - right.cell_length)
        if left.cell_length > room:
            left = left.truncate(max(room - 1, 0), ellipsis=True)
        return Content.assemble(left, " " * max(0, room - left.cell_length), right)


class AreaTabs(Widget):
    """The areas with their digits; a click goes there."""

    active = reactive("")

    def __init__(self, areas: tuple[tuple[str, str, str], ...]) -> None:
        """``areas``: digit, id and title (marked with ``N_``)."""
        super().__init__()
        self._areas = areas
        self._ends: list[tuple[int, str]] = []

    def render(self) -> Content:
        """One line; the digits alone when the titles do not fit."""
        titles = [_(title) for _digit, _id, title in self._areas]
        short = sum(cell_len(title) + 4 for title in titles) > self.size.width
        parts: list[Content] = []
        self._ends, at = [], 0
        for (digit, area_id, _title), title in zip(self._areas, titles, strict=True):
            active = area_id == self.active
            label = f" {digit} {title} " if not short or active else f" {digit} {title[:3]} "
            parts.append(shown(label, "$tab-active-foreground on $tab-active-background bold" if active else ""))
            at += cell_len(label)
            self._ends.append((at, area_id))
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Go to the area under the pointer."""
        event.stop()
        for end, area_id in self._ends:
            if event.x < end:
                cast("Deck", self.app).go(area_id)
                return


_Label = tuple[str, str, str, str]
"""Text in the bar, key, reason against it, sentence of help."""


@dataclass(frozen=True, slots=True)
class _Item:
    start: int
    end: int
    action_key: str
    reason: str
    help: str


class KeyBar(Widget):
    """What can be done now: keys of the focus, dimmed with their reason when they cannot be used."""

    LAST = ("app.help", "app.palette")
    """Bindings that keep their place at the right end."""
    WIDE = 100
    """From here on, in cells, stopping is one of them."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[_Item] = []

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    def render(self) -> Content:
        """As many keys as fit; help and palette always."""
        first, last = self._labels()
        room = self.size.width - sum(cell_len(text) for text, *_rest in last)
        self._items.clear()
        parts: list[Content] = []
        at = 0
        for text, *rest in first:
            if at + cell_len(text) > room:
                break
            at = self._put(parts, at, text, *rest)
        parts.append(Content(" " * (room - at)))
        at = max(room, at)
        for text, *rest in last:
            at = self._put(parts, at, text, *rest)
        return Content.assemble(*parts)

    def _put(self, parts: list[Content], at: int, text: str, key: str, reason: str, sentence: str) -> int:
        shown_key, _space, label = text[1:].partition(" ")
        style = "$text-disabled" if reason else "$footer-key-foreground bold"
        parts.append(shown(f" {shown_key}", style))
        parts.append(shown(f" {label}", "$text-disabled" if reason else ""))
        end = at + cell_len(text)
        self._items.append(_Item(at, end, key, reason, sentence))
        return end

    def _labels(self) -> tuple[list[_Label], list[_Label]]:
        from carat_tui.cockpit.reasons import reason_of

        first: list[_Label] = []
        of_the_list: list[_Label] = []  # open and mark are known from every list: the page's own acts come before
        last: list[_Label] = []
        seen: set[tuple[str, str]] = set()
        for node, binding, enabled, _tooltip in self.screen.active_bindings.values():
            if not binding.show or (binding.action, binding.description) in seen:
                continue
            seen.add((binding.action, binding.description))
            reason = "" if enabled else reason_of(self.app, node, binding.action)
            text = f" {self.app.get_key_display(binding)} {_(binding.description)} "
            label = (text, binding.key, reason, _(binding.tooltip or ""))
            if binding.id in self.LAST or (binding.id == "app.stop" and self.size.width >= self.WIDE):
                last.append(label)
            elif (binding.id or "").startswith("list."):
                of_the_list.append(label)
            else:
                first.append(label)
        return [*first, *of_the_list], last

    def on_click(self, event: events.Click) -> None:
        """Press the key under the pointer."""
        event.stop()
        if item := self._at(event.x):
            self.app.simulate_key(item.action_key)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Say what the key under the pointer does, or why it cannot be used."""
        item = self._at(event.x)
        self.tooltip = shown(item.reason or item.help) if item and (item.reason or item.help) else None

    def _at(self, x: int) -> _Item | None:
        return next((item for item in self._items if item.start <= x < item.end), None)
