"""A message that a person typed, as it would be sent. Nothing is stored."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime

from carat_tui.compose import material, shop
from carat_tui.compose.jobs import Desk, Hold, finish, prepare, typed
from carat_tui.compose.material import Planned
from carat_tui.compose.preview import Preview
from carat_tui.compose.renderer import Renderer
from carat_tui.model import sms
from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home


def preview(
    conn: sqlite3.Connection,
    home: Home,
    renderer: Renderer,
    now: datetime,
    *,
    draft: str,
    channel: str,
    to: str,
    language: str,
    customer_id: int | None,
) -> Preview:
    """Write the ``draft`` (JSON as ``message.draft``) as it would be written at ``now``.

    Raises ``CaratError`` with the reason for which the message would be held.
    """
    desk = Desk(home, shop.read(conn, now))
    message = Planned(
        0, f"preview|{stamp(now)}", "manual", "manual", customer_id, channel, to, language, stamp(now), "", draft
    )
    (item,) = material.load(conn, [message])
    try:
        prepared = prepare(desk, item)
        job = prepared.job
        if job is not None and job.letter is not None:
            (rendered,) = renderer.render_many([replace(job, letter=job.letter | {"look": True})])
        else:
            rendered = typed(prepared)
        done = finish(desk, prepared, rendered)
    except Hold as hold:
        raise CaratError(str(hold)) from None
    assert done is not None  # only a template knows shorter ways to say it
    counted = sms.count(done.text) if channel == "sms" else None
    return Preview(
        channel=channel, language=prepared.language, template="", fallback="", subject=done.subject or "",
        text=done.text, html=rendered.html, payload=done.payload, parts=done.parts,
        alphabet=counted.encoding if counted else "", units=counted.units if counted else None,
        sheets=rendered.sheets, layout=desk.shop["letter.layout"],
    )  # fmt: skip
