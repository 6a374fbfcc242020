"""The shop's texts as a person looks after them: which there are, how each stands, where a new one comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from carat_tui.compose import templates, versions
from carat_tui.compose.check import Finding, check_file
from carat_tui.compose.jobs import BY_NUMBER
from carat_tui.compose.versions import Saved
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.services.home import default_files
from carat_tui.store import rules
from carat_tui.store import templates as rows
from carat_tui.store.database import Store
from carat_tui.store.templates import Key

DEFAULT, OWN, BROKEN, MISSING = "default", "own", "broken", "missing"
"""How a text stands: as it was delivered, written by the shop, not to be used, or not there."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of the shop. ``findings`` are what the check says about it (first the worst), ``version`` its newest
    version (0 = none known) with ``at`` (stamp) and ``who``; ``in_use``: a rule that is switched on takes it."""

    key: Key
    state: str
    findings: tuple[Finding, ...] = ()
    version: int = 0
    at: str = ""
    who: str = ""
    in_use: bool = False
    mark: tuple[int, int] = (0, 0)
    """The file's time and size: another one is another text."""

    @property
    def error(self) -> Finding | None:
        """What keeps messages from being written, if anything does."""
        return next((finding for finding in self.findings if not finding.warning), None)


class Shelf:
    """Every text that there is or could be. Remembers what it knows of files that have not changed since."""

    def __init__(self, store: Store, home: Home) -> None:
        self._store, self._home = store, home
        self._known: dict[Path, _Known] = {}

    def entries(self) -> list[Entry]:
        """Event by language by channel, those in use first."""
        conn = self._store.read()
        used, newest = _in_use(rules.every(conn)), rows.newest(conn)
        names = sorted({*templates.names(self._home), *_default_names(), *used}, key=lambda n: (n not in used, n))
        keys = (Key(name, lang, way) for name in names for lang in templates.LANGUAGES for way in templates.FILES)
        return [self._entry(key, newest.get(key), key.name in used) for key in keys]

    def _entry(self, key: Key, newest: rows.Newest | None, in_use: bool) -> Entry:
        known = self._look(key)
        state = known.state
        if state == DEFAULT and newest is not None and newest.who and newest.number > 1 and _is_source(self._home):
            state = OWN  # in a checkout the home's files are the delivered ones themselves; only the versions tell
        number, at, who = (newest.number, newest.at, newest.who or "") if newest is not None else (0, "", "")
        return Entry(key, state, known.findings, number, at, who, in_use, known.mark)

    def _look(self, key: Key) -> _Known:
        path = templates.path_of(self._home, *key)
        try:
            found = path.stat()
            mark = (found.st_mtime_ns, found.st_size)
            before = self._known.get(path)
            if before is None or before.mark != mark:
                before = self._known[path] = _known(self._home, key, mark)
        except OSError:  # not there, or gone a moment ago
            return _Known(MISSING, ())
        return before


@dataclass(frozen=True, slots=True)
class _Known:
    """What one file says by itself."""

    state: str
    findings: tuple[Finding, ...]
    mark: tuple[int, int] = (0, 0)


def _known(home: Home, key: Key, mark: tuple[int, int]) -> _Known:
    findings = tuple(sorted(check_file(home, templates.path_of(home, *key)), key=lambda one: (one.warning, one.line)))
    if any(not finding.warning for finding in findings):
        return _Known(BROKEN, findings, mark)
    default = default_text(key)
    same = default is not None and templates.digest(default) == versions.read(home, key).digest
    return _Known(DEFAULT if same else OWN, findings, mark)


def _is_source(home: Home) -> bool:
    return home.templates == default_files() / "templates"


def _in_use(every: list[rules.Rule]) -> set[str]:
    names = [rule.template for rule in every if rule.enabled]
    return {one for name in names for one in BY_NUMBER.get(name, (name,))}


def _default_names() -> set[str]:
    return {file.parent.name for file in templates.files(Home(default_files()))}


def default_text(key: Key) -> str | None:
    """The text that was delivered with the program, or None."""
    path = templates.path_of(Home(default_files()), *key)
    return templates.text_of(path, path.read_bytes()) if path.is_file() else None


def beginnings(home: Home, key: Key) -> list[tuple[str, str]]:
    """Texts that a missing one can begin from: ``default`` or a language, each with its source; the nearest first."""
    found = []
    default = default_text(key)
    if default is not None:
        found.append((DEFAULT, default))
    for language in templates.LANGUAGES:
        other = Key(key.name, language, key.channel)
        path = templates.path_of(home, *other)
        source = versions.read(home, other).source if path.is_file() else default_text(other)
        if language != key.language and source is not None:
            found.append((language, source))
    return found


def reset(store: Store, home: Home, key: Key, who: str, now: datetime) -> Saved:
    """The delivered text again, as a new version; the shop's own stays in the history. ``CaratError`` without one."""
    default = default_text(key)
    if default is None:
        raise CaratError(
            f"No {key.channel} text {key.name} in {key.language} was delivered with the program.",
            "`carat template restore` goes back to an older version.",
        )
    return versions.save(store, home, key, default, who, now)
