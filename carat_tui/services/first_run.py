"""From nothing to a rehearsal notice: a home by what a person answers, and the example played through it.

Nothing is made before every answer is there, and what could not be finished is taken back.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from carat_tui.intake.feeds import matches, read_feeds
from carat_tui.model.clock import Clock, stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.text import plain, visible
from carat_tui.services import demo
from carat_tui.services import home as homes
from carat_tui.services.demo import Notice
from carat_tui.services.profile_check import Checked, check
from carat_tui.store import journal, settings
from carat_tui.store.database import Store

FEEDS = ("example", "file", "later")
"""What the home begins with: the example's orders, a file of one's own, or nothing yet."""

PROFILE = "bookshop-orders"
"""The profile that every home has."""

_SETTINGS = {
    "name": "shop.name",
    "street": "shop.street",
    "postcode": "shop.postcode",
    "city": "shop.city",
    "email": "shop.email",
}

DEFAULTS: Mapping[str, str] = {
    "name": "", "street": "", "postcode": "", "city": "", "email": "", "country": "DE", "language": "de",
    "folder": "watch/inbox", "feed": "example", "file": "", "screen": "",
}  # fmt: skip
"""The answers that are asked for, and what they are until somebody answers."""


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it: the notices of the rehearsal, and in which home they were written."""

    home: Home
    notices: tuple[Notice, ...]

    @property
    def letter(self) -> Notice | None:
        """One notice with a file, to be shown: an e-mail, if there is one."""
        written = [notice for notice in self.notices if notice.file]
        return next((notice for notice in written if notice.way == "email"), written[0] if written else None)


def checked(home: Home, key: str, value: str) -> str:
    """An answer as it is kept; ``CaratError`` says in a sentence what is wrong with it."""
    value = plain(value)
    if key == "name" and not value:
        raise CaratError("The shop needs a name.", "Customers read it in every message.")
    if key == "email" and not value:
        raise CaratError("The shop needs an e-mail address.", "Messages are sent from it, and answers come to it.")
    if key in _SETTINGS:
        return _setting(_SETTINGS[key], value)
    if key == "country":
        return _setting("shop.country", value)
    if key == "language":
        return _setting("shop.language", value)
    if key == "screen":
        return _setting("cockpit.language", value)
    if key == "folder":
        return _folder(home, value)
    if key == "file":
        return _file(value)
    if key == "feed" and value not in FEEDS:
        raise CaratError(f"{value!r} is no beginning.", f"One of {', '.join(FEEDS)}.")
    return value


def _setting(key: str, value: str) -> str:
    try:
        return settings.known(key).check(value)
    except ValueError as error:
        raise CaratError(f"This must be {error}.") from None


def _folder(home: Home, value: str) -> str:
    if not value or value == DEFAULTS["folder"]:
        return DEFAULTS["folder"]
    path = Path(os.path.abspath(home.root / Path(value).expanduser()))  # noqa: PTH100  # a link keeps its name
    if path.is_relative_to(home.root):
        return path.relative_to(home.root).as_posix()
    if not path.is_dir():
        raise CaratError(f"There is no folder {visible(str(path))}.", "Make it first, or leave watch/inbox as it is.")
    if not os.access(path, os.R_OK | os.X_OK):
        raise CaratError(f"{visible(str(path))} cannot be read.", "Ask whoever looks after this machine.")
    return str(path)


def _file(value: str) -> str:
    path = Path(value).expanduser()
    if not value:
        raise CaratError("Name the file.", "Or begin with the example, or without a file.")
    if not path.is_file():
        raise CaratError(f"There is no file {visible(str(path))}.")
    return str(path.absolute())


def suits(answers: Mapping[str, str], clock: Clock, who: str) -> tuple[Checked, bool]:
    """What the default profile makes of the file that was named, tried in a home that is thrown away; and whether the
    file's name is one that the profile takes by itself."""
    with TemporaryDirectory(prefix="carat-") as folder:
        home = homes.init(Home(Path(folder) / "home"), _shop(answers), clock(), who)
        path = Path(answers["file"])
        with Store.open(home.database) as store:
            found = check(store, home, PROFILE, path, clock)
        return found, matches(read_feeds(home).named(PROFILE), path)


def make(home: Home, answers: Mapping[str, str], run: demo.Run, *, now: datetime, who: str) -> Made:
    """Make the home, rehearse in it, and let the file that was named be its first export.

    ``run`` runs the engine once. With the example as its beginning the home keeps the example's orders; otherwise the
    rehearsal has a home of its own in ``data/rehearsal``. ``CaratError`` when the home cannot be made: nothing is left.
    """
    kept = {**DEFAULTS, **{key: checked(home, key, value) for key, value in answers.items() if key != "file" or value}}
    was_there = home.root.exists()
    homes.init(home, _shop(kept), now, who)
    try:
        stage = home if kept["feed"] == "example" else Home(home.data / "rehearsal")
        if stage is not home:
            homes.init(stage, _shop(kept), now, who)
        with Store.open(stage.database) as store:
            _tell(store, kept, now, who)
            notices = _rehearse(stage, store, run)
        with Store.open(home.database) as store:
            if stage is not home:
                _tell(store, kept, now, who)
            _begin(store, home, kept)
    except BaseException:
        homes.undo(home, was_there)
        raise
    return Made(stage, tuple(notices))


def _shop(answers: Mapping[str, str]) -> homes.Shop:
    return homes.Shop(answers["country"], answers["language"], answers["name"])


def _tell(store: Store, answers: Mapping[str, str], now: datetime, who: str) -> None:
    """Who the shop is."""

    def job(conn: sqlite3.Connection) -> None:
        for key, setting in _SETTINGS.items():
            settings.put(conn, setting, answers[key])
        settings.put(conn, "cockpit.language", "" if answers["screen"] == answers["language"] else answers["screen"])
        detail = {"email": answers["email"], "country": answers["country"]}
        journal.write(conn, stamp(now), who, "introduced", "home", None, detail)

    store.write(job)


def _rehearse(home: Home, store: Store, run: demo.Run) -> list[Notice]:
    """Play the example; its files are whole, so nothing has to settle."""
    usual = settings.get(store.read(), "intake.settle_s")
    store.write(lambda conn: settings.put(conn, "intake.settle_s", "0"))
    try:
        return demo.feed(home, store, run)
    finally:
        store.write(lambda conn: settings.put(conn, "intake.settle_s", usual))


def _begin(store: Store, home: Home, answers: Mapping[str, str]) -> None:
    """Watch the folder from now on, with the file in it that was named."""
    store.write(lambda conn: settings.put(conn, "intake.folder", answers["folder"]))
    inbox = home.inside(answers["folder"])
    inbox.mkdir(parents=True, exist_ok=True)
    source = Path(answers["file"]) if answers["feed"] == "file" else None
    if source is not None and source.parent != inbox:
        part = inbox / f"{source.name}.part"
        shutil.copyfile(source, part)
        part.replace(inbox / source.name)


def drop_example(store: Store, home: Home) -> Path:
    """Lay the first of the example's exports into the watch folder, as an ERP should; returns where it lies."""
    inbox = home.inside(settings.get(store.read(), "intake.folder"))
    try:
        inbox.mkdir(parents=True, exist_ok=True)
        return demo.drop(homes.default_files() / "watch" / "examples" / demo.STEPS[0][0], inbox)
    except OSError as error:
        raise CaratError(f"The example cannot be laid into {inbox}: {error.strerror}.", "Look at the folder.") from None
