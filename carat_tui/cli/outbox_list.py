"""``carat outbox list`` and ``show``: the messages."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import COUNT, ID, group, sub
from carat_tui.cli.printing import more, state, table
from carat_tui.cli.showing import message, shown_whole, whole
from carat_tui.model.errors import CaratError
from carat_tui.model.message import ChannelKind, State
from carat_tui.model.text import visible
from carat_tui.store import message_list
from carat_tui.store.message_list import Filter

outbox_group = group("outbox", "carat outbox list --state held", "Messages: what went, what waits, what needs you.")


def states_given(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Several states, each by an option of its own or with commas after one."""
    words = [word for text in given for word in text.split(",") if word]
    for word in words:
        if word not in set(State):
            raise click.BadParameter(f"{word!r} is none. There are: {', '.join(State)}.")
    return tuple(dict.fromkeys(words))


@sub(outbox_group, "list", "carat outbox list --state failed,unclear --since 2026-03-01")
@click.option(
    "--state",
    "states",
    multiple=True,
    callback=states_given,
    metavar="S[,S...]",
    help=f"Only these states: {', '.join(State)}.",
)
@click.option("--customer", metavar="NO", default="", help="Only this customer's.")
@click.option(
    "--channel", type=click.Choice([kind.value for kind in ChannelKind]), default=None, help="Only those by this way."
)
@click.option("--event", default="", help="Only those of this kind of event, such as goods.received.")
@click.option("--since", metavar="T", help="Made on or after this day or moment.")
@click.option(
    "--search", metavar="TEXT", default="", help="Part of a subject, address, name, customer or order number."
)
@click.option(
    "--filter", "named", metavar="NAME", help="A filter by name (`carat outbox filter list`); others narrow it."
)
@click.option("--limit", type=COUNT, default=50, show_default=True, help="How many.")
@click.option("--after", type=ID, metavar="ID", help="The last id of the page before.")
def list_messages(
    call: Call,
    named: str | None,
    limit: int,
    after: int | None,
    since: str | None,
    **given: Any,
) -> int:
    """Messages, newest first."""
    conn = call.store().read()
    wanted = _narrowed(_meant(call, conn, named), {**given, "since": call.since(since)})
    wanted = replace(wanted, limit=limit, after=after)
    rows = message_list.page(conn, wanted)
    numbers = message_list.documents(conn, [row["id"] for row in rows])
    found = [message(call, row, numbers.get(row["id"], [])) for row in rows]
    call.show(found, lambda: listed(found, limit))
    return 0


def _meant(call: Call, conn: sqlite3.Connection, named: str | None) -> Filter:
    """The filter of that name; without one, everything."""
    if named is None:
        return Filter()
    from carat_tui.services import outbox_filters

    return outbox_filters.to_list(conn, outbox_filters.find(conn, named).view, call.clock())


def _narrowed(wanted: Filter, typed: Mapping[str, Any]) -> Filter:
    """The filter with the options typed beside it; ``CaratError`` when they contradict what it says itself."""
    changes: dict[str, Any] = {}
    for name, value in typed.items():
        own = getattr(wanted, name)
        if name == "states" and own and value:
            value = tuple(state for state in own if state in value)
            if not value:
                raise CaratError(f"The filter shows none of these states, only {', '.join(own)}.")
        elif own and value and own != value:
            raise CaratError(f"The filter says another {name} itself: {own}.")
        if value:
            changes[name] = value
    return replace(wanted, **changes)


def listed(found: Sequence[Mapping[str, object]], limit: int) -> list[str]:
    rows = [
        (
            m["id"],
            state(str(m["state"])),
            m["channel"],
            m["to"],
            m["subject"],
            " ".join(_words(m["documents"])),
            m["reason"] or m["waits_for"],
            _when(m),
        )
        for m in found
    ]
    headings = ["id", "state", "way", "to", "subject", "documents", "because", "when"]
    return [*table(headings, rows, right="id"), *more(found, limit)]


def _words(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _when(found: Mapping[str, object]) -> object:
    return found["sent_at"] or (found["due_at"] if found["state"] == "waiting" else found["created_at"])


@sub(outbox_group, "show", "carat outbox show 17")
@click.argument("number", metavar="ID", type=ID)
@click.option("--raw", is_flag=True, help="The exact bytes that are handed over, on stdout.")
@click.option("--attachment", metavar="NAME", help="The bytes of this attachment, on stdout.")
def show(call: Call, number: int, raw: bool, attachment: str | None) -> int:
    """One message whole: its text, attempts and history."""
    conn = call.store().read()
    row = message_list.one(conn, number)
    if raw:
        return _bytes(_payload(conn, number))
    if attachment is not None:
        return _bytes(_attached(call, conn, number, attachment))
    found = whole(call, conn, row)
    call.show(found, lambda: shown_whole(found))
    return 0


def _payload(conn: sqlite3.Connection, number: int) -> bytes:
    row = conn.execute("SELECT payload FROM message_body WHERE message_id = ?", (number,)).fetchone()
    if row is None:
        raise CaratError(f"Message {number} is not written yet.", "It has no bytes until it is due.")
    return bytes(row[0])


def _attached(call: Call, conn: sqlite3.Connection, number: int, name: str) -> bytes:
    for row in message_list.attachments(conn, number):
        if row["name"] == name:
            return Path(call.home().inside(row["path"])).read_bytes()
    raise CaratError(f"Message {number} has no attachment {name!r}.")


def _bytes(payload: bytes) -> int:
    if sys.stdout.isatty() and payload.startswith(b"%PDF-"):
        raise CaratError("A PDF does not belong on a terminal.", "carat outbox show ID --raw > letter.pdf")
    if sys.stdout.isatty():
        # On a terminal the bytes are foreign text like any other; in a pipe they are exactly what left.
        click.echo(visible(payload.decode("utf-8", "backslashreplace").replace("\r\n", "\n"), lines=True))
        return 0
    sys.stdout.flush()
    sys.stdout.buffer.write(payload)
    sys.stdout.buffer.flush()
    return 0
