"""A test message to oneself: written like a customer's, laid into a folder that nothing watches.

It takes the embedded routes' own writers, but not the outbox: what lies there has a state, is counted and may leave by
a real route. A trial never does, in no mode, and its receiver is the shop itself.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path

from carat_tui.channels.folder import FolderChannel
from carat_tui.compose import templates
from carat_tui.compose.preview import Preview, Wanted, preview
from carat_tui.compose.renderer import Renderer
from carat_tui.compose.templates import Template
from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.message import Answer, ChannelKind, Outcome, Outgoing
from carat_tui.store import journal, settings
from carat_tui.store.database import Store
from carat_tui.store.templates import Key

MARK = "TEST "
"""How a subject and an SMS begin; the parts are counted without it."""

_PLACES = {"email": ("maildir", "mail"), "sms": ("textfile", "sms"), "letter": ("hotfolder", "letters")}


@dataclass(frozen=True, slots=True)
class Trial:
    """Where the test message lies, and what it says."""

    path: Path
    to: str
    preview: Preview


def send_trial(
    store: Store,
    home: Home,
    renderer: Renderer,
    key: Key,
    who: str,
    now: datetime,
    *,
    document: str | None = None,
    template: Template | None = None,
) -> Trial:
    """Write the template ``key`` for ``document`` (None = example values) to the shop itself, into ``home.trials``.

    ``template`` is a text not yet saved. Raises ``CaratError`` without an own address and where a message would be
    held.
    """
    to = _own_address(store.read(), key.channel)
    text = template or _of_file(home, key)
    wanted = Wanted(key.name, key.channel, key.language, document, _marked(text), to)
    found = preview(store, home, renderer, wanted, now)
    path = _lay_down(home, key, to, found, now)
    detail = {"name": key.name, "language": key.language, "channel": key.channel, "file": path.name}
    store.write(lambda conn: journal.write(conn, stamp(now), who, "tried", "template", None, detail))
    return Trial(path, to, found)


def _of_file(home: Home, key: Key) -> Template:
    path = templates.path_of(home, *key)
    if not path.is_file():
        raise CaratError(f"There is no {key.channel} text {key.name!r} in {key.language}.", "Write it first.")
    return templates.load(path)


def _marked(template: Template) -> Template:
    """The same with the mark in its subject, under a name of its own for the renderer's memory."""
    if template.channel == "sms":
        return template
    return replace(template, subject=MARK + template.subject, sha256=f"{template.sha256} trial")


def _own_address(conn: sqlite3.Connection, channel: str) -> str:
    """The shop's address for this way; raises ``CaratError``."""
    if channel == "letter":
        town = f"{settings.get(conn, 'shop.postcode')} {settings.get(conn, 'shop.city')}".strip()
        lines = [settings.get(conn, "shop.name"), settings.get(conn, "shop.street"), town]
        found, key = "\n".join(lines) if all(lines) else "", "shop.street"
    else:
        key = "shop.email" if channel == "email" else "shop.phone"
        found = settings.get(conn, key)
    if not found:
        raise CaratError("A test goes to the shop itself, and its own address is missing.", f"Set {key}.")
    return found


def _lay_down(home: Home, key: Key, to: str, found: Preview, now: datetime) -> Path:
    kind, folder = _PLACES[key.channel]
    moment = stamp(now).translate({ord(char): None for char in "-:TZ."})
    payload = MARK.encode() + found.payload if key.channel == "sms" else found.payload
    channel = FolderChannel(kind, home.trials / folder)
    names = (f"test-{key.name}-{key.language}-{moment}-{number}" for number in count(1))
    items = (Outgoing(0, ChannelKind(key.channel), to, payload, name, to) for name in names)
    item = next(item for item in items if not channel.holds(item))
    session = channel.open()
    answer = session if isinstance(session, Answer) else session.send(item, lambda: None)
    if answer.outcome is not Outcome.SENT:
        raise CaratError(f"The test message was not written: {answer.words}.", "Look at the disk and its rights.")
    return home.trials / folder / ("new" if kind == "maildir" else "") / answer.reference
