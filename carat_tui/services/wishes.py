"""What a customer wishes: options, an own order of ways, addresses that get nothing any more; all of it journaled.

An order's option can be stored with the customer for good (DOMAIN G.1).
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from carat_tui.model import address as addresses
from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.text import plain
from carat_tui.rules.ways import CHANNELS
from carat_tui.store import customer_list, journal, lookup, search_index, settings, suppressions
from carat_tui.store.database import Store
from carat_tui.store.search_text import CUSTOMERS

OPTIONS = ("none", *CHANNELS)


def suppress(store: Store, channel: str, address: str, reason: str, who: str, now: datetime) -> str:
    """Let nothing go to ``address`` by ``channel`` any more, whoever's it is; returns the address as it is kept.

    Waiting messages are stopped too: the outbox asks again at the moment of sending. Raises ``CaratError`` without a
    reason or for an address that is none.
    """
    if not plain(reason):
        raise CaratError("Closing an address needs a reason.", "For example: the customer asked by phone.")
    closed = _normal(store.read(), channel, address)

    def job(conn: sqlite3.Connection) -> None:
        suppressions.put(conn, channel, closed, plain(reason), stamp(now), who)
        customer_list.address_changed(conn, channel, closed)
        journal.write(
            conn, stamp(now), who, "suppressed", "suppression", None, {"channel": channel, "reason": plain(reason)}
        )

    store.write(job)
    return closed


def unsuppress(store: Store, channel: str, address: str, reason: str, who: str, now: datetime) -> str:
    """Open an address again; ``CaratError`` if it was not closed or no reason is given."""
    if not plain(reason):
        raise CaratError(
            "Opening an address again needs a reason.", "For example: the customer asked for it in writing."
        )
    opened = _normal(store.read(), channel, address)

    def job(conn: sqlite3.Connection) -> None:
        if not suppressions.remove(conn, channel, opened):
            raise CaratError(f"{address!r} is not closed for {channel}.")
        customer_list.address_changed(conn, channel, opened)
        journal.write(
            conn, stamp(now), who, "unsuppressed", "suppression", None, {"channel": channel, "reason": plain(reason)}
        )

    store.write(job)
    return opened


def _normal(conn: sqlite3.Connection, channel: str, address: str) -> str:
    """The address as messages carry it."""
    _check(channel, CHANNELS, "way")
    if channel == "letter":
        found = addresses.Address(plain(address), bool(plain(address)), "empty")
    elif channel == "email":
        found = addresses.email(address)
    else:
        found = addresses.phone(address, settings.get(conn, "shop.country"))
    if not found.value or (channel == "email" and not found.usable):
        raise CaratError(f"{address!r} is no address for {channel}: {found.why}.")
    return found.value


def set_option(store: Store, customer: str | int, option: str | None, who: str, now: datetime) -> None:
    """How a customer wants to be told: none, email, sms, letter; None or ``inherit`` = by the order of ways.

    ``customer`` is a number as people write it, or an id.
    """
    option = _option(option)

    def job(conn: sqlite3.Connection) -> None:
        _change_customer(conn, _customer(conn, customer), "notify_option", option, who, now)

    store.write(job)


def set_channels(store: Store, customer: str | int, channels: str | None, who: str, now: datetime) -> None:
    """A customer's own order of ways, a comma list; None or empty = the shop's. ``CaratError`` for another word.

    ``customer`` is a number as people write it, or an id.
    """
    stored = ",".join(part.strip() for part in (channels or "").split(",") if part.strip())
    for part in stored.split(",") if stored else ():
        _check(part, CHANNELS, "way")
    if len(set(stored.split(","))) < len(stored.split(",")):
        raise CaratError("Each way can stand in the order only once.")

    def job(conn: sqlite3.Connection) -> None:
        _change_customer(conn, _customer(conn, customer), "channels", stored or None, who, now)

    store.write(job)


def set_order_option(
    store: Store, order: str | int, option: str | None, who: str, now: datetime, *, for_good: bool = False
) -> None:
    """How the customer is told of one order; with ``for_good`` it becomes the customer's own option too."""
    option = _option(option)

    def job(conn: sqlite3.Connection) -> None:
        found = lookup.order(conn, order)
        conn.execute("UPDATE document SET notify_option = ? WHERE id = ?", (option, found.id))
        journal.write(conn, stamp(now), who, "changed", "document", found.id, {"notify_option": option})
        if for_good and found.customer_id is None:
            raise CaratError(f"Order {order!r} has no customer to keep the option with.", "Set it for the order alone.")
        if for_good and found.customer_id is not None:
            _change_customer(conn, found.customer_id, "notify_option", option, who, now)

    store.write(job)


def _customer(conn: sqlite3.Connection, customer: str | int) -> int:
    return customer if isinstance(customer, int) else lookup.customer_id(conn, customer)


def _option(option: str | None) -> str | None:
    if option in (None, "", "inherit"):
        return None
    _check(option, OPTIONS, "option")
    return option


def _check(value: str | None, allowed: tuple[str, ...], what: str) -> None:
    if value not in allowed:
        raise CaratError(f"There is no {what} {value!r}.", f"Choose one of {', '.join(allowed)}.")


def _change_customer(
    conn: sqlite3.Connection, customer_id: int, column: str, value: str | None, who: str, now: datetime
) -> None:
    if not conn.execute(f"UPDATE customer SET {column} = ? WHERE id = ?", (value, customer_id)).rowcount:
        raise CaratError(f"There is no customer with the id {customer_id}.", "`carat customer list` names them.")
    search_index.stale(conn, CUSTOMERS, [customer_id])
    journal.write(conn, stamp(now), who, "changed", "customer", customer_id, {column: value})
