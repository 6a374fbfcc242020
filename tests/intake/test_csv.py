"""CSV: any cells survive a round trip; lost quotes cost their own line and nothing else."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from carat_tui.intake.encoding import scan
from carat_tui.intake.formats.csv_ import MAX_LINES, Dialect, open_text, records, whole

SEMICOLON = Dialect(";")
CELLS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=12)


def lines(text: str) -> list[str]:
    return list(io.StringIO(text, newline=""))


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=8), st.sampled_from([";", ",", "\t"]))
def test_what_a_csv_writer_wrote_comes_back(rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    assert [row for _, _, row in records(lines(out.getvalue()), Dialect(delimiter))] == rows


@given(st.lists(st.lists(CELLS, min_size=2, max_size=3), min_size=1, max_size=8))
def test_line_numbers_and_raw_text_are_those_of_the_file(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(rows)
    text = lines(out.getvalue())
    at = 1
    for line, raw, _ in records(text, SEMICOLON):
        assert line == at
        assert raw == "".join(text[at - 1 : at - 1 + len(lines(raw))])
        at += len(lines(raw))


@given(st.text(st.sampled_from('ab";\n\r'), max_size=60))
def test_no_line_is_lost_whatever_the_quotes_do(text: str) -> None:
    assert "".join(raw for _, raw, _ in records(lines(text), SEMICOLON)) == text


def test_a_lost_quote_costs_its_own_line_only() -> None:
    text = ["a;b\n", '1;"never closed\n', *(f"{number};good\n" for number in range(2, 200))]
    found = list(records(text, SEMICOLON))
    assert [(line, raw) for line, raw, row in found if row is None] == [(2, '1;"never closed\n')]
    assert [row for _, _, row in found[2:]] == [[str(number), "good"] for number in range(2, 200)]


def test_an_open_quote_at_the_end_is_no_cell() -> None:
    assert [row for _, _, row in records(["a;b\n", '1;"2'], SEMICOLON)] == [["a", "b"], None]


def test_a_cell_with_many_lines_is_a_cell() -> None:
    cell = "\n".join("x" * 20 for _ in range(MAX_LINES - 1))
    assert [row for _, _, row in records(lines(f'1;"{cell}"\n2;b\n'), SEMICOLON)] == [["1", cell], ["2", "b"]]


def test_a_huge_cell_is_a_lost_quote() -> None:
    found = list(records([f'1;"{"x" * 70_000}"\n', "2;b\n"], SEMICOLON))
    assert [row for _, _, row in found] == [None, ["2", "b"]]


ODD = ['"x;y"', '"two\nlines"', '"a""b"', '""', "plain", 'lost "', ""]


@given(st.lists(st.tuples(st.integers(0, 250), st.sampled_from(ODD)), max_size=5))
def test_rows_with_and_without_quotation_marks_in_any_order(parts: list[tuple[int, str]]) -> None:
    text = "".join("1;b;;\r\n" * quiet + f"7;{cell};;\r\n\r\n" for quiet, cell in parts)
    given_lines = lines(text)
    found = list(records(given_lines, SEMICOLON))
    assert [row for _, _, row in found] == list(csv.reader(given_lines, delimiter=";"))
    assert "".join(raw for _, raw, _ in found) == text
    for number, raw, _ in found:
        assert raw == "".join(given_lines[number - 1 : number - 1 + raw.count("\n")])


def test_csv_spectrum(hostile: Path) -> None:
    for path in sorted((hostile / "csv" / "csv-spectrum" / "csvs").glob("*.csv")):
        expected = json.loads((path.parent.parent / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
        expected = expected if isinstance(expected, list) else [expected]
        with open_text(path, scan(path, "", "DE")) as text:
            header, *rows = [row for _, _, row in records(text, Dialect(",")) if row]
        assert header is not None
        read = [dict(zip(header, row or [], strict=True)) for row in rows]
        for one in (*read, *expected):
            one.pop("Contact Phone Number", None)  # differs between the CSV and the JSON of the corpus itself
        # The corpus was checked out with converted line ends; its JSON was not.
        assert read == json.loads(json.dumps(expected).replace(r"\r\n", r"\n")), path.name


def test_the_end_of_a_file(tmp_path: Path) -> None:
    endings = {
        "a;b\n1;2\n": True,
        "a;b\n1;2": True,
        "a;b\n1;": True,
        "a;b\n1": False,
        'a;b\n1;"2': False,
        'a;b\n1;"2\n3': False,
        'a;b\n1;"2\n3"\n': True,
        'a;b\n1;"2\n3"': True,
        'a;b\n1;"lost\n3;4\n': True,
        "": True,
        "a;b\n1;2\n\n\n": True,
    }
    for text, expected in endings.items():
        path = tmp_path / "file.csv"
        path.write_text(text, encoding="utf-8", newline="")
        assert whole(path, scan(path, "", "DE"), SEMICOLON, 2) is expected, text
