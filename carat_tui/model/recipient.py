"""What decides about the way to a customer: the customer's and the order's say, and what came of it.

Named tuples, because planning makes several of each for every event and they cost a fifth of a frozen dataclass.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import NamedTuple

_ENCODER = json.JSONEncoder(ensure_ascii=False)


class Contact(NamedTuple):
    """One address of a customer: ``type`` email, mobile or phone; ``active`` 0 = not to be used."""

    type: str
    value: str
    active: int = 1


class Person(NamedTuple):
    """A customer. ``option``: none, sms, email, letter or None; ``channels``: the own order of ways, comma list."""

    id: int = 0
    number: str = ""
    name: str = ""
    street: str = ""
    zip: str = ""
    city: str = ""
    country: str = ""
    language: str = ""
    option: str | None = None
    preferred: str | None = None
    channels: str = ""
    contacts: tuple[Contact, ...] = ()


class Order(NamedTuple):
    """What an order says about the way: its option (None, inherit = as the customer wants it), its own addresses."""

    option: str | None = None
    web_pickup: bool = False
    email: str = ""
    phone: str = ""


class Step(NamedTuple):
    """One look at one way; ``channel`` is empty where the option alone decided."""

    channel: str
    address: str
    taken: bool
    why: str

    def words(self) -> str:
        """The step in one line."""
        where = " ".join(part for part in (self.channel, self.address) if part)
        return f"{where}: {self.why}" if where else self.why


class Choice(NamedTuple):
    """The way taken (``channel`` empty = none), whether a message is wanted at all, and all that was looked at."""

    wanted: bool
    channel: str
    address: str
    steps: tuple[Step, ...]

    def trail_json(self) -> str:
        """The steps as ``message_event.trail`` keeps them."""
        return "[" + ", ".join(_step_json(step) for step in self.steps) + "]"


def _step_json(step: Step) -> str:
    # Put together by hand: a whole encoder for each of four short fields was a tenth of the time of planning.
    address = _ENCODER.encode(step.address or None)
    taken = "true" if step.taken else "false"
    return f'{{"channel": {_quoted(step.channel)}, "address": {address}, "taken": {taken}, "why": {_quoted(step.why)}}}'


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    return _ENCODER.encode(text or None)


def trail_steps(text: str) -> tuple[Step, ...]:
    """The steps that ``trail_json`` wrote."""
    return tuple(
        Step(step["channel"] or "", step["address"] or "", bool(step["taken"]), step["why"] or "")
        for step in json.loads(text)
    )
