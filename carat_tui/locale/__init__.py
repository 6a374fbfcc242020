"""The language of the screen: ``_``, ``n_`` and ``N_`` over gettext catalogues, English when there is none.

The core (stages, services, store) speaks English: its sentences go into the store, the log and the JSON, and stay the
same whoever looks. The screen translates: its own words with ``_`` (catalogue ``carat``), and a sentence of the core,
after the fact, with ``told`` (catalogue ``core``, see ``sentences``).

``make texts`` extracts, updates and compiles; ``tests/locale`` holds the catalogues to the sources. msgids are English
with named placeholders, and ``.format`` comes after ``_``: ``_("Send to {customer}?").format(customer=name)``.
"""

from __future__ import annotations

from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carat_tui.locale.sentences import Sentences

LANGUAGES = ("de", "en", "pl", "sk")

_texts: NullTranslations = NullTranslations()
_sentences: Sentences | None = None
_language = "en"


def use(language: str) -> None:
    """Speak ``language`` from now on (one of ``LANGUAGES``; anything else is English)."""
    global _texts, _sentences, _language
    _language = language if language in LANGUAGES else "en"
    _texts, _sentences = NullTranslations(), None
    if _language != "en":
        with catalogue(_language, "carat").open("rb") as opened:
            _texts = GNUTranslations(opened)


def catalogue(language: str, domain: str) -> Path:
    """The compiled texts of a language: ``carat`` are the screen's, ``core`` the sentences for ``told``."""
    return Path(__file__).parent / language / "LC_MESSAGES" / f"{domain}.mo"


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
    """A sentence of the core in the language of the screen; one that no pattern knows comes back as it is."""
    global _sentences
    if _language == "en" or not sentence:
        return sentence
    if _sentences is None:
        from carat_tui.locale.sentences import Sentences

        _sentences = Sentences(catalogue(_language, "core"), _)
    return _sentences.told(sentence)
