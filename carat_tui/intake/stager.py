"""Groups of rows → staged rows: what of a row belongs to the order, to its customer, to the line."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from operator import itemgetter
from typing import Any
from zlib import crc32

from carat_tui.intake.convert import Value, key_normaliser
from carat_tui.intake.ean import without_ean
from carat_tui.intake.fields import Field
from carat_tui.intake.mapping import Sheet, bind, place
from carat_tui.intake.profile import Profile
from carat_tui.intake.staging import Layout, Staging
from carat_tui.intake.tally import Tally
from carat_tui.intake.values import BadCell

Row = tuple[int, str, list[str]]
"""Line, raw text and cells of a row of data."""

_CUSTOMER_SLOTS = 1 << 19
"""Eight bytes each. A list of more customers than that stages some of them again, which changes nothing."""
_HERE = ("ready", "part_delivered", "fulfilled")
_WHAT = ("sku", "isbn13", "title")


class Bound:
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
        self.line_names, self.line_values = without_ean(self.lines)
        self.has_line_key = self.line_names[:1] == ("line_key",)
        line_names = self.line_names[1:] if self.has_line_key else self.line_names
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
        return self.line_names.index(name) if name in self.line_names else None


def _spread(names: Sequence[str], without: Sequence[str]) -> tuple[int, ...]:
    return tuple(at for at, name in enumerate(names) if name not in without)


def _with_raw_status(profile: Profile) -> Iterator[Field]:
    for one in profile.header:
        yield one
        if one.name == "status" and one.cols:
            yield replace(one, name="status_raw", map=None, transform=(), default="", unknown="keep", required=False)


class Stager:
    """Converts groups and stages them."""

    def __init__(self, bound: Bound, staging: Staging, tally: Tally) -> None:
        self.bound = bound
        self.staging = staging
        self.tally = tally
        self.latest = array("q", bytes(8 * _CUSTOMER_SLOTS))  # slot of a customer's key → hash of the cells last staged
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
        values, line_of = self.bound.line_values, self._line
        seen: dict[str, int] = {}
        for line, raw, row in group:
            try:
                found = values(row) if self.bound.line_names else None
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
        """Stage a customer, unless the last row staged for the same key had the same cells; returns the key."""
        bound = self.bound
        cells = bound.customer.pick(row)
        number = None if self.number is None else bound.customer.memos[self.number][cells[self.number]]
        if number is None:
            if bound.is_list:
                raise BadCell("the customer number is empty")
            return None
        key = self._key(str(number))
        if not bound.is_list and self._known(key, (key, cells, option)):
            return key
        values = bound.customer.of(cells)
        kept = option or (None if self.own_option is None else values[self.own_option])
        contacts = [(kind, *pair) for kind, at in bound.contact_at for pair in values[at] or ()]  # type: ignore[union-attr]
        own = [values[at] for at in bound.customer_at]
        name = self._name(values)
        self.staging.add_customer((line, key, str(number), name, None if kept == "inherit" else kept, *own), contacts)
        self.latest[_slot(key)] = hash((key, cells, option))
        return key

    def _known(self, key: str, whole: object) -> bool:
        """The last row of a customer wins: only the cells staged last for a key may be skipped when they come again."""
        return self.latest[_slot(key)] == hash(whole)

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
        names = self.bound.line_names
        text = "|".join(str(value) for name, value in zip(names, values, strict=True) if name in _WHAT)
        seen[text] = seen.get(text, 0) + 1
        return f"{blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=8).hexdigest()}-{seen[text]}"


def _slot(key: str) -> int:
    """The same in every process (``hash`` is not): what is staged twice must be so again when a file is resumed."""
    return crc32(key.encode("utf-8", "surrogatepass")) % _CUSTOMER_SLOTS


def _taker(places: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: tuple(row[at] for at in places)
