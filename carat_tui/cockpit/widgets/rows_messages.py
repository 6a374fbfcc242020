"""What a list tells the page that holds it; used as ``Rows.Moved`` and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from carat_tui.cockpit.widgets.rows import Rows


class RowsMessage(Message, namespace="rows"):
    """From which list."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self.rows = rows

    @property
    def control(self) -> Rows:
        """The list, for ``@on(..., "#id")``."""
        return self.rows


class Moved(RowsMessage, namespace="rows"):
    """Another row is under the cursor, or none."""

    def __init__(self, rows: Rows, id: int | None) -> None:
        super().__init__(rows)
        self.id = id

    def can_replace(self, message: Message) -> bool:
        """Only the last of many counts."""
        return isinstance(message, Moved) and message.rows is self.rows


class Opened(RowsMessage, namespace="rows"):
    """Enter or a double click on a row."""

    def __init__(self, rows: Rows, id: int) -> None:
        super().__init__(rows)
        self.id = id


class Marked(RowsMessage, namespace="rows"):
    """The marks changed."""


class Loaded(RowsMessage, namespace="rows"):
    """There are other rows, or their number is known now (``Rows.complete``)."""
