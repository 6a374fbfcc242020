"""``carat quarantine``: files that could not be taken in."""

from __future__ import annotations

from dataclasses import asdict

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import group, sub
from carat_tui.cli.printing import table
from carat_tui.model.text import visible
from carat_tui.services import quarantine

quarantine_group = group(
    "quarantine", "carat quarantine list", "Files that could not be taken in, each with its reason."
)


@sub(quarantine_group, "list", "carat quarantine list")
def list_files(call: Call) -> int:
    """All files that were put aside, and why."""
    found = quarantine.put_aside(call.home())

    def lines() -> list[str]:
        rows = [(aside.name, aside.at, aside.reason) for aside in found]
        return list(table(["file", "when", "why"], rows)) if rows else ["No file was put aside."]

    call.show([asdict(aside) for aside in found], lines)
    return 0


@sub(quarantine_group, "put-back", "carat quarantine put-back orders_20260304.csv")
@click.argument("name")
def put_back(call: Call, name: str) -> int:
    """Lay a file into the inbox again, once it or its profile is mended."""
    target = quarantine.put_back(call.store(), call.home(), name, who=call.who, now=call.clock())
    call.show({"file": str(target)}, lambda: [visible(f"It lies in the inbox again: {target}")])
    return 0


@sub(quarantine_group, "remove", "carat quarantine remove orders_20260304.csv")
@click.argument("name")
def remove(call: Call, name: str) -> int:
    """Delete a file that is of no use."""
    quarantine.remove(call.store(), call.home(), name, who=call.who, now=call.clock())
    call.show({"removed": name}, lambda: [visible(f"{name} is deleted.")])
    return 0


COMMANDS = {"quarantine": quarantine_group}
