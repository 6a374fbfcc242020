"""Finding a home and making a new one (DESIGN §5)."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError, StoreError
from carat_tui.model.home import Home
from carat_tui.store import accounts, journal, rules, settings
from carat_tui.store.database import Store

_MARKER = """\
# This folder is a home of carat.
# Settings live in data/carat.db: `carat settings list`. Texts live in templates/, import profiles in watch/profiles/.
format = 1
"""


def locate(option: str, environment: Mapping[str, str], here: Path) -> Home:
    """The home that is meant: ``option`` > ``CARAT_HOME`` > ``here`` if it is a home > the user's data folder."""
    if option:
        return Home(_absolute(Path(option), here))
    if environment.get("CARAT_HOME"):
        return Home(_absolute(Path(environment["CARAT_HOME"]), here))
    if Home(here).marker.exists():
        return Home(here)
    from platformdirs import user_data_path

    return Home(user_data_path("carat", appauthor=False))


def _absolute(path: Path, here: Path) -> Path:
    # abspath and not resolve(): a home reached through a link keeps the name that people know.
    return Path(os.path.abspath(here / path.expanduser()))  # noqa: PTH100


@dataclass(frozen=True, slots=True)
class Shop:
    """What ``init`` is told about the shop. ``language`` empty = by country."""

    country: str = "DE"
    language: str = ""
    name: str = ""


def init(home: Home, shop: Shop, now: datetime, who: str) -> Home:
    """Make a home in an empty or not yet existing folder, or in a checkout of this repository.

    Files that are there already (an admin's templates) stay as they are. Raises ``CaratError`` when the folder is a
    home already or cannot be written; a home that could not be finished is taken back, so that ``init`` can run again.
    """
    if shop.country not in settings.COUNTRIES:
        raise CaratError(
            f"{shop.country!r} is not a country that carat knows.", f"One of {', '.join(settings.COUNTRIES)}."
        )
    if home.marker.exists() or home.database.exists():
        raise CaratError(f"{home.root} is a home already; nothing was touched.", "Choose another folder.")
    try:
        _make_folders(home)
        for source, target in _defaults(home):
            _copy_missing(source, target)
        _make_database(home, shop, now, who)
        home.marker.write_text(_MARKER, encoding="utf-8")
    except OSError as error:
        _take_back(home)
        raise CaratError(
            f"{home.root} cannot be made into a home: {error.strerror or error}.",
            "Choose a folder that you may write to.",
        ) from error
    except BaseException:
        _take_back(home)
        raise
    return home


def require(home: Home) -> Home:
    """``home`` if there is one; ``StoreError`` (exit 4) otherwise."""
    if not home.marker.exists() and not home.database.exists():
        raise StoreError(f"There is no home at {home.root}.", "`carat init` makes one, `carat demo` shows an example.")
    return home


def _folders(home: Home) -> Iterable[Path]:
    yield from (home.data, home.spool, home.quarantine, home.attachments, home.backups, home.logs)
    yield from (home.data / "mail", home.data / "sms", home.data / "letters")
    yield from (home.templates, home.profiles, home.root / "watch" / "inbox")


def _make_folders(home: Home) -> None:
    """Customers' data is for the owner of the home alone; so a folder that we make is open to nobody else."""
    if not home.root.exists():
        home.root.mkdir(parents=True, mode=0o700)
    for folder in _folders(home):
        for missing in [parent for parent in (folder, *folder.parents) if not parent.exists()][::-1]:
            missing.mkdir(mode=0o700)
    home.data.chmod(0o700)


def default_files() -> Path:
    """Where the default templates, profiles and examples lie: in the wheel, or at the top of the repository."""
    package = Path(__file__).parent.parent
    packed = package / "_home"
    return packed if packed.is_dir() else package.parent


def _defaults(home: Home) -> list[tuple[Path, Path]]:
    source = default_files()
    return [(source / "templates", home.templates), (source / "watch" / "profiles", home.profiles)]


def _copy_missing(source: Path, target: Path) -> None:
    for file in sorted(source.rglob("*")):
        copy = target / file.relative_to(source)
        if not file.is_file() or copy.exists():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        copy.write_bytes(file.read_bytes())


def _make_database(home: Home, shop: Shop, now: datetime, who: str) -> None:
    def fill(conn: sqlite3.Connection) -> None:
        settings.put(conn, "shop.country", shop.country)
        settings.put(conn, "shop.language", shop.language)
        settings.put(conn, "shop.name", shop.name)
        settings.set_mode(conn, settings.Mode("rehearsal"))
        accounts.install(conn)
        rules.install(conn)
        detail = {"country": shop.country, "language": settings.get(conn, "shop.language"), "name": shop.name}
        journal.write(conn, stamp(now), who, "made", "home", None, detail)

    with Store.create(home.database) as store:
        store.write(fill)


def undo(home: Home, was_there: bool) -> None:
    """Take a home back that was made by ``init`` a moment ago; ``was_there``: whether its folder was before."""
    if was_there:
        _take_back(home)
    else:
        shutil.rmtree(home.root, ignore_errors=True)


def _take_back(home: Home) -> None:
    for name in ("carat.db", "carat.db-wal", "carat.db-shm"):
        (home.data / name).unlink(missing_ok=True)
    home.marker.unlink(missing_ok=True)
