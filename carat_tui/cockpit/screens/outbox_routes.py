"""Pausing one way out, or letting it go on, with the reason that everybody sees."""

from __future__ import annotations

from functools import partial

from carat_tui.cockpit.deck import Deck
from carat_tui.cockpit.words import channel_word
from carat_tui.locale import _
from carat_tui.outbox import acts
from carat_tui.store import accounts
from carat_tui.store.accounts import Account


async def pause_or_resume(deck: Deck) -> None:
    """Choose a route; one that runs is paused, one that is paused goes on."""
    known = {route.name: route for route in accounts.every(deck.store.read())}
    name = await deck.choose(_("Which way out?"), [(route.name, _line(deck, route)) for route in known.values()])
    if name is None:
        return
    if known[name].paused_since is None:
        await _pause(deck, name)
    else:
        await _resume(deck, known[name])


def _line(deck: Deck, route: Account) -> str:
    words = f"{route.name} · {channel_word(route.channel)}"
    if route.paused_since is None:
        return f"● {words}"
    since = _("paused since {when}: {why}").format(when=deck.local(route.paused_since), why=route.pause_reason or "")
    return f"‖ {words} · {since}"


async def _pause(deck: Deck, name: str) -> None:
    question = _("Nothing goes out by {route} until somebody lets it go on. Why?").format(route=name)
    why = await deck.ask(question, placeholder=_("Enter alone is enough."))
    if why is None:
        return
    await deck.perform(partial(acts.pause, deck.store, name, who=deck.who, now=deck.clock(), why=why.strip()))
    deck.warn(_("{route} is paused.").format(route=name))


async def _resume(deck: Deck, route: Account) -> None:
    question = _("{route} is paused: {why}. Let everything that is due go out by it?")
    if await deck.confirm(question.format(route=route.name, why=route.pause_reason or ""), yes=_("Go on")):
        await deck.perform(partial(acts.resume, deck.store, route.name, who=deck.who, now=deck.clock()))
        deck.wake()
        deck.tell(_("{route} goes on.").format(route=route.name))
