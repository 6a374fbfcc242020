"""Why a key cannot be used now: asked of the page that the key belongs to."""

from __future__ import annotations

from typing import Any

from textual.actions import parse
from textual.app import App
from textual.dom import DOMNode

from carat_tui.cockpit.page import Page


def reason_of(app: App[Any], node: DOMNode, action: str) -> str:
    """The reason against ``action`` (as a binding names it) at ``node``; empty when there is none."""
    destination, name, parameters = parse(action)
    target = {"app": app, "screen": app.screen}.get(destination, node) if destination else node
    return target.why_not(name, parameters) if isinstance(target, Page) else ""
