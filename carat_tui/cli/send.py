"""``carat send``: a message written by hand, sent at once."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import command
from carat_tui.cli.printing import paint, state
from carat_tui.cli.showing import message
from carat_tui.model.errors import Busy, CaratError
from carat_tui.model.message import State
from carat_tui.model.text import visible
from carat_tui.services.outcome import outcomes
from carat_tui.store import message_list

if TYPE_CHECKING:
    from carat_tui.services.send import Sent

_WAIT_S = 10.0
_LONGEST = 100_000
"""Characters of a text in a file; a file that never ends (/dev/zero) must not fill the memory."""
_OPEN = ("waiting", "sending")


@command("send", 'carat send --order B26-10021 --channel sms --text "Ihr Buch ist da, wir haben bis 19 Uhr offen."')
@click.option("--order", "orders", metavar="NO", multiple=True, help="About this order, to its customer; repeatable.")
@click.option("--customer", metavar="NO", default="", help="To this customer.")
@click.option(
    "--to", metavar="ADDRESS", default="", help="To this address; beside --order or --customer instead of theirs."
)
@click.option("--channel", type=click.Choice(["email", "sms", "letter"]), required=True, help="The way.")
@click.option("--subject", metavar="S", default="", help="Subject; with --order the titles are suggested.")
@click.option("--text", metavar="T", help="The text.")
@click.option("--file", "file", metavar="F", help="A file that holds the text (UTF-8); - for stdin.")
@click.option("--copy-to-shop", is_flag=True, help="A copy to the shop's own address.")
@click.option("--attach", metavar="FILE", multiple=True, help="Attach a file (e-mail); may be repeated.")
def send(
    call: Call,
    orders: tuple[str, ...],
    customer: str,
    to: str,
    channel: str,
    subject: str,
    text: str | None,
    file: str | None,
    copy_to_shop: bool,
    attach: tuple[str, ...],
) -> int:
    """A message written by hand, sent at once; no automatic text is added.

    Several orders of one customer are told of in one message. The text goes into each order's note; if there is no
    room, a copy goes to the shop. Exit 1 when it was not sent.
    """
    from carat_tui.services.send import send_by_hand
    from carat_tui.services.written import Written

    if not (orders or customer or to):
        raise CaratError("To whom?", "Name --order NO, --customer NO or --to ADDRESS.")
    written = Written(channel, _text(text, file), subject, orders, customer, to, copy_to_shop, tuple(map(Path, attach)))
    store = call.store()
    done = send_by_hand(store, call.home(), written, call.who, call.clock())
    _hand_over(call, done)
    return _told(call, done)


def _text(text: str | None, file: str | None) -> str:
    if (text is None) == (file is None):
        raise CaratError("The message needs a text: --text T or --file F, one of them.")
    if text is not None:
        return text
    try:
        if file == "-":
            found = sys.stdin.read(_LONGEST + 1)
        else:
            with Path(str(file)).open(encoding="utf-8-sig") as opened:
                found = opened.read(_LONGEST + 1)
    except OSError as error:
        raise CaratError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CaratError(f"{file} is not UTF-8 text.", "Save it in that encoding.") from None
    if len(found) > _LONGEST:
        raise CaratError(f"{file} is longer than {_LONGEST:,} characters.", "Attach it to an e-mail: --attach FILE.")
    return found


def _hand_over(call: Call, done: Sent) -> None:
    """Be the engine for a moment; while another one is, it does the work, and we wait for the result."""
    from carat_tui.engine import Engine

    until = time.monotonic() + _WAIT_S
    while any(_state(call, number) in _OPEN for number in done.ids):
        try:
            with Engine(call.home(), call.store(), call.clock) as engine:
                engine.send_now(done.ids)
            return
        except Busy:
            if time.monotonic() > until:
                return
            time.sleep(0.1)


def _state(call: Call, number: int) -> str:
    found: str = call.store().read().execute("SELECT state FROM message WHERE id = ?", (number,)).fetchone()[0]
    return found


def _told(call: Call, done: Sent) -> int:
    conn = call.store().read()
    numbers = message_list.documents(conn, done.ids)
    found = []
    for one in outcomes(conn, done.ids):
        row = message_list.one(conn, one.id)
        because = (one.because or None) if one.state == State.WAITING and not one.words else None
        found.append(message(call, row, numbers.get(one.id, [])) | {"words": one.words or None, "because": because})
    document = {**found[0], "copy": found[1] if len(found) > 1 else None, "noted": done.noted}
    call.show(document, lambda: _lines(found, done))
    return 0 if all(one["state"] == "sent" for one in found) else 1


def _lines(found: list[dict[str, object]], done: Sent) -> list[str]:
    lines = []
    for one, what in zip(found, ("message", "copy to the shop"), strict=False):
        now = state(str(one["state"]))
        why = visible(
            str(one["words"] or one["because"] or one["reason"] or one["waits_for"] or _WHY_NOT.get(now.text, ""))
        )
        lines.append(f"{what} {one['id']} to {visible(str(one['to']))} is {paint(now.text, now.colour)}: {why}")
    if done.noted:
        lines.append("The text is in the order's note.")
    elif done.noted is False:
        lines.append(f"There is no room in the note of {visible(', '.join(done.full))}, so a copy goes to the shop.")
    return lines


_WHY_NOT = {"waiting": "it goes out as soon as a route is free (see `carat mode`, `carat doctor`)."}

COMMANDS = {"send": send}
