"""The language that this machine speaks with its user."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from carat_tui.locale import LANGUAGES

_WINDOWS = {0x07: "de", 0x09: "en", 0x15: "pl", 0x1B: "sk"}
"""Primary language identifiers: the low ten bits of what Windows calls a LANGID."""


def system_language(environ: Mapping[str, str]) -> str:
    """One of ``LANGUAGES``, or empty when the system's is another or none is set (``C``)."""
    named = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    if sys.platform == "win32" and not named:
        import ctypes

        return _WINDOWS.get(ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF, "")
    language = named.partition("_")[0].partition(".")[0].lower()
    return language if language in LANGUAGES else ""
