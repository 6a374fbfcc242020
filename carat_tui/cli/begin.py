"""``carat init`` and ``carat demo``."""

from __future__ import annotations

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import command


@command(
    "init",
    'carat init ~/carat --country DE --name "Buchladen Sonne"',
    lang_help="Language of messages; default: the country's.",
)
@click.argument("folder", metavar="[DIR]", required=False)
@click.option(
    "--country",
    type=click.Choice(["DE", "SK", "PL"], case_sensitive=False),
    default="DE",
    show_default=True,
    help="The shop's country.",
)
@click.option("--name", default="", help="The shop's name, as customers read it.")
def init(call: Call, folder: str | None, country: str, name: str) -> int:
    """Make a home: folders, carat.toml, database, default templates, rules and profiles.

    DIR defaults to --home, CARAT_HOME or the user's data folder. An existing home is never touched.
    """
    from carat_tui.services import home as homes

    call.home_option = folder or call.home_option
    made = homes.init(call.home(), homes.Shop(country, call.lang, name), call.clock(), call.who)
    call.show(
        {"home": str(made.root), "country": country, "language": call.lang or None, "name": name},
        lambda: _next_steps(str(made.root)),
    )
    return 0


def _next_steps(root: str) -> list[str]:
    from carat_tui.model.text import visible

    return [
        f"Your home is {visible(root)}. It rehearses: nothing leaves this machine until `carat mode live`.",
        "",
        "Next:",
        f"  cd {visible(root)}",
        "  carat settings set shop.email laden@example.org    # who you are; `carat settings list` explains every key",
        "  carat run --once                                   # after dropping an export into watch/inbox",
        "  carat doctor                                       # what is still missing",
    ]


COMMANDS = {"init": init}
