"""``carat init`` and ``carat demo``."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import command
from carat_tui.cli.printing import program, quoted, state, table
from carat_tui.model.errors import CaratError

if TYPE_CHECKING:
    from carat_tui.model.clock import Clock
    from carat_tui.model.home import Home
    from carat_tui.services.demo import Notice
    from carat_tui.store.database import Store


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
    metavar="DE|SK|PL",
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
        f"  cd {visible(quoted(root))}",
        "  carat settings set shop.email laden@example.org    # who you are; `carat settings list` explains every key",
        "  carat run --once                                   # after dropping an export into watch/inbox",
        "  carat doctor                                       # what is still missing",
    ]


def show_cockpit(call: Call) -> int:
    """Open the cockpit on the home that is meant; it needs a terminal."""
    if call.json or not _on_a_terminal():
        raise CaratError("The cockpit needs a terminal.", "`carat --help` lists what works without one.")
    gc.disable()  # until the first picture stands (see Cockpit._begin): what is loaded until then stays for good
    from carat_tui.cockpit.run import open_cockpit
    from carat_tui.cockpit.tongue import speak

    home = call.home()
    if not home.marker.exists() and not home.database.exists():
        from carat_tui.cockpit.screens.wizard_app import first_home

        speak(call.lang, None)
        if first_home(home, call.clock, call.who) is None:
            return 0
    store = call.store(check_s=0.01)  # the engine room looks thoroughly
    speak(call.lang, store.read())
    return open_cockpit(home, store, call.clock, call.who)


def _on_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


@command("demo", "carat demo ~/carat-demo")
@click.argument("folder", metavar="[DIR]", required=False)
@click.option("--no-cockpit", is_flag=True, help="End after the table.")
def demo(call: Call, folder: str | None, no_cockpit: bool) -> int:
    """Play an example bookshop: two exports come in, notices go out as files that you can open.

    DIR defaults to a fresh temporary folder. Nothing leaves this machine.
    """
    import tempfile

    from carat_tui.engine import Engine
    from carat_tui.services.demo import play

    def run(home: Home, store: Store, clock: Clock) -> None:
        with Engine(home, store, clock) as engine:
            engine.run_once()

    call.home_option = folder or str(Path(tempfile.mkdtemp(prefix="carat-demo-")) / "home")
    home = call.home()
    notices = play(home, call.who, run)
    call.show(_demo_document(home, notices), lambda: _demo_lines(home, notices))
    if no_cockpit or call.json or not _on_a_terminal():
        return 0
    input("\nEnter opens the cockpit on this shop. ")
    return show_cockpit(call)


def _demo_document(home: Home, notices: list[Notice]) -> dict[str, object]:
    return {
        "home": str(home.root),
        "notices": [
            {
                "customer_no": n.customer_no,
                "customer": n.customer,
                "channel": n.way or None,
                "to": n.to or None,
                "subject": n.subject or None,
                "titles": list(n.titles),
                "state": n.state,
                "file": str(n.file) if n.file else None,
                "message": n.message_id,
                "reason": n.why or None,
            }
            for n in notices
        ],
    }


_WAYS = {"email": "e-mail", "sms": "SMS", "letter": "letter"}


def _demo_lines(home: Home, notices: list[Notice]) -> list[str]:
    from carat_tui.model.text import visible

    told = [n for n in notices if n.file]
    rows = [
        (n.customer, _WAYS.get(n.way, n.way), n.to.replace("\n", ", "), " + ".join(n.titles), state(n.state))
        for n in told
    ]
    lines = [
        "Buchladen Sonne, an example. Yesterday evening's list of orders was the baseline: nobody was told anything.",
        "This morning's list brought goods in. What went to whom:",
        "",
        *table(["customer", "way", "to", "titles", "state"], rows),
        "",
        "Where it lies:",
        *(visible(f"  {n.customer}: {n.file}") for n in told),
    ]
    if others := [n for n in notices if not n.file]:
        lines += ["", "And who was not told:"]
        lines += [visible(f"  {n.customer} ({', '.join(n.titles)}): {n.why or n.state}") for n in others]
    return [*lines, "", *_what_next(home, notices)]


def _what_next(home: Home, notices: list[Notice]) -> list[str]:
    from carat_tui.model.text import visible

    merged = next((n for n in notices if len(n.titles) > 1 and n.file), notices[0])
    carat = f"{program()} --home {visible(quoted(str(home.root)))}"
    return [
        "Look closer:",
        f"  {carat} explain {merged.customer_no}",
        f"  {carat} outbox show {merged.message_id}",
        f'  {carat} send --customer {merged.customer_no} --channel sms --text "Wir haben heute bis 20 Uhr offen."',
        f"  {carat} doctor",
        "",
        f"Your own shop: {program()} init DIR --name NAME",
    ]


COMMANDS = {"init": init, "demo": demo}
