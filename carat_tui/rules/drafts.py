"""One batch of events, decided in memory: new messages, events that join waiting ones, and those without a message.

Nothing is written here, so the same function counts for the brake and plans for good.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from carat_tui.model.recipient import Choice, Order, Person
from carat_tui.rules import ways
from carat_tui.rules.terms import Terms, Timing, prolonged, timing
from carat_tui.store.events import OpenEvent
from carat_tui.store.people import Joinable
from carat_tui.store.rules import Rule
from carat_tui.store.settings import LANGUAGES


@dataclass(slots=True)
class Draft:
    """A message to be, growing while events join it."""

    rule: Rule
    first: OpenEvent
    recipient: str
    language: str
    choice: Choice
    timing: Timing
    events: list[OpenEvent] = field(default_factory=list)
    trails: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The natural key: rule, event, recipient, channel, version."""
        return f"{self.rule.name}|{self.first.dedupe_key}|{self.recipient}|{self.choice.channel}|v1"


@dataclass(slots=True)
class Joining:
    """Events that join a message which is in the store and not written yet."""

    message: Joinable
    timing: Timing
    events: list[OpenEvent] = field(default_factory=list)
    trails: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Silent:
    """An event that makes no message under a rule: not wanted, or no way."""

    event: OpenEvent
    rule: Rule
    choice: Choice
    person: Person | None

    @property
    def outcome(self) -> str:
        """In words for ``event.outcome``."""
        return "no way" if self.choice.wanted else "not wanted"


@dataclass(slots=True)
class Batch:
    """What was decided about a batch; every event is in at least one of the three."""

    events: list[OpenEvent]
    drafts: list[Draft] = field(default_factory=list)
    joinings: list[Joining] = field(default_factory=list)
    silent: list[Silent] = field(default_factory=list)


class Decider:
    """Decides a batch; keeps what it found out about a customer, because events of one customer stand together."""

    def __init__(self, terms: Terms, people: dict[int, Person], joinable: list[Joinable]) -> None:
        self._terms = terms
        self._people = people
        self._choices: dict[tuple[object, ...], tuple[Choice, str]] = {}
        self._timings: dict[tuple[str, str], Timing] = {}
        self._waiting: dict[tuple[object, ...], Joinable]
        self._waiting = {(m.rule, m.customer_id, m.channel, m.address): m for m in joinable}
        self._open: dict[tuple[object, ...], Draft | Joining] = {}

    def decide(self, events: list[OpenEvent]) -> Batch:
        """Every event under every enabled rule of its kind."""
        batch = Batch(events)
        for event in events:
            for rule in self._terms.rules[event.kind]:
                choice, trail = self._choice(event, rule)
                if choice.channel:
                    slot = self._slot(batch, event, rule, choice)
                    slot.events.append(event)
                    slot.trails.append(trail)
                else:
                    person = self._people.get(event.customer_id or 0)
                    batch.silent.append(Silent(event, rule, choice, person))
        return batch

    def _choice(self, event: OpenEvent, rule: Rule) -> tuple[Choice, str]:
        pointless = ways.pointless(event.kind, bool(event.shipped), event.status)
        key = (event.customer_id, event.option, event.web_pickup, event.email, event.phone, rule.channels, pointless)
        found = self._choices.get(key)
        if found is None:
            person = self._people.get(event.customer_id or 0) or Person()
            order = Order(event.option, bool(event.web_pickup), event.email, event.phone)
            choice = pointless or ways.choose(order, person, self._terms.shop, rule.channels)
            found = self._choices[key] = (choice, choice.trail_json())
        return found

    def _slot(self, batch: Batch, event: OpenEvent, rule: Rule, choice: Choice) -> Draft | Joining:
        """The message that takes the event: one of this batch, one that still waits, or a new one."""
        if not rule.merge:
            return self._new(batch, event, rule, choice)
        key = (rule.name, event.customer_id, choice.channel, choice.address)
        slot = self._open.get(key)
        if slot is None:
            waiting = self._waiting.get(key)
            slot = self._joining(batch, waiting) if waiting else self._new(batch, event, rule, choice)
            self._open[key] = slot
        return slot

    def _joining(self, batch: Batch, waiting: Joinable) -> Joining:
        slot = Joining(waiting, prolonged(self._terms, waiting))
        batch.joinings.append(slot)
        return slot

    def _new(self, batch: Batch, event: OpenEvent, rule: Rule, choice: Choice) -> Draft:
        person = self._people.get(event.customer_id or 0)
        when = self._timings.get((rule.name, choice.channel))
        if when is None:
            when = self._timings[rule.name, choice.channel] = timing(self._terms, rule, choice.channel)
        recipient = person.number if person else choice.address
        draft = Draft(rule, event, recipient, self._language(person), choice, when)
        batch.drafts.append(draft)
        return draft

    def _language(self, person: Person | None) -> str:
        spoken = person.language[:2].lower() if person else ""
        return spoken if spoken in LANGUAGES else self._terms.language
