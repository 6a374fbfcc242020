"""``carat mode``."""

from __future__ import annotations

import sys

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import command
from carat_tui.cli.printing import MODE_COLOURS, paint
from carat_tui.model.errors import CaratError

_MEANING = {
    "rehearsal": "nothing leaves this machine: e-mails, SMS and letters become files",
    "redirect": "everything goes to one address of yours",
    "paused": "nothing is sent; messages wait",
    "live": "messages go to customers",
}


@command("mode", "carat mode redirect me@example.org")
@click.argument("name", metavar="[rehearsal|redirect|paused|live]", required=False)
@click.argument("address", metavar="[ADDRESS]", default="")
@click.option("--yes-live", metavar="NAME", help="The shop's name, to confirm `live` in a script.")
def mode(call: Call, name: str | None, address: str, yes_live: str | None) -> int:
    """Show or change what may leave the house.

    `live` asks for the shop's name; `redirect` needs the address that gets everything instead of the customers.
    """
    from carat_tui.services import mode as modes
    from carat_tui.store import settings

    store = call.store()
    if name is not None:
        new = modes.wanted(name, address)
        if new.name == "live" and settings.mode(store.read()).name != "live":
            modes.confirm_live(store.read(), yes_live if yes_live is not None else _typed())
        store.write(lambda conn: modes.change(conn, new, call.stamp(), call.who))
        for warning in modes.warnings(store.read(), new):
            call.note(warning)
    now = settings.mode(store.read())
    word = paint(now.name, MODE_COLOURS[now.name], bold=True)
    line = f"{word}: {_MEANING[now.name]}" + (f" ({now.to})" if now.to else "")
    call.show({"mode": now.name, "to": now.to or None}, lambda: [line])
    return 0


def _typed() -> str:
    if not sys.stdin.isatty():
        return _piped()
    typed: str = click.prompt("Messages will go to customers. Type the shop's name to confirm", err=True)
    return typed


def _piped() -> str:
    line = sys.stdin.readline()
    if not line:
        raise CaratError("Going live needs the shop's name, and nobody is here to type it.", "--yes-live NAME says it.")
    return line


COMMANDS = {"mode": mode}
