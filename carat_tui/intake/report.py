"""What came of one file, in the words of CLI.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from carat_tui.intake.tally import Rejected


@dataclass(slots=True)
class Report:
    """``state`` is done, partial, duplicate, quarantined, held or waiting; ``reason`` says why when nothing was taken.

    Always ``rows = accepted + len(rejected) + ignored``; created, changed, unchanged count the profile's first entity.
    ``messages`` is filled in by whoever plans messages after the intake.
    """

    file: str
    sha256: str = ""
    profile: str | None = None
    baseline: bool = False
    rows: int = 0
    accepted: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    ignored: int = 0
    events: dict[str, int] = field(default_factory=dict)
    messages: int = 0
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0
    entities: dict[str, dict[str, int]] = field(default_factory=dict)
    state: str = "done"
    reason: str = ""
    file_id: int | None = None

    @property
    def needs_person(self) -> bool:
        """Whether somebody should look: rows or the file were not taken."""
        return bool(self.rejected) or self.state in ("quarantined", "held")

    def json(self) -> dict[str, Any]:
        """The object of ``carat import --json``."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "profile": self.profile,
            "baseline": self.baseline,
            "rows": self.rows,
            "accepted": self.accepted,
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "rejected": [{"line": row.line, "reason": row.reason, "raw": row.raw} for row in self.rejected],
            "ignored": self.ignored,
            "events": self.events,
            "messages": self.messages,
            "warnings": self.warnings,
            "seconds": round(self.seconds, 3),
            "entities": self.entities,
        }
