"""Which language the screen speaks: asked for > the shop's > the system's > English."""

from __future__ import annotations

import os
import sqlite3

from carat_tui.locale import LANGUAGES, use
from carat_tui.store import settings


def speak(asked: str, conn: sqlite3.Connection | None) -> None:
    """Choose the language, before any page is drawn. ``conn`` None = there is no home yet."""
    shop = settings.get(conn, "shop.language") if conn is not None else ""
    system = (os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "")[:2]
    use(next((one for one in (asked, shop, system) if one in LANGUAGES), "en"))
