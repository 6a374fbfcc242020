"""When to try again: a message that was not accepted now, a route that is ill (reliability §3.2)."""

from __future__ import annotations

from datetime import datetime, timedelta

_MESSAGE_S = (60, 300, 900, 3600)
_GIVE_UP = timedelta(hours=48)
_LONGEST_WISH_S = 24 * 3600
_PROBE_S = (60, 300, 900)


def next_try(tries: int, first: datetime, now: datetime, chance: float, wish_s: int | None = None) -> datetime | None:
    """When a message is tried again after ``tries`` (1 or more) attempts, the first of them at ``first``.

    1, 5, 15, 60 minutes, then hourly, each ±20 % by ``chance`` (0 to 1), so that not all come back at the same second.
    The server's own wish (``wish_s``) counts where it is longer, up to a day. ``None`` = 48 hours are over.
    """
    if now - first >= _GIVE_UP:
        return None
    wait = _MESSAGE_S[min(tries, len(_MESSAGE_S)) - 1] * (0.8 + 0.4 * chance)
    return now + timedelta(seconds=max(wait, min(wish_s or 0, _LONGEST_WISH_S)))


def next_probe(ill_since: datetime, now: datetime, at_least_s: int | None = None) -> datetime:
    """When a route that has been ill since ``ill_since`` is looked at again: after 1, 5, then every 15 minutes.

    A quarter of an hour is the longest, so that a shop's mail is out soon after its router is back; a refused login
    waits ``at_least_s``, so that no mailbox is locked (reliability R12).
    """
    elapsed = max(0.0, (now - ill_since).total_seconds())
    wait = _PROBE_S[0] if elapsed < 60 else _PROBE_S[1] if elapsed < 360 else _PROBE_S[2]
    return now + timedelta(seconds=max(wait, at_least_s or 0))
