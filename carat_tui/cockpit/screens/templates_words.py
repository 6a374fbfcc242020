"""The texts of the shop by the names that people give them."""

from __future__ import annotations

from collections.abc import Callable

from carat_tui.cockpit.widgets.card import Fact
from carat_tui.compose.check import Finding
from carat_tui.compose.templates import FILES
from carat_tui.locale import N_, _, told
from carat_tui.model.text import visible
from carat_tui.services.templates import BROKEN, DEFAULT, MISSING, OWN, Entry

_NAMES = {
    "aid_ready": N_("Medical aid ready"),
    "appointment_reminder": N_("Appointment reminder"),
    "balance_confirmation": N_("Balance confirmation"),
    "copay_invoice": N_("Copayment invoice"),
    "credit_note_sent": N_("Credit note"),
    "delivery_note_sent": N_("Delivery note"),
    "dunning_0": N_("Payment reminder"),
    "dunning_1": N_("Dunning letter, first"),
    "dunning_2": N_("Dunning letter, second"),
    "dunning_3": N_("Dunning letter, last"),
    "goods_arrived_many": N_("Goods arrived, several titles"),
    "goods_arrived_one": N_("Goods arrived, one title"),
    "interest_note": N_("Interest note"),
    "invoice_sent": N_("Invoice"),
    "order_confirmed": N_("Order confirmation"),
    "order_delayed": N_("Title delayed"),
    "order_ready": N_("Order ready"),
    "order_shipped": N_("Order shipped"),
    "payment_received": N_("Payment received"),
    "pickup_reminder": N_("Pick-up reminder"),
    "quote_sent": N_("Quote"),
    "recurring_invoice": N_("Recurring invoice"),
    "supplier_order": N_("Order to a supplier"),
    "ticket_ack": N_("Ticket received"),
}
_LANGUAGES = {"de": N_("German"), "en": N_("English"), "pl": N_("Polish"), "sk": N_("Slovak")}
_STATES = {
    DEFAULT: ("·", N_("as delivered"), "muted"),
    OWN: ("✎", N_("own"), "accent"),
    BROKEN: ("✗", N_("broken"), "error"),
    MISSING: ("–", N_("not written"), "muted"),
}


def text_word(name: str) -> str:
    """A template's name for people; one that the shop invented stays as it is."""
    return _(_NAMES[name]) if name in _NAMES else visible(name)


def language_word(language: str) -> str:
    """A language in the language of the screen."""
    return _(_LANGUAGES[language]) if language in _LANGUAGES else visible(language)


def state_word(entry: Entry) -> tuple[str, str]:
    """Sign and word of how a text stands, and the style's name."""
    glyph, word, style = _STATES[entry.state]
    if entry.error is not None:
        return f"{glyph} {_finding(entry.error)}", style
    if entry.findings:
        return f"! {_finding(entry.findings[0])}", "warn"
    return f"{glyph} {_(word)}", style


def about(entry: Entry, local: Callable[[str | None], str], document: str) -> list[Fact]:
    """A text in a few lines: how it stands, what is wrong with it, for which order it is shown."""
    words, style = state_word(entry)
    facts = [Fact(_("State"), words, style)]
    facts += [Fact(_("Also"), _finding(finding), "warn") for finding in entry.findings[1:4]]
    if entry.version:
        who = entry.who or _("outside of carat")
        facts.append(Fact(_("Version"), f"{entry.version} · {local(entry.at)} · {who}"))
    facts.append(Fact(_("File"), "/".join((entry.key.language, entry.key.name, FILES[entry.key.channel])), "muted"))
    if entry.state == MISSING:
        facts.append(Fact(_("Instead"), _("Customers get it in another language, or by another way. n writes it.")))
        return facts
    order = _("Order {number}").format(number=document) if document else _("example values")
    return [*facts, Fact(_("Shown for"), order)]


def _finding(finding: Finding) -> str:
    return f"{_('line {line}').format(line=finding.line)}: {told(finding.message)}"
