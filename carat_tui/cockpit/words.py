"""The one door for text: foreign text becomes visible and harmless here, states become words, times become local.

Nothing from the store, a file, a server or an exception is given to a widget but through ``shown`` or ``Plain``:
Textual reads markup in plain strings, and a name like ``[@click=app.quit]`` would run (reliability §1.8, C1 to C4).
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.widgets import Static

from carat_tui.locale import N_, _, language
from carat_tui.model.text import visible


def shown(text: object, style: str = "", *, lines: bool = False) -> Content:
    """``text`` with every control character written out and no markup read; ``lines`` keeps line feeds and tabs."""
    whole = "" if text is None else str(text)
    clean = visible(whole.expandtabs(4) if lines else whole, lines=lines)
    for name, instead in _AUTO.items():
        style = style.replace(name, instead)
    return Content.styled(clean, style) if style else Content(clean)


# These two are "auto" colours, which only a style sheet can resolve; in a text they would mean no colour at all.
_AUTO = {"$text-muted": "$foreground 62%", "$text-disabled": "$foreground 40%"}


def cut(text: str, width: int) -> str:
    """One line of at most ``width`` cells."""
    return text if cell_len(text) <= width else set_cell_size(text, max(0, width - 1)) + "…"


def fitted(text: str, width: int) -> str:
    """One line of exactly ``width`` cells, the last of them free."""
    return set_cell_size(cut(text, width - 1), width)


class Plain(Static):
    """A Static that takes text as it is: foreign text cannot be markup in it."""

    def __init__(self, text: Content | str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(_content(text), id=id, classes=classes, markup=False)

    def update(self, content: object = "", *, layout: bool = True) -> None:
        """Show another text."""
        super().update(content if isinstance(content, Content) else _content(str(content)), layout=layout)


def _content(text: Content | str) -> Content:
    return text if isinstance(text, Content) else shown(text, lines=True)


class StateWords(NamedTuple):
    """How a state looks: never by colour alone."""

    glyph: str
    word: str
    style: str
    """A style name of the lists: ok warn error muted accent"""


_STATES = {
    "held": ("‖", N_("held"), "warn"),
    "waiting": ("○", N_("waiting"), "accent"),
    "sending": ("►", N_("sending"), "accent"),
    "sent": ("✓", N_("sent"), "ok"),
    "delivered": ("◉", N_("delivered"), "ok"),
    "undelivered": ("✗", N_("undelivered"), "error"),
    "unclear": ("?", N_("unclear"), "error"),
    "failed": ("✗", N_("failed"), "error"),
    "skipped": ("–", N_("skipped"), "muted"),
    "cancelled": ("×", N_("cancelled"), "muted"),
    "expired": ("◌", N_("expired"), "muted"),
    "merged": ("↳", N_("merged"), "muted"),
}

_CHANNELS = {"email": N_("e-mail"), "sms": N_("SMS"), "letter": N_("letter"), "none": N_("no notice")}

_EVENTS = {
    "order.created": N_("order received"),
    "order.confirmed": N_("order confirmed"),
    "order.changed": N_("order changed"),
    "order.cancelled": N_("order cancelled"),
    "line.delayed": N_("title delayed"),
    "line.unavailable": N_("title unavailable"),
    "goods.received": N_("goods arrived"),
    "order.ready": N_("order ready"),
    "order.fulfilled": N_("handed over"),
    "delivery.posted": N_("delivery posted"),
    "invoice.posted": N_("invoice"),
    "manual": N_("by hand"),
}

_DOCUMENTS = {
    "order": N_("order"),
    "delivery": N_("delivery"),
    "invoice": N_("invoice"),
    "credit_note": N_("credit note"),
    "quote": N_("quote"),
    "purchase_order": N_("purchase order"),
    "goods_receipt": N_("goods receipt"),
}

_STATUSES = {
    "new": N_("new"),
    "confirmed": N_("confirmed"),
    "part_received": N_("partly here"),
    "ready": N_("ready"),
    "part_delivered": N_("partly handed over"),
    "fulfilled": N_("handed over"),
    "cancelled": N_("cancelled"),
    "invoiced": N_("invoiced"),
    "paid": N_("paid"),
    "closed": N_("closed"),
}


def state_words(state: str) -> StateWords:
    """Glyph, translated word and style of a message's state."""
    glyph, word, style = _STATES.get(state, ("·", state, ""))
    return StateWords(glyph, _(word), style)


def channel_word(channel: str | None) -> str:
    """A way to a customer, in the language of the screen."""
    return _(_CHANNELS[channel]) if channel in _CHANNELS else visible(channel or "")


def event_word(event: str) -> str:
    """An event's kind, in the language of the screen."""
    return _(_EVENTS[event]) if event in _EVENTS else visible(event)


def document_word(kind: str) -> str:
    """A document's kind, in the language of the screen."""
    return _(_DOCUMENTS[kind]) if kind in _DOCUMENTS else visible(kind)


def status_word(status: str | None) -> str:
    """A document's status as its ERP told it, in the language of the screen."""
    return _(_STATUSES[status]) if status in _STATUSES else visible(status or "")


def moment(stamp: str | None, zone: tzinfo, now: datetime | None = None) -> str:
    """A stamp of the store in local time: ``14:32`` if it is ``now``'s day, ``03.12. 14:32`` (English: ``3 Dec 14:32``)
    within its year, else with the year."""
    if not stamp:
        return ""
    local = datetime.fromisoformat(stamp).astimezone(zone)
    today = now.astimezone(zone) if now else None
    if today and local.date() == today.date():
        return f"{local:%H:%M}"
    return f"{_date(local, year=not today or local.year != today.year)} {local:%H:%M}"


def day(iso: str | None) -> str:
    """A day of the store (``2026-12-03``) as people write it: ``03.12.2026``, in English ``3 Dec 2026``."""
    try:
        return _date(date.fromisoformat(iso), year=True) if iso else ""
    except ValueError:
        return visible(iso or "")


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _date(of: date, *, year: bool) -> str:
    if language() == "en":
        return f"{of.day} {_MONTHS[of.month - 1]}{f' {of.year}' if year else ''}"
    return f"{of:%d.%m.}{of.year if year else ''}"


_THOUSANDS = {"en": ",", "de": "."}


def thousands(value: int, *, sign: bool = False) -> str:
    """``12,345`` in English, ``12.345`` in German, ``12 345`` (unbreakable) in Polish and Slovak; ``sign``: ``+5``."""
    text = f"{value:+,}" if sign else f"{value:,}"
    return text.replace(",", _THOUSANDS.get(language(), "\N{NO-BREAK SPACE}"))


def money(cents: int | None, currency: str | None = "") -> str:
    """An amount for people: ``12,90 EUR`` (point in English)."""
    if cents is None:
        return ""
    whole, rest = divmod(abs(cents), 100)
    point = "." if language() == "en" else ","
    return f"{'-' if cents < 0 else ''}{thousands(whole)}{point}{rest:02d} {currency or ''}".rstrip()
