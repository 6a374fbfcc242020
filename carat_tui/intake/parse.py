"""Records → staged rows. Bad rows are set apart with their reason; groups known from the last file are skipped.

A *group* is the run of records of one order (or one record of a list of customers). Its digest covers the raw text of
its records, so a re-export needs neither conversion nor writing for what stands in it as it stood in the last file.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from carat_tui.intake.convert import BadCell, Value, key_normaliser
from carat_tui.intake.formats.csv_ import BadFile, Record
from carat_tui.intake.mapping import Sheet, bind, place
from carat_tui.intake.profile import Profile
from carat_tui.intake.staging import Layout, Staging

_NO_DIGESTS: frozenset[int] = frozenset()
_RAW_KEPT = 2000
_CUSTOMERS_REMEMBERED = 20_000
_HERE = ("ready", "part_delivered", "fulfilled")
_WHAT = ("sku", "isbn13", "title")


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that was not taken: ``raw`` is its text in the file, without its line end."""

    line: int
    reason: str
    raw: str


@dataclass(slots=True)
class Tally:
    """What the reading of one file came to. ``same_*`` count what stood in the feed's last file just so."""

    rows: int = 0
    ignored: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    same_orders: int = 0
    same_lines: int = 0
    digests: array[int] = field(default_factory=lambda: array("Q"))
    odd_keys: bool = False
    """some key differs from the number as written, so two numbers may have become one key"""

    def reject(self, line: int, raw: str, reason: str) -> None:
        self.rejected.append(Rejected(line, reason, raw.rstrip("\r\n")[:_RAW_KEPT]))


def staging_layout(profile: Profile, sheet: Sheet, country: str) -> Layout:
    """The columns that this profile maps in this file."""
    return _Bound(profile, sheet, country).layout


def parse(
    records: Iterable[Record],
    sheet: Sheet,
    profile: Profile,
    country: str,
    staging: Staging,
    known: frozenset[int] | set[int] = _NO_DIGESTS,
) -> Tally:
    """Stage all records; ``known`` are the digests of the feed's last file. Raises ``BadFile``."""
    tally = Tally()
    stage = _Stager(_Bound(profile, sheet, country), staging, tally)
    for group in _groups(_wanted(records, sheet, profile, tally), sheet, profile, tally):
        digest = int.from_bytes(
            blake2b("".join([raw for _, raw, _ in group]).encode("utf-8", "surrogatepass"), digest_size=8).digest(),
            "little",
        )
        if digest in known:
            tally.same_orders += 1
            tally.same_lines += len(group)
            tally.digests.append(digest)
        elif stage.group(group):
            tally.digests.append(digest)
    return tally


Row = tuple[int, str, list[str]]


def _wanted(records: Iterable[Record], sheet: Sheet, profile: Profile, tally: Tally) -> Iterator[Row]:
    """Records of data with the right number of cells; the others are counted or rejected."""
    width = len(sheet.header)
    first = sheet.first_line
    skip = profile.read.skip_when.search if profile.read.skip_when else None
    keep = _row_filter(profile, sheet)
    for record in records:
        line, raw, row = record
        if line < first:
            continue
        if skip is not None and skip(raw):
            tally.ignored += 1
        elif row is None:
            tally.reject(line, raw, "a quotation mark is opened and never closed")
        elif not any(row):
            if len(row) <= 1:
                continue  # a blank line is no row
            tally.ignored += 1
        elif len(row) != width:
            tally.reject(line, raw, f"{len(row)} cells where the header has {width}")
        elif keep is not None and not keep(row):
            tally.ignored += 1
        else:
            yield record  # type: ignore[misc]  # the row is not None here
        tally.rows += 1


def _row_filter(profile: Profile, sheet: Sheet) -> Callable[[Sequence[str]], bool] | None:
    rules = [(place(rule.col, sheet.header), rule.values, rule.exclude) for rule in profile.keep_rows]
    if not rules:
        return None

    def keep(row: Sequence[str]) -> bool:
        return all((row[at or 0].strip().casefold() in values) != exclude for at, values, exclude in rules)

    return keep


def _groups(rows: Iterable[Row], sheet: Sheet, profile: Profile, tally: Tally) -> Iterator[list[Row]]:
    """Runs of rows of one order, in the order of the file (never sorted: blank keys belong to the row above)."""
    if not profile.document:
        for row in rows:
            yield [row]
        return
    at = place(profile.group_key, sheet.header)
    if at is None:
        raise BadFile(f"The file has no column {profile.group_key!r}, by which the rows of an order belong together")
    inherit = profile.group_style == "inherit"
    group: list[Row] = []
    current: str | None = None
    for row in rows:
        key = row[2][at]
        if key != current:
            if inherit and not key.strip():
                if current is None:
                    raise BadFile(
                        f"Line {row[0]}: the first row has no {profile.group_key}; the file is damaged or was sorted"
                    )
                key = current
            else:
                if group:
                    yield group
                group, current = [], key
        group.append(row)
    if group:
        yield group


class _Bound:
    """The profile's fields bound to the file's columns, with the places of the values that mean something to us."""

    def __init__(self, profile: Profile, sheet: Sheet, country: str) -> None:
        header = sheet.header
        self.head = bind(_with_raw_status(profile), header, country)
        self.lines = bind(profile.lines, header, country)
        customer = profile.customer or tuple(f for f in profile.header if f.name == "customer_no")
        self.customer = bind(customer, header, country)
        self.normalise = key_normaliser(profile.normalise)
        self.is_list = not profile.document
        inherited = [at for name in profile.inherit if (at := place(name, header)) is not None]
        self.shared = tuple(dict.fromkeys((*self.head.places, *self.customer.places)))
        self.fill = (*self.shared, *inherited) if profile.group_style == "inherit" else ()
        self.document_at = _spread(self.head.names, ("order_no", "customer_no", "notify_for_good"))
        self.contact_at = [(n, i) for i, n in enumerate(self.customer.names) if n in ("email", "mobile", "phone")]
        skipped = ("customer_no", "email", "mobile", "phone", "name", "notify_option")
        self.customer_at = _spread(self.customer.names, skipped)
        self.has_line_key = self.lines.names[:1] == ("line_key",)
        line_names = self.lines.names[1:] if self.has_line_key else self.lines.names
        received = () if "qty_received" in line_names or not line_names else ("qty_received",)
        self.layout = Layout(
            customer=("name", "notify_option", *(self.customer.names[at] for at in self.customer_at))
            if self.customer.names
            else (),
            document=tuple(self.head.names[at] for at in self.document_at),
            line=(*line_names, *received),
        )

    def head_at(self, name: str) -> int | None:
        return self.head.names.index(name) if name in self.head.names else None

    def customer_place(self, name: str) -> int | None:
        return self.customer.names.index(name) if name in self.customer.names else None

    def line_place(self, name: str) -> int | None:
        return self.lines.names.index(name) if name in self.lines.names else None


def _spread(names: Sequence[str], without: Sequence[str]) -> tuple[int, ...]:
    return tuple(at for at, name in enumerate(names) if name not in without)


def _with_raw_status(profile: Profile) -> Iterator[Any]:
    from dataclasses import replace

    for one in profile.header:
        yield one
        if one.name == "status" and one.cols:
            yield replace(one, name="status_raw", map=None, transform=(), default="", unknown="keep", required=False)


class _Stager:
    """Converts groups and stages them."""

    def __init__(self, bound: _Bound, staging: Staging, tally: Tally) -> None:
        self.bound = bound
        self.staging = staging
        self.tally = tally
        self.customers: dict[object, str] = {}  # cells → key, of the last row staged for that key
        self.latest: dict[str, object] = {}
        self.order_no = bound.head_at("order_no")
        self.customer_no = bound.head_at("customer_no")
        self.for_good = bound.head_at("notify_for_good")
        self.option = bound.head_at("notify_option")
        self.shared = _taker(bound.shared)
        self.number = bound.customer_place("customer_no")
        self.own_option = bound.customer_place("notify_option")
        self.names = [bound.customer_place(name) for name in ("name", "first_name", "last_name", "company")]
        self.date = bound.line_place("received_date")
        self.state = bound.line_place("status")
        self.qty = bound.line_place("qty")
        self.received = bound.line_place("qty_received")

    def group(self, group: list[Row]) -> bool:
        """Stage one group; False if a row of it was rejected (then it must not be remembered)."""
        whole = self._list_row(*group[0]) if self.bound.is_list else self._order(group)
        self.staging.end_group()
        return whole

    def _list_row(self, line: int, raw: str, row: list[str]) -> bool:
        try:
            self._customer(line, row, None)
        except BadCell as error:
            self.tally.reject(line, raw, str(error))
            return False
        return True

    def _order(self, group: list[Row]) -> bool:
        if self.bound.fill and len(group) > 1:
            self._inherit(group)
        known: tuple[str, ...] | None = None
        drid = 0
        whole = True
        staged: list[tuple[Any, ...]] = []
        values, line_of = self.bound.lines.values, self._line
        seen: dict[str, int] = {}
        for line, raw, row in group:
            try:
                found = values(row) if self.bound.lines.names else None
                shared = self.shared(row)
                if shared != known:
                    drid = self._document(line, row)
                    known = shared
                if found is not None:
                    staged.append(line_of(line, drid, found, seen))
            except BadCell as error:
                self.tally.reject(line, raw, str(error))
                whole = False
        self.staging.add_lines(staged)
        return whole

    def _inherit(self, group: list[Row]) -> None:
        first = group[0][2]
        for _, _, row in group[1:]:
            for at in self.bound.fill:
                if not row[at].strip():
                    row[at] = first[at]

    def _document(self, line: int, row: list[str]) -> int:
        values = self.bound.head.values(row)
        number = str(values[self.order_no or 0])
        key = self._key(number)
        customer_key = None
        if self.customer_no is not None and values[self.customer_no] is not None:
            option = None
            if self.for_good is not None and values[self.for_good] and self.option is not None:
                option = values[self.option]
            customer_key = self._customer(line, row, None if option == "inherit" else option)
        return self.staging.add_document(
            (line, key, number, customer_key, *[values[at] for at in self.bound.document_at])
        )

    def _customer(self, line: int, row: list[str], option: Value) -> str | None:
        bound = self.bound
        cells = (bound.customer.pick(row), option)
        if not bound.is_list and cells in self.customers:
            return self.customers[cells]
        values = bound.customer.of(cells[0])
        number = None if self.number is None else values[self.number]
        if number is None:
            if bound.is_list:
                raise BadCell("the customer number is empty")
            return None
        key = self._key(str(number))
        kept = option or (None if self.own_option is None else values[self.own_option])
        contacts = [(kind, *pair) for kind, at in bound.contact_at for pair in values[at] or ()]  # type: ignore[union-attr]
        own = [values[at] for at in bound.customer_at]
        name = self._name(values)
        self.staging.add_customer((line, key, number, name, None if kept == "inherit" else kept, *own), contacts)
        self._remember(key, cells)
        return key

    def _remember(self, key: str, cells: object) -> None:
        """The last row wins, so only the last cells of a customer may be skipped when they come again."""
        if len(self.latest) >= _CUSTOMERS_REMEMBERED:
            self.customers.clear()
            self.latest.clear()
        self.customers.pop(self.latest.get(key), None)
        self.customers[cells] = key
        self.latest[key] = cells

    def _key(self, number: str) -> str:
        key = self.bound.normalise(number)
        if key != number:
            self.tally.odd_keys = True
        return key

    def _name(self, values: Sequence[Value]) -> Value:
        """The name as mapped, else first and last name, else the company."""
        name, first, last, company = [None if at is None else values[at] for at in self.names]
        return name or " ".join(str(part) for part in (first, last) if part) or company

    def _line(self, line: int, drid: int, values: tuple[Value, ...], seen: dict[str, int]) -> tuple[Any, ...]:
        """The staged row: line, drid, line_key, mapped columns, and what came in if the file says so indirectly."""
        bound = self.bound
        if not bound.has_line_key or values[0] is None:
            values = (self._own_key(values, seen), *values[bound.has_line_key :])
            shift = 1 - bound.has_line_key
        else:
            shift = 0
        if self.received is None:
            return (line, drid, *values, self._came(values, shift))
        if values[self.received + shift] is None:
            row = [line, drid, *values]
            row[self.received + shift + 2] = self._came(values, shift)
            return tuple(row)
        return (line, drid, *values)

    def _came(self, values: Sequence[Value], shift: int) -> Value:
        """How much came in where no column says it: all of a line that has a date of receipt, or is past it."""
        here = self.date is not None and values[self.date + shift] is not None
        if not here and (self.state is None or values[self.state + shift] not in _HERE):
            return None
        return "1" if self.qty is None else values[self.qty + shift] or "1"

    def _own_key(self, values: Sequence[Value], seen: dict[str, int]) -> str:
        """A key for a line without one: what it is, and the how manieth of its kind in the order (erp-exports §6)."""
        names = self.bound.lines.names
        text = "|".join(str(value) for name, value in zip(names, values, strict=True) if name in _WHAT)
        seen[text] = seen.get(text, 0) + 1
        return f"{blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=8).hexdigest()}-{seen[text]}"


def _taker(places: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    from operator import itemgetter

    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: tuple(row[at] for at in places)
