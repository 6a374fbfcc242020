"""The door: arguments in, exit code out. Nothing leaves here as a traceback."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from carat_tui.cli.call import Call, PipeClosed
from carat_tui.cli.command import HELP_BY, Root, common_options
from carat_tui.model.errors import CaratError
from carat_tui.model.text import visible


@click.pass_context
def _alone(context: click.Context) -> int | None:
    """``carat`` without a command is the cockpit."""
    if context.invoked_subcommand is not None:
        return None
    from carat_tui.cli.begin import show_cockpit

    return show_cockpit(context.ensure_object(Call))


def _print_version(context: click.Context, option: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        from carat_tui import __version__

        click.echo(f"carat {__version__}")
        context.exit()


root = Root(
    name="carat",
    callback=_alone,
    invoke_without_command=True,
    context_settings=HELP_BY,
    params=[
        *common_options(hidden=False),
        click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_print_version),
    ],
)


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code of CLI.md. What went wrong is one sentence on stderr."""
    _speak_utf8()
    call = Call()
    try:
        code = root.main(list(arguments), prog_name="carat", standalone_mode=False, obj=call)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except (PipeClosed, BrokenPipeError):
        _let_go_of_stdout()
        return 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        if "--json" in arguments:
            _document("Missing command.", f"See `{error.ctx.command_path} --help`.", 2)
        return 2
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "carat"
        return _complain(call, arguments, _sentence(error.format_message()), f"See `{path} --help`.", 2)
    except click.ClickException as error:
        return _complain(call, arguments, error.format_message(), "", 2)
    except (click.Abort, KeyboardInterrupt):
        return _complain(call, arguments, "Stopped.", "", 130)
    except CaratError as error:
        return _complain(call, arguments, error.message, error.hint, error.exit_code)
    except Exception as error:
        from carat_tui.services.crash import foreseen

        if isinstance(error, UnicodeEncodeError) and (word := _no_text(arguments)):
            return _complain(call, arguments, f"{word!r} is not text in this terminal's encoding.", "Type it anew.", 2)
        if known := foreseen(error):
            return _complain(call, arguments, known.message, known.hint, known.exit_code)
        return _crashed(call, arguments, error)
    finally:
        with contextlib.suppress(CaratError):
            call.close()


def _no_text(arguments: Sequence[str]) -> str:
    """The argument with bytes that are no text here, or an empty one. A path may hold such bytes, a value may not."""
    return next((word for word in arguments if any("\ud800" <= char <= "\udfff" for char in word)), "")


def _sentence(text: str) -> str:
    words = " ".join(text.split())
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _complain(call: Call, arguments: Sequence[str], message: str, hint: str, code: int) -> int:
    """The sentence on stderr; with ``--json`` also as the one document on stdout, so that a program can read it.

    An explicit ``--lang`` translates what a person reads; the document stays English.
    """
    if "--json" in arguments:
        _document(message, hint, code)
    if call.lang not in ("", "en"):
        from carat_tui.locale import language, told, use

        before = language()
        use(call.lang)
        message, hint = told(message), told(hint)
        use(before)
    click.echo(visible(f"{message} {hint}".strip()), err=True)
    return code


def _document(message: str, hint: str, code: int) -> None:
    click.echo(json.dumps({"error": message, "hint": hint, "exit": code}, indent=2))


def _crashed(call: Call, arguments: Sequence[str], error: Exception) -> int:
    """An error that nobody foresaw: a sentence for the person, the traceback (no variables) in a file of its own."""
    from carat_tui.services.crash import write_crash

    try:
        folder: Path | None = call.home().logs
    except (CaratError, OSError):
        folder = None
    where = write_crash(error, folder, call.clock())
    told = " ".join(str(error).split()) or type(error).__name__
    return _complain(call, arguments, f"Something went wrong that should not: {told}.", f"Please report {where}.", 2)


def _speak_utf8() -> None:
    # On Windows a pipe would get the console's code page, and one Polish name would end the program.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _let_go_of_stdout() -> None:
    """Keep Python from complaining at its end that nobody reads any more."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
