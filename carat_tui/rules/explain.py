"""Why somebody did or did not get a message: the whole story in plain words, what stands now, what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from carat_tui.model.clock import moment, stamp
from carat_tui.model.text import visible
from carat_tui.rules import standing, telling
from carat_tui.rules.telling import Told
from carat_tui.store import settings, story
from carat_tui.store.database import Store


@dataclass(frozen=True, slots=True)
class Explanation:
    """A story. ``happened`` oldest first; ``now`` what stands when asked; ``to_change`` what a person can do."""

    number: str
    kind: str
    happened: tuple[Told, ...]
    now: tuple[str, ...]
    to_change: tuple[str, ...]
    asked_at: str
    timezone: str

    def as_json(self) -> dict[str, object]:
        """For ``carat explain --json``; texts as they are, times in UTC."""
        return {
            "number": self.number,
            "kind": self.kind,
            "happened": [
                {"at": told.at, "text": told.text, "event": told.event, "message": told.message}
                for told in self.happened
            ],
            "now": list(self.now),
            "to_change": list(self.to_change),
            "asked_at": self.asked_at,
        }

    def lines(self) -> list[str]:
        """For a terminal: the shop's local time, nothing that a terminal would obey."""
        zone = ZoneInfo(self.timezone)
        shown = [f"{self.kind} {self.number}"]
        shown += [f"  {_local(told.at, zone)}  {told.text}" for told in self.happened]
        shown += ["Now:", *(f"  {text}" for text in self.now)]
        if self.to_change:
            shown += ["What you can do:", *(f"  {text}" for text in self.to_change)]
        return [visible(line) for line in shown]


def explain(store: Store, number: str, now: datetime) -> Explanation:
    """The story of a customer's or document's number (``message:12`` for one message) at the time ``now`` (aware).

    Raises ``CaratError`` when nothing has that number.
    """
    with store.snapshot() as conn:
        subject = story.find(conn, number)
        record = story.read(conn, subject)
        zone = settings.get(conn, "shop.timezone")
        view = standing.view(conn, record, ZoneInfo(zone))
        happened = telling.happened(record, ZoneInfo(zone))
        if not record.events and not record.messages:
            origins = story.origins(conn, subject) if subject.kind != "message" else []
            view = standing.silent(origins)
            happened = (*telling.arrived(origins), *happened)
        changes = (*view.to_change, *(f"The number also belongs to: `carat explain {also}`." for also in subject.also))
        return Explanation(subject.number, subject.kind, happened, view.now, changes, stamp(now), zone)


def _local(at: str, zone: ZoneInfo) -> str:
    return f"{moment(at).astimezone(zone):%Y-%m-%d %H:%M:%S}"
