"""What an act on messages will do and has done, in a sentence: the same for the command line and the cockpit.

The command line speaks English, the cockpit its own language: both through ``locale``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo

from carat_tui.locale import N_, _, n_
from carat_tui.outbox.changes import NOT_TRIED, NOT_WRITTEN
from carat_tui.outbox.many import GONE, Plan
from carat_tui.outbox.undo import CHANGED_SINCE

_CHANNELS: dict[str, Callable[[int], str]] = {
    "email": lambda n: n_("{n} e-mail", "{n} e-mails", n),
    "sms": lambda n: n_("{n} text message", "{n} text messages", n),
    "letter": lambda n: n_("{n} letter", "{n} letters", n),
}

_WILL: dict[str, Callable[[int], str]] = {
    "hold": lambda n: n_("{what} is kept back until released.", "{what} are kept back until released.", n),
    "release": lambda n: n_("{what} goes out now.", "{what} go out now.", n),
    "cancel": lambda n: n_("{what} is dropped and never sent.", "{what} are dropped and never sent.", n),
    "retry": lambda n: n_("{what} is tried again now.", "{what} are tried again now.", n),
}

_HAS: dict[str, Callable[[int], str]] = {
    "hold": lambda n: n_("{n} message is held.", "{n} messages are held.", n),
    "release": lambda n: n_("{n} message was released.", "{n} messages were released.", n),
    "cancel": lambda n: n_("{n} message was dropped.", "{n} messages were dropped.", n),
    "retry": lambda n: n_("{n} message is tried again.", "{n} messages are tried again.", n),
}

_BACK: dict[str, Callable[[int], str]] = {
    "held": lambda n: n_("{n} message waits again as before.", "{n} messages wait again as before.", n),
    "released": lambda n: n_("{n} message is held again.", "{n} messages are held again.", n),
    "cancelled": lambda n: n_("{n} message is back as it was.", "{n} messages are back as they were.", n),
    "retried": lambda n: n_("{n} message is back as it was.", "{n} messages are back as they were.", n),
    "resolved: resend": lambda n: n_("{n} message is unclear again.", "{n} messages are unclear again.", n),
    "resolved: drop": lambda n: n_("{n} message is unclear again.", "{n} messages are unclear again.", n),
}

_BACK_QUESTION: dict[str, Callable[[int], str]] = {
    "held": lambda n: n_("Let the message go on that you held", "Let the {n} messages go on that you held", n),
    "released": lambda n: n_(
        "Hold the message again that you released", "Hold the {n} messages again that you released", n
    ),
    "cancelled": lambda n: n_(
        "Bring back the message that you dropped", "Bring back the {n} messages that you dropped", n
    ),
    "retried": lambda n: n_("Take back the retry of the message", "Take back the retry of {n} messages", n),
    "resolved: resend": lambda n: n_("Take back your verdict", "Take back your verdict on {n} messages", n),
    "resolved: drop": lambda n: n_("Take back your verdict", "Take back your verdict on {n} messages", n),
}

REASONS = {
    "held": N_("already held"),
    "waiting": N_("waiting"),
    "sending": N_("being handed over"),
    "sent": N_("already sent"),
    "delivered": N_("already delivered"),
    "undelivered": N_("came back"),
    "unclear": N_("unclear"),
    "failed": N_("failed"),
    "skipped": N_("not wanted"),
    "cancelled": N_("already dropped"),
    "expired": N_("expired"),
    "merged": N_("told with another"),
    NOT_TRIED: N_("not tried yet"),
    NOT_WRITTEN: N_("never written"),
    CHANGED_SINCE: N_("changed since"),
    GONE: N_("not there"),
}
"""Why a message does not take an act → in words."""


def will(plan: Plan, zone: tzinfo) -> str:
    """What an act will do: ``12 messages: 9 e-mails, 3 letters go out now. 3 cannot: already sent.``"""
    parts = []
    if plan.able > plan.later:
        what = by_channel(plan.channels)
        if len(plan.channels) > 1:
            what = n_("{n} message: {what}", "{n} messages: {what}", plan.able).format(n=plan.able, what=what)
        parts.append(_WILL[plan.act](plan.able).format(what=what))
    if plan.later:
        parts.append(_waits(plan, zone))
    if plan.paused and plan.able:
        parts.append(_("Sending is stopped at the moment: nothing leaves before it goes on."))
    return " ".join([*parts, *cannot(plan.refused)])


def _waits(plan: Plan, zone: tzinfo) -> str:
    opens = f"{datetime.fromisoformat(plan.opens).astimezone(zone):%d.%m. %H:%M}"
    words = n_("{n} text message waits until {opens}.", "{n} text messages wait until {opens}.", plan.later)
    words = words.format(n=plan.later, opens=opens)
    return words if plan.later == plan.able else _("Of these: {words}").format(words=words)


def by_channel(channels: Mapping[str, int]) -> str:
    """``9 e-mails, 2 text messages, 1 letter``."""
    known = [name for name in _CHANNELS if channels.get(name)]
    return ", ".join(_CHANNELS[name](channels[name]).format(n=channels[name]) for name in known)


def cannot(refused: Mapping[str, int]) -> list[str]:
    """``3 cannot: already sent.`` or, with several reasons, ``3 cannot: 2 already sent, 1 unclear.``; may be empty."""
    total = sum(refused.values())
    if not total:
        return []
    if len(refused) == 1:
        why = reason(next(iter(refused)))
    else:
        why = ", ".join(f"{count} {reason(key)}" for key, count in sorted(refused.items(), key=lambda item: -item[1]))
    return [n_("{n} cannot: {why}.", "{n} cannot: {why}.", total).format(n=total, why=why)]


def reason(key: str) -> str:
    """One reason in words."""
    return _(REASONS.get(key, key))


def has(act: str, done: int, refused: Mapping[str, int]) -> str:
    """What an act has done."""
    return " ".join([_HAS[act](done).format(n=done), *cannot(refused)])


def undo_question(what: str, count: int) -> str:
    """What taking back an act (its word in the journal) means; without the question mark and the moment."""
    return _BACK_QUESTION[what](count).format(n=count)


def undone(what: str, done: int, refused: Mapping[str, int]) -> str:
    """What taking back an act has done."""
    return " ".join([_BACK[what](done).format(n=done), *cannot(refused)])
