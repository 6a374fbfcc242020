"""Changing what may leave the house, with the same questions as on the command line."""

from __future__ import annotations

from carat_tui.cockpit.deck import Deck
from carat_tui.locale import _, told
from carat_tui.model.clock import stamp
from carat_tui.services import mode as modes
from carat_tui.store import settings


async def change_mode(deck: Deck) -> None:
    """Ask for a mode and take it on; live asks for the shop's name."""
    now = settings.mode(deck.store.read())
    options = [
        ("rehearsal", _("Rehearsal: every message becomes a file on this PC")),
        ("redirect", _("Redirect: everything goes to one address of your own")),
        ("paused", _("Paused: nothing is sent")),
        ("live", _("Live: customers get messages")),
    ]
    name = await deck.choose(_("What may leave this PC?"), options, now.name)
    if name is None:
        return
    to = await deck.ask(_("Which e-mail address gets everything?"), default=now.to) if name == "redirect" else ""
    typed = (
        await deck.ask(_("Customers will get messages from now on. Type the shop's name:")) if name == "live" else ""
    )
    if to is None or typed is None:
        return
    await deck.perform(lambda: _change(deck, name, to or "", typed or ""))
    deck.wake()
    for warning in modes.warnings(deck.store.read(), settings.mode(deck.store.read())):
        deck.warn(told(warning))


def _change(deck: Deck, name: str, to: str, typed: str) -> None:
    new = modes.wanted(name, to)
    if name == "live":
        modes.confirm_live(deck.store.read(), typed)
    deck.store.write(lambda conn: modes.change(conn, new, stamp(deck.clock()), deck.who))
