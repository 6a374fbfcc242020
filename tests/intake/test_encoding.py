"""Which encoding a file is in: BOM, UTF-8 over the whole file, the profile, the country's alphabet."""

from __future__ import annotations

from pathlib import Path

import pytest

from carat_tui.intake.encoding import Undecodable, best_code_page, scan

GERMAN = "Bücher für Käthe Groß; die Straße läuft über Österreich – 12,50 €\n"
POLISH = "Zażółć gęślą jaźń; Świętosława Brzęczyszczykiewicz, ul. Łąkowa 5\n"
SLOVAK = "Ľubomír Šťastný kúpil päť kníh o vtákoch; Žiar nad Hronom, ďakujeme\n"


def found(tmp_path: Path, data: bytes, declared: str = "", country: str = "DE") -> tuple[str, str]:
    path = tmp_path / "file.csv"
    path.write_bytes(data)
    result = scan(path, declared, country)
    return result.encoding, result.how


def test_marks_and_utf8(tmp_path: Path) -> None:
    assert found(tmp_path, GERMAN.encode("utf-8-sig")) == ("utf-8-sig", "bom")
    assert found(tmp_path, GERMAN.encode("utf-16")) == ("utf-16", "bom")
    assert found(tmp_path, GERMAN.encode()) == ("utf-8", "utf-8")
    assert found(tmp_path, b"plain;ascii\n") == ("utf-8", "utf-8")


def test_utf8_beats_the_profile(tmp_path: Path) -> None:
    """A feed that says cp1252 and sends UTF-8 one day must not store "MÃ¼ller"."""
    assert found(tmp_path, GERMAN.encode(), declared="cp1252") == ("utf-8", "utf-8")


def test_the_profile_beats_the_score(tmp_path: Path) -> None:
    assert found(tmp_path, GERMAN.encode("cp850", "replace"), declared="cp850") == ("cp850", "profile")


def test_one_late_byte_decides(tmp_path: Path) -> None:
    """Strict UTF-8 over the whole file: the last line counts as much as the first."""
    data = b"a;b\n" * 400_000 + "Größe".encode("cp1252")
    assert found(tmp_path, data) == ("cp1252", "score")


@pytest.mark.parametrize(
    ("text", "country", "pages"),
    [
        (GERMAN.replace("€", "E").replace("–", "-"), "DE", ("cp1252", "cp850")),
        (POLISH, "PL", ("cp1250", "cp852", "iso8859-2")),
        (SLOVAK, "SK", ("cp1250", "cp852", "iso8859-2")),
    ],
)
def test_the_alphabet_tells_the_code_page(text: str, country: str, pages: tuple[str, ...]) -> None:
    for page in pages:
        assert text.encode(page).decode(best_code_page(text.encode(page), country)) == text


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(Undecodable, match="Byte 3 "):
        found(tmp_path, b"ab\x81\xff", declared="cp1252")
    with pytest.raises(Undecodable, match="not UTF-8"):
        found(tmp_path, GERMAN.encode("cp1252"), declared="utf-8")
    with pytest.raises(Undecodable, match="UTF-16 without"):
        found(tmp_path, "abcd".encode("utf-16-le"))
    with pytest.raises(Undecodable, match="middle of a character"):
        found(tmp_path, "ab".encode("utf-16") + b"a")


def test_damage_at_the_source_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes("M\ufffdller;\0\n".encode())
    result = scan(path, "", "DE")
    assert (result.damaged, result.nul) == (1, True)
