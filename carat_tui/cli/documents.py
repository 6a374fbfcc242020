"""``carat document``: orders and what else the exports tell."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import COUNT, ID, group, sub
from carat_tui.cli.printing import facts, more, table
from carat_tui.model.text import visible
from carat_tui.store import fact_list

if TYPE_CHECKING:
    from carat_tui.services.handover import HandedOver, TakenBack

document_group = group(
    "document", "carat document show B26-10021", "Orders and other documents, as the exports tell them."
)


def money(cents: int | None) -> str | None:
    """Cents as a decimal number in text: JSON numbers would be read as floats."""
    if cents is None:
        return None
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{cents // 100}.{cents % 100:02d}"


def described(call: Call, conn: sqlite3.Connection, row: sqlite3.Row) -> dict[str, object]:
    """A document as JSON (CLI.md)."""
    return {
        "kind": row["kind"],
        "number": row["number"],
        "customer_no": row["customer_no"],
        "status": row["status"],
        "date": row["date"],
        "due_date": row["due_date"],
        "total": money(row["total"]),
        "open_amount": money(row["open_amount"]),
        "currency": row["currency"],
        "printed": None if row["printed"] is None else bool(row["printed"]),
        "lines": [_line(line) for line in fact_list.lines(conn, row["id"])],
        "attachments": [],
        "last_notified_at": call.local(row["last_notified_at"]),
        "note": row["note"] or None,
        "messages": fact_list.messages_about(conn, row["id"]),
        "source": row["source"],
        "notify_option": row["notify_option"],
        "shelf_no": row["shelf_no"],
        "handed_over_at": call.local(row["handed_over_at"]),
        "collected_at": call.local(row["collected_at"]),
    }


def _line(row: sqlite3.Row) -> dict[str, object]:
    return {
        "line": row["line_key"],
        "title": row["title"],
        "author": row["author"],
        "qty": row["qty"],
        "received_qty": row["qty_received"],
        "isbn13": row["isbn13"],
        "status": row["status"],
        "received_date": row["received_date"],
        "expected_date": row["expected_date"],
    }


@sub(document_group, "list", "carat document list --kind order --open")
@click.option("--kind", default="", help="Only this kind, such as order.")
@click.option("--open", "open_only", is_flag=True, help="Only what is neither fulfilled nor cancelled.")
@click.option("--search", metavar="TEXT", default="", help="Words of a title, name or number, or parts of them.")
@click.option("--limit", type=COUNT, default=50, show_default=True, help="How many.")
@click.option("--after", type=ID, default=0, metavar="ID", help="The last id of the page before.")
def list_documents(call: Call, kind: str, open_only: bool, search: str, limit: int, after: int) -> int:
    """Documents, newest first."""
    conn = call.store().read()
    found = fact_list.documents(conn, kind, open_only, limit, after, search)
    headings = ["id", "number", "kind", "customer", "date", "status", "last notified", "note"]
    call.show(
        [{"id": row["id"], **described(call, conn, row)} for row in found] if call.json else None,
        lambda: [
            *table(headings, [_row(call, row) for row in found], right="id"),
            *more([{"id": row["id"]} for row in found], limit),
        ],
    )
    return 0


def _row(call: Call, row: sqlite3.Row) -> tuple[object, ...]:
    notified = call.local(row["last_notified_at"])
    return row["id"], row["number"], row["kind"], row["customer_no"], row["date"], row["status"], notified, row["note"]


@sub(document_group, "show", "carat document show B26-10021")
@click.argument("number", metavar="NO")
def show(call: Call, number: str) -> int:
    """One document with its lines and messages."""
    conn = call.store().read()
    row = fact_list.document(conn, number)
    document = described(call, conn, row)
    call.show(document, lambda: _words(call, row, document))
    return 0


def _words(call: Call, row: sqlite3.Row, document: dict[str, object]) -> list[str]:
    lines = document["lines"]
    messages = document["messages"]
    assert isinstance(lines, list)
    assert isinstance(messages, list)
    headings = ["line", "title", "author", "qty", "received", "isbn", "received on"]
    columns = ("line", "title", "author", "qty", "received_qty", "isbn13", "received_date")
    return [
        *facts(
            [
                ("document", row["number"]),
                ("kind", row["kind"]),
                ("customer", row["customer_no"]),
                ("status", row["status"]),
                ("date", row["date"]),
                ("total", f"{document['total']} {row['currency'] or ''}" if document["total"] else None),
                ("option", row["notify_option"]),
                ("shelf", row["shelf_no"]),
                ("pick up until", row["pickup_until"]),
                ("handed over", call.local(row["handed_over_at"])),
                ("collected so far", call.local(row["collected_at"])),
                ("last notified", call.local(row["last_notified_at"])),
                ("note", row["note"]),
                ("messages", " ".join(map(str, messages))),
            ]
        ),
        "",
        *table(headings, [[line[key] for key in columns] for line in lines], right="qty received"),
    ]


@sub(document_group, "handed-over", "carat document handed-over B26-10021")
@click.argument("numbers", metavar="NO…", nargs=-1, required=True)
@click.option("--so-far", is_flag=True, help="Only what has arrived; what comes later is told as ever.")
@click.option("--undo", is_flag=True, help="Take it back, with the notices that it stopped.")
def handed_over(call: Call, numbers: tuple[str, ...], so_far: bool, undo: bool) -> int:
    """The customer has collected these orders; notices that still wait for them are stopped."""
    from carat_tui.services import handover

    if undo and so_far:
        raise click.UsageError("--undo takes back whatever was said last; leave --so-far out.")
    if undo:
        back = handover.take_back(call.store(), numbers, call.who, call.clock())
        call.show({"orders": back.orders, "untold": back.untold}, lambda: _taken_back(back))
        return 1 if back.untold else 0
    done = handover.hand_over(call.store(), numbers, call.who, call.clock(), whole=not so_far)
    call.show(
        {
            "orders": done.orders,
            "cancelled": done.cancelled,
            "shortened": done.shortened,
            "leaving": done.leaving,
        },
        lambda: _handed_over(done),
    )
    return 0


def _handed_over(done: HandedOver) -> list[str]:
    lines = [f"{visible(', '.join(done.orders))} handed over."]
    lines += [f"Message {number} is cancelled: it was about nothing else." for number in done.cancelled]
    lines += [f"Message {number} goes on without it." for number in done.shortened]
    lines += [f"Message {number} is being sent at this moment and cannot be called back." for number in done.leaving]
    return lines


def _taken_back(back: TakenBack) -> list[str]:
    lines = [f"{visible(', '.join(back.orders))} not handed over after all."]
    return lines + [
        f"The notice left without {visible(number)} meanwhile: tell the customer with `carat send`."
        for number in back.untold
    ]


@sub(document_group, "option", "carat document option B26-10021 sms --for-good")
@click.argument("number", metavar="NO")
@click.argument("option", metavar="none|sms|email|letter|inherit")
@click.option("--for-good", is_flag=True, help="Keep it with the customer, too.")
def option(call: Call, number: str, option: str, for_good: bool) -> int:
    """How the customer is told of one order: one way, `none`, or `inherit` for the customer's own wish."""
    from carat_tui.services import wishes

    wishes.set_order_option(call.store(), number, option, call.who, call.clock(), for_good=for_good)
    conn = call.store().read()
    row = fact_list.document(conn, number)
    document = described(call, conn, row)
    call.show(document, lambda: _words(call, row, document))
    return 0


COMMANDS = {"document": document_group}
