"""A message as it would be sent, for an order of the store or for example values. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from carat_tui.compose import material, shop, templates
from carat_tui.compose.jobs import Desk, Finished, Hold, Prepared, finish, next_shorter, prepare
from carat_tui.compose.material import Customer, Material, Planned
from carat_tui.compose.placeholders import examples
from carat_tui.compose.renderer import Ink, Job, Rendered, Renderer
from carat_tui.compose.templates import Template
from carat_tui.model import sms
from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.store.database import Store

_RECEIVER = {"email": "customer@example.org", "sms": "+491700000000", "letter": ""}


@dataclass(frozen=True, slots=True)
class Preview:
    """What would leave: ``payload`` is the mail, the SMS or the PDF. ``parts``: SMS parts or pages; ``alphabet`` and
    ``units`` for an SMS. ``template`` is the file taken, ``fallback`` why it is not in the language asked for.
    ``sheets`` and ``layout`` (a name of ``letter.layout.PROFILES``) are the letter's picture."""

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
    sheets: tuple[tuple[Ink, ...], ...] = ()
    layout: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    """What a template may print for this document."""


class Unwritten(CaratError):
    """The message would be held. ``line`` of the template file (0 = none), ``bare``: the reason without the file's
    name, ``rendered``: the text, if only what comes after rendering failed, ``values``: what could have been printed.
    """

    def __init__(self, hold: Hold, rendered: Rendered | None = None, values: Mapping[str, str] | None = None) -> None:
        super().__init__(str(hold))
        self.line = hold.line
        self.bare = hold.bare
        self.rendered = rendered
        self.values = values or {}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be seen. ``document`` None = example values, ``language`` empty = the shop's; ``template`` replaces
    the file of its name; ``to`` the receiver (of a letter: the lines of the address)."""

    name: str
    channel: str
    language: str = ""
    document: str | None = None
    template: Template | None = None
    to: str = ""
    look: bool = field(default=False)
    """Ask for the letter's picture."""


def preview(store: Store, home: Home, renderer: Renderer, wanted: Wanted, now: datetime) -> Preview:
    """Write what is wanted without storing anything.

    Raises ``Unwritten`` where the message would be held and ``CaratError`` for an order that does not exist.
    """
    desk, prepared = _prepared(store, home, wanted, now)
    return _rendered(desk, renderer, prepared)


def _prepared(store: Store, home: Home, wanted: Wanted, now: datetime) -> tuple[Desk, Prepared]:
    conn = store.read()
    desk = Desk(home, shop.read(conn, now))
    if wanted.template is not None:
        desk.use(wanted.template)
    message = _planned(wanted, desk, now)
    item = material.of_document(conn, wanted.document, message) if wanted.document else _example(message, wanted.name)
    if item is None:
        raise CaratError(f"There is no order {wanted.document!r}.", "`carat document list` shows the orders.")
    try:
        prepared = prepare(desk, item)
    except Hold as hold:
        raise Unwritten(hold) from None
    if not wanted.document:
        _fill(prepared)
    if prepared.job is not None and prepared.job.letter is not None:
        _address(prepared.job.letter, wanted)
    return desk, prepared


def _planned(wanted: Wanted, desk: Desk, now: datetime) -> Planned:
    name, channel = wanted.name, wanted.channel
    language, to = wanted.language or desk.shop["shop.language"], wanted.to or _RECEIVER[channel]
    return Planned(0, f"preview|{stamp(now)}", name, name, None, channel, to, language, stamp(now), name, None)


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


def _address(letter: dict[str, object], wanted: Wanted) -> None:
    if wanted.to:
        letter["address"] = wanted.to.split("\n")
    letter["look"] = wanted.look


def _rendered(desk: Desk, renderer: Renderer, prepared: Prepared) -> Preview:
    job, rendered, values = prepared.job, None, _values(prepared)
    try:
        while job is not None:
            (rendered,) = renderer.render_many([replace(job, boundary="")])  # the HTML is to be looked at
            done = finish(desk, prepared, rendered)
            if done is not None:
                return replace(_preview(desk, prepared, done, rendered), values=values)
            job = next_shorter(prepared)
        raise Hold("The SMS is too long in every form.")
    except Hold as hold:
        sound = rendered if rendered is not None and rendered.failure is None else None
        raise Unwritten(hold, sound, values) from None


def _values(prepared: Prepared) -> Mapping[str, str]:
    return {} if prepared.job is None else {**prepared.job.common, **prepared.job.values}


def _preview(desk: Desk, prepared: Prepared, done: Finished, rendered: Rendered) -> Preview:
    assert prepared.choice is not None
    template = prepared.choice.template
    counted = sms.count(done.text) if template.channel == "sms" else None
    return Preview(
        channel=template.channel, language=template.language, template=templates.shown(desk.home, template.path),
        fallback=prepared.choice.fallback, subject=done.subject or "", text=done.text, html=rendered.html,
        payload=done.payload, parts=done.parts, alphabet=counted.encoding if counted else "",
        units=counted.units if counted else None, sheets=rendered.sheets, layout=desk.shop["letter.layout"],
    )  # fmt: skip
