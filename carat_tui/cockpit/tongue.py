"""Which language the screen speaks: asked for > the setting > the shop's > the system's > English."""

from __future__ import annotations

import os
import sqlite3

from carat_tui.locale import LANGUAGES, use
from carat_tui.locale.system import system_language
from carat_tui.store import settings

TONGUES = (("de", "Deutsch"), ("en", "English"), ("pl", "Polski"), ("sk", "Slovenčina"))
"""Languages as those call them who speak them."""


def speak(asked: str, conn: sqlite3.Connection | None) -> None:
    """Choose the language, before any page is drawn. ``conn`` None = there is no home yet.

    A shop always has a language, by its country if by nothing else; so the system's is asked on the first run only.
    """
    keys = ("cockpit.language", "shop.language") if conn is not None else ()
    stored = (settings.get(conn, key) for key in keys if conn is not None)
    use(next((one for one in (asked, *stored, system_language(os.environ)) if one in LANGUAGES), "en"))
