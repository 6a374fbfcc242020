"""``carat template``: what changes a text or tries it out, and its versions. The cockpit's editor does the same."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import COUNT, sub
from carat_tui.cli.printing import facts, paint, table
from carat_tui.cli.templates import require_home, template_group
from carat_tui.model.errors import CaratError
from carat_tui.model.text import visible
from carat_tui.store import settings
from carat_tui.store.templates import Key

if TYPE_CHECKING:
    from carat_tui.compose.versions import Change, Saved

_WAY = click.option("--channel", type=click.Choice(["email", "sms", "letter"]), required=True, help="The way.")
_LANGUAGE = "The language of the text; default: the shop's."
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def _key(call: Call, name: str, channel: str) -> Key:
    from carat_tui.compose import templates

    key = Key(name, call.lang or settings.get(call.store().read(), "shop.language"), channel)
    templates.path_of(require_home(call), *key)
    return key


@sub(template_group, "test", "carat template test goods_arrived_one --channel sms", lang_help=_LANGUAGE)
@click.argument("name")
@_WAY
@click.option("--document", metavar="NO", help="Write it for this order; default: example values.")
def test(call: Call, name: str, channel: str, document: str | None) -> int:
    """A test message to the shop itself, as a file in data/trials; nothing leaves, in no mode, and nobody else gets it.

    It is marked as a test and does not go through the outbox.
    """
    from carat_tui.compose.renderer import Renderer
    from carat_tui.services.trial import send_trial

    key = _key(call, name, channel)
    with Renderer() as renderer:
        done = send_trial(call.store(), call.home(), renderer, key, call.who, call.clock(), document=document)
    found = {"template": done.preview.template, "to": done.to, "file": str(done.path), "parts": done.preview.parts}
    call.show(found, lambda: facts([(label, str(value or "")) for label, value in found.items()]))
    return 0


@sub(template_group, "save", "carat template save goods_arrived_one --channel sms --file new.txt", lang_help=_LANGUAGE)
@click.argument("name")
@_WAY
@click.option("--file", "file", metavar="F", required=True, help="A file that holds the text (UTF-8); - for stdin.")
@click.option("--anyway", is_flag=True, help="Also with a mistake that would hold messages.")
def save(call: Call, name: str, channel: str, file: str, anyway: bool) -> int:
    """A new text for a template, as a version; the next message takes it. With a mistake: nothing is saved, exit 1."""
    from carat_tui.compose import templates, versions
    from carat_tui.compose.check import check_text
    from carat_tui.compose.renderer import Renderer

    key, source = _key(call, name, channel), _read(file)
    with Renderer() as renderer:
        flaws = check_text(call.home(), templates.path_of(call.home(), *key), source, renderer)
    for flaw in flaws:
        call.note(visible(flaw.words()))
    if any(not flaw.warning for flaw in flaws) and not anyway:
        call.note("Nothing was saved: messages would be held. --anyway saves it all the same.")
        return 1
    return _saved(call, versions.save(call.store(), call.home(), key, source, call.who, call.clock()))


def _read(file: str) -> str:
    from carat_tui.compose import templates

    if file == "-":
        return sys.stdin.read(templates.LARGEST + 1)
    try:
        with Path(file).open("rb") as opened:
            raw = opened.read(templates.LARGEST + 1)
    except OSError as error:
        raise CaratError(f"{file} cannot be read: {error.strerror}.") from None
    return templates.text_of(Path(file), raw)


def _saved(call: Call, done: Saved) -> int:
    found = {"file": str(done.path), "version": done.number, "sha256": done.text.digest}
    call.show(found, lambda: [visible(f"{done.path} is version {done.number}; the next message takes it.")])
    return 0


@sub(template_group, "history", "carat template history goods_arrived_one")
@click.argument("name")
def history(call: Call, name: str) -> int:
    """The versions of a template that were ever saved or used, newest first; without "by" the file was changed outside
    of carat."""
    from carat_tui.store import templates as versions

    found = versions.history(call.store().read(), name)
    document = [
        {
            "language": v.language,
            "channel": v.channel,
            "version": v.number,
            "sha256": v.sha256,
            "saved_at": call.local(v.saved_at),
            "who": v.who,
            "first_used_at": call.local(v.first_used_at),
            "source": v.source,
        }
        for v in found
    ]
    rows: Sequence[Sequence[object]] = [
        (v.language, v.channel, v.number, call.local(v.saved_at), v.who, call.local(v.first_used_at), v.sha256[:12])
        for v in found
    ]
    headings = ["language", "way", "version", "saved", "by", "first used", "sha256"]
    call.show(document, lambda: table(headings, rows, right="version"))
    return 0


@sub(template_group, "diff", "carat template diff goods_arrived_one --channel sms --from 1", lang_help=_LANGUAGE)
@click.argument("name")
@_WAY
@click.option("--from", "before", type=COUNT, metavar="N", help="A version; default: the text delivered with carat.")
@click.option("--to", "after", type=COUNT, metavar="N", help="A version; default: the file as it is now.")
def diff(call: Call, name: str, channel: str, before: int | None, after: int | None) -> int:
    """What changed between two texts of a template. Exit 1 if they differ."""
    from carat_tui.compose import versions
    from carat_tui.services.templates import default_text

    key = _key(call, name, channel)
    old = versions.find(call.store(), key, before).source if before else default_text(key)
    if old is None:
        raise CaratError("No such text was delivered with carat.", "Name a version: --from N.")
    new = versions.find(call.store(), key, after).source if after else versions.read(call.home(), key).source
    changes = versions.diff(old, new)
    document = [{"kind": change.kind, "text": change.text} for change in changes]
    call.show(document, lambda: [_painted(change) for change in changes] or ["The texts are the same."])
    return 1 if changes else 0


def _painted(change: Change) -> str:
    sign = "" if change.kind == "@" else change.kind
    return paint(visible(sign + change.text), _COLOURS.get(change.kind))


@sub(
    template_group,
    "restore",
    "carat template restore goods_arrived_one --channel sms --version 1",
    lang_help=_LANGUAGE,
)
@click.argument("name")
@_WAY
@click.option("--version", "number", type=COUNT, required=True, metavar="N", help="The version (see history).")
def restore(call: Call, name: str, channel: str, number: int) -> int:
    """The text of an older version again, as a new version; the present text stays in the history."""
    from carat_tui.compose import versions

    key = _key(call, name, channel)
    return _saved(call, versions.restore(call.store(), call.home(), key, number, call.who, call.clock()))


@sub(template_group, "reset", "carat template reset goods_arrived_one --channel sms", lang_help=_LANGUAGE)
@click.argument("name")
@_WAY
def reset(call: Call, name: str, channel: str) -> int:
    """The text that was delivered with carat again, as a new version; the shop's own stays in the history."""
    from carat_tui.services import templates

    return _saved(call, templates.reset(call.store(), call.home(), _key(call, name, channel), call.who, call.clock()))


COMMANDS = {"template": template_group}
