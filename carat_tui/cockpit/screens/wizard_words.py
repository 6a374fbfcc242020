"""The longer sentences of the first run: what the file is, what was made, what to do next."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from email import message_from_bytes, policy
from pathlib import Path

from textual.content import Content

from carat_tui.cockpit.words import channel_word, shown, thousands
from carat_tui.locale import _, n_, told
from carat_tui.model.home import Home
from carat_tui.services.demo import Notice
from carat_tui.services.first_run import Made
from carat_tui.services.profile_check import Checked

_LINES = 4
"""Lines of the notice that are shown."""


def tried(found: Checked, named: bool) -> str:
    """What the default profile makes of a file, and what the next Enter does."""
    report, lines = found.report, []
    if report.state in ("quarantined", "held"):
        lines.append(told(report.reason))
        lines.append(
            _(
                "The columns must be described: docs/profiles.md. Until then the file is put aside. Enter begins all"
                " the same."
            )
        )
        return "\n".join(lines)
    rows = n_("{n} row read", "{n} rows read", report.accepted)
    orders = n_("{n} order", "{n} orders", report.created)
    lines.append(f"{rows.format(n=thousands(report.accepted))}, {orders.format(n=thousands(report.created))}.")
    if report.rejected:
        words = n_("{n} row cannot be read, such as line {line}: {why}",
                   "{n} rows cannot be read, such as line {line}: {why}", len(report.rejected))  # fmt: skip
        first = report.rejected[0]
        lines.append(words.format(n=len(report.rejected), line=first.line, why=told(first.reason)))
    if not named:
        lines.append(_("Its name is not one that is taken by itself (auftraege*.csv, orders*.csv): name it so."))
    lines.append(_("Press Enter once more to begin with it."))
    return "\n".join(lines)


def notice(home: Home, made: Made, answers: Mapping[str, str]) -> Content:
    """The first notice, where it lies, and what to do next."""
    parts: list[Content] = []
    if (letter := made.letter) is not None and letter.file is not None:
        head = _("The first notice, written for a rehearsal: {way} to {to}").format(
            way=channel_word(letter.way), to=letter.to
        )
        parts += [shown(head, "bold $text-success"), shown(letter.subject, "bold")]
        parts += [shown(f"│ {line}", "$text-muted") for line in _text_of(letter)]
        parts += [shown(_("It lies here: {file}").format(file=letter.file), "$text-accent"), Content("")]
    parts.append(shown(_("Next"), "bold"))
    parts += [shown(f"{number}. {line}") for number, line in enumerate(_next(home, answers), 1)]
    return Content("\n").join(parts)


def _text_of(notice: Notice) -> list[str]:
    """The words that the customer would read."""
    assert notice.file is not None
    raw = Path(notice.file).read_bytes()
    if notice.way == "email":
        body = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
        text = str(body.get_content()) if body is not None else ""
    else:
        text = raw.decode("utf-8", "replace") if notice.way == "sms" else ""
    return [part for line in text.split("\n") for part in textwrap.wrap(line, 72)][:_LINES]


def _next(home: Home, answers: Mapping[str, str]) -> list[str]:
    folder = answers["folder"]
    first = {
        "example": _("Look around: the orders of the example are in the cockpit. For your own shop begin anew in an"
                     " empty folder (carat --home DIR)."),
        "file": _("Your file lies in {folder}; the cockpit learns from it at once, and tells nobody.").format(
            folder=folder),
        "later": _("Let your shop's system drop its list of open orders into {folder}.").format(folder=folder),
    }[answers["feed"]]  # fmt: skip
    return [
        first,
        _("Texts are changed on page 5, the order of e-mail, SMS and letter on page 6."),
        _("All is a rehearsal until you press F9 and choose live; before that name a mail server:"
          " carat account set shop kind=smtp host=…"),
    ]  # fmt: skip
