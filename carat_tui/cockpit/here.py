"""What can be done at this moment: the keys of whatever has the focus, for the help page and the palette."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from carat_tui.cockpit.page import Area, Page
from carat_tui.cockpit.reasons import reason_of
from carat_tui.locale import N_, _

FOCUS, PAGE, EVERYWHERE = N_("Where the focus is"), N_("On this page"), N_("Everywhere")
"""The places that keys belong to, from near to far."""


@dataclass(frozen=True, slots=True)
class Act:
    """One key that works now. ``keys`` as people read them; ``reason`` why it cannot be used, "" = it can."""

    node: DOMNode
    binding: Binding
    keys: str
    label: str
    help: str
    reason: str
    place: str


def acts_here(screen: Screen[Any]) -> list[Act]:
    """Every own key that is active on ``screen``, the nearest to the focus first; two keys of one act are one entry."""
    app = screen.app
    by_id: dict[str, list[tuple[DOMNode, Binding, bool]]] = {}
    for node, binding, enabled, _tooltip in screen.active_bindings.values():
        if binding.id:
            by_id.setdefault(binding.id + binding.action, []).append((node, binding, enabled))
    return [_act(app, found) for found in by_id.values()]


def _act(app: App[Any], found: list[tuple[DOMNode, Binding, bool]]) -> Act:
    node, binding, enabled = found[0]
    return Act(
        node,
        binding,
        " ".join(dict.fromkeys(app.get_key_display(one) for _node, one, _enabled in found)),
        _(binding.description),
        _(binding.tooltip),
        "" if enabled else reason_of(app, node, binding.action),
        EVERYWHERE if node is app else PAGE if isinstance(node, Area | Screen) else FOCUS,
    )


def explained(screen: Screen[Any]) -> list[str]:
    """What the places around the focus are for, the nearest first."""
    start: DOMNode = screen.focused or _shown_area(screen) or screen
    return _texts(node for node in start.ancestors_with_self if isinstance(node, Page))


def _shown_area(screen: Screen[Any]) -> Area | None:
    return next((area for area in screen.query(Area) if area.display), None)


def _texts(pages: Iterable[Page]) -> list[str]:
    return list(dict.fromkeys(_(page.HELP) for page in pages if page.HELP))


async def do(app: App[Any], act: Act) -> None:
    """Do what the key of ``act`` does, as if it had been pressed."""
    await app.run_action(act.binding.action, act.node)
