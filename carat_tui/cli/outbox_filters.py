"""``carat outbox filter``: filters of the outbox by name, the same as in the cockpit."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import group, sub
from carat_tui.cli.outbox_list import outbox_group, states_given
from carat_tui.cli.printing import table
from carat_tui.model.message import ChannelKind
from carat_tui.model.text import visible

filter_group = group("filter", "carat outbox filter list", "Filters of the outbox by name.")
outbox_group.add_command(filter_group)


@sub(filter_group, "list", "carat outbox filter list")
def list_filters(call: Call) -> int:
    """The filters: those of the program, then the shop's own."""
    from carat_tui.services import outbox_filters

    known = outbox_filters.every(call.store().read())
    found = [{"name": one.name, "own": one.own, **asdict(one.view)} for one in known]
    rows = [(f["name"], "own" if f["own"] else "", _words(f)) for f in found]
    call.show(found, lambda: table(["name", "", "shows"], rows))
    return 0


def _words(found: dict[str, Any]) -> str:
    parts = []
    for name, value in found.items():
        if value and name not in ("name", "own"):
            parts.append(f"{name} {', '.join(value) if isinstance(value, tuple) else value}")
    return "; ".join(parts) or "all"


@sub(filter_group, "save", 'carat outbox filter save "letters of today" --channel letter --since today')
@click.argument("name")
@click.option("--state", "states", multiple=True, callback=states_given, metavar="S[,S...]", help="Only these states.")
@click.option(
    "--channel", type=click.Choice([kind.value for kind in ChannelKind]), default=None, help="Only those by this way."
)
@click.option("--event", default="", help="Only those of this kind of event.")
@click.option("--customer", metavar="NO", default="", help="Only this customer's.")
@click.option("--since", metavar="T", default="", help="Made since: a day, or today, 7 days, 30 days.")
@click.option("--sent-since", metavar="T", default="", help="Handed over since, in the same words.")
@click.option("--search", metavar="TEXT", default="", help="Part of a subject, address, name or number.")
def save(call: Call, name: str, **view: Any) -> int:
    """Keep a filter under a name, in place of the shop's own of that name."""
    from carat_tui.services import outbox_filters
    from carat_tui.services.outbox_filters import View

    given = {key: value or "" for key, value in view.items() if key != "states"}
    kept = outbox_filters.save(call.store(), name, View(states=view["states"], **given), who=call.who, now=call.clock())
    call.show({"name": kept.name, **asdict(kept.view)}, lambda: [visible(f"Saved: {kept.name}.")])
    return 0


@sub(filter_group, "rename", 'carat outbox filter rename "letters of today" "today\'s letters"')
@click.argument("name")
@click.argument("new")
def rename(call: Call, name: str, new: str) -> int:
    """Give one of the shop's own filters another name."""
    from carat_tui.services import outbox_filters

    kept = outbox_filters.rename(call.store(), name, new, call.who, call.clock())
    call.show({"name": kept.name}, lambda: [visible(f"It is called {kept.name} now.")])
    return 0


@sub(filter_group, "delete", 'carat outbox filter delete "letters of today"')
@click.argument("name")
def delete(call: Call, name: str) -> int:
    """Forget one of the shop's own filters."""
    from carat_tui.services import outbox_filters

    outbox_filters.delete(call.store(), name, call.who, call.clock())
    call.show({"deleted": name}, lambda: [visible(f"Deleted: {name}.")])
    return 0
