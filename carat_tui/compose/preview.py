"""A message as it would be sent, for an order of the store or for example values. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from carat_tui.compose import material, shop, templates
from carat_tui.compose.jobs import Desk, Finished, Hold, Prepared, finish, next_shorter, prepare
from carat_tui.compose.material import Customer, Material, Planned
from carat_tui.compose.placeholders import examples
from carat_tui.compose.renderer import Job, Renderer
from carat_tui.model import sms
from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.store.database import Store

_RECEIVER = {"email": "customer@example.org", "sms": "+491700000000", "letter": ""}


@dataclass(frozen=True, slots=True)
class Preview:
    """What would leave: ``payload`` is the mail, the SMS or the PDF. ``parts``: SMS parts or pages; ``alphabet`` and
    ``units`` for an SMS. ``template`` is the file taken, ``fallback`` why it is not in the language asked for."""

    channel: str
    language: str
    template: str
    fallback: str
    subject: str
    text: str
    html: str
    payload: bytes
    parts: int | None
    alphabet: str
    units: int | None


def preview(
    store: Store,
    home: Home,
    renderer: Renderer,
    name: str,
    channel: str,
    language: str,
    document: str | None,
    now: datetime,
) -> Preview:
    """Write template ``name`` for the order number ``document`` (None = example values) without storing anything.

    ``language`` empty = the shop's. Raises ``CaratError`` where the message would be held.
    """
    conn = store.read()
    desk = Desk(home, shop.read(conn, now))
    language = language or desk.shop["shop.language"]
    message = Planned(
        0, f"preview|{stamp(now)}", name, name, None, channel, _RECEIVER[channel], language, stamp(now), name, None
    )
    item = material.of_document(conn, document, message) if document else _example(message, name)
    if item is None:
        raise CaratError(f"There is no order {document!r}.", "`carat document list` shows the orders.")
    try:
        prepared = prepare(desk, item)
        if not document:
            _fill(prepared)
        return _rendered(desk, renderer, prepared)
    except Hold as hold:
        raise CaratError(str(hold)) from None


def _example(message: Planned, name: str) -> Material:
    customer = Customer(
        0, "10023", "Éva Kovács", None, "Frau", None, "Éva", "Kovács", 0, "Marktstraße 12", "70173", "Stuttgart", None
    )
    lines = [material.Line(0, str(number), "Titel", None, None, 1, None, None) for number in range(3)]
    return Material(message, customer, [], lines if name == "goods_arrived" else [])


def _fill(prepared: Prepared) -> None:
    """Example values instead of the store's; what the shop's settings say stays as it is."""
    job = prepared.job
    assert job is not None
    prepared.job = Job(job.template, examples(prepared.language) | job.common, {}, job.letter)
    prepared.shorter = []


def _rendered(desk: Desk, renderer: Renderer, prepared: Prepared) -> Preview:
    job = prepared.job
    while job is not None:
        (rendered,) = renderer.render_many([replace(job, boundary="")])  # the HTML is to be looked at
        done = finish(desk, prepared, rendered)
        if done is not None:
            return _preview(desk, prepared, done, rendered.html)
        job = next_shorter(prepared)
    raise Hold("The SMS is too long in every form.")


def _preview(desk: Desk, prepared: Prepared, done: Finished, html: str) -> Preview:
    assert prepared.choice is not None
    template = prepared.choice.template
    counted = sms.count(done.text) if template.channel == "sms" else None
    return Preview(
        channel=template.channel, language=template.language, template=templates.shown(desk.home, template.path),
        fallback=prepared.choice.fallback, subject=done.subject or "", text=done.text, html=html, payload=done.payload,
        parts=done.parts, alphabet=counted.encoding if counted else "", units=counted.units if counted else None,
    )  # fmt: skip
