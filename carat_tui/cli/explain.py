"""``carat explain``."""

from __future__ import annotations

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import command


@command("explain", "carat explain B26-10021")
@click.argument("number", metavar="NO")
def explain(call: Call, number: str) -> int:
    """Why a customer or document did or did not get its messages: the whole story in plain words.

    NO is a customer's or document's number, or message:ID.
    """
    from carat_tui.rules.explain import explain as told

    story = told(call.store(), number, call.clock())
    call.show(story.as_json(), story.lines)
    return 0


COMMANDS = {"explain": explain}
