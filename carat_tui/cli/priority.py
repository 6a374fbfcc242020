"""``carat priority``: in which order ways to a customer are tried, and whom each of them reaches."""

from __future__ import annotations

from collections.abc import Sequence

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import group, sub
from carat_tui.cli.printing import count, table
from carat_tui.model.message import ChannelKind
from carat_tui.services import priority, reach
from carat_tui.services.reach import Reach

priority_group = group(
    "priority", "carat priority list", "The order in which ways to a customer are tried, and whom each reaches."
)

_CHANNEL = click.Choice([str(kind) for kind in ChannelKind])
_DRY = click.option("--dry-run", is_flag=True, help="Say what it would bring and change nothing.")


@sub(priority_group, "list", "carat priority list")
def list_order(call: Call) -> int:
    """The shop's order of ways, with the number of customers that each reaches first and could reach."""
    conn = call.store().read()
    found = reach.reach(reach.crowd(conn), priority.order_of(conn))
    call.show(_described(found), lambda: _lines(found))
    return 0


@sub(priority_group, "set", "carat priority set sms,email,letter")
@click.argument("order", metavar="CHANNEL,...")
@_DRY
def put(call: Call, order: str, dry_run: bool) -> int:
    """Set the whole order; a channel that is left out is not used unless a customer or an order asks for it."""
    return _apply(call, priority.checked(order), dry_run)


@sub(priority_group, "move", "carat priority move sms 1")
@click.argument("channel", type=_CHANNEL)
@click.argument("place", type=click.IntRange(1, len(ChannelKind)))
@_DRY
def move(call: Call, channel: str, place: int, dry_run: bool) -> int:
    """Put CHANNEL at PLACE (1 = tried first); it is taken in if it was left out."""
    order = priority.order_of(call.store().read())
    now = order.index(channel) if channel in order else len(order)
    return _apply(call, priority.moved(order, channel, place - 1 - now), dry_run)


def _apply(call: Call, order: Sequence[str], dry_run: bool) -> int:
    store = call.store()
    before, crowd = priority.order_of(store.read()), reach.crowd(store.read())
    found, moves = reach.reach(crowd, tuple(order)), reach.moves(crowd, before, tuple(order))
    if not dry_run:
        priority.set_order(store, order, who=call.who, at=call.stamp())
    changes = [{"before": old or None, "after": new or None, "customers": n} for (old, new), n in moves.items()]
    document = {**_described(found), "before": list(before), "changes": changes, "dry_run": dry_run}
    call.show(document, lambda: [*_lines(found), *_told(moves, dry_run)])
    return 0


def _told(moves: dict[tuple[str, str], int], dry_run: bool) -> list[str]:
    will = "would be" if dry_run else "will be"
    lines = [
        f"{count(number, 'customer')} {will} told by {new or 'no way'} instead of {old or 'no way'}."
        for (old, new), number in moves.items()
    ]
    return ["", *(lines or ["Nobody is told by another way than before."])]


def _described(found: Reach) -> dict[str, object]:
    return {
        "order": list(found.order),
        "first": dict(found.first),
        "could": dict(found.could),
        "unreached": found.unreached,
        "unwanted": found.unwanted,
        "customers": found.customers,
    }


def _lines(found: Reach) -> list[str]:
    off = [channel for channel in found.first if channel not in found.order]
    rows = [(str(n), channel, found.first[channel], found.could[channel]) for n, channel in enumerate(found.order, 1)]
    rows += [("off", channel, found.first[channel], found.could[channel]) for channel in off]
    lines = table(["place", "channel", "tells", "could"], rows, right="tells could")
    return [
        *lines,
        "",
        f"{count(found.unreached, 'customer')} cannot be reached by any way, {found.unwanted} want no notice.",
    ]


COMMANDS = {"priority": priority_group}
