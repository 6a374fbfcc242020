"""Header and columns: where a profile's fields stand in this file, and rows → tuples of values."""

from __future__ import annotations

import difflib
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import getitem, itemgetter
from pathlib import Path

from carat_tui.intake.convert import Cell, Memo, Value, memo
from carat_tui.intake.encoding import Scan
from carat_tui.intake.fields import Field
from carat_tui.intake.formats.csv_ import BadFile, Dialect, open_text, records
from carat_tui.intake.profile import Profile
from carat_tui.intake.values import clean

_HEADER_WITHIN = 100
_DELIMITERS = (";", ",", "\t", "|")
_PLACE = re.compile(r"@(\d+)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The shape of one file: its dialect, the names above its columns and the line after the header."""

    dialect: Dialect
    header: tuple[str, ...]
    first_line: int
    """number of the first line of data; what stands before it is preamble"""


class Missing(BadFile):
    """The header was not found, or columns of the profile are not in it; ``header`` is the nearest to one."""

    def __init__(self, words: str, header: tuple[str, ...] = ()) -> None:
        super().__init__(words)
        self.header = header


def read_sheet(path: Path, scan: Scan, profile: Profile) -> Sheet:
    """Find delimiter and header; ``Missing`` names the columns that are not there and the nearest that are."""
    with open_text(path, scan) as file:
        lines = list(islice(file, _HEADER_WITHIN))
    skipped = 1 if lines and re.fullmatch(r'"?sep=.?"?\s*', lines[0].lstrip("\ufeff"), re.IGNORECASE) else 0
    given = profile.read.delimiter
    if skipped and not given:
        given = lines[0].strip().strip('"')[4:5]
    wanted = _wanted(profile)
    best: Sheet | None = None
    for delimiter in (given,) if given else _DELIMITERS:
        dialect = Dialect(delimiter, profile.read.quote, profile.read.escape)
        for line, raw, row in records(lines[skipped:], dialect, skipped + 1):
            if not row or not any(row):
                continue
            sheet = _sheet(dialect, line, raw, tuple(map(clean, row)), profile.read.header)
            if profile.read.header and not missing_columns(wanted, sheet.header):
                return sheet
            if best is None or len(sheet.header) > len(best.header):
                best = sheet
            if not profile.read.header:
                break
    if best is None:
        raise Missing("The file is empty: it has not even a header")
    if missing_columns(wanted, best.header):
        raise Missing(_lacking(wanted, best.header), best.header)
    return best


def _sheet(dialect: Dialect, line: int, raw: str, cells: tuple[str, ...], header: bool) -> Sheet:
    if header:
        return Sheet(dialect, cells, line + len(list(io.StringIO(raw, newline=""))))
    return Sheet(dialect, tuple(f"@{at + 1}" for at in range(len(cells))), line)


def _wanted(profile: Profile) -> tuple[str, ...]:
    fields = (*profile.header, *profile.lines, *profile.customer)
    needed = [col for field in fields if not field.optional for col in (field.cols if len(field.cols) == 1 else ())]
    return tuple(dict.fromkeys((*profile.read.header_match, *needed, *(rule.col for rule in profile.keep_rows))))


def fingerprint(header: Sequence[str]) -> str:
    """SHA-256 (hex) of the names above the columns, each ended by a line feed: any change of any of them is seen."""
    return hashlib.sha256("".join(f"{name}\n" for name in header).encode("utf-8", "surrogatepass")).hexdigest()


def missing_columns(wanted: Iterable[str], header: Sequence[str]) -> list[str]:
    """Those of ``wanted`` that the header does not have."""
    index = _index(header)
    return [name for name in wanted if _find(name, index, len(header)) is None]


def _lacking(wanted: Sequence[str], header: Sequence[str]) -> str:
    lacking = missing_columns(wanted, header)
    words = []
    for name in lacking:
        near = difflib.get_close_matches(name, header, 1)
        words.append(f"{name!r}" + (f" (nearest: {near[0]!r})" if near else ""))
    said = f"The file has no column {', '.join(words)}; its first line reads: {', '.join(header)[:200]}"
    other = next((mark for mark in ";,\t|" if len(header) == 1 and mark in header[0]), "")
    return f"{said} (all in one column: is the delimiter {other!r}?)" if other else said


def _index(header: Sequence[str]) -> dict[str, int]:
    """Name → place; the second column of a name is ``name#2``. Exact names first, then without regard to case."""
    index: dict[str, int] = {}
    for spelled in (list(header), [name.casefold() for name in header]):
        seen: dict[str, int] = {}
        for place, name in enumerate(spelled):
            seen[name] = seen.get(name, 0) + 1
            index.setdefault(f"{name}#{seen[name]}", place)
            if seen[name] == 1:
                index.setdefault(name, place)
    return index


def _find(name: str, index: Mapping[str, int], width: int) -> int | None:
    place = _PLACE.fullmatch(name)
    if place is not None:
        at = int(place[1]) - 1
        return at if 0 <= at < width else None
    text = clean(name)
    return index.get(text, index.get(text.casefold()))


@dataclass(frozen=True, slots=True)
class Columns:
    """Some fields of a profile bound to the places of a file."""

    names: tuple[str, ...]
    pick: Callable[[Sequence[str]], tuple[Cell, ...]]
    memos: tuple[Memo, ...]
    places: tuple[int, ...]
    """every place of the file that is looked at"""

    def values(self, row: Sequence[str]) -> tuple[Value, ...]:
        """The values of ``row``; raises ``BadCell``."""
        return tuple(map(getitem, self.memos, self.pick(row)))

    def of(self, cells: tuple[Cell, ...]) -> tuple[Value, ...]:
        """The values of cells that ``pick`` gave."""
        return tuple(map(getitem, self.memos, cells))


def bind(fields: Iterable[Field], header: Sequence[str], country: str) -> Columns:
    """Bind ``fields`` to ``header``; optional ones whose column is not there are left out."""
    index: Mapping[str, int] = _index(header)
    single: list[tuple[Field, int]] = []
    several: list[tuple[Field, tuple[int, ...]]] = []
    for field in fields:
        places = [place for col in field.cols if (place := _find(col, index, len(header))) is not None]
        if len(field.cols) > 1 and places:
            several.append((field, tuple(places)))
        elif places or field.const is not None:
            single.append((field, places[0] if places else 0))
        elif not field.optional:
            raise Missing(_lacking(field.cols, header))
    single.sort(key=lambda entry: entry[0].name != "line_key")  # first, so that the rest is one slice
    bound = [*(field for field, _ in single), *(field for field, _ in several)]
    pick = _picker([place for _, place in single], [places for _, places in several])
    looked_at = dict.fromkeys(
        (*(at for field, at in single if field.cols), *(at for _, group in several for at in group))
    )
    names = tuple(field.name for field in bound)
    return Columns(names, pick, tuple(memo(field, country) for field in bound), tuple(looked_at))


def _picker(places: list[int], several: list[tuple[int, ...]]) -> Callable[[Sequence[str]], tuple[Cell, ...]]:
    if not several and len(places) > 1:
        return itemgetter(*places)
    if not several:
        return lambda row: tuple(row[at] for at in places)
    return lambda row: (*(row[at] for at in places), *(tuple(row[at] for at in group) for group in several))


def place(name: str, header: Sequence[str]) -> int | None:
    """Where the column ``name`` stands, or None."""
    return _find(name, _index(header), len(header))
