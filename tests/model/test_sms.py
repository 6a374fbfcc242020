"""SMS parts and folding: the figures of DOMAIN B, and what must hold for any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carat_tui.model import sms

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=700)
ALPHABET = st.text(st.sampled_from(sms.BASIC.replace("\x1b", "") + "".join(sms.EXTENSION)), max_size=700)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts", "left"),
    [
        ("", "GSM-7", 0, 0, 160),
        ("A" * 160, "GSM-7", 160, 1, 0),
        ("A" * 161, "GSM-7", 161, 2, 145),
        ("A" * 306, "GSM-7", 306, 2, 0),
        ("A" * 307, "GSM-7", 307, 3, 152),
        ("€" * 81, "GSM-7", 162, 2, 143),
        ("A" * 152 + "€" + "B" * 10, "GSM-7", 164, 2, 141),
        ("ą" * 70, "UCS-2", 70, 1, 0),
        ("ą" * 71, "UCS-2", 71, 2, 63),
        ("📚" * 36, "UCS-2", 72, 2, 61),
    ],
)
def test_parts_are_counted_as_networks_do(text: str, encoding: str, units: int, parts: int, left: int) -> None:
    found = sms.count(text)
    assert (found.encoding, found.units, len(found.parts), found.left) == (encoding, units, parts, left)


@given(st.one_of(ANY, ALPHABET))
def test_parts_rebuild_the_text_and_none_is_too_long(text: str) -> None:
    found = sms.count(text)
    assert "".join(found.parts) == text
    single, part = (160, 153) if found.encoding == "GSM-7" else (70, 67)
    longest = single if len(found.parts) == 1 else part
    for piece in found.parts:
        size = (
            sum(2 if c in sms.EXTENSION else 1 for c in piece) if single == 160 else len(piece.encode("utf-16-le")) // 2
        )
        assert 0 < size <= longest
    assert all(not part.endswith("\ud83d") for part in found.parts)


@given(ANY)
def test_folding_always_ends_in_the_alphabet_and_is_stable(text: str) -> None:
    folded, lost = sms.fold(text)
    assert sms.count(folded).encoding == "GSM-7"
    assert sms.fold(folded) == (folded, "")
    assert bool(lost) <= ("?" in folded)


@given(ALPHABET)
def test_folding_leaves_the_alphabet_alone(text: str) -> None:
    assert sms.fold(text) == (text, "")


def test_what_cannot_be_folded_is_named() -> None:
    assert sms.fold("Książka 你 好 你 – 49,90 zł") == ("Ksiazka ? ? ? - 49,90 PLN", "你好")


@pytest.mark.parametrize(("parts", "gsm", "units"), [(1, True, 160), (2, True, 306), (1, False, 70), (3, False, 201)])
def test_room(parts: int, gsm: bool, units: int) -> None:
    assert sms.room(parts, gsm=gsm) == units
