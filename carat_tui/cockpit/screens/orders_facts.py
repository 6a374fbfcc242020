"""What is said about one order: facts for its card."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from carat_tui.cockpit.screens.orders_list import standing_cell
from carat_tui.cockpit.widgets.card import Fact, heading
from carat_tui.cockpit.words import channel_word, day, money, status_word
from carat_tui.locale import N_, _, told

if TYPE_CHECKING:
    from carat_tui.model.recipient import Choice
    from carat_tui.services.order_page import OrderPage

Local = Callable[[str | None], str]

OPTIONS = {
    "": N_("as the customer wants it"),
    "email": N_("by e-mail first"),
    "sms": N_("by SMS first"),
    "letter": N_("by letter first"),
    "none": N_("no notice"),
}
"""An order's option, in words."""


_NEWEST = 12
"""Sentences of the history: an order with hundreds of lines has thousands."""
_LINES = 60


def facts(page: OrderPage, local: Local) -> list[Fact]:
    """The card of an order."""
    return [
        *_head(page.row, local),
        Fact(),
        heading(_("Titles")),
        *(_line(line) for line in page.lines[:_LINES]),
        *((Fact("…", _("{n} more").format(n=len(page.lines) - _LINES)),) if len(page.lines) > _LINES else ()),
        *(() if page.lines else (Fact(_("The export names none."), "", "muted"),)),
        Fact(),
        heading(_("Notice")),
        *_notice(page, local),
        Fact(),
        heading(_("History")),
        *_history(page, local),
        *(Fact(_("now"), told(text), "accent") for text in page.story.now[-_NEWEST:]),
    ]


def _history(page: OrderPage, local: Local) -> Iterator[Fact]:
    happened = page.story.happened
    if len(happened) > _NEWEST:
        yield Fact("…", _("x tells the whole story"), "muted")
    for one in happened[-_NEWEST:]:
        yield Fact(local(one.at), told(one.text))


def _head(row: sqlite3.Row, local: Local) -> Iterator[Fact]:
    words, style = standing_cell(row)
    yield Fact(f"{row['number']}   {words}", "", style or "strong")
    whom = " · ".join(str(part) for part in (row["customer_name"], row["customer_no"]) if part)
    yield Fact(_("Customer"), whom or _("none"), "strong")
    if row["customer_ref"]:
        yield Fact(_("Reference"), row["customer_ref"])
    if row["shelf_no"]:
        yield Fact(_("Shelf"), row["shelf_no"], "accent")
    if row["pickup_until"]:
        yield Fact(_("Kept until"), day(row["pickup_until"]))
    yield Fact(_("Ordered"), day(row["date"]) or "–")
    yield Fact(_("In the ERP"), status_word(row["status"]) or "–")
    if row["total"] is not None:
        yield Fact(_("Total"), money(row["total"], row["currency"]))
    if row["handed_over_at"]:
        yield Fact(_("Handed over"), local(row["handed_over_at"]))
    elif row["collected_at"]:
        yield Fact(_("Collected"), _("what was there, {when}").format(when=local(row["collected_at"])))


def _line(line: sqlite3.Row) -> Fact:
    qty, here = line["qty"] if line["qty"] is not None else 1, line["qty_received"] or 0
    glyph = "✓" if here >= qty else "○"
    name = ", ".join(part for part in (line["title"] or line["isbn13"] or line["line_key"], line["author"]) if part)
    when = ""
    if here and line["received_date"]:
        when = _("came in {day}").format(day=day(line["received_date"]))
    elif not here and line["expected_date"]:
        when = _("expected {day}").format(day=day(line["expected_date"]))
    more = " · ".join(part for part in (line["isbn13"] if line["title"] else "", when) if part)
    return Fact(f"{glyph} {here:g}/{qty:g}", f"{name}\n{more}" if more else name)


def _notice(page: OrderPage, local: Local) -> Iterator[Fact]:
    row = page.row
    yield Fact(_("Last notice"), local(row["last_notified_at"]) or _("never"))
    option = row["notify_option"] if row["notify_option"] in OPTIONS else ""
    yield Fact(_("Wish"), _(OPTIONS[option]), "warn" if option == "none" else "")
    yield Fact(_("Next way"), *_choice(page.choice))
    yield Fact(_("Note"), page.note or "–")


def _choice(choice: Choice) -> tuple[str, str]:
    taken = next((step for step in choice.steps if step.taken), None)
    if taken is not None:
        return f"→ {channel_word(taken.channel)}  {taken.address}", ""
    why = "\n".join(
        f"{channel_word(step.channel)} {step.address}: {told(step.why)}".strip() if step.channel else told(step.why)
        for step in choice.steps
    )
    return (f"✗ {_('by no way')}\n{why}", "error") if choice.wanted else (f"– {why}", "warn")
