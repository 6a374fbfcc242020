"""Previews for somebody who looks at a text while it changes: one renderer, kept warm, one look after another."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from carat_tui.compose import templates, versions
from carat_tui.compose.check import Finding, notes
from carat_tui.compose.preview import Preview, Unwritten, Wanted, preview
from carat_tui.compose.renderer import Renderer
from carat_tui.compose.templates import BadTemplate
from carat_tui.model.clock import Clock
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.store.database import Store
from carat_tui.store.templates import Key


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be looked at: a text (None = the file's) for an order number (empty = example values)."""

    key: Key
    source: str | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen. Without a ``preview``: the reason in ``words`` and the ``line`` of the text (0 = none); ``text``
    is what was rendered all the same. ``values`` are what the text may print."""

    preview: Preview | None = None
    words: str = ""
    line: int = 0
    text: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Finding, ...] = ()
    """What is worth a look, though messages are written."""


class Studio:
    """``look`` may be called by any thread and takes its turn; ``close`` ends a look that is under way."""

    def __init__(self, store: Store, home: Home, clock: Clock) -> None:
        self._store, self._home, self._clock = store, home, clock
        self._renderer = Renderer()
        self._turn = threading.Lock()

    def look(self, look: Look) -> Seen:
        """The preview, or why there is none. Never raises for what is wrong with the text."""
        with self._turn:
            try:
                return self._look(look)
            except Unwritten as error:
                text = error.rendered.text if error.rendered else ""
                return Seen(None, error.bare, error.line, text, error.values)
            except BadTemplate as error:
                return Seen(None, error.words, error.line)
            except CaratError as error:
                return Seen(None, str(error))

    def _look(self, look: Look) -> Seen:
        key, home = look.key, self._home
        source = versions.read(home, key).source if look.source is None else look.source
        template = templates.parse(templates.path_of(home, *key), source)
        wanted = Wanted(key.name, key.channel, key.language, look.document or None, template, look=True)
        found = preview(self._store, home, self._renderer, wanted, self._clock())
        return Seen(found, values=found.values, notes=tuple(notes(home, template)))

    def close(self) -> None:
        """End the renderer. A look that is under way comes back at once, with a reason that nobody reads."""
        self._renderer.abort()
        with self._turn:
            self._renderer.close()
