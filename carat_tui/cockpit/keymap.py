"""The person's own keys: read from the setting ``cockpit.keys``, and what they take away from other acts.

Textual moves keys by id, but says nothing about an act that has lost its key by it, because that act has an id, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from textual.binding import Binding
from textual.dom import DOMNode

Keymap = Mapping[str, str]
"""Id of a binding → its keys, separated by commas, as Textual names them."""


def read(text: str) -> Keymap:
    """``outbox.hold=H, app.stop=f7 f8`` as a keymap; what has no ``=`` is left out. ``?`` may be written as it is."""
    pairs = (part.partition("=") for part in text.split(","))
    return {name.strip(): _named(keys) for name, equals, keys in pairs if equals and name.strip() and keys.strip()}


def _named(keys: str) -> str:
    return ",".join(binding.key for key in keys.split() for binding in Binding.make_bindings([Binding(key, "")]))


def clashes(chain: Iterable[DOMNode], keymap: Keymap) -> set[tuple[str, str]]:
    """Pairs of ids that want one key on the way from the focus to the app, since the keymap moved one of them."""
    taken: dict[str, str] = {}
    found: set[tuple[str, str]] = set()
    for name, key in _keys(chain, keymap):
        before = taken.setdefault(key, name)
        if before != name and (before in keymap or name in keymap):
            found.add((before, name))
    return found


def _keys(chain: Iterable[DOMNode], keymap: Keymap) -> Iterator[tuple[str, str]]:
    """(id, key) of every binding of the chain that has an id, moved as the keymap says."""
    for node in chain:
        for base in type(node).__mro__:
            for binding in Binding.make_bindings(base.__dict__.get("BINDINGS", ())):
                if binding.id:
                    for key in keymap.get(binding.id, binding.key).split(","):
                        yield binding.id, key
