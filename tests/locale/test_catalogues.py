"""Nothing is untranslated, nothing is out of date, and no translation loses what it has to show."""

from __future__ import annotations

import ast
import re
import zipfile
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from carat_tui.locale import LANGUAGES, catalogue
from tests.locale.catalogues import DOMAINS, LOCALE, ROOT, TRANSLATED, compiled, complete, extracted, holes, po, read
from tests.locale.sentences import sentences

template = cache(extracted)
every_catalogue = pytest.mark.parametrize(("language", "domain"), [(la, do) for la in TRANSLATED for do in DOMAINS])


def messages(found: Catalog) -> dict[str, Message]:
    """By msgid; that of the plural does not count."""
    return {one.id if isinstance(one.id, str) else one.id[0]: one for one in found if one.id}


def forms(message: Message) -> list[tuple[str, str]]:
    """(msgid, msgstr) of each form."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return [(message.id[index > 0], form) for index, form in enumerate(message.string)]


def test_the_four_languages_are_there() -> None:
    assert set(TRANSLATED) | {"en"} == set(LANGUAGES)
    assert {path.name for path in LOCALE.iterdir() if (path / "LC_MESSAGES").is_dir()} == set(TRANSLATED)


@every_catalogue
def test_what_the_sources_say_is_what_the_catalogue_holds(language: str, domain: str) -> None:
    said, held = set(messages(template(domain))), set(messages(read(language, domain)))
    assert not said - held, "make texts, then translate"
    assert not held - said, "make texts"


@every_catalogue
def test_everything_is_translated(language: str, domain: str) -> None:
    found = read(language, domain)
    assert [one.id for one in found if one.id and not complete(one)] == []
    assert not found.obsolete
    assert [one.id for one in found if one.fuzzy] == []


@every_catalogue
def test_plural_forms_are_those_of_the_language(language: str, domain: str) -> None:
    found = read(language, domain)
    assert found.num_plurals == {"de": 2, "pl": 3, "sk": 3}[language]
    for message in found:
        if message.id and not isinstance(message.id, str):
            assert len(message.string) == found.num_plurals, message.id


@every_catalogue
def test_placeholders_and_the_space_around_are_kept(language: str, domain: str) -> None:
    for message in read(language, domain):
        for msgid, msgstr in forms(message) if message.id and complete(message) else []:
            allowed = holes(msgid) if isinstance(message.id, str) else holes(message.id[0]) | holes(message.id[1])
            assert not holes(msgstr) - allowed, msgstr
            assert isinstance(message.id, tuple) or holes(msgstr) == holes(msgid), msgid
            assert [msgid[:1].isspace(), msgid[-1:].isspace()] == [msgstr[:1].isspace(), msgstr[-1:].isspace()], msgid
            assert msgid.count("\n") == msgstr.count("\n"), msgid


@every_catalogue
def test_commands_and_settings_are_not_translated(language: str, domain: str) -> None:
    for message in read(language, domain):
        for msgid, msgstr in forms(message) if message.id and complete(message) else []:
            assert set(re.findall(r"`carat[^`]*`", msgid)) == set(re.findall(r"`carat[^`]*`", msgstr)), msgstr
            assert set(re.findall(r"\b[a-z]+\.[a-z]+_[a-z_]+\b", msgid)) <= set(re.findall(r"[a-z_.]+", msgstr)), msgstr


@every_catalogue
def test_the_compiled_catalogue_is_current(language: str, domain: str) -> None:
    assert catalogue(language, domain).read_bytes() == compiled(language, domain), "make texts"


def test_nothing_is_formatted_before_it_is_translated() -> None:
    """An f-string inside ``_`` would never be found in a catalogue."""
    for file in (ROOT / "carat_tui").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "N_", "n_"):
                first = [node.args[0]] if node.func.id != "n_" else node.args[:2]  # type: ignore[attr-defined]
                assert not any(isinstance(one, ast.JoinedStr | ast.BinOp) for one in first), (file, node.lineno)
                assert not any(isinstance(one, ast.Constant) and not one.value for one in first), (file, node.lineno)


# What is compared, named or styled with, and is not read by anybody.
UNREAD = re.compile(r"\$[a-z]|^bold |^attempt: |^engine room$|^Input, |\| None$|^Callable|\{ .*;")


def test_no_words_of_a_screen_are_unmarked() -> None:
    known = {text for domain in DOMAINS for text in messages(read("de", domain))}
    unmarked = [
        (file.name, line, text)
        for file in sorted((ROOT / "carat_tui" / "cockpit").rglob("*.py"))
        for line, text in sentences(file.read_text("utf-8"))
        if text not in known and not UNREAD.search(text)
    ]
    assert unmarked == [], "_(), N_() or n_() around it"


# A label stands beside its key; eight of them must fit into 80 columns, so a single one may not take more than this.
LONGEST_LABEL = 16
LONGEST_TITLE = 12


def calls(name: str) -> list[ast.Call]:
    """All calls of a function in the sources of the screens."""
    files = sorted((ROOT / "carat_tui" / "cockpit").rglob("*.py"))
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    return [node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name]


def labels() -> set[str]:
    """The labels of all key bindings: the third argument of ``key``."""
    texts = [call.args[2] for call in calls("key") if len(call.args) > 2]
    return {str(text.args[0].value) for text in texts if isinstance(text, ast.Call)}  # type: ignore[attr-defined]


def columns() -> list[tuple[str, int]]:
    """(label, width) of the columns of all lists whose width is fixed."""
    found = [call.args[1:] for call in calls("Column") if not any(key.arg == "flex" for key in call.keywords)]
    return [
        (str(label.args[0].value), int(width.value))  # type: ignore[attr-defined,call-overload]
        for label, width in (args[:2] for args in found if len(args) == 2)
        if isinstance(label, ast.Call) and isinstance(width, ast.Constant)
    ]


@pytest.mark.parametrize("language", TRANSLATED)
def test_labels_of_columns_fit_into_them(language: str) -> None:
    found, known = messages(read(language, "carat")), columns()
    assert len(known) > 10
    assert {label: text for label, width in known if len(text := str(found[label].string)) > width} == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_labels_of_keys_are_short_in_every_language(language: str) -> None:
    found, known = messages(read(language, "carat")), labels()
    assert len(known) > 20
    long = {label: text for label in known if len(text := str(found[label].string)) > LONGEST_LABEL}
    assert long == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_titles_of_the_areas_fit_into_eighty_columns(language: str) -> None:
    from carat_tui import locale
    from carat_tui.cockpit.areas import AREAS

    locale.use(language)
    titles = [locale._(title) for _digit, _area, title, _name in AREAS]
    locale.use("en")
    assert max(map(len, titles)) <= LONGEST_TITLE
    assert sum(len(title) + 4 for title in titles) <= 80


def test_the_wheel_holds_the_compiled_catalogues_and_not_their_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hatchling.build import build_wheel

    monkeypatch.chdir(ROOT)
    name = build_wheel(str(tmp_path))
    files = zipfile.ZipFile(tmp_path / name).namelist()
    assert {f"carat_tui/locale/{one}/LC_MESSAGES/{do}.mo" for one in TRANSLATED for do in DOMAINS} <= set(files)
    assert not [file for file in files if file.endswith(".po")]


def test_the_readable_catalogues_name_no_person_and_no_date() -> None:
    for language in TRANSLATED:
        for domain in DOMAINS:
            head = po(language, domain).read_text("utf-8").partition("\n\n")[0]
            assert "Date" not in head and "@" not in head
