"""What ``carat doctor`` finds in the store: the shop's data, routes, secrets, rules, and what waits for a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.message import ChannelKind
from carat_tui.outbox.invariants import check
from carat_tui.services import heartbeat, secrets
from carat_tui.store import accounts, rules, settings, tasks
from carat_tui.store.accounts import KINDS, Account


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: ``ok`` or not, what was seen, and what to do about it (empty when all is well)."""

    check: str
    ok: bool
    detail: str
    remedy: str = ""


def shop(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Whether messages can say who writes them."""
    for keys, words in (
        (("shop.name",), "the shop has no name"),
        (("shop.email",), "the shop has no e-mail address: e-mails need a sender, copies a receiver"),
        (("shop.street", "shop.postcode", "shop.city"), "letters need the shop's address"),
    ):
        missing = [key for key in keys if not settings.get(conn, key)]
        if missing:
            yield Finding("shop", False, words, "; ".join(f"carat settings set {key} …" for key in missing))
    if all(settings.get(conn, key) for key in ("shop.name", "shop.email")):
        yield Finding("shop", True, f"{settings.get(conn, 'shop.name')} <{settings.get(conn, 'shop.email')}>")


def mode(conn: sqlite3.Connection) -> Iterator[Finding]:
    """What may leave, and whether a person stopped it."""
    now = settings.mode(conn)
    yield Finding("mode", True, now.name + (f" to {now.to}" if now.to else ""))
    if now.name == "paused":
        yield Finding("mode", False, "nothing is sent: the home is paused", "carat mode rehearsal, or carat mode live")
    if why := settings.paused(conn):
        yield Finding("outbox", False, f"sending is paused: {why}", "carat outbox resume")


def routes(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Whether every channel of the shop's order has a way out in this mode that is not paused."""
    every = accounts.every(conn)
    for channel in settings.get(conn, "channels.priority").split(","):
        usable = [route.name for route in accounts.usable(conn, ChannelKind(channel)) if not route.paused_since]
        remedy = "" if usable else "carat outbox resume, or carat account set NAME kind=…"
        yield Finding("routes", bool(usable), f"{channel}: {', '.join(usable) or 'no route can be used'}", remedy)
    for route in every:
        if route.paused_since:
            words = f"{route.name} is paused since {route.paused_since}: {route.pause_reason}"
            yield Finding(
                "routes", False, words, f"Put it right, then carat account test {route.name}; carat outbox resume"
            )


def keyring(conn: sqlite3.Connection, home: Home) -> Iterator[Finding]:
    """Whether every route that logs in has its secret."""
    asked = [route for route in accounts.every(conn) if _logs_in(route)]
    if not asked:
        yield Finding("keyring", True, "no route needs a secret")
    for route in asked:
        try:
            known = bool(secrets.secret_of(home, route))
        except CaratError as error:
            yield Finding("keyring", False, f"{route.name}: {error.message}", error.hint)
            continue
        words = "its secret is there" if known else "it has no secret"
        yield Finding("keyring", known, f"{route.name}: {words}", "" if known else f"carat secret set {route.name}")


def _logs_in(route: Account) -> bool:
    return KINDS[route.kind].secret and route.config.get("auth") != "none" and bool(route.config.get("user"))


def switched_on(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Whether any rule is on: without one nobody is told anything."""
    on = [rule.name for rule in rules.every(conn) if rule.enabled]
    remedy = "" if on else "carat rule enable goods_arrived"
    yield Finding("rules", bool(on), f"on: {', '.join(on)}" if on else "no rule is switched on", remedy)


def templates(home: Home) -> Iterator[Finding]:
    """Whether every text can be written: read, and tried with example values in the child process."""
    from carat_tui.compose.check import check as look
    from carat_tui.compose.renderer import Renderer

    with Renderer() as renderer:
        flaws = [flaw for flaw in look(home, renderer=renderer) if not flaw.warning]
    for flaw in flaws:
        yield Finding("templates", False, flaw.words(), "Mend the file, then carat template check")
    if not flaws:
        yield Finding("templates", True, "all can be written")


def profiles(home: Home) -> Iterator[Finding]:
    """Whether every import profile can be used."""
    from carat_tui.intake.feeds import read_feeds

    feeds = read_feeds(home)
    for error in feeds.broken:
        yield Finding("profiles", False, error.message, error.hint or "carat profile list")
    names = ", ".join(profile.name for profile in feeds.profiles)
    yield Finding("profiles", bool(names), names or "there is none", "" if names else "See docs/profiles.md")


def waiting_for_a_person(conn: sqlite3.Connection, now: datetime) -> Iterator[Finding]:
    """Unclear, held and failed messages, rejected rows, open tasks."""
    for state, words, remedy in (
        ("unclear", "nobody knows whether {} left", "carat outbox list --state unclear; carat outbox resolve ID"),
        ("held", "{} held for you", "carat outbox list --state held; carat outbox release ID"),
        ("failed", "{} failed", "carat outbox list --state failed; carat outbox retry ID"),
    ):
        number = _number(conn, "SELECT count(*) FROM message INDEXED BY message_state WHERE state = ?", state)
        if number:
            yield Finding("messages", False, words.format(_of(number, "message")), remedy)
    rejected = _number(conn, "SELECT count(*) FROM import_issue INDEXED BY import_issue_open WHERE state = 'open'")
    if rejected:
        yield Finding(
            "imports",
            False,
            f"{_of(rejected, 'row')} of exports could not be read",
            "carat task list; carat task done ID",
        )
    for kind, number in tasks.count(conn).items():
        example = conn.execute(
            "SELECT text FROM task WHERE kind = ? AND done_at IS NULL ORDER BY id", (kind,)
        ).fetchone()
        yield Finding(
            "tasks",
            False,
            f"{_of(number, 'task')} ({kind}): {example[0]}",
            "carat explain NO tells the whole story; carat task done ID",
        )


def invariants(conn: sqlite3.Connection, home: Home, now: datetime) -> Iterator[Finding]:
    """Whether the outbox is as it must be at any time."""
    broken = check(conn, now, engine_runs=heartbeat.running(home))
    for rule in broken:
        ids = ", ".join(map(str, rule.ids))
        yield Finding(
            "outbox", False, f"broken rule: {rule.rule} (messages {ids})", "Please report this; carat backup first."
        )
    if not broken:
        yield Finding("outbox", True, "every rule of the outbox holds")


def _number(conn: sqlite3.Connection, query: str, *values: object) -> int:
    return int(conn.execute(query, values).fetchone()[0])


def _of(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
