"""Where things lie in a home (DESIGN §5). Paths only; nothing is read or made here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """A folder that is a home. All properties are absolute paths below ``root``."""

    root: Path

    @property
    def marker(self) -> Path:
        return self.root / "carat.toml"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def database(self) -> Path:
        return self.data / "carat.db"

    @property
    def engine_lock(self) -> Path:
        return self.data / "carat.lock"

    @property
    def spool(self) -> Path:
        """Copies of the files taken in; the copy is what is parsed."""
        return self.data / "spool"

    @property
    def quarantine(self) -> Path:
        """Files that could not be taken in, each with a ``.reason.txt`` beside it."""
        return self.data / "quarantine"

    @property
    def attachments(self) -> Path:
        """Frozen copies of what was attached, named by SHA-256."""
        return self.data / "attachments"

    @property
    def backups(self) -> Path:
        return self.data / "backups"

    @property
    def logs(self) -> Path:
        """The engine's log and what was written down about crashes."""
        return self.data / "logs"

    @property
    def drafts(self) -> Path:
        """Template texts that were typed and not yet saved: what an editor that ended badly leaves behind."""
        return self.data / "drafts"

    @property
    def trials(self) -> Path:
        """Test messages to oneself; nothing watches this folder, so nothing of it leaves the house."""
        return self.data / "trials"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def profiles(self) -> Path:
        return self.root / "watch" / "profiles"

    def inside(self, relative: str) -> Path:
        """A configured path: absolute as it stands, else below the home."""
        return self.root / relative
