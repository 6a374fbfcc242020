"""The HTML template made of a Markdown template: right nesting, and data that never meets the Markdown reader."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carat_tui.compose.render.markdown import html_template
from carat_tui.compose.render.sandbox import html_environment, text_environment
from carat_tui.compose.renderer import Job, Renderer
from carat_tui.compose.templates import load

ROOT = Path(__file__).parents[2]


def body(source: str, **values: str) -> str:
    made = html_template(text_environment(), source, "de")
    page = html_environment().from_string(made).render(values)
    return page.partition('1.5">\n')[2].partition("\n</body>")[0]


@pytest.mark.parametrize(
    ("source", "present", "absent"),
    [
        ("{% if a %}Eins {{ a }}{% endif %}\n\nZwei", "<p>Eins x</p>\n<p>Zwei</p>", "<p>Zwei</p>"),
        (
            "Null\n\n{% if a %}\n\nEins\n\nUnd\n\n{% endif %}\n\nZwei",
            "<p>Null</p>\n\n<p>Eins</p>\n<p>Und</p>\n\n<p>Zwei</p>",
            "<p>Null</p>\n\n<p>Zwei</p>",
        ),
        (
            "Null\n{% if a %}\nEins\n{% endif %}\nZwei",
            "<p>Null</p>\n\n<p>Eins</p>\n\n<p>Zwei</p>",
            "<p>Null</p>\n\n<p>Zwei</p>",
        ),
        ("{% if a %}Ja{% else %}Nein{% endif %}", "<p>Ja</p>", "<p>Nein</p>"),
        ("Er liegt{% if a %} in {{ a }}{% endif %} bereit.", "<p>Er liegt in x bereit.</p>", "<p>Er liegt bereit.</p>"),
        (
            "- Eins\n- {% if a %}{{ a }}{% endif %}",
            "<ul>\n<li>Eins</li>\n<li>x</li>\n</ul>",
            "<ul>\n<li>Eins</li>\n<li></li>\n</ul>",
        ),
    ],
)
def test_conditions_do_not_break_paragraphs(source: str, present: str, absent: str) -> None:
    def squeezed(text: str) -> list[str]:
        return [line for line in text.split("\n") if line]

    assert squeezed(body(source, a="x")) == squeezed(present)
    assert squeezed(body(source, a="")) == squeezed(absent)


@pytest.mark.parametrize(
    ("value", "html"),
    [
        ("# Titel", "<p># Titel</p>"),
        ("[a](https://evil.example)", "<p>[a](https://evil.example)</p>"),
        ("<img src=http://evil.example/x>", "<p>&lt;img src=http://evil.example/x&gt;</p>"),
        ("**b** `c` _d_", "<p>**b** `c` _d_</p>"),
        ("a\nb", "<p>a<br>\nb</p>"),
        ('"><script>', "<p>&#34;&gt;&lt;script&gt;</p>"),
    ],
)
def test_a_value_is_text_whatever_it_holds(value: str, html: str) -> None:
    assert body("{{ a }}", a=value) == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("[x](https://a.example/{{ a }})", '<p><a href="https://a.example/N1">x</a></p>'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("![x](https://a.example/x.png)", '<p>!<a href="https://a.example/x.png">x</a></p>'),
        ("**Fett** {{ a }}", "<p><strong>Fett</strong> N1</p>"),
    ],
)
def test_the_templates_own_markdown_works(source: str, html: str) -> None:
    assert body(source, a="N1") == html


@pytest.mark.parametrize(
    ("value", "href"),
    [
        ("https://t.example/1?a=b&c", "https://t.example/1?a=b&amp;c"),
        ("javascript:alert(1)", ""),
        ('https://x" onclick="y', ""),
        ("data:x", ""),
    ],
)
def test_a_link_from_data_must_be_a_web_address(value: str, href: str) -> None:
    assert body("[hier]({{ a }})", a=value) == f'<p><a href="{href}">hier</a></p>'


def test_the_text_part_shows_where_a_link_goes(renderer: Renderer) -> None:
    made = load(ROOT / "templates" / "de" / "order_ready" / "email.md.j2")
    mail = dataclasses.replace(made, body="Siehe [hier]({{ tracking_url }}).", sha256="link")
    (result,) = renderer.render_many([Job(mail, {"order_no": "1", "tracking_url": "https://t.example/1"})])
    assert result.text == "Siehe hier (https://t.example/1)."


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_no_value_makes_an_element(value: str) -> None:
    page = body("{{ a }} [hier]({{ a }})", a=value)
    tags = set(re.findall(r"</?[a-zA-Z][^>]*>", page))
    assert all(tag in {"<p>", "</p>", "<br>", "</a>"} or re.fullmatch(r'<a href="[^"<>]*">', tag) for tag in tags)
    (link,) = re.findall(r'href="([^"]*)"', page)
    assert link == "" or re.match(r"(?i)https?://|mailto:|tel:", link)
