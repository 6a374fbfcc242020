"""The first screen's sentences: facts of the services in the language of the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from carat_tui.cockpit.engine_room import Place
from carat_tui.cockpit.widgets.lights import Lamp
from carat_tui.cockpit.words import channel_word, thousands
from carat_tui.locale import N_, _, n_, told
from carat_tui.model.home import Home
from carat_tui.services.lights import (
    DiskLight,
    EngineLight,
    ExportLight,
    FolderLight,
    Level,
    Lights,
    QueueLight,
    RouteLight,
)
from carat_tui.services.overview import Errand, Need, Next, Overview
from carat_tui.store.glance import MANY

Local = Callable[[str | None], str]
"""A stamp as people here read it."""


def ago(age: timedelta) -> str:
    """How long, in the one unit that matters."""
    seconds = max(0, int(age.total_seconds()))
    for unit, size, least in (("{n} days", 86400, 2 * 86400), ("{n} h", 3600, 2 * 3600), ("{n} min", 60, 120)):
        if seconds >= least:
            return {"{n} days": _("{n} days"), "{n} h": _("{n} h"), "{n} min": _("{n} min")}[unit].format(
                n=seconds // size
            )
    return _("{n} s").format(n=seconds)


def number(value: int) -> str:
    """A count that may have stopped at a limit."""
    return f">{thousands(MANY - 1)}" if value >= MANY else thousands(value)


def headline(seen: Overview) -> tuple[str, str]:
    """Style and sentence above everything."""
    urgent = sum(1 for errand in seen.errands if errand.need in (Need.UNCLEAR, Need.FAILED, Need.TEMPLATE))
    many = len(seen.errands) + seen.more
    if seen.lights.worst == Level.ERROR:
        return "error", _("Something does not work: look at the red light.")
    if many:
        words = n_("{n} thing needs you.", "{n} things need you.", many).format(n=many)
        return ("error" if urgent else "warn"), words
    if seen.lights.worst == Level.WARN:
        return "warn", _("Nothing needs you, but look at the yellow light.")
    if seen.empty:
        return "ok", _("All is ready for the first export.")
    return "ok", _("All is well. Nothing needs you.")


# -- lights ---------------------------------------------------------------------------------------------------------


def lamps(lights: Lights, place: Place, home: Home, local: Local) -> tuple[Lamp, ...]:
    """The lamps in the order in which a message goes."""
    return (
        Lamp(lights.engine.level, _("Engine"), _engine(lights.engine, place, local)),
        Lamp(lights.folder.level, _("Watch folder"), _folder(lights.folder, home)),
        Lamp(lights.export.level, _("Last export"), _export(lights.export, local)),
        Lamp(lights.queue.level, _("Queue"), _queue(lights.queue)),
        *(Lamp(route.level, _capital(channel_word(route.channel)), _route(route, local)) for route in lights.routes),
        Lamp(lights.disk.level, _("Disk"), _disk(lights.disk)),
    )


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _engine(light: EngineLight, place: Place, local: Local) -> str:
    if light.trouble:
        return "; ".join(f"{stage}: {told(words)}" for stage, words in light.trouble.items())
    if place == Place.STARTING:
        return _("starts")
    if not light.running:
        return _("none runs: nothing is taken in, nothing is sent")
    seen = local(light.seen.isoformat()) if light.seen else ""
    if light.level == Level.WARN:
        return _("no sign of life since {time}").format(time=seen or "?")
    if place == Place.HERE:
        return _("runs here")
    return _("runs in process {pid}, seen {time}").format(pid=light.pid or "?", time=seen)


def _folder(light: FolderLight, home: Home) -> str:
    path = shown_path(light.path, home)
    if not light.why:
        return path
    if light.why == "missing":
        return _("there is no folder {path}").format(path=path)
    return _("{path} cannot be read: {why}").format(path=path, why=light.why)


def shown_path(path: Path, home: Home) -> str:
    """A path as people know it: from the home on."""
    return str(path.relative_to(home.root)) if path.is_relative_to(home.root) else str(path)


def _export(light: ExportLight, local: Local) -> str:
    if light.level == Level.OFF:
        return _("none yet")
    if light.busy:
        return _("{file} is being taken in: {n} rows so far").format(file=light.name, n=thousands(light.rows))
    words = n_("{time} · {n} row · {file}", "{time} · {n} rows · {file}", light.rows)
    text = words.format(time=local(light.at), n=thousands(light.rows), file=light.name)
    if light.rejected:
        rejected = n_("{n} row not read", "{n} rows not read", light.rejected).format(n=thousands(light.rejected))
        return f"{rejected} · {text}"
    return _("{export} (learned only)").format(export=text) if light.baseline else text


def _queue(light: QueueLight) -> str:
    waiting = (
        n_("{n} message waits", "{n} messages wait", light.waiting).format(n=number(light.waiting))
        if light.waiting
        else _("nothing waits")
    )
    if light.closed:
        why = _("the home is paused") if light.closed == "paused" else told(light.closed)
        return _("stopped ({why}) · {waiting}").format(why=why, waiting=waiting)
    if light.level != Level.OK:
        return _("{waiting}, the oldest for {age} too long").format(waiting=waiting, age=ago(light.overdue))
    return waiting


def _route(light: RouteLight, local: Local) -> str:
    if light.paused:
        why = told(light.why) or _("by hand")
        if light.until:
            return _("{route} pauses, tries again {time}: {why}").format(
                route=light.name, time=local(light.until), why=why
            )
        return _("{route} is paused since {time}: {why}").format(route=light.name, time=local(light.paused), why=why)
    return _("as files") if light.embedded else light.name


def _disk(light: DiskLight) -> str:
    return _("{free} free").format(free=_bytes(light.free))


def _bytes(size: int) -> str:
    return f"{thousands(size // 1024**3)} GB" if size >= 10 * 1024**3 else f"{thousands(size // 1024**2)} MB"


# -- what needs a person --------------------------------------------------------------------------------------------

GLYPHS = {
    Need.UNCLEAR: ("?", N_("unclear"), "error"),
    Need.FAILED: ("✗", N_("failed"), "error"),
    Need.TEMPLATE: ("✗", N_("template"), "error"),
    Need.BRAKE: ("‖", N_("held"), "warn"),
    Need.HELD: ("‖", N_("held"), "warn"),
    Need.QUARANTINE: ("▣", N_("file"), "warn"),
    Need.REJECTED: ("▤", N_("rows"), "warn"),
    Need.TASK: ("•", N_("task"), "accent"),
    Need.SETUP: ("○", N_("setup"), "accent"),
}


SETTLED_HERE = (Need.TASK, Need.BRAKE, Need.REJECTED)
"""Errands that a person's word settles."""


def errand_words(errand: Errand) -> str:
    """One errand as a sentence."""
    count = number(errand.number)
    if errand.need == Need.UNCLEAR:
        words = n_("{n} message: nobody knows whether it arrived", "{n} messages: nobody knows whether they arrived",
                   errand.number)  # fmt: skip
        return words.format(n=count)
    if errand.need == Need.FAILED:
        return n_("{n} message could not be sent", "{n} messages could not be sent", errand.number).format(n=count)
    if errand.need == Need.HELD:
        words = n_("{n} message is held until you release it", "{n} messages are held until you release them",
                   errand.number)  # fmt: skip
        return words.format(n=count)
    if errand.need == Need.REJECTED:
        words = n_("{n} row of {file} could not be read: {why}", "{n} rows of {file} could not be read: {why}",
                   errand.number)  # fmt: skip
        return words.format(n=count, file=errand.name, why=told(errand.text))
    if errand.need == Need.QUARANTINE:
        return _("{file} was not taken in: {why}").format(file=errand.name, why=told(errand.text) or "?")
    if errand.need == Need.TEMPLATE:
        return f"{errand.name}: {told(errand.text)}"
    return told(errand.text)


def leads_to(errand: Errand) -> str:
    """Where Enter leads."""
    return {
        Need.UNCLEAR: _("Enter: these messages in the outbox, to say what became of them"),
        Need.FAILED: _("Enter: these messages in the outbox, with the words of the server"),
        Need.BRAKE: _("Enter: the messages in the outbox, to release or to cancel them"),
        Need.HELD: _("Enter: the messages in the outbox, to release or to cancel them"),
        Need.TEMPLATE: _("Enter: the text, at the line that is wrong"),
        Need.REJECTED: _("Enter: the rows as they came · d: looked after"),
        Need.QUARANTINE: _("Enter: why, and what to do · p: read it once more"),
        Need.SETUP: _("Enter: type it now"),
    }.get(errand.need, _("Enter: the customer or the message · d: done"))


def nothing_to_do(seen: Overview | None, home: Home) -> str:
    """What stands in the list when it is empty."""
    if seen is None:
        return _("Looking …")
    if seen.empty:
        folder = shown_path(seen.lights.folder.path, home)
        return "\n".join(
            (
                _("Let your ERP drop its export into {folder}.").format(folder=folder),
                "",
                _("The first file is only learned from: nobody is told anything. What arrives with the next one is"
                  " told to the customers."),
                "",
                _("No export at hand? Press x and play the example through."),
            )
        )  # fmt: skip
    return _("Nothing needs you. Notices go out by themselves; what needs a decision will stand here.")


# -- what goes out next ---------------------------------------------------------------------------------------------


def waits(one: Next, now: str, closed: str) -> tuple[str, str]:
    """Why a message has not left yet, and the style of that."""
    if closed:
        return _("sending is stopped"), "warn"
    if one.due_at <= now:
        return _("it is its turn"), "ok"
    reasons = {
        "merge": _("collects what else arrives"),
        "window": _("the hours of SMS"),
        "delay": _("the delay of its rule"),
        "retry": _("the next try"),
        "file": _("its document"),
    }
    return reasons.get(one.waits_for, _("its time")), "muted"


def day_rows(hours: dict[str, Sequence[int]]) -> tuple[tuple[str, Sequence[int]], ...]:
    """Every channel with its hours, in the usual order."""
    return tuple((channel_word(channel), hours.get(channel, (0,) * 24)) for channel in ("email", "sms", "letter"))
