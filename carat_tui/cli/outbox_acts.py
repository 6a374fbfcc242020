"""``carat outbox hold``, ``release``, ``cancel``, ``retry``, ``resolve``, ``undo``, ``pause``, ``resume``.

Messages that are named by their ids are changed all or none. A set described by a filter is changed as far as it goes,
and the rest is said: some of it may have left by the time the command runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import ID, sub
from carat_tui.cli.outbox_list import listed, outbox_group
from carat_tui.cli.printing import count
from carat_tui.cli.showing import message
from carat_tui.model.errors import CaratError
from carat_tui.model.text import visible
from carat_tui.store import message_list

if TYPE_CHECKING:
    from carat_tui.outbox.changes import Done

_IDS = click.argument("ids", metavar="[ID...]", type=ID, nargs=-1)
_ALL = click.option("--all-held", "everything", is_flag=True, help="Every message that is held.")
_FILTER = click.option(
    "--filter", "named", metavar="NAME", help="All that a filter means, as far as they allow it; see --yes."
)
_YES = click.option("--yes", is_flag=True, help="With --filter: do it; without, only what would happen is said.")
_WHY = click.option("--why", default="", metavar="TEXT", help="Why; it is kept in the journal.")


def _options(*options: Callable[..., Any]) -> Callable[..., Any]:
    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


@sub(outbox_group, "hold", 'carat outbox hold 17 18 --why "asks the customer first"')
@_options(_IDS, _FILTER, _YES, _WHY)
def hold(call: Call, ids: tuple[int, ...], named: str | None, yes: bool, why: str) -> int:
    """Keep waiting messages back until they are released."""
    return _act(call, "hold", "held", ids, named, yes, why)


@sub(outbox_group, "release", "carat outbox release 17 18")
@_options(_IDS, _ALL, _FILTER, _YES, _WHY)
def release(call: Call, ids: tuple[int, ...], everything: bool, named: str | None, yes: bool, why: str) -> int:
    """Let held messages go on; one that could not be written is written anew."""
    return _act(call, "release", "released", ids, named, yes, why, everything=everything)


@sub(outbox_group, "cancel", 'carat outbox cancel 17 --why "was told by phone"')
@_options(_IDS, _ALL, _FILTER, _YES, _WHY)
def cancel(call: Call, ids: tuple[int, ...], everything: bool, named: str | None, yes: bool, why: str) -> int:
    """Drop messages that have not left."""
    return _act(call, "cancel", "cancelled", ids, named, yes, why, everything=everything)


@sub(outbox_group, "retry", "carat outbox retry 17")
@_options(_IDS, _FILTER, _YES, _WHY)
def retry(call: Call, ids: tuple[int, ...], named: str | None, yes: bool, why: str) -> int:
    """Try failed messages again, or those that wait for their next try."""
    return _act(call, "retry", "queued again", ids, named, yes, why)


def _act(
    call: Call,
    act: str,
    word: str,
    ids: tuple[int, ...],
    named: str | None,
    yes: bool,
    why: str,
    *,
    everything: bool = False,
) -> int:
    from carat_tui.outbox import acts, many
    from carat_tui.outbox.changes import Deed

    if [bool(ids), named is not None, everything].count(True) != 1:
        raise CaratError("Which messages?", "Name their IDs, or a --filter (release and cancel also take --all-held).")
    store = call.store()
    if named is not None:
        return _act_on_filter(call, act, named, yes, why)
    if everything:
        held = message_list.ids(store.read(), message_list.Filter(states=("held",)), None)
        many.carry_out(store, act, held, Deed(call.who, call.clock(), why))
        return _acted(call, sorted(held), word)
    done: list[Done] = getattr(acts, act)(store, ids, who=call.who, now=call.clock(), why=why)
    return _acted(call, [one.id for one in done], word)


def _act_on_filter(call: Call, act: str, named: str, yes: bool, why: str) -> int:
    from zoneinfo import ZoneInfo

    from carat_tui.outbox import many
    from carat_tui.outbox.changes import Deed
    from carat_tui.services import intention, outbox_filters
    from carat_tui.store import settings

    store, now = call.store(), call.clock()
    conn = store.read()
    wanted = outbox_filters.to_list(conn, outbox_filters.find(conn, named).view, now)
    ids = message_list.ids(conn, wanted, None)
    plan = many.plan_of(conn, act, ids, now)
    if not yes or not plan.able:
        sentence = intention.will(plan, ZoneInfo(settings.get(conn, "shop.timezone"))) or "No message is meant."
        document = {"act": act, "would": plan.able, "channels": plan.channels, "refused": plan.refused}
        call.show(document, lambda: [sentence, *(["Nothing was changed; --yes does it."] if plan.able else [])])
        return 0
    done = many.carry_out(store, act, ids, Deed(call.who, now, why))
    sentence = intention.has(act, done.done, done.refused)
    call.show({"act": act, "done": done.done, "refused": done.refused}, lambda: [sentence])
    return 0


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
    return _acted(call, [done.id], f"resolved as {verdict}")


@sub(outbox_group, "undo", "carat outbox undo")
def undo(call: Call) -> int:
    """Take your last act on messages back, as far as nothing of it has left; within a day, once."""
    from carat_tui.outbox import undo as undoing
    from carat_tui.services import intention

    last = undoing.last_act(call.store().read(), call.who, call.clock())
    if last is None:
        raise CaratError("You have done nothing within a day that could be taken back.")
    if last.why_not:
        raise CaratError(last.why_not)
    back = undoing.take_back(call.store(), last, who=call.who, now=call.clock())
    document = {"taken_back": back.what, "done": back.done, "refused": back.refused}
    call.show(document, lambda: [intention.undone(back.what, back.done, back.refused)])
    return 0


def _acted(call: Call, ids: Iterable[int], word: str) -> int:
    rows = message_list.rows(call.store().read(), list(ids))
    found = [message(call, row, (row["documents"] or "").split(", ") if row["documents"] else []) for row in rows]
    call.show(found, lambda: [f"{count(len(found), 'message')} {word}.", *listed(found, -1)])
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
