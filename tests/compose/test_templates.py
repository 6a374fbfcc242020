"""Template files: reading them, choosing one, and everything `carat template check` must notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from carat_tui.compose import templates
from carat_tui.compose.check import check
from carat_tui.compose.renderer import Renderer
from carat_tui.compose.templates import BadTemplate
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.store import templates as versions
from carat_tui.store.database import Store

EMAIL = "---\nsubject: Hallo {{ order_no }}\n---\n"


def put(home: Home, text: str | bytes, name: str = "own", language: str = "de", channel: str = "email") -> Path:
    path = templates.path_of(home, name, language, channel)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_default_templates_are_all_sound(home: Home, renderer: Renderer) -> None:
    assert check(home, None, renderer) == []
    assert len(templates.names(home)) == 24


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("Hallo", 1, "must begin with ---"),
        ("---\nsubject: a\nHallo", 3, "one line `subject: …`"),
        ("---\nsubject: a\n", 3, "not closed"),
        ("---\n---\nHallo", 2, "no subject"),
        ("---\nto: x\n---\nHallo", 2, "one line `subject: …`"),
        (b"---\nsubject: a\n---\n\n\xfcber", 5, "not in UTF-8"),
        (EMAIL + "Gut\n{{ salutation }\n", 5, "syntax"),
        (EMAIL + "Gut\n\n{% if shelf_no %}\nx\n", 6, "syntax"),
        (EMAIL + "{{ salutaton }}", 4, "did you mean 'salutation'"),
        ("---\nsubject: {{ ordr_no }}\n---\nHallo", 2, "did you mean 'order_no'"),
        (EMAIL + "a\n\n{{ order_no|safe }}", 6, "|safe"),
        (EMAIL + "[x](javascript:alert(1))", 4, "a link must begin with"),
        (EMAIL + "[x](file:///etc/passwd)", 4, "a link must begin with"),
        (EMAIL, 4, "empty"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(home: Home, text: str | bytes, line: int, words: str) -> None:
    put(home, text)
    finding, *_ = check(home, "own")
    assert finding.file == "templates/de/own/email.md.j2"
    assert finding.line == line
    assert words in finding.message
    assert not finding.warning


@pytest.mark.parametrize(
    ("text", "channel", "language", "words", "warning"),
    [
        (EMAIL + "<b>Hallo</b>", "email", "de", "HTML", True),
        (EMAIL + "![x](https://a.example/x.png)", "email", "de", "pictures", True),
        ("„Hallo“ {{ order_no }}", "sms", "de", "„“", True),
        ("Zażółć {{ order_no }} 你", "sms", "pl", "你", False),
        ("Hallo " * 40, "sms", "de", "needs 2 parts", True),
        (
            EMAIL + "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
            "email",
            "de",
            "too expensive",
            False,
        ),
        (EMAIL + "你好", "letter", "de", "U+4F60", False),
    ],
)
def test_what_shows_only_when_it_is_tried(
    home: Home, renderer: Renderer, text: str, channel: str, language: str, words: str, warning: bool
) -> None:
    put(home, text, channel=channel, language=language)
    (finding,) = check(home, "own", renderer)
    assert words in finding.message
    assert finding.warning is warning


def test_polish_letters_in_an_sms_are_no_fault(home: Home, renderer: Renderer) -> None:
    put(home, "Zażółć {{ order_no }}", channel="sms", language="pl")
    assert check(home, "own", renderer) == []


def test_an_unknown_template_is_named(home: Home) -> None:
    with pytest.raises(CaratError, match="nothing_such"):
        check(home, "nothing_such")


@pytest.mark.parametrize("name", ["../../secret", "/etc/passwd", "a/b", "", "A", "x" * 80])
def test_a_name_never_leaves_the_folder(home: Home, name: str) -> None:
    with pytest.raises(CaratError):
        templates.find(home, name, ("de",), "email")


def test_the_language_is_the_customers_then_the_shops_then_english(home: Home) -> None:
    put(home, EMAIL + "english", language="en")
    found = templates.find(home, "own", ("sk", "pl"), "email")
    assert (found.template.language, found.fallback) == ("en", "no email text own in 'sk', written in 'en'")
    put(home, EMAIL + "po polsku", language="pl")
    assert templates.find(home, "own", ("sk", "pl"), "email").template.language == "pl"
    put(home, EMAIL + "po slovensky", language="sk")
    assert templates.find(home, "own", ("sk", "pl"), "email").fallback == ""


def test_a_broken_template_does_not_fall_back(home: Home) -> None:
    put(home, EMAIL + "english", language="en")
    put(home, "broken", language="sk")
    with pytest.raises(BadTemplate, match=r"own/email\.md\.j2:1:"):
        templates.find(home, "own", ("sk",), "email")


def test_windows_line_ends_and_a_byte_order_mark_are_fine(home: Home) -> None:
    path = put(home, b"\xef\xbb\xbf---\r\nsubject: a\r\n---\r\n\r\nHallo\r\nWelt\r\n")
    made = templates.load(path)
    assert (made.subject, made.body, made.body_line) == ("a", "Hallo\nWelt", 5)


def test_versions_count_new_contents(store: Store) -> None:
    def number(sha256: str, language: str = "de") -> int:
        return store.write(lambda conn: versions.version_of(conn, "own", language, "sms", sha256, "source", "2026"))

    assert [number("a"), number("a"), number("b"), number("a"), number("x", "en")] == [1, 1, 2, 1, 1]
    assert [(v.language, v.number) for v in versions.history(store.read(), "own")] == [("en", 1), ("de", 2), ("de", 1)]
