"""One text being edited: what it began from, what lies on the disk by now, the draft that survives a crash."""

from __future__ import annotations

from dataclasses import dataclass

from carat_tui.compose import templates, unsaved, versions
from carat_tui.compose.unsaved import Draft
from carat_tui.compose.versions import Changed, Saved, Text
from carat_tui.model.clock import Clock, stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.store import templates as rows
from carat_tui.store.database import Store
from carat_tui.store.templates import Key


@dataclass(slots=True)
class Editing:
    """``base`` is the text that the typing began from, ``draft`` what an editor that ended badly left behind."""

    store: Store
    home: Home
    key: Key
    who: str
    clock: Clock
    base: Text
    draft: Draft | None
    version: int = 0
    _kept: str | None = None
    _mark: tuple[int, int] = (0, 0)

    @classmethod
    def open(cls, store: Store, home: Home, key: Key, who: str, clock: Clock) -> Editing:
        """Read the file. Raises ``CaratError`` if it cannot be read."""
        made = cls(store, home, key, who, clock, versions.read(home, key), unsaved.left(home, key))
        made._look()
        return made

    def _look(self) -> None:
        newest = rows.latest(self.store.read(), self.key)
        self.version = newest.number if newest is not None and newest.sha256 == self.base.digest else 0
        self._mark = self._stat()

    def _stat(self) -> tuple[int, int]:
        try:
            found = templates.path_of(self.home, *self.key).stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)

    def dirty(self, source: str) -> bool:
        """Whether ``source`` is anything else than the saved text."""
        return source.rstrip("\n") != self.base.source.rstrip("\n")

    def take_up(self, draft: Draft) -> None:
        """Go on with a draft: a save then asks if the file is not the one that the draft began from."""
        self.base = Text(self.base.source, draft.base)
        self._kept = draft.source

    def keep(self, source: str) -> None:
        """Put the typed text on the disk, if it is not there already; raises ``CaratError``."""
        if not self.dirty(source):
            self.forget()
        elif source != self._kept:
            unsaved.keep(self.home, self.key, Draft(source, self.base.digest, stamp(self.clock()), self.who))
            self._kept = source

    def forget(self) -> None:
        """The draft is not wanted any more."""
        if self._kept is not None or self.draft is not None:
            unsaved.drop(self.home, self.key)
        self._kept = self.draft = None

    def save(self, source: str, *, over: bool = False) -> Saved | Changed:
        """Write the text as a version; ``Changed`` if the file is another one by now and not ``over``. Raises
        ``CaratError`` if it cannot be written; the draft stays then."""
        base = None if over else self.base.digest
        try:
            saved = versions.save(self.store, self.home, self.key, source, self.who, self.clock(), base=base)
        except Changed as changed:
            return changed
        self.base = saved.text
        self.forget()
        self._look()
        return saved

    def news(self) -> Text | None:
        """The file's text if another program changed it since it was last looked at."""
        mark = self._stat()
        if mark == self._mark:
            return None
        self._mark = mark
        try:
            now = versions.read(self.home, self.key)
        except CaratError:
            return None
        return now if now.digest != self.base.digest else None

    def reload(self) -> Text:
        """Begin again from what lies on the disk; the draft goes."""
        self.base = versions.read(self.home, self.key)
        self.forget()
        self._look()
        return self.base
