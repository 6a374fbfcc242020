"""Files that go along with an e-mail: frozen copies in the home, named by what they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from carat_tui.compose.email import Attachment
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home


def frozen(home: Home, rows: Iterable[tuple[str, str, str]]) -> tuple[Attachment, ...]:
    """Read the frozen copies (name, SHA-256, path below the home).

    Raises ``CaratError`` for a path outside the folder of frozen copies (threat A5, D1) and for a copy that is not what
    it was.
    """
    return tuple(_frozen(home, name, sha256, path) for name, sha256, path in rows)


def _frozen(home: Home, name: str, sha256: str, path: str) -> Attachment:
    file = home.inside(path).resolve()
    if not file.is_relative_to(home.attachments.resolve()) or not file.is_file():
        raise CaratError(f"The attachment {name!r} is not among the frozen files of this home.", "Attach it again.")
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise CaratError(f"The attachment {name!r} is not the file that was attached.", "Attach it again.")
    kind = "application/pdf" if content.startswith(b"%PDF-") else "application/octet-stream"
    return Attachment(name, content, kind)
