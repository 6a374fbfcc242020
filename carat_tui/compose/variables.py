"""The placeholders of one message (DOMAIN T), as text in the language of its template.

What is not known is not in the result: a template may ask for it, but printing it holds the message (threat A4).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from carat_tui.compose.material import Customer, Line, Material
from carat_tui.compose.shop import Shop
from carat_tui.model import money, titles
from carat_tui.model.dates import numeric
from carat_tui.model.isbn import hyphenated
from carat_tui.model.salutation import Person, gender_of, salutation
from carat_tui.model.text import plain
from carat_tui.model.words import counted, join

_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


class Item(NamedTuple):
    """One article as it is told of; ``number`` is how many arrived or were ordered (None = not known)."""

    title: str
    author: str
    isbn: str
    number: int | float | None

    def full(self) -> str:
        """For e-mail and letter: title, author, ISBN with hyphens."""
        parts = [self.title, self.author, f"ISBN {self.isbn}" if self.isbn else ""]
        times = f"{self.number:g} × " if self.number is not None and self.number > 1 else ""
        return times + ", ".join(filter(None, parts))


def values(material: Material, shop: Shop, language: str) -> dict[str, str]:
    """All placeholders that are known about this message (those of the shop are shared and not among them)."""
    found = _of_customer(material.customer, language)
    found |= _of_documents(material, shop, language)
    found |= _of_items(material, language)
    return {name: value for name, value in found.items() if value}


def short_variants(material: Material, language: str) -> list[dict[str, str]]:
    """Ways to tell of the articles in an SMS, from the longest to the shortest."""
    items = items_of(material.lines)
    if not items:
        return [{}]
    number = counted(language, "item", len(items))
    if _discreet(material):
        return [{"item_title_short": number, "items_list_short": number}]
    names = [_without_link(item.title) for item in items]
    lists = list(titles.list_variants(language, names))
    singles = list(titles.single_variants(names[0]))
    pairs = zip_longest(lists, singles)
    return [
        {"items_list_short": several or lists[-1], "item_title_short": one or singles[-1]} for several, one in pairs
    ]


_known = lru_cache(maxsize=8192)(plain)
"""``plain`` for titles and authors: a new book is told of to many."""


def items_of(lines: Iterable[Line]) -> list[Item]:
    """The articles, each once: two partial deliveries of one line are one article with both quantities."""
    found: dict[tuple[int, str], Item] = {}
    for line in lines:
        count, before = _count(line), found.get((line.document_id, line.line_key))
        if before is not None and before.number is not None and count is not None:
            count += before.number
        isbn = hyphenated(line.isbn13) if line.isbn13 else ""
        title = _known(line.title or "") or isbn or line.line_key
        found[line.document_id, line.line_key] = Item(title, _known(line.author or ""), isbn, count)
    return list(found.values())


def _count(line: Line) -> int | float | None:
    """How many: what this event brought, else what was ordered."""
    before, after = _facts(line.facts)
    if isinstance(now := after.get("qty_received"), int | float):
        earlier = before.get("qty_received")
        return now - (earlier if isinstance(earlier, int | float) else 0)
    return line.qty


@lru_cache(maxsize=4096)
def _facts(text: str) -> tuple[dict[str, object], dict[str, object]]:
    """Before and after of an event; most events of a day say the same few things. Not to be changed by the caller."""
    facts = json.loads(text) if text else {}
    return facts.get("before") or {}, facts.get("after") or {}


def _without_link(title: str) -> str:
    """A web address in a title would make a text message look like fraud (threat B5)."""
    return " ".join(_URL.sub("", title).split()) or title


def _discreet(material: Material) -> bool:
    return bool(material.customer and material.customer.discreet)


def _of_customer(customer: Customer | None, language: str) -> dict[str, str]:
    return {
        "salutation": salutation(language, person_of(customer)),
        "customer_no": plain(customer.customer_no or "") if customer else "",
    }


def person_of(customer: Customer | None) -> Person:
    """The customer as somebody to be addressed."""
    if customer is None:
        return Person()
    return Person(
        gender=gender_of(customer.salutation),
        title=plain(customer.title or ""),
        first=plain(customer.first_name or ""),
        last=plain(customer.last_name or ""),
        company=plain(customer.company or ""),
        name=plain(customer.name or ""),
    )


def _of_documents(material: Material, shop: Shop, language: str) -> dict[str, str]:
    documents = material.documents
    if not documents:
        return {"pickup_until": numeric(shop.pickup_until, language)}
    first = documents[0]
    numbers, shelves, until = plain(first.number), plain(first.shelf_no or ""), first.pickup_until
    if len(documents) > 1:
        numbers = join(language, list(dict.fromkeys(plain(document.number) for document in documents)))
        shelves = join(language, list(dict.fromkeys(plain(d.shelf_no) for d in documents if d.shelf_no)))
        until = min((d.pickup_until for d in documents if d.pickup_until), default=None)
    currency = first.currency or shop.currency
    return {
        "order_no": numbers,
        "doc_no": numbers,
        "payment_ref": plain(first.number),
        "order_date": _day(first.date or first.first_seen, language),
        "doc_date": _day(first.date, language),
        "due_date": _day(first.due_date, language),
        "shelf_no": shelves,
        "pickup_until": _day(until, language) or numeric(shop.pickup_until, language),
        "amount": money.amount(first.total, currency, language) if first.total is not None else "",
        "open_amount": money.amount(first.open_amount, currency, language) if first.open_amount else "",
    }


def _of_items(material: Material, language: str) -> dict[str, str]:
    lines = material.lines
    if not lines:
        return {}
    items = items_of(lines)
    number = counted(language, "item", len(items))
    told = [number] if _discreet(material) else [item.full() for item in items]
    expected = max((line.expected_date for line in lines if line.expected_date), default=None)
    moved = max((str(day) for line in lines if (day := _facts(line.facts)[1].get("expected_date"))), default=expected)
    return {
        "item_title": told[0],
        "items_block": "\n".join(f"- {text}" for text in told),
        "item_count_text": number,
        "arrived_date": _day(max((line.received_date for line in lines if line.received_date), default=None), language),
        "delivery_date": _day(expected, language),
        "new_date": _day(moved, language),
    }


@lru_cache(maxsize=4096)
def _day(iso: str | None, language: str) -> str:
    """A stored date or stamp in the document style; anything else says nothing."""
    if not iso:
        return ""
    try:
        return numeric(date.fromisoformat(iso[:10]), language)
    except ValueError:
        return ""
