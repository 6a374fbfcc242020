"""The number under a bar code: the ISBN of a book, the article number of everything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter

from carat_tui.intake.convert import Value
from carat_tui.intake.mapping import Columns
from carat_tui.intake.values import BadCell, isbn13


def without_ean(
    lines: Columns,
) -> tuple[tuple[str, ...], Callable[[Sequence[str]], tuple[Value, ...]]]:
    """Names and values of order lines; a mapped ``ean`` goes where it belongs and is no column of its own.

    It is the ``isbn13`` where there is none and it is one (978, 979), else the ``sku`` where there is none.
    """
    if "ean" not in lines.names:
        return lines.names, lines.values
    at = lines.names.index("ean")
    names = [name for name in lines.names if name != "ean"]
    names += [name for name in ("isbn13", "sku") if name not in names]
    places = [lines.names.index(name) if name in lines.names else len(lines.names) for name in names]
    isbn, sku = names.index("isbn13"), names.index("sku")
    ordered = itemgetter(*places)

    def values(row: Sequence[str]) -> tuple[Value, ...]:
        found = lines.values(row)
        own = list(ordered((*found, None)))
        ean = found[at]
        if ean is not None:
            book = _book(str(ean))
            if book is not None and own[isbn] is None:
                own[isbn] = book
            elif own[sku] is None and (book is None or book != own[isbn]):
                own[sku] = ean
        return tuple(own)

    return tuple(names), values


def _book(text: str) -> str | None:
    try:
        return isbn13(text)
    except BadCell:
        return None
