"""``carat outbox``: the messages, and what a person may do with them."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import COUNT, ID, group, sub
from carat_tui.cli.printing import count, more, state, table
from carat_tui.cli.showing import message, shown_whole, whole
from carat_tui.model.errors import CaratError
from carat_tui.model.message import State
from carat_tui.model.text import visible
from carat_tui.store import message_list
from carat_tui.store.message_list import Filter

if TYPE_CHECKING:
    from carat_tui.outbox.acts import Done

outbox_group = group("outbox", "carat outbox list --state held", "Messages: what went, what waits, what needs you.")


def _states(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
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
    callback=_states,
    metavar="S[,S...]",
    help=f"Only these states: {', '.join(State)}.",
)
@click.option("--customer", metavar="NO", default="", help="Only this customer's.")
@click.option("--event", default="", help="Only those of this kind of event, such as goods.received.")
@click.option("--since", metavar="T", help="Made on or after this day or moment.")
@click.option(
    "--search", metavar="TEXT", default="", help="Part of a subject, address, name, customer or order number."
)
@click.option("--limit", type=COUNT, default=50, show_default=True, help="How many.")
@click.option("--after", type=ID, metavar="ID", help="The last id of the page before.")
def list_messages(
    call: Call,
    states: tuple[str, ...],
    customer: str,
    event: str,
    since: str | None,
    search: str,
    limit: int,
    after: int | None,
) -> int:
    """Messages, newest first."""
    conn = call.store().read()
    wanted = Filter(states, customer, event, call.since(since) or "", search, after, limit)
    rows = message_list.page(conn, wanted)
    numbers = message_list.documents(conn, [row["id"] for row in rows])
    found = [message(call, row, numbers.get(row["id"], [])) for row in rows]
    call.show(found, lambda: _listed(found, limit))
    return 0


def _listed(found: Sequence[Mapping[str, object]], limit: int) -> list[str]:
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


_IDS = click.argument("ids", metavar="ID...", type=ID, nargs=-1, required=True)
_SOME_IDS = click.argument("ids", metavar="[ID...]", type=ID, nargs=-1)
_ALL = click.option("--all-held", "everything", is_flag=True, help="Every message that is held.")
_WHY = click.option("--why", default="", metavar="TEXT", help="Why; it is kept in the journal.")


@sub(outbox_group, "hold", 'carat outbox hold 17 18 --why "asks the customer first"')
@_IDS
@_WHY
def hold(call: Call, ids: tuple[int, ...], why: str) -> int:
    """Keep waiting messages back until they are released."""
    from carat_tui.outbox import acts

    return _acted(call, acts.hold(call.store(), ids, who=call.who, now=call.clock(), why=why), "held")


@sub(outbox_group, "release", "carat outbox release 17 18")
@_SOME_IDS
@_ALL
@_WHY
def release(call: Call, ids: tuple[int, ...], everything: bool, why: str) -> int:
    """Let held messages go on; one that could not be written is written anew."""
    from carat_tui.outbox import acts

    ids = _meant(call, ids, everything)
    return _acted(call, acts.release(call.store(), ids, who=call.who, now=call.clock(), why=why), "released")


@sub(outbox_group, "cancel", 'carat outbox cancel 17 --why "was told by phone"')
@_SOME_IDS
@_ALL
@_WHY
def cancel(call: Call, ids: tuple[int, ...], everything: bool, why: str) -> int:
    """Drop messages that have not left."""
    from carat_tui.outbox import acts

    ids = _meant(call, ids, everything)
    return _acted(call, acts.cancel(call.store(), ids, who=call.who, now=call.clock(), why=why), "cancelled")


@sub(outbox_group, "retry", "carat outbox retry 17")
@_IDS
@_WHY
def retry(call: Call, ids: tuple[int, ...], why: str) -> int:
    """Try failed messages again, or those that wait for their next try."""
    from carat_tui.outbox import acts

    return _acted(call, acts.retry(call.store(), ids, who=call.who, now=call.clock(), why=why), "queued again")


@sub(outbox_group, "resolve", 'carat outbox resolve 17 --as sent --why "is in the archive mailbox"')
@click.argument("number", metavar="ID", type=ID)
@click.option(
    "--as", "verdict", type=click.Choice(["sent", "resend", "drop"]), required=True, help="What is true of it."
)
@click.option("--why", metavar="TEXT", required=True, help="How you know; it is kept in the journal.")
def resolve(call: Call, number: int, verdict: str, why: str) -> int:
    """Settle an unclear message: it was sent, send it again, or drop it."""
    from carat_tui.outbox import acts

    done = acts.resolve(call.store(), number, verdict, who=call.who, now=call.clock(), why=why)
    return _acted(call, [done], f"resolved as {verdict}")


def _meant(call: Call, ids: tuple[int, ...], everything: bool) -> tuple[int, ...]:
    """The messages named, or all that are held: what the brake stopped is too much to name one by one."""
    if everything == bool(ids):
        raise CaratError("Which messages?", "Name their IDs, or --all-held.")
    if ids:
        return ids
    rows = (
        call.store().read().execute("SELECT id FROM message INDEXED BY message_state WHERE state = 'held' ORDER BY id")
    )
    return tuple(row[0] for row in rows)


def _acted(call: Call, done: Sequence[Done], word: str) -> int:
    conn = call.store().read()
    rows = [message_list.one(conn, act.id) for act in done]
    numbers = message_list.documents(conn, [act.id for act in done])
    found = [message(call, row, numbers.get(row["id"], [])) for row in rows]
    call.show(found, lambda: [f"{count(len(found), 'message')} {word}.", *_listed(found, -1)])
    return 0


@sub(outbox_group, "pause", 'carat outbox pause --all --why "stocktaking"')
@click.argument("route", required=False)
@click.option("--all", "everything", is_flag=True, help="Everything that leaves (also when no ROUTE is named).")
@_WHY
def pause(call: Call, route: str | None, everything: bool, why: str) -> int:
    """Stop a route, or everything, within a second; it survives a restart."""
    from carat_tui.outbox import acts

    if route and everything:
        raise CaratError("Name a route or --all, not both.")
    acts.pause(call.store(), route, who=call.who, now=call.clock(), why=why)
    call.show(
        {"paused": route or "all"},
        lambda: [visible(f"Paused: {route or 'everything'}. `carat outbox resume` goes on.")],
    )
    return 0


@sub(outbox_group, "resume", "carat outbox resume")
@click.argument("route", required=False)
def resume(call: Call, route: str | None) -> int:
    """Go on with a route, or with everything that was paused."""
    from carat_tui.outbox import acts

    stopped = acts.resume(call.store(), route, who=call.who, now=call.clock())
    call.show({"resumed": stopped}, lambda: [visible(f"Goes on: {', '.join(stopped) or 'nothing was paused'}.")])
    return 0


COMMANDS = {"outbox": outbox_group}
