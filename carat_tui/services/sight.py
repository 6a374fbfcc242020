"""A message by hand as it would leave, before it is sent: the same writers, nothing stored."""

from __future__ import annotations

from datetime import datetime

from carat_tui.compose import by_hand
from carat_tui.compose.preview import Preview
from carat_tui.compose.renderer import Renderer
from carat_tui.model.home import Home
from carat_tui.services.written import Written, typed
from carat_tui.store.database import Store


def look(store: Store, home: Home, written: Written, now: datetime) -> Preview:
    """What would leave; the Message-ID is made at the sending, and attachments are not opened.

    Raises ``CaratError`` for what could not be sent, or would be held.
    """
    found = typed(store.read(), written)
    whom = found.whom
    with Renderer() as renderer:
        return by_hand.preview(
            store.read(), home, renderer, now, draft=found.draft(), channel=whom.channel, to=whom.address,
            language=whom.language, customer_id=whom.customer.id if whom.customer else None,
        )  # fmt: skip
