"""Where each errand leads, and saying that one is done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from carat_tui.cockpit.acting import act
from carat_tui.cockpit.screens.overview_words import SETTLED_HERE
from carat_tui.locale import N_, _, n_
from carat_tui.model.clock import stamp
from carat_tui.services import chores
from carat_tui.services.overview import Errand, Need

if TYPE_CHECKING:
    from carat_tui.cockpit.deck import Deck
    from carat_tui.cockpit.page import Page
    from carat_tui.store.templates import Key

_STATES = {Need.UNCLEAR: "unclear", Need.FAILED: "failed", Need.HELD: "held", Need.BRAKE: "held"}


def open_errand(page: Page, errand: Errand) -> None:
    """Go where it is settled: a filter of the outbox, a customer, a text, or a page of its own."""
    app = page.app
    if errand.need in _STATES:
        from carat_tui.services.outbox_filters import View

        app.go("outbox", View(states=(_STATES[errand.need],)))
    elif errand.need == Need.TEMPLATE:
        app.go("templates", _text_of(errand.name))
    elif errand.need == Need.REJECTED:
        from carat_tui.cockpit.screens.overview_rejected import Rejected

        app.push_screen(Rejected(errand.ref, errand.name))
    elif errand.need == Need.QUARANTINE:
        from carat_tui.cockpit.screens.overview_aside import PutAside

        app.push_screen(PutAside(errand.name, errand.text, errand.at))
    elif errand.need == Need.SETUP:
        _ask_for(page, errand)
    elif errand.message_id is not None:
        app.go("outbox", errand.message_id)
    elif errand.customer_id is not None:
        app.go("customers", errand.customer_id)
    elif errand.document_id is not None:
        app.go("orders", errand.document_id)


def _text_of(place: str) -> Key:
    """The text of a finding's place: ``templates/de/goods_arrived_one/sms.txt.j2:3``."""
    from carat_tui.compose.templates import FILES
    from carat_tui.store.templates import Key

    _templates, language, name, file = place.rpartition(":")[0].rsplit("/", 3)
    return Key(name, language, next(channel for channel, known in FILES.items() if known == file))


_QUESTIONS = {
    "shop.name": N_("What is the shop called? Customers read this name."),
    "shop.email": N_("Which e-mail address does the shop write from?"),
    "shop.street": N_("The shop's street and number:"),
    "shop.postcode": N_("The shop's postcode:"),
    "shop.city": N_("The shop's town:"),
}


def _ask_for(page: Page, errand: Errand) -> None:
    """The settings that the errand's remedy names, asked for one after the other."""
    keys = [key for key in re.findall(r"shop\.\w+", errand.remedy) if key in _QUESTIONS]

    @act
    async def ask(page: Page) -> None:
        from carat_tui.services.setting import change

        app = page.app
        for key in keys:
            answer = await app.ask(_(_QUESTIONS[key]))
            if not answer:
                return
            await app.perform(partial(change, app.store, key, answer, who=app.who, at=stamp(app.clock())))
        page.refresh_data()

    ask(page)


async def settle(app: Deck, errands: Sequence[Errand]) -> tuple[str, ...]:
    """Say that they are done, after a question where it is about many; returns the ids for taking it back."""
    here = [errand for errand in errands if errand.need in SETTLED_HERE]
    files = [errand.ref for errand in here if errand.need == Need.REJECTED]
    rows = await app.perform(lambda: [row for file in files for row in chores.rows_of(app.store.read(), file)])
    ids = (*(str(errand.ref) for errand in here if errand.need != Need.REJECTED), *rows)
    if not ids or (len(ids) > 1 and not await app.confirm(_question(here, len(ids)), yes=_("Put away"))):
        return ()
    await app.perform(partial(chores.done, app.store, ids, who=app.who, at=stamp(app.clock())))
    app.tell(_("Done. Press u to take it back."))
    return ids


def _question(here: Sequence[Errand], number: int) -> str:
    if len(here) == 1:
        words = n_(
            "Put {n} row of {file} away as looked after?", "Put {n} rows of {file} away as looked after?", number
        )
        return words.format(n=number, file=here[0].name)
    return n_("Put {n} thing away as dealt with?", "Put {n} things away as dealt with?", number).format(n=number)
