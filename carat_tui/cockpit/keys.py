"""How a key is declared: every binding has an id (to be remapped by), a word for the key bar and a sentence of help."""

from __future__ import annotations

from textual.binding import Binding


def key(
    keys: str,
    action: str,
    label: str,
    *,
    id: str,  # noqa: A002
    help: str,  # noqa: A002
    show: bool = True,
    priority: bool = False,
) -> Binding:
    """A binding. ``label`` and ``help`` are marked with ``N_``: they are translated when they are drawn."""
    return Binding(keys, action, label, id=id, tooltip=help, show=show, priority=priority)
