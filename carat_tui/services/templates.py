"""The shop's texts as a person looks after them: which there are, how each stands, where a new one comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from carat_tui.compose import templates, versions
from carat_tui.compose.check import Finding, check
from carat_tui.compose.jobs import BY_NUMBER
from carat_tui.compose.renderer import Renderer
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

    @property
    def error(self) -> Finding | None:
        """What keeps messages from being written, if anything does."""
        return next((finding for finding in self.findings if not finding.warning), None)


def overview(store: Store, home: Home, renderer: Renderer | None = None) -> list[Entry]:
    """Every text that there is or could be: event by language by channel, those in use first.

    With ``renderer`` each is also tried with example values.
    """
    conn = store.read()
    found: dict[str, list[Finding]] = {}
    for finding in check(home, None, renderer):
        found.setdefault(finding.file, []).append(finding)
    used, known = _in_use(rules.every(conn)), rows.newest(conn)
    names = sorted({*templates.names(home), *_default_names(), *used}, key=lambda name: (name not in used, name))
    keys = (Key(name, lang, channel) for name in names for lang in templates.LANGUAGES for channel in templates.FILES)
    return [_entry(home, key, found, known.get(key), key.name in used) for key in keys]


def _entry(home: Home, key: Key, found: dict[str, list[Finding]], newest: rows.Newest | None, in_use: bool) -> Entry:
    path = templates.path_of(home, *key)
    findings = sorted(found.get(templates.shown(home, path), ()), key=lambda finding: (finding.warning, finding.line))
    state = _state(home, key, findings, newest)
    if newest is None:
        return Entry(key, state, tuple(findings), in_use=in_use)
    return Entry(key, state, tuple(findings), newest.number, newest.at, newest.who or "", in_use)


def _state(home: Home, key: Key, findings: list[Finding], newest: rows.Newest | None) -> str:
    if not templates.path_of(home, *key).is_file():
        return MISSING
    if any(not finding.warning for finding in findings):
        return BROKEN
    text, default = versions.read(home, key), default_text(key)
    if default is None or templates.digest(default) != text.digest:
        return OWN
    # In a checkout the home's files are the delivered ones themselves; there only the versions tell.
    return OWN if _is_source(home) and newest is not None and newest.who and newest.number > 1 else DEFAULT


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
