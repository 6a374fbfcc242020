"""``carat account`` and ``carat secret``: the ways out and their secrets."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Mapping, Sequence

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import group, sub
from carat_tui.cli.printing import Painted, facts, paint, table
from carat_tui.model.errors import CaratError
from carat_tui.model.text import visible
from carat_tui.store import accounts, journal
from carat_tui.store.accounts import Account

account_group = group("account", "carat account list", "Routes: the configured ways out, tried in this order.")
secret_group = group(
    "secret", "carat secret set shop-smtp", "Secrets of routes, in the keyring of the operating system."
)


def described(account: Account) -> dict[str, object]:
    """A route as JSON."""
    return {
        "name": account.name,
        "kind": account.kind,
        "channel": account.channel,
        "position": account.position,
        "config": dict(account.config),
        "paused_since": account.paused_since,
        "pause_reason": account.pause_reason,
        "pause_until": account.pause_until,
    }


@sub(account_group, "list", "carat account list")
def list_accounts(call: Call) -> int:
    """All routes in the order in which they are tried."""
    found = accounts.every(call.store().read())
    call.show(
        [described(a) for a in found], lambda: table(["name", "kind", "channel", "settings", "state"], map(_row, found))
    )
    return 0


def _row(account: Account) -> tuple[object, ...]:
    config = " ".join(f"{key}={value}" for key, value in account.config.items() if value)
    paused = Painted(f"paused: {account.pause_reason}", "yellow") if account.paused_since else Painted("ready", "green")
    return account.name, account.kind, account.channel, config, paused


def assignments(pairs: Sequence[str]) -> dict[str, str]:
    """``KEY=VALUE`` arguments as a dictionary; ``CaratError`` names the one that is none."""
    found: dict[str, str] = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign or not key:
            raise CaratError(f"{pair!r} is not KEY=VALUE.")
        found[key] = value
    return found


@sub(account_group, "set", "carat account set shop-smtp kind=smtp host=mail.example.org user=laden@example.org")
@click.argument("name")
@click.argument("pairs", metavar="KEY=VALUE...", nargs=-1, required=True)
def put(call: Call, name: str, pairs: tuple[str, ...]) -> int:
    """Make a route or change one; position=1 puts it first. The password is set with `carat secret set`."""
    changes = assignments(pairs)
    _refuse_secrets(changes)
    if not name.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise CaratError(f"{name!r} cannot be the name of a route.", "Use letters, digits, - and _.")

    def job(conn: sqlite3.Connection) -> Account:
        changed = accounts.put(conn, name, changes)
        journal.write(conn, call.stamp(), call.who, "set route", "account", None, {"name": name, **changes})
        return changed

    made = call.store().write(job)
    call.show(described(made), lambda: facts([("route", made.name), ("kind", made.kind), *made.config.items()]))
    return 0


def _refuse_secrets(changes: Mapping[str, str]) -> None:
    # A password on the command line stands in the shell's history and in the list of processes.
    for key in changes:
        if key.casefold() in ("password", "pass", "passwd", "secret", "token", "api_key", "apikey", "key"):
            raise CaratError(f"{key} does not belong on the command line.", "`carat secret set NAME` asks for it.")


@sub(account_group, "remove", "carat account remove shop-smtp")
@click.argument("name")
def remove(call: Call, name: str) -> int:
    """Take a route away; messages that wait take the next one."""

    def job(conn: sqlite3.Connection) -> None:
        accounts.remove(conn, name)
        journal.write(conn, call.stamp(), call.who, "removed route", "account", None, {"name": name})

    call.store().write(job)
    call.show(
        {"removed": name}, lambda: [visible(f"{name} is removed. Its secret stays until `carat secret remove {name}`.")]
    )
    return 0


@sub(account_group, "test", "carat account test shop-smtp")
@click.argument("name")
def try_out(call: Call, name: str) -> int:
    """Connect and log in, without sending anything. Exit 1 when the route does not work."""
    from carat_tui import channels
    from carat_tui.model.message import Answer
    from carat_tui.services import secrets

    home, route = call.home(), accounts.find(call.store().read(), name)
    secret = secrets.secret_of(home, route) if accounts.KINDS[route.kind].secret and route.config.get("user") else ""
    answer = channels.build(route.kind, route.config, home, secret).open()
    works = not isinstance(answer, Answer)
    words = answer.words if isinstance(answer, Answer) else "connected and logged in" if secret else "ready"
    if not isinstance(answer, Answer):
        answer.close()
    verdict = paint("works", "green") if works else paint("does not work", "red")
    hint = " It is paused: `carat outbox resume`." if works and route.paused_since else ""
    line = f"{visible(name)} {verdict}: {visible(words)}.{hint}"
    call.show({"route": name, "ok": works, "words": words}, lambda: [line])
    return 0 if works else 1


@sub(secret_group, "set", "carat secret set shop-smtp < password.txt")
@click.argument("name")
def secret_set(call: Call, name: str) -> int:
    """Read the secret of route NAME from the terminal (not shown) or from stdin, and put it into the keyring."""
    from carat_tui.outbox import acts
    from carat_tui.services import secrets

    home, route = call.home(), accounts.find(call.store().read(), name)
    secret = _typed(name)
    secrets.keep(home, route.name, secret)
    acts.secret_changed(call.store(), name, who=call.who, now=call.clock())
    call.show({"route": name, "stored": True}, lambda: [visible(f"The secret of {name} is in the keyring.")])
    return 0


def _typed(name: str) -> str:
    if sys.stdin.isatty():
        secret: str = click.prompt(f"Secret of {visible(name)}", hide_input=True, err=True)
    else:
        secret = sys.stdin.read().rstrip("\r\n")
    if not secret or "\n" in secret:
        raise CaratError("The secret must be one line that is not empty.", f"carat secret set {name} < file")
    return secret


@sub(secret_group, "remove", "carat secret remove shop-smtp")
@click.argument("name")
def secret_remove(call: Call, name: str) -> int:
    """Take the secret of route NAME out of the keyring."""
    from carat_tui.services import secrets

    home, store = call.home(), call.store()
    secrets.forget(home, name)
    store.write(
        lambda conn: journal.write(conn, call.stamp(), call.who, "removed secret", "account", None, {"name": name})
    )
    call.show({"route": name, "stored": False}, lambda: [visible(f"The keyring holds no secret of {name} any more.")])
    return 0


COMMANDS = {"account": account_group, "secret": secret_group}
