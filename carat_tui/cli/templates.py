"""``carat template``: the texts, checked and tried before a customer reads them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import group, sub
from carat_tui.cli.printing import Painted, count, facts, table
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.text import visible

if TYPE_CHECKING:
    from carat_tui.compose.preview import Preview
    from carat_tui.compose.templates import Template

template_group = group("template", "carat template check", "Templates: the texts of messages, as files in templates/.")


@sub(template_group, "list", "carat template list")
def list_templates(call: Call) -> int:
    """All templates with the languages and ways for which there is a file."""
    from carat_tui.compose import templates

    home = require_home(call)
    found = []
    for name in templates.names(home):
        files = [(file.parent.parent.name, _channel(file.name)) for file in templates.files(home, name)]
        channels = [channel for channel in templates.FILES if any(channel == own for _, own in files)]
        found.append(
            {
                "name": name,
                "languages": sorted({language for language, _ in files}),
                "channels": channels,
                "missing": [
                    f"{lang}/{channel}"
                    for lang in templates.LANGUAGES
                    for channel in channels
                    if (lang, channel) not in files
                ],
            }
        )
    rows = [[t["name"], *(" ".join(map(str, t[key])) for key in ("languages", "channels", "missing"))] for t in found]
    call.show(found, lambda: table(["name", "languages", "ways", "not written for"], rows))
    return 0


def require_home(call: Call) -> Home:
    """The home of this call; exit 4 if there is none."""
    from carat_tui.services.home import require

    return require(call.home())


def _channel(file: str) -> str:
    from carat_tui.compose.templates import FILES

    return next(channel for channel, name in FILES.items() if name == file)


@sub(template_group, "show", "carat template show goods_arrived_one --lang de")
@click.argument("name")
def show(call: Call, name: str) -> int:
    """The files of a template as they are written; --lang shows one language only."""
    from carat_tui.compose import templates

    home = require_home(call)
    files = [file for file in templates.files(home, name) if not call.lang or file.parent.parent.name == call.lang]
    if not files:
        raise CaratError(f"There is no template {name!r}.", "`carat template list` names them.")
    found = [templates.load(file) for file in files]
    document = {"name": name, "files": [_file(template) for template in found]}
    call.show(document, lambda: [line for template in found for line in _source(template)])
    return 0


def _file(template: Template) -> dict[str, object]:
    return {
        "language": template.language,
        "channel": template.channel,
        "file": str(template.path),
        "sha256": template.sha256,
        "source": template.source,
    }


def _source(template: Template) -> list[str]:
    return [visible(f"== {template.path}"), *visible(template.source.rstrip("\n"), lines=True).split("\n"), ""]


@sub(template_group, "check", "carat template check goods_arrived_one")
@click.argument("name", required=False)
def check(call: Call, name: str | None) -> int:
    """Look for mistakes in all templates or one, and try each with example values. Exit 1 if messages would be held."""
    from carat_tui.compose.check import check as look
    from carat_tui.compose.renderer import Renderer

    with Renderer() as renderer:
        flaws = look(require_home(call), name, renderer)
    bad = [flaw for flaw in flaws if not flaw.warning]
    rows = [
        (Painted("warning", "yellow") if f.warning else Painted("broken", "red"), f"{f.file}:{f.line}", f.message)
        for f in flaws
    ]
    document = [{"file": f.file, "line": f.line, "message": f.message, "warning": f.warning} for f in flaws]
    summary = f"{count(len(bad), 'template')} would hold messages." if bad else "Every template can be written."
    call.show(document, lambda: [*(table(["", "where", "what"], rows) if rows else []), summary])
    return 1 if bad else 0


@sub(
    template_group,
    "preview",
    "carat template preview goods_arrived_one --channel sms --document B26-10021",
    lang_help="The language to write in.",
)
@click.argument("name")
@click.option("--channel", type=click.Choice(["email", "sms", "letter"]), required=True, help="The way.")
@click.option("--document", metavar="NO", help="Write it for this order; default: example values.")
@click.option("--raw", is_flag=True, help="The exact bytes (mail, SMS, PDF) on stdout.")
def preview(call: Call, name: str, channel: str, document: str | None, raw: bool) -> int:
    """A message as it would leave, for an order or for example values. Nothing is stored."""
    from carat_tui.compose.preview import Wanted
    from carat_tui.compose.preview import preview as written
    from carat_tui.compose.renderer import Renderer

    with Renderer() as renderer:
        shown = written(call.store(), call.home(), renderer, Wanted(name, channel, call.lang, document), call.clock())
    if raw:
        sys.stdout.flush()
        sys.stdout.buffer.write(shown.payload)
        return 0
    call.show(_previewed(shown), lambda: _preview_lines(shown))
    return 0


def _previewed(shown: Preview) -> dict[str, object]:
    return {
        "channel": shown.channel,
        "language": shown.language,
        "template": shown.template,
        "fallback": shown.fallback or None,
        "subject": shown.subject or None,
        "text": shown.text,
        "html": shown.html or None,
        "parts": shown.parts,
        "alphabet": shown.alphabet or None,
        "units": shown.units,
    }


def _preview_lines(shown: Preview) -> list[str]:
    size = f"{shown.parts}, {shown.units} units in {shown.alphabet}" if shown.channel == "sms" else shown.parts
    return [
        *facts([("template", shown.template), ("note", shown.fallback), ("subject", shown.subject), ("parts", size)]),
        "",
        *visible(shown.text.rstrip("\n"), lines=True).split("\n"),
    ]
