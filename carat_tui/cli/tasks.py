"""``carat task``: what needs a person, and saying that it is done."""

from __future__ import annotations

from dataclasses import asdict

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import group, sub
from carat_tui.cli.printing import count, table
from carat_tui.services import chores

task_group = group("task", "carat task list", "What needs a person: customers without a way, rows that cannot be read.")


@sub(task_group, "list", "carat task list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="How many of each kind.")
def list_tasks(call: Call, limit: int) -> int:
    """What is open, the oldest tasks first, then the newest rows that could not be read."""
    found = chores.still_open(call.store().read(), limit)

    def lines() -> list[str]:
        rows = [(chore.id, chore.kind, chore.text) for chore in found]
        return list(table(["id", "kind", "what"], rows)) if rows else ["Nothing needs you."]

    call.show([asdict(chore) for chore in found], lines)
    return 0


@sub(task_group, "done", 'carat task done 3 row-17 --why "called the customer"')
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--why", default="", help="For the journal.")
def done(call: Call, ids: tuple[str, ...], why: str) -> int:
    """Say that something is dealt with; it leaves the list and is kept in the journal."""
    chores.done(call.store(), ids, who=call.who, at=call.stamp(), why=why)
    call.show({"done": list(ids)}, lambda: [f"{count(len(ids), 'task')} done."])
    return 0


@sub(task_group, "reopen", "carat task reopen 3")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
def reopen(call: Call, ids: tuple[str, ...]) -> int:
    """Take "done" back: it stands in the list again."""
    chores.reopen(call.store(), ids, who=call.who, at=call.stamp())
    call.show({"reopened": list(ids)}, lambda: [f"{count(len(ids), 'task')} open again."])
    return 0


COMMANDS = {"task": task_group}
