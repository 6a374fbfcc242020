"""The language of the screen: ``_``, ``n_`` and ``N_`` over gettext catalogues, English when there is none.

The core (stages, services, store) speaks English: its sentences go into the store, the log and the JSON, and stay the
same whoever looks. The screen translates: its own words with ``_``, and a sentence of the core with ``told``.
"""

from __future__ import annotations

from gettext import GNUTranslations, NullTranslations
from pathlib import Path

LANGUAGES = ("de", "en", "pl", "sk")

_texts: NullTranslations = NullTranslations()
_language = "en"


def use(language: str) -> None:
    """Speak ``language`` from now on (one of ``LANGUAGES``; anything else is English)."""
    global _texts, _language
    file = Path(__file__).parent / language / "LC_MESSAGES" / "carat.mo"
    if language in LANGUAGES and file.is_file():
        with file.open("rb") as opened:
            _texts = GNUTranslations(opened)
    else:
        _texts = NullTranslations()
    _language = language if language in LANGUAGES else "en"


def language() -> str:
    """The language spoken now."""
    return _language


def _(message: str) -> str:
    """``message`` in the language of the screen."""
    return _texts.gettext(message) if message else ""


def n_(one: str, many: str, number: int) -> str:
    """The form for ``number``, still with its placeholders."""
    return _texts.ngettext(one, many, number)


def N_(message: str) -> str:
    """Mark a text that is translated when it is drawn."""
    return message


def told(sentence: str) -> str:
    """A sentence of the core in the language of the screen."""
    return _(sentence)
