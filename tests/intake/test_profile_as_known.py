"""Profiles as administrators know them (erp-exports §8): header fingerprint, EAN, documents, kind of customer."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from carat_tui.intake.mapping import fingerprint
from carat_tui.intake.profile_file import load
from tests.intake.conftest import SHARED, Shop

TODAY = """
[profile]
name = "own"
[match]
files = ["own*.csv"]
[read]
delimiter = ";"
{read}
[fields.sales_order]
order_no = "Nr"
customer_no = {{ col = "Kunde", optional = true }}
[fields.order_line]
line_key = "Pos"
title = "Titel"
{lines}
{more}
"""


def own(shop: Shop, *, read: str = "", lines: str = "", more: str = "") -> None:
    shop.profile(TODAY.format(read=read, lines=lines, more=more))


def test_the_example_of_the_reference_loads(tmp_path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip("the reference is not beside this repository")
    text = (SHARED / "reference" / "erp-exports.md").read_text(encoding="utf-8")
    example = next(
        block for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "header_fingerprint" in block
    )
    tomllib.loads(example)
    (tmp_path / "example.toml").write_text(example, encoding="utf-8")
    profile = load(tmp_path / "example.toml")
    assert (profile.name, profile.read.fingerprint) == ("buchladen-auftraege", "9c1f")
    assert profile.warnings == (
        "example.toml: [documents] is not used yet: PDFs are not matched to the rows of this feed.",
    )


def test_documents_are_a_warning_at_each_file(shop: Shop) -> None:
    own(
        shop, more='[documents]\nfolder = "pdf"\nname = "(?P<doc_no>RE.*)"\ndoc_kind = "invoice"\nnormalise = ["upper"]'
    )
    report = shop.take(shop.lay("own1.csv", ["A1;K1;1;Momo"], "Nr;Kunde;Pos;Titel"))
    assert report.state == "done"
    assert [warning for warning in report.warnings if "PDFs are not matched" in warning]


def test_another_header_holds_the_file_and_names_the_difference(shop: Shop) -> None:
    names = ["Nr", "Kunde", "Pos", "Titel"]
    own(shop, read=f'header_fingerprint = "sha256:{fingerprint(names)}"')
    assert shop.take(shop.lay("own1.csv", ["A1;K1;1;Momo"], ";".join(names))).state == "done"
    changed = ["Nr", "Pos", "Titel", "Regal"]
    report = shop.take(shop.lay("own2.csv", ["A2;1;Momo;R1"], ";".join(changed)))
    assert report.state == "held"
    assert "missing: 'Kunde'; new: 'Regal'" in report.reason
    assert f'"sha256:{fingerprint(changed)}"' in report.reason
    assert shop.all("SELECT key FROM document") == [("A1",)]


def test_a_header_that_lacks_a_needed_column_is_held_too(shop: Shop) -> None:
    own(shop, read='header_fingerprint = "sha256:abcd"')
    report = shop.take(shop.lay("own1.csv", ["A1;K1;1;Momo"], "Nr;Kunde;Pos;Bezeichnung"))
    assert report.state == "held"
    assert "missing: 'Titel'; new: 'Bezeichnung'" in report.reason


def test_a_file_that_was_held_is_looked_at_anew_when_the_profile_was_mended(shop: Shop) -> None:
    own(shop, read='header_fingerprint = "sha256:abcd"')
    name, rows, header = "own1.csv", ["A1;K1;1;Momo"], "Nr;Kunde;Pos;Titel"
    assert shop.take(shop.lay(name, rows, header)).state == "held"
    assert shop.take(shop.lay(name, rows, header)).state == "quarantined"
    own(shop)
    assert shop.take(shop.lay(name, rows, header)).state == "done"


def test_columns_in_another_order_are_told_as_that(shop: Shop) -> None:
    own(shop, read=f'header_fingerprint = "sha256:{fingerprint(["Nr", "Kunde", "Pos", "Titel"])[:8]}"')
    shop.take(shop.lay("own1.csv", ["A1;K1;1;Momo"], "Nr;Kunde;Pos;Titel"))
    report = shop.take(shop.lay("own2.csv", ["A1;K1;Momo;1"], "Nr;Kunde;Titel;Pos"))
    assert (report.state, "their order" in report.reason) == ("held", True)


@pytest.mark.parametrize(
    ("lines", "header", "cells", "expected"),
    [
        ('ean = "EAN"', "EAN", "978-3-16-148410-0", ("9783161484100", None)),
        ('ean = "EAN"', "EAN", "4006381333931", (None, "4006381333931")),
        ('ean = "EAN"', "EAN", "9783161484101", (None, "9783161484101")),  # a wrong check digit
        ('ean = "EAN"', "EAN", "", (None, None)),
        ('ean = "EAN"\nsku = "Art"', "EAN;Art", "4006381333931;X7", (None, "X7")),
        ('ean = "EAN"\nsku = "Art"', "EAN;Art", "4006381333931;", (None, "4006381333931")),
        ('ean = "EAN"\nisbn13 = { col = "ISBN", type = "isbn" }', "EAN;ISBN", "4006381333931;9783161484100",
         ("9783161484100", "4006381333931")),
        ('ean = "EAN"\nisbn13 = { col = "ISBN", type = "isbn" }', "EAN;ISBN", "9783161484100;3-16-148410-X",
         ("9783161484100", None)),
    ],
)  # fmt: skip
def test_an_ean_is_an_isbn_or_an_article_number(
    shop: Shop, lines: str, header: str, cells: str, expected: tuple[str | None, str | None]
) -> None:
    own(shop, lines=lines)
    shop.take(shop.lay("own1.csv", [f"A1;K1;1;Momo;{cells}"], f"Nr;Kunde;Pos;Titel;{header}"))
    assert shop.all("SELECT isbn13, sku FROM document_line") == [expected]


def test_availability_substitute_and_kind_of_customer(shop: Shop) -> None:
    own(
        shop,
        lines='availability = "Verf"\nsubstitute = "Ersatz"',
        more='[fields.customer]\ncustomer_no = "Kunde"\n'
        'kind = { col = "Art", map = { "P" = "person", "F" = "company", "" = "" } }',
    )
    rows = ["A1;K1;1;Momo;vergriffen;Die unendliche Geschichte;F", "A2;K2;1;Krabat;;;P"]
    shop.take(shop.lay("own1.csv", rows, "Nr;Kunde;Pos;Titel;Verf;Ersatz;Art"))
    assert shop.all("SELECT availability, substitute FROM document_line ORDER BY document_id") == [
        ("vergriffen", "Die unendliche Geschichte"),
        (None, None),
    ]
    assert shop.all("SELECT key, kind FROM customer ORDER BY key") == [("K1", "company"), ("K2", "person")]
