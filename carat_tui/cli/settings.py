"""``carat settings``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import group, sub
from carat_tui.cli.printing import count, table
from carat_tui.model.errors import CaratError
from carat_tui.model.text import visible
from carat_tui.store import settings

settings_group = group("settings", "carat settings list", "Everything else that can be turned.")


@sub(settings_group, "list", "carat settings list")
def list_settings(call: Call) -> int:
    """All settings with their values and what they mean."""
    conn = call.store().read()
    found = [
        {"key": key, "value": settings.get(conn, key), "default": setting.default, "help": setting.help}
        for key, setting in settings.SETTINGS.items()
    ]
    call.show(found, lambda: table(["key", "value", "meaning"], [(s["key"], s["value"], s["help"]) for s in found]))
    return 0


@sub(settings_group, "get", "carat settings get shop.email")
@click.argument("key")
def get(call: Call, key: str) -> int:
    """The value of one setting."""
    value = settings.get(call.store().read(), key)
    call.show({"key": key, "value": value}, lambda: [visible(value)])
    return 0


@sub(settings_group, "set", "carat settings set shop.email laden@example.org")
@click.argument("key")
@click.argument("value")
def put(call: Call, key: str, value: str) -> int:
    """Change one setting; the next message uses it."""

    from carat_tui.services.setting import change

    before, stored = change(call.store(), key, value, who=call.who, at=call.stamp())
    call.show({"key": key, "value": stored, "before": before}, lambda: [visible(f"{key} = {stored}")])
    return 0


@sub(settings_group, "export", "carat settings export shop.toml")
@click.argument("file", required=False)
def export(call: Call, file: str | None) -> int:
    """Settings, routes and rules as TOML, without secrets; on stdout or into FILE."""
    from carat_tui.services.settings_file import export as exported

    text = exported(call.store().read())
    if file:
        try:
            Path(file).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CaratError(f"{file} cannot be written: {error.strerror}.") from None
        call.show({"file": file}, lambda: [f"Written to {visible(file)}."])
    else:
        call.show({"toml": text}, lambda: visible(text.rstrip("\n"), lines=True).split("\n"))
    return 0


@sub(settings_group, "import", "carat settings import shop.toml")
@click.argument("file")
def take_over(call: Call, file: str) -> int:
    """Take settings, routes and rules over from FILE (- for stdin): all of it, or nothing."""
    from carat_tui.services.settings_file import take_over as taken

    text = _read(file)
    done = call.store().write(lambda conn: taken(conn, text, call.stamp(), call.who))
    words = ", ".join((count(done.settings, "setting"), count(done.routes, "route"), count(done.rules, "rule")))
    document = {"settings": done.settings, "routes": done.routes, "rules": done.rules}
    call.show(document, lambda: [f"Taken over: {words}. Secrets are set with `carat secret set`."])
    return 0


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CaratError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CaratError(f"{file} is not UTF-8 text.") from None


COMMANDS = {"settings": settings_group}
