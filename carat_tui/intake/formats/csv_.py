"""CSV as shops really export it: cells with line breaks, bare CR, quotation marks that are never closed.

A record is ``(line, raw, row)``: the number of its first line in the file, its text as it stands there, and its cells,
``None`` when a quotation mark was lost. ``csv`` itself would let an open quote swallow the rest of the file in silence
(reliability §4.4); here the line with the lost quote is given back alone and reading goes on with the next line.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from carat_tui.intake.encoding import Scan

Record = tuple[int, str, list[str] | None]

MAX_LINES = 50
MAX_CHARS = 65_536
_QUIET = 100
"""After so many records without a quotation mark the next ones are expected to have none either."""
_HEADER_WITHIN = 100
_DELIMITERS = (";", ",", "\t", "|")


class BadFile(Exception):
    """The file as a whole cannot be read by this profile; the text says why."""


class _LostQuote(Exception):
    """A record grew beyond what a cell with line breaks can be."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are divided. Empty ``quote`` = quotation marks mean nothing."""

    delimiter: str
    quote: str = '"'
    escape: str = ""

    def reader(self, lines: Iterable[str], *, strict: bool = False) -> Iterator[list[str]]:
        """A ``csv.reader`` of this dialect."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            escapechar=self.escape or None,
            strict=strict,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
        )


def open_text(path: Path, scan: Scan) -> TextIO:
    """The decoded file; every kind of line end ends a line and is kept."""
    return path.open(encoding=scan.encoding, newline="")


def records(source: Iterable[str], dialect: Dialect, first_line: int = 1) -> Iterator[Record]:
    """All records of ``source`` (lines with their ends), blank lines included as empty rows."""
    csv.field_size_limit(MAX_CHARS)
    lines = iter(source)
    back: deque[str] = deque()
    pending: list[str] = []
    ended = False

    def feed() -> Iterator[str]:
        nonlocal ended
        while back:
            pending.append(back.popleft())
            yield pending[-1]
        for text in lines:
            pending.append(text)
            if len(pending) > MAX_LINES:
                raise _LostQuote
            yield text
        ended = True  # the reader asks for more lines only inside a record: that one has an open quote

    line = first_line
    while True:
        for text, cells in _plain_rows(lines, dialect, back):
            yield line, text, cells
            line += 1
        if not back:
            return
        ended = False
        quiet = 0
        try:
            for row in dialect.reader(feed()):
                raw = pending[0] if len(pending) == 1 else "".join(pending)
                if ended or len(raw) > MAX_CHARS:
                    raise _LostQuote
                yield line, raw, row
                line += len(pending)
                pending.clear()
                quiet = 0 if dialect.quote in raw else quiet + 1
                if quiet > _QUIET and not back:
                    break
            else:
                return
        except (_LostQuote, csv.Error):
            yield line, pending[0], None
            line += 1
            back.extendleft(reversed(pending[1:]))
            pending.clear()


def _plain_rows(lines: Iterator[str], dialect: Dialect, back: deque[str]) -> Iterator[tuple[str, list[str]]]:
    """Lines that need no ``csv``, cut at the delimiters (in half the time); the first other one is laid ``back``.

    Gives nothing while lines that were laid ``back`` wait.
    """
    if back:
        return
    quote, delimiter, escape = dialect.quote, dialect.delimiter, dialect.escape
    for text in lines:
        if escape or (quote and quote in text) or len(text) > MAX_CHARS:
            back.append(text)
            return
        bare = text.rstrip("\r\n")
        yield text, bare.split(delimiter) if bare else []


def whole(path: Path, scan: Scan, dialect: Dialect, width: int) -> bool:
    """Whether the file ends with a whole record: all its cells, or a line end outside of quotation marks.

    A quotation mark that was lost further up is the trouble of its row, not a sign of a file still being written.
    """
    tail = _tail(path, scan)
    while tail and not tail[-1].strip():
        tail.pop()
    for length in range(1, min(len(tail), MAX_LINES) + 1):
        last = _last_row(tail[-length:], dialect)
        if last is not None and len(last) == width:
            return True
    return not tail or (tail[-1].endswith(("\n", "\r")) and _last_row(tail[-1:], dialect) is not None)


def _last_row(lines: list[str], dialect: Dialect) -> list[str] | None:
    """The last row of ``lines``; None if they end inside quotation marks."""
    try:
        return list(dialect.reader(lines, strict=True))[-1]
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return None
    return list(dialect.reader(lines))[-1]


def _tail(path: Path, scan: Scan) -> list[str]:
    """The last lines of the file, with their ends; the first of them may be cut."""
    wide = scan.encoding == "utf-16"
    with path.open("rb") as file:
        mark = file.read(2)
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - MAX_CHARS * 2) if size % 2 == 0 else max(0, size - MAX_CHARS * 2 + 1))
        data = file.read()
    encoding = ("utf-16-be" if mark == codecs.BOM_UTF16_BE else "utf-16-le") if wide else scan.encoding
    return list(io.StringIO(data.decode(encoding, "replace"), newline=""))
