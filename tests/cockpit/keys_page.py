"""Writes docs/keys.md from the bindings themselves: ``make docs``. A test sees to it that the page is current."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import NamedTuple

from textual.binding import Binding
from textual.dom import DOMNode

import carat_tui.cockpit
from carat_tui.cockpit.areas import AREAS
from carat_tui.cockpit.keys import key_name
from carat_tui.cockpit.page import Page
from tests.cli.door import REPOSITORY

PAGE = REPOSITORY / "docs" / "keys.md"

_HEAD = """\
# Every key

This page is made from the cockpit itself (`make docs`). `?` and F1 say the same about whatever has the focus, and can
do it; Ctrl+P finds every act by its name. A key that cannot be used now is shown dimmed, and says why when pressed.

Keys can be moved: give the id and the new key (names as Textual has them: `H`, `f7`, `ctrl+k`, `question_mark`).

```
carat settings set cockpit.keys "outbox.hold=H, app.stop=f7"
```
"""


class Found(NamedTuple):
    """A binding and the class that declares it."""

    owner: type[DOMNode]
    binding: Binding


def bindings() -> list[Found]:
    """Every binding that a class of the cockpit declares itself, in the order of modules and lines."""
    for module in pkgutil.walk_packages(carat_tui.cockpit.__path__, "carat_tui.cockpit."):
        importlib.import_module(module.name)
    owners = sorted(set(_below(DOMNode)), key=lambda owner: (owner.__module__, owner.__qualname__))
    return [
        Found(owner, binding)
        for owner in owners
        if owner.__module__.startswith("carat_tui.cockpit.")
        for binding in owner.__dict__.get("BINDINGS", ())
    ]


def _below(owner: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for child in owner.__subclasses__():
        yield child
        yield from _below(child)


def page() -> str:
    """The whole page."""
    return _HEAD + "".join(_lines())


def _lines() -> Iterator[str]:
    groups: dict[str, list[Found]] = {}
    for found in bindings():
        groups.setdefault((found.binding.id or "").partition(".")[0], []).append(found)
    titles = {"app": "Everywhere", "list": "In every list"}
    titles |= {area_id: f"{digit} {title}" for digit, area_id, title, _name in AREAS}
    first = [name for name in titles if name in groups]
    for name in [*first, *sorted(set(groups) - set(first))]:
        yield f"\n## {titles.get(name) or name.replace('_', ' ').capitalize()}\n"
        if purpose := _purpose(groups[name]):
            yield f"\n{purpose}\n"
        yield "\n| key | act | what it does | id |\n|---|---|---|---|\n"
        yield from (_row(found.binding) for found in groups[name])


def _purpose(found: list[Found]) -> str:
    """What the page says of itself whose keys these are: that of the class with most of them."""
    owners = [one.owner for one in found if issubclass(one.owner, Page) and one.owner.HELP]
    return str(max(owners, key=owners.count).HELP) if owners else ""


def _row(binding: Binding) -> str:
    keys = " ".join(f"`{key_name(key.strip())}`" for key in binding.key.split(","))
    return f"| {keys} | {binding.description} | {binding.tooltip} | `{binding.id}` |\n".replace("`|`", "`\\|`")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
