"""The frame of every command: the common options, an example in its help, sub-commands imported when they are run."""

from __future__ import annotations

import difflib
import importlib
import re
import sys
from collections.abc import Callable
from typing import Any

import click

from carat_tui.cli.call import Call
from carat_tui.cli.overview import COMMANDS, overview
from carat_tui.model.text import visible


class Number(click.types.IntParamType):
    """A whole number from ``least`` up to the largest that the store can hold."""

    name = "number"

    def __init__(self, least: int) -> None:
        self.least = least

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; another text ends in a sentence."""
        text = str(value)
        if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) < self.least:
            self.fail(f"{value!r} is not a whole number from {self.least} on.", param, ctx)
        return int(text)


ID, COUNT = Number(0), Number(1)
"""The number of a row, as lists show it; how many rows."""

_FIELDS = {"home": "home_option", "json": "json", "lang": "lang", "verbose": "verbose"}


def _remember(context: click.Context, option: click.Parameter, value: object) -> None:
    if value:
        setattr(context.ensure_object(Call), _FIELDS[option.name or ""], value)
        if option.name == "verbose":
            _say_more()


def _say_more() -> None:
    """Everything that is logged goes to stderr too, made visible: a server's words are foreign text."""
    import logging

    class Visible(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            return visible(super().format(record), lines=True)

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Visible("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.DEBUG, handlers=[handler])


def common_options(*, hidden: bool) -> list[click.Parameter]:
    """The options that may stand before or after the command: people and scripts put ``--json`` at either place."""
    shared: dict[str, Any] = {"expose_value": False, "callback": _remember, "hidden": hidden}
    return [
        click.Option(["--home"], metavar="DIR", help="The home.", **shared),
        click.Option(["--json"], is_flag=True, help="One JSON document on stdout.", **shared),
        click.Option(
            ["--lang"], type=click.Choice(["de", "en", "pl", "sk"]), help="Language of the cockpit.", **shared
        ),
        click.Option(["-v", "--verbose"], count=True, help="Say more on stderr.", **shared),
    ]


class Command(click.Command):
    """A command with the common options and an example line."""

    def __init__(self, *args: Any, example: str, lang_help: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example
        self.params += common_options(hidden=True)
        for option in self.params if lang_help else ():
            if isinstance(option, click.Option) and option.name == "lang":
                option.help, option.hidden = lang_help, False

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options of all commands in one line, then the example."""
        formatter.write("\nCommon options: --home DIR, --json, --lang L, -v (see `carat --help`).\n")
        formatter.write(f"\nExample:\n  {self.example}\n")


class _Helpful(click.Group):
    """A group that meets a word almost right with the right one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with a better sentence for an unknown name."""
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-"):
            near = difflib.get_close_matches(name, known, 1)
            what = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}."
            ctx.fail(f"There is no command {name!r}. {what}")
        return super().resolve_command(ctx, args)


class Group(_Helpful):
    """A group whose help ends with an example, too."""

    def __init__(self, *args: Any, example: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example
        self.params += common_options(hidden=True)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The example."""
        formatter.write(f"\nExample:\n  {self.example}\n")


class Root(_Helpful):
    """``carat`` itself: knows the names of its commands and imports a module when its command is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of a shop's day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"carat_tui.cli.{COMMANDS[cmd_name][0]}")
        found: click.Command = module.COMMANDS[cmd_name]
        return found

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The same text as the quick way in ``__main__``."""
        formatter.write(overview())


HELP_BY = {"help_option_names": ["-h", "--help"]}

Callback = Callable[..., int | None]


def command(name: str, example: str, **attributes: Any) -> Callable[[Callback], Command]:
    """Decorator: a command of its own, called with the ``Call`` first."""

    def made(callback: Callback) -> Command:
        found = click.command(name, cls=Command, example=example, context_settings=HELP_BY, **attributes)
        return found(click.pass_obj(callback))

    return made


def sub(parent: click.Group, name: str, example: str, **attributes: Any) -> Callable[[Callback], Command]:
    """Decorator: a command below ``parent``."""

    def made(callback: Callback) -> Command:
        child = command(name, example, **attributes)(callback)
        parent.add_command(child)
        return child

    return made


def group(name: str, example: str, words: str) -> Group:
    """A group of commands; ``words`` is the first sentence of its help."""
    return Group(name=name, example=example, help=words, no_args_is_help=True, context_settings=HELP_BY)
