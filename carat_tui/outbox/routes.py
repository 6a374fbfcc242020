"""Which ways are open now, and one message as the way gets it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from carat_tui import channels
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.message import Channel, ChannelKind, Outgoing
from carat_tui.store import accounts, settings
from carat_tui.store.accounts import KINDS, Account
from carat_tui.store.messages import Due, Standing

SecretOf = Callable[[Account], str]
"""Gives a route's secret, or an empty text; raises ``CaratError`` where it cannot be asked for."""


@dataclass(frozen=True, slots=True)
class Steering:
    """What a person said about sending as a whole; looked at again in the transaction of every attempt."""

    mode: str
    redirect: str
    paused: str

    @property
    def closed(self) -> bool:
        """Whether nothing may leave; also when the mode is one that nobody knows or names no address."""
        open_ = self.mode in ("rehearsal", "live") or (self.mode == "redirect" and bool(self.redirect))
        return bool(self.paused) or not open_


def steering(conn: sqlite3.Connection) -> Steering:
    """The present one."""
    mode = settings.mode(conn)
    return Steering(mode.name, mode.to, settings.paused(conn))


def open_now(conn: sqlite3.Connection, kind: ChannelKind, now: str) -> list[Account]:
    """The routes to try at ``now`` (stamp): not paused, or due for a look whether they are well again."""
    return [account for account in accounts.usable(conn, kind) if not is_closed(account, now)]


def is_closed(route: Account | Standing, now: str) -> bool:
    """Whether a route is paused at ``now``; one that paused itself may be tried again from ``pause_until``."""
    if route.paused_since is None:
        return False
    return route.pause_until is None or route.pause_until > now


@dataclass(frozen=True, slots=True)
class Route:
    """A configured way out, ready to be opened. ``redirect`` replaces every recipient where it is not empty."""

    account: Account
    channel: Channel
    sender: str
    redirect: str

    @property
    def name(self) -> str:
        return self.account.name

    def outgoing(self, due: Due, payload: bytes) -> Outgoing:
        """The message as this route gets it. A redirected one changes the envelope alone, never its bytes."""
        archive = "" if self.redirect else self.account.config.get("archive_bcc", "")
        return Outgoing(due.id, due.channel, self.redirect or due.to, payload, due.name, self.sender, archive)


def build(conn: sqlite3.Connection, account: Account, home: Home, secret_of: SecretOf, steer: Steering) -> Route:
    """The route of ``account``. ``CaratError`` when its secret cannot be had or there is no sender's address."""
    secret = secret_of(account) if _needs_secret(account) else ""
    sender = account.config.get("from", "") or settings.get(conn, "shop.email")
    if account.kind == "smtp" and not sender:
        raise CaratError("E-mail needs the shop's own address as sender.", "carat settings set shop.email ADDRESS")
    redirect = steer.redirect if steer.mode == "redirect" and account.channel == ChannelKind.EMAIL else ""
    return Route(account, channels.build(account.kind, account.config, home, secret), sender, redirect)


def _needs_secret(account: Account) -> bool:
    config = account.config
    return KINDS[account.kind].secret and bool(config.get("user")) and config.get("auth") != "none"
