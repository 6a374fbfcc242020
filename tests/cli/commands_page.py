"""Writes docs/commands.md from the commands themselves: ``make docs``. A test sees to it that the page is current."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from carat_tui.cli import app
from carat_tui.cli.command import Command, Group
from carat_tui.cli.overview import COMMANDS
from tests.cli.door import REPOSITORY

PAGE = REPOSITORY / "docs" / "commands.md"

_HEAD = """\
# Every command

This page is made from the commands themselves (`make docs`). `carat COMMAND --help` says the same.

```
carat [--home DIR] [--json] [--lang de|en|pl|sk] [-v] COMMAND
```

The four options may stand before or after the command. The home is `--home`, else `CARAT_HOME`, else the current folder
if it holds `carat.toml`, else the user's data folder. With `--json` stdout carries exactly one JSON document, also when
something went wrong (`{"error": …, "hint": …, "exit": …}`); words for people go to stderr.

| exit | meaning |
|---|---|
| 0 | done |
| 1 | done, but something needs a person |
| 2 | wrong use, or it cannot be done: one sentence says what was expected |
| 3 | another engine holds this home |
| 4 | the database is damaged, too new, or missing; nothing was touched |
"""


def page() -> str:
    """The whole page."""
    return _HEAD + "".join(_lines())


def _lines() -> Iterator[str]:
    context = click.Context(app.root, info_name="carat")
    for name in COMMANDS:
        found = app.root.get_command(context, name)
        assert found is not None
        yield f"\n## carat {name}\n"
        if isinstance(found, Group):
            yield f"\n{found.help}\n"
            yield from _children(found, click.Context(found, info_name=name, parent=context))
        else:
            yield from _command(found, context, "")


def _children(group: click.Group, context: click.Context) -> Iterator[str]:
    """The commands of a group, and those of groups in it."""
    for name, child in group.commands.items():
        if isinstance(child, Group):
            yield from _children(child, click.Context(child, info_name=name, parent=context))
        else:
            yield from _command(child, context, "###")


def _command(command: click.Command, parent: click.Context, level: str) -> Iterator[str]:
    assert isinstance(command, Command)
    context = click.Context(command, info_name=command.name, parent=parent)
    usage = [context.command_path, *(piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]")]
    if level:
        yield f"\n{level} {parent.command_path} {command.name}\n"
    yield f"\n{inspect.cleandoc(command.help or '')}\n"
    yield "\n```\n" + "\n".join(dict.fromkeys((" ".join(usage), command.example))) + "\n```\n"
    options = [option for option in command.params if isinstance(option, click.Option) and not option.hidden]
    if options:
        yield "\n| option | |\n|---|---|\n"
    for option in options:
        names = " / ".join([*option.opts, *option.secondary_opts])
        value = "" if option.is_flag else " " + option.make_metavar(context).strip("[]").replace("|", "\\|")
        yield f"| `{names}{value}` | {option.help} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
