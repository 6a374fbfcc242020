"""What the page of one message says, view by view: made of foreign text through the one door (``words.shown``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from textual.content import Content

from carat_tui.cockpit.widgets.card import Fact, heading, laid_out
from carat_tui.cockpit.words import channel_word, event_word, shown, state_words
from carat_tui.locale import N_, _, n_, told
from carat_tui.model import sms
from carat_tui.model.message import ChannelKind, Outcome, State
from carat_tui.rules.explain import Explanation
from carat_tui.services.message_page import MessagePage

MESSAGE, SOURCE, HEADERS, ATTEMPTS, HISTORY, WHY = "message", "source", "headers", "attempts", "history", "why"

TITLES = {
    MESSAGE: N_("Message"),
    SOURCE: N_("HTML"),
    HEADERS: N_("Headers"),
    ATTEMPTS: N_("Attempts"),
    HISTORY: N_("History"),
    WHY: N_("Why"),
}

Local = Callable[[str | None], str]
"""A stamp as people here read it."""

_WAITS = {
    "delay": N_("its delay"),
    "merge": N_("more goods of this customer"),
    "window": N_("the hours in which text messages may go out"),
    "retry": N_("the next try"),
    "file": N_("a file"),
}

_REMEDIES = {
    "mode": N_("It is ready and waits: the mode is paused. F9 changes the mode; then it goes out by itself."),
    "stop": N_("It is ready and waits: all sending was stopped. F8 lets it go on; then it goes out by itself."),
}
"""What to do about what stands in the way, by its kind."""
_GOES_ON = N_("In the outbox, p lets it go on; then the message goes out by itself.")

_DONE = {
    "planned": N_("planned"),
    "joined": N_("took in one more event"),
    "composed": N_("written"),
    "held": N_("held"),
    "released": N_("released"),
    "cancelled": N_("cancelled"),
    "retried": N_("put up for another try"),
    "taken back": N_("act taken back"),
    "postponed": N_("waits for the morning"),
    "shortened": N_("written anew without an order that is over"),
    "restored": N_("an order came back into it"),
    "skipped": N_("not sent: the address is closed"),
    "written by hand": N_("written by hand"),
    "copied to the shop": N_("copied to the shop"),
    "resolved: sent": N_("settled: it was sent"),
    "resolved: resend": N_("settled: sent again"),
    "resolved: drop": N_("settled: dropped"),
    "attempt: sent": N_("handed to the route"),
    "attempt: retry": N_("not accepted, tried again later"),
    "attempt: failed": N_("refused"),
    "attempt: unclear": N_("handed over, without an answer"),
    "attempt: route_ill": N_("the route was ill"),
    "attempt: died": N_("the program ended in the middle"),
}

_OUTCOMES = {
    Outcome.SENT: (N_("accepted"), "$text-success"),
    Outcome.RETRY: (N_("not now"), "$text-warning"),
    Outcome.FAILED: (N_("refused"), "$text-error"),
    Outcome.UNCLEAR: (N_("no answer"), "$text-error"),
    Outcome.ROUTE_ILL: (N_("route ill"), "$text-warning"),
}

STYLES = {
    "ok": "$text-success",
    "warn": "$text-warning",
    "error": "$text-error",
    "muted": "$text-muted",
    "accent": "$text-accent",
    "": "",
}


def views_of(page: MessagePage) -> list[str]:
    """The views that make sense for a message."""
    mail = [SOURCE] * bool(page.html) + [HEADERS] * bool(page.headers)
    return [MESSAGE, *mail, ATTEMPTS, HISTORY, WHY]


def drawn(view: str, page: MessagePage, why: Explanation | None, local: Local, width: int) -> Content:
    """One view, for lines of ``width`` cells. ``why`` is needed for the last one only."""
    match view:
        case "source":
            return shown(page.html, lines=True)
        case "headers":
            return shown(page.headers, lines=True)
        case "attempts":
            return _joined(_attempts(page, local), _("It was not tried yet."))
        case "history":
            return _joined(_history(page, local), _("Nothing is on record."))
        case "why":
            return laid_out(list(_why(why, local)), width) if why else shown("…")
        case _:
            return _joined(_message(page, local, width), "")


def _joined(lines: Iterable[Content], nothing: str) -> Content:
    found = list(lines)
    return Content("\n").join(found) if found else shown(nothing, "$text-muted")


def _message(page: MessagePage, local: Local, width: int) -> Iterator[Content]:
    yield _state(page, local)
    if page.row["reason"]:
        yield shown(told(page.row["reason"]), "$text-warning", lines=True)
    if page.obstacle[1]:
        yield shown(remedy(*page.obstacle), "$text-warning")
    yield Content("")
    yield laid_out([*_facts(page, local), *_attached(page)], width)
    yield Content("")
    if page.row["subject"] and page.channel != ChannelKind.SMS:
        yield shown(page.row["subject"], "bold")
        yield Content("")
    yield _text(page)


def _state(page: MessagePage, local: Local) -> Content:
    glyph, word, style = state_words(page.state)
    head = shown(f"{glyph} {word}", f"bold {STYLES[style]}".strip())
    if page.state == State.WAITING:
        return Content.assemble(head, shown(f" {_waits(page, local)}"))
    if page.row["sent_at"]:
        return Content.assemble(head, shown(f" {local(page.row['sent_at'])}"))
    return head


def remedy(kind: str, why: str) -> str:
    """What keeps a message that waits, and what to do about it."""
    if kind in _REMEDIES:
        return _(_REMEDIES[kind])
    words = told(why)
    return f"{words.rstrip('.')}. {_(_GOES_ON)}" if kind == "route" else words


def _waits(page: MessagePage, local: Local) -> str:
    when = local(page.row["due_at"])
    if page.row["waits_for"] in _WAITS:
        return _("for {what}, until {when}").format(what=_(_WAITS[page.row["waits_for"]]), when=when)
    return _("due {when}").format(when=when)


def whom(page: MessagePage) -> list[str]:
    """Whom a message goes to, by lines; the name once, also where it is the first line of a letter's address."""
    name, lines = page.row["customer_name"] or "", page.row["to_address"].splitlines()
    return lines if not name or any(line.startswith(name) for line in lines) else [name, *lines]


def _facts(page: MessagePage, local: Local) -> Iterator[Fact]:
    row = page.row
    yield Fact(_("To"), "\n".join(whom(page)))
    way = channel_word(row["channel"])
    yield Fact(_("Way"), _("{way} by {route}").format(way=way, route=row["route"]) if row["route"] else way)
    if row["documents"]:
        yield Fact(_("Orders"), row["documents"])
    yield Fact(_("Event"), event_word(row["event"]))
    if row["template"] and row["template_version"]:
        words = _("{name}, version {number}").format(name=row["template"], number=row["template_version"])
        yield Fact(_("Template"), words)
    yield Fact(_("Made"), local(row["created_at"]))
    if row["message_ref"]:
        yield Fact(_("Message-ID"), row["message_ref"])
    if row["merged_into"]:
        yield Fact(_("Told with"), _("message {number}").format(number=row["merged_into"]))
    if page.merged:
        told_of = ", ".join(_("message {number}").format(number=number) for number in page.merged)
        yield Fact(_("Tells also of"), told_of)


def _attached(page: MessagePage) -> Iterator[Fact]:
    for attachment in page.attachments:
        yield Fact(_("Attachment"), f"{attachment['name']} ({_size(attachment['bytes'])})")


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, size // 1000)} kB"


def _text(page: MessagePage) -> Content:
    if page.text is None:
        return shown(_("It is written when it is due; until then there is no text."), "$text-muted")
    text = shown(page.text.rstrip("\n"), lines=True)
    return Content.assemble(text, "\n\n", _parts(page.text)) if page.channel == ChannelKind.SMS else text


def _parts(text: str) -> Content:
    """How many SMS a text costs, and why."""
    counted = sms.count(text)
    parts = len(counted.parts)
    words = n_("{n} part, {units} characters", "{n} parts, {units} characters", parts)
    return shown(f"{words.format(n=parts, units=counted.units)} · {counted.encoding}", "$text-muted")


def _attempts(page: MessagePage, local: Local) -> Iterator[Content]:
    for number, attempt in enumerate(page.attempts, 1):
        word, style = _OUTCOMES.get(attempt["outcome"], (attempt["outcome"] or N_("under way"), "$text-muted"))
        yield Content.assemble(
            shown(f"{number}. {local(attempt['started_at'])} ", "$text-muted"),
            shown(attempt["route"] or ""),
            shown(f"  {_(word)}", f"bold {style}"),
        )
        if attempt["words"]:
            yield shown(f"   {told(attempt['words'])}", lines=True)


def _history(page: MessagePage, local: Local) -> Iterator[Content]:
    for event in page.history:
        who = _("the program") if event.who == "engine" else event.who
        yield Content.assemble(
            shown(f"{local(event.at)} ", "$text-muted"),
            shown(_(_DONE[event.what]) if event.what in _DONE else event.what, "bold"),
            shown(f" · {who}", "$text-muted"),
        )
        if event.why:
            why = _(_DONE[event.why]) if event.what == "taken back" and event.why in _DONE else told(event.why)
            yield shown(f"   {why}", lines=True)


def _why(why: Explanation, local: Local) -> Iterator[Fact]:
    yield from (Fact(local(step.at), told(step.text)) for step in why.happened)
    yield from (Fact(), heading(_("Now")), *(Fact(told(text)) for text in why.now))
    if why.to_change:
        yield from (Fact(), heading(_("What you can do")), *(Fact(told(text)) for text in why.to_change))
