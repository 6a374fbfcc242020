"""Letters: what stands where on the sheet, that nothing is cut, and that archives accept the file."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from carat_tui.compose.letter import flow, fonts, layout
from carat_tui.compose.letter.layout import Box, LayoutError
from carat_tui.compose.letter.page import draw
from carat_tui.compose.renderer import Job, Renderer

BODY = "Sehr geehrte Frau Kovács,\n\nIhr Buch ist da:\n\n- Momo\n- Krabat\n\nMit freundlichen Grüßen\n\nA. Sommer"


def sheet(**changes: Any) -> dict[str, Any]:
    return {
        "layout": "din5008b", "language": "de", "address": ["Dr. Éva Kovács", "Marktstraße 12 a", "70173 Stuttgart"],
        "sender_line": "Buchladen Sonne · Marktstr. 1 · 70173 Stuttgart", "head": ["Buchladen Sonne", "Marktstr. 1"],
        "info": [["Datum", "21.11.2026"], ["Bestellung", "B-7"]], "foot": ["IBAN DE89 3704 0044 0532 0130 00"],
        "page_words": "Seite {} von {}", "marks": True, "created": "2026-11-21T09:00:00+00:00",
    } | changes  # fmt: skip


def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


@pytest.mark.parametrize("name", layout.PROFILES)
def test_every_layout_keeps_its_zones_and_is_an_archive_file(name: str) -> None:
    import pikepdf
    from pikepdf import pdfa

    drawn = draw(sheet(layout=name), "Ihre Bestellung", BODY)
    with pikepdf.open(BytesIO(drawn.pdf)) as pdf:
        report = pdfa.check(pdf, "1b")
        assert not report.findings
    (text,) = texts(drawn.pdf)
    for words in ("Dr. Éva Kovács", "70173 Stuttgart", "Ihre Bestellung", "Krabat", "A. Sommer", "21.11.2026"):
        assert words in text


def test_the_same_letter_has_the_same_bytes() -> None:
    assert draw(sheet(), "a", BODY).pdf == draw(sheet(), "a", BODY).pdf


@pytest.mark.parametrize(
    ("letter", "text"),
    [
        ({}, "„Zażółć gęślą jaźń“ Ľúbozvučný škrečok ŕ ĺ ÄÖÜß ‚x‘ – … €  ☐"),
        ({"address": ["Müller & Söhne <GmbH>", '<img src="/etc/passwd">', "Weg 1", "1 X"]}, "<b>x</b> &amp; {{7*7}}"),
    ],
)
def test_text_is_printed_as_it_is(letter: dict[str, Any], text: str) -> None:
    (found,) = texts(draw(sheet(**letter), "S", text).pdf)
    for words in [*letter.get("address", []), *text.split()]:
        assert words in found


def test_a_missing_glyph_is_named() -> None:
    with pytest.raises(LayoutError, match=r"U\+4F60"):
        draw(sheet(), "S", "你好")
    with pytest.raises(LayoutError, match=r"U\+1F600"):
        draw(sheet(address=["😀", "x"]), "S", "x")


def test_two_pages_are_numbered_and_the_signature_stays_with_its_closing() -> None:
    body = "\n\n".join(f"Absatz {number}. " + "Ein Satz, der die Zeile füllt. " * 9 for number in range(10))
    first, second = texts(draw(sheet(), "S", body + "\n\nMit freundlichen Grüßen\n\nA. Sommer").pdf)
    assert "Seite 1 von 2" in first
    assert "Seite 2 von 2" in second
    assert "Grüßen" in second
    assert "Kovács" not in second


def test_a_letter_without_end_is_refused() -> None:
    with pytest.raises(LayoutError, match="20 pages"):
        draw(sheet(), "S", "Zeile\n" * 3000)


def test_an_address_of_seven_lines_does_not_fit_a_window() -> None:
    with pytest.raises(LayoutError, match="7 lines"):
        draw(sheet(address=["a"] * 7), "S", "x")
    with pytest.raises(LayoutError, match="0 lines"):
        draw(sheet(address=[]), "S", "x")


def test_an_unknown_layout_is_named() -> None:
    with pytest.raises(LayoutError, match="epost"):
        draw(sheet(layout="c4"), "S", "x")


def test_a_text_in_a_forbidden_zone_is_found() -> None:
    with pytest.raises(LayoutError, match="franking"):
        layout.check_zones(layout.PROFILES["epost"], [("x", Box(25, 53, 40, 4))], [])
    with pytest.raises(LayoutError, match="left edge"):
        layout.check_zones(layout.PROFILES["epost"], [], [("x", Box(5, 100, 40, 4))])
    with pytest.raises(LayoutError, match="outside"):
        layout.check_zones(layout.PROFILES["din5008b"], [("x", Box(200, 100, 40, 4))], [])


@settings(deadline=None, max_examples=60)
@given(st.text(st.sampled_from("abcdefg Wäß-.xł"), max_size=600))
def test_no_line_passes_the_edge_and_no_letter_is_lost(text: str) -> None:
    lines = flow.wrap(text, layout.LEFT, fonts.REGULAR)
    assert "".join("".join(line.text.split()) for line in lines) == "".join(text.split())
    for line in lines:
        assert line.x + fonts.width(line.text, line.font, line.size) <= layout.RIGHT_EDGE + 0.01


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text("ab cd\n", min_size=1, max_size=900), max_size=8))
def test_pages_hold_every_line_above_their_foot(paragraphs: list[str]) -> None:
    blocks = flow.blocks("Betreff", "\n\n".join(paragraphs))
    pages = flow.paginate(blocks, 98.46)
    placed = [item for page in pages for item in page]
    assert [item.line for item in placed] == [line for block in blocks for line in block.lines]
    assert all(item.top + flow.LEADING <= layout.BODY_BOTTOM + 0.01 for item in placed)


def test_two_hundred_thousand_characters_end_in_words(renderer: Renderer) -> None:
    (result,) = renderer.render_many([Job(None, {"subject": "S", "text": "wort " * 40_000}, {}, sheet())])
    assert result.failure is not None
    assert result.failure.kind in ("layout", "expensive")
