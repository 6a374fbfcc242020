"""``carat customer``: who they are, how they are reached, what they got."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import COUNT, ID, group, sub
from carat_tui.cli.printing import count, facts, more, table
from carat_tui.model.text import visible
from carat_tui.store import fact_list, suppressions

if TYPE_CHECKING:
    from carat_tui.services.customer_ways import CustomerWays

customer_group = group("customer", "carat customer show 10023", "Customers: who they are and how they are reached.")


def described(call: Call, conn: sqlite3.Connection, row: sqlite3.Row) -> dict[str, object]:
    """A customer as JSON (CLI.md)."""
    return {
        "customer_no": row["customer_no"],
        "name": row["name"] or None,
        "language": row["language"],
        "contacts": [_contact(conn, contact) for contact in fact_list.contacts(conn, row["id"])],
        "consents": [],
        "last_notified_at": call.local(row["last_notified_at"]),
        "messages": fact_list.messages_of(conn, row["id"]),
        "source": row["source"],
        "notify_option": row["notify_option"],
        "channels": row["channels"].split(",") if row["channels"] else None,
        "address": {key: row[key] for key in ("street", "zip", "city", "country")},
    }


def _contact(conn: sqlite3.Connection, row: sqlite3.Row) -> dict[str, object]:
    closed = suppressions.find(conn, "email" if row["type"] == "email" else "sms", row["value"])
    return {
        "type": row["type"],
        "value": row["value"],
        "roles": row["roles"].split(",") if row["roles"] else [],
        "active": bool(row["active"]),
        "suppressed": closed is not None,
        "suppressed_because": closed.reason if closed else None,
    }


@sub(customer_group, "list", "carat customer list --search Müller")
@click.option("--search", default="", help="Words of a name, number or address, or parts of them.")
@click.option("--limit", type=COUNT, default=50, show_default=True, help="How many.")
@click.option("--after", type=ID, default=0, metavar="ID", help="The last id of the page before.")
def list_customers(call: Call, search: str, limit: int, after: int) -> int:
    """Customers with their ways and the time of their last notice."""
    conn = call.store().read()
    found = [{"id": row["id"], **described(call, conn, row)} for row in fact_list.customers(conn, search, limit, after)]
    headings = ["id", "number", "name", "language", "reached by", "last notified", "messages"]
    rows = [
        (c["id"], c["customer_no"], c["name"], c["language"], _ways(c), c["last_notified_at"], c["messages"])
        for c in found
    ]
    call.show(found, lambda: [*table(headings, rows, right="id messages"), *more(found, limit)])
    return 0


def _ways(customer: dict[str, object]) -> str:
    contacts = customer["contacts"]
    assert isinstance(contacts, list)
    return " ".join(contact["value"] for contact in contacts if contact["active"] and not contact["suppressed"])


@sub(customer_group, "show", "carat customer show 10023")
@click.argument("number", metavar="NO")
def show(call: Call, number: str) -> int:
    """One customer: addresses, options, documents."""
    return _shown(call, number)


def _shown(call: Call, number: str) -> int:
    conn = call.store().read()
    row = fact_list.customer(conn, number)
    document = described(call, conn, row)
    document["documents"] = [found["number"] for found in fact_list.documents_of(conn, row["id"])]
    call.show(document, lambda: _words(call, conn, row, document))
    return 0


def _words(call: Call, conn: sqlite3.Connection, row: sqlite3.Row, document: dict[str, object]) -> list[str]:
    address = ", ".join(
        part for part in (row["street"], f"{row['zip'] or ''} {row['city'] or ''}".strip(), row["country"]) if part
    )
    lines = facts(
        [
            ("customer", row["customer_no"]),
            ("name", row["name"]),
            ("company", row["company"] if row["company"] != row["name"] else None),
            ("address", address),
            ("language", row["language"]),
            ("option", row["notify_option"] or "not set: the first way of the order that can be used"),
            ("own order of ways", row["channels"]),
            ("last notified", call.local(row["last_notified_at"])),
            ("messages", document["messages"]),
            ("note", row["note"]),
        ]
    )
    contacts = [_contact(conn, contact) for contact in fact_list.contacts(conn, row["id"])]
    rows = [(c["type"], c["value"], _state(c)) for c in contacts]
    found = fact_list.documents_of(conn, row["id"])
    orders = [(d["number"], d["kind"], d["date"], d["status"], call.local(d["last_notified_at"])) for d in found]
    return [
        *lines, "", *table(["contact", "value", "state"], rows),
        "", count(len(found), "document"), *table(["number", "kind", "date", "status", "last notified"], orders),
    ]  # fmt: skip


def _state(contact: dict[str, object]) -> str:
    if contact["suppressed"]:
        return f"closed: {contact['suppressed_because']}"
    return "used" if contact["active"] else "not active"


_WHY = click.option("--why", metavar="TEXT", required=True, help="The reason; it is kept.")


@sub(customer_group, "suppress", 'carat customer suppress 10023 email old@example.org --why "moved away"')
@click.argument("number", metavar="NO")
@click.argument("channel", metavar="email|sms|letter")
@click.argument("address")
@_WHY
def suppress(call: Call, number: str, channel: str, address: str, why: str) -> int:
    """Let nothing go to an address any more; a new import does not open it again."""
    from carat_tui.services import wishes

    fact_list.customer(call.store().read(), number)
    closed = wishes.suppress(call.store(), channel, address, why, call.who, call.clock())
    call.show(
        {"channel": channel, "address": closed, "suppressed": True},
        lambda: [visible(f"{closed} is closed for {channel}.")],
    )
    return 0


@sub(customer_group, "unsuppress", 'carat customer unsuppress 10023 email old@example.org --why "asked in writing"')
@click.argument("number", metavar="NO")
@click.argument("channel", metavar="email|sms|letter")
@click.argument("address")
@_WHY
def unsuppress(call: Call, number: str, channel: str, address: str, why: str) -> int:
    """Open an address again."""
    from carat_tui.services import wishes

    fact_list.customer(call.store().read(), number)
    opened = wishes.unsuppress(call.store(), channel, address, why, call.who, call.clock())
    call.show(
        {"channel": channel, "address": opened, "suppressed": False},
        lambda: [visible(f"{opened} is open for {channel}.")],
    )
    return 0


@sub(customer_group, "option", "carat customer option 10023 sms")
@click.argument("number", metavar="NO")
@click.argument("option", metavar="none|sms|email|letter|inherit")
def option(call: Call, number: str, option: str) -> int:
    """How a customer wants to be told: one way, `none`, or `inherit` for the order of ways."""
    from carat_tui.services import wishes

    wishes.set_option(call.store(), number, option, call.who, call.clock())
    return _shown(call, number)


@sub(customer_group, "channels", "carat customer channels 10023 sms,email")
@click.argument("number", metavar="NO")
@click.argument("channels", metavar="[WAYS]", default="")
def channels(call: Call, number: str, channels: str) -> int:
    """A customer's own order of ways; without WAYS the shop's order again."""
    from carat_tui.services import wishes

    wishes.set_channels(call.store(), number, channels, call.who, call.clock())
    return _shown(call, number)


@sub(customer_group, "ways", "carat customer ways 10023")
@click.argument("number", metavar="NO")
def ways(call: Call, number: str) -> int:
    """How a customer can be reached: each address with what forbids it, and the way each notice would take."""
    from carat_tui.services.customer_ways import customer_ways

    conn = call.store().read()
    found = customer_ways(conn, fact_list.customer(conn, number)["id"])
    call.show(_ways_json(found), lambda: _ways_words(found))
    return 0


def _ways_json(found: CustomerWays) -> dict[str, object]:
    return {
        "option": found.option or None,
        "order": [{"channel": channel, "why": why} for channel, why in found.order],
        "addresses": [
            {
                "channel": one.channel, "type": one.type, "address": one.value, "roles": list(one.roles),
                "active": one.active, "suppressed_because": one.closed.reason if one.closed else None,
                "trouble": one.trouble or None,
            }
            for one in found.addresses
        ],
        "next": [
            {
                "event": one.event, "rule": one.rule, "channel": one.choice.channel or None,
                "address": one.choice.address or None, "trail": [step._asdict() for step in one.choice.steps],
            }
            for one in found.prospects
        ],
    }  # fmt: skip


def _ways_words(found: CustomerWays) -> list[str]:
    addresses = [(one.channel, one.value, one.trouble or "can be used") for one in found.addresses]
    lines = [*table(["way", "address", "state"], addresses)]
    for one in found.prospects:
        lines += ["", visible(f"The next notice of rule {one.rule} ({one.event}):")]
        lines += [f"  {'→' if step.taken else ' '} {visible(step.words())}" for step in one.choice.steps]
    return lines


COMMANDS = {"customer": customer_group}
