"""The first screen: is all well, what needs a person, what went out today, what goes out next."""

from __future__ import annotations

import sqlite3
import time
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer

from carat_tui.cockpit.acting import act
from carat_tui.cockpit.engine_room import Place
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Area
from carat_tui.cockpit.screens.overview_lists import Coming, Errands
from carat_tui.cockpit.screens.overview_words import (
    SETTLED_HERE,
    day_rows,
    errand_words,
    headline,
    lamps,
    leads_to,
    nothing_to_do,
)
from carat_tui.cockpit.widgets.lights import LightBoard
from carat_tui.cockpit.widgets.rows import Rows
from carat_tui.cockpit.widgets.spark import DayChart
from carat_tui.cockpit.words import Plain, shown
from carat_tui.locale import N_, _, told
from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.services.overview import Errand, Need, overview
from carat_tui.services.overview import Overview as Seen

_SAME_S = 5.0
"""How often to look although the store has not changed: times pass, folders vanish."""

_REST = 4
"""The next look comes after this many times what the last one took, at the earliest."""


class Overview(Area):
    """The first screen. Understands no target."""

    area_id = "overview"
    title = N_("Cockpit")
    HELP = N_(
        "Whether all is well, what needs you, what went out today and what goes out next. Choose a line and press"
        " Enter: you come to where it is settled."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("d", "done", N_("Done"), id="overview.done", help=N_("Say that this is dealt with; u takes it back.")),
        key("u", "undo", N_("Undo"), id="overview.undo", help=N_("Put what you said was done back into the list.")),
        key("p", "put_back", N_("Put back"), id="overview.put_back",
            help=N_("Lay a file that was put aside into the watch folder once more.")),
        key("x", "example", N_("Example"), id="overview.example",
            help=N_("Lay the example's export into the watch folder of an empty shop.")),
    ]  # fmt: skip

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.seen: Seen | None = None
        self._flaws: tuple[Errand, ...] = ()
        self._done: list[tuple[str, ...]] = []
        self._looking = self._again = False
        self._picture: tuple[object, ...] | None = None
        self._not_before = 0.0
        self._at_fault = False
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Headline, lights, then what needs somebody beside today and next (below each other where it is narrow)."""
        local = self.app.local
        self._errands, self._coming = Errands(local), Coming(local)
        yield Plain(id="headline")
        yield LightBoard()
        with Horizontal(id="work"):
            with Vertical(id="needs"):
                yield Rows(self.app.store, self._errands, id="errands")
                yield Plain(id="whole")
            with Horizontal(id="day"):
                with Vertical(id="today"):
                    yield Plain(_("Today"), classes="head")
                    yield DayChart()
                yield Rows(self.app.store, self._coming, id="coming")

    def on_mount(self) -> None:
        """Times pass although nothing happens."""
        self._errands.empty = nothing_to_do(None, self.app.home)
        self.set_interval(_SAME_S, self._pass_time)

    def _pass_time(self) -> None:
        if self.display:
            self.refresh_data()

    # -- looking --------------------------------------------------------------------------------------------------

    def refresh_data(self) -> None:
        """Look again in a thread: one at a time, and the longer a look takes, the longer until the next."""
        if not self.is_mounted or self._timer is not None:
            return
        if self._looking:
            self._again = True
        elif (rest := self._not_before - time.monotonic()) > 0:
            self._timer = self.set_timer(rest, self._rested)
        else:
            self._looking, self._again = True, False
            self.run_worker(self._look, thread=True, group="overview", exit_on_error=False)

    def _rested(self) -> None:
        self._timer = None
        self.refresh_data()

    def _look(self) -> None:
        app, place, began = self.app, self.app.room.place, time.monotonic()
        found: Seen | Exception
        try:
            trouble = app.room.trouble if place in (Place.HERE, Place.STARTING) else None
            found = overview(app.store.read(), app.home, app.clock(), place != Place.NOWHERE, trouble)
        except Exception as error:
            found = error
        finally:
            app.store.release()
        self.call_later(self._show, found, time.monotonic() - began)

    def _show(self, found: Seen | Exception, seconds: float) -> None:
        self._looking, self._not_before = False, time.monotonic() + _REST * seconds
        if not self.is_attached:
            return
        if isinstance(found, Exception):
            self._cannot_tell(found)
        else:
            self._tell(found)
        if self._again:
            self.refresh_data()

    def _cannot_tell(self, error: Exception) -> None:
        """What stands here may be old, and must not look well."""
        self._picture = None
        why = " ".join(str(error).split()) or type(error).__name__
        words = _("How things are cannot be seen now: {why}").format(why=told(why))
        self.query_one("#headline", Plain).update(shown(words))
        self.set_class(False, "-warn").set_class(True, "-error")
        if not isinstance(error, sqlite3.Error | CaratError | OSError) and not self._at_fault:
            self._at_fault = True  # a mistake of ours: told once, not with every look
            self.app.fault(error)

    def _tell(self, seen: Seen) -> None:
        first = self.seen is None
        self.seen = seen = _with(seen, self._flaws)
        style, words = headline(seen)
        lit = lamps(seen.lights, self.app.room.place, self.app.home, self.app.local)
        now, days = self.app.clock(), day_rows(dict(seen.today.hours))
        picture = (words, lit, days, seen.errands, seen.next, now.replace(second=0, microsecond=0))
        if picture == self._picture:
            return  # the engine's sign of life alone changes the store every ten seconds
        self._picture = picture
        self.query_one("#headline", Plain).update(shown(words))
        self.set_class(style == "warn", "-warn").set_class(style == "error", "-error")
        self.query_one(LightBoard).lamps = lit
        chart = self.query_one(DayChart)
        chart.hour, chart.rows = now.astimezone(self.app.zone).hour, days
        self._errands.empty = nothing_to_do(seen, self.app.home)
        self._errands.take(seen.errands)
        self._coming.take(seen.next, stamp(now), seen.lights.queue.closed)
        for rows in self.query(Rows):
            rows.refresh_rows()
        self._tell_whole()
        self.refresh_bindings()
        if first:
            self._try_templates()

    def _try_templates(self) -> None:
        self.run_worker(self._sound, thread=True, group="templates", exit_on_error=False)

    def _sound(self) -> None:
        """Try the texts: a second of work of a child process, and only when a file has changed."""
        from carat_tui.services.soundness import broken_templates

        flaws = tuple(
            Errand(
                Need.TEMPLATE, f"template-{flaw.file}-{flaw.line}", text=flaw.message, name=f"{flaw.file}:{flaw.line}"
            )
            for flaw in broken_templates(self.app.home)
        )
        self.call_later(self._have_flaws, flaws)

    def _have_flaws(self, flaws: tuple[Errand, ...]) -> None:
        if flaws != self._flaws:
            self._flaws = flaws
            self.refresh_data()

    def on_show(self) -> None:
        """Come back to: somebody may have mended a text."""
        if self.seen is not None:
            self._try_templates()

    # -- acts -----------------------------------------------------------------------------------------------------

    @property
    def _here(self) -> Errand | None:
        return self._errands.get(self.query_one("#errands", Rows).current)

    @on(Rows.Moved, "#errands")
    def _moved(self) -> None:
        self.refresh_bindings()
        self._tell_whole()

    def _tell_whole(self) -> None:
        """The sentence under the cursor whole, and where Enter leads."""
        here = self._here
        leads = shown(f"{leads_to(here)}\n", "$text-accent", lines=True) if here else ""
        self.query_one("#whole", Plain).display = here is not None
        self.query_one("#whole", Plain).update(Content.assemble(leads, shown(errand_words(here) if here else "")))

    def why_not(self, action: str, parameters: tuple[object, ...] = ()) -> str:
        """Why a key does nothing here now."""
        here = self._here if self.is_mounted else None
        if action == "example":
            return "" if self.seen and self.seen.empty else _("The shop has exports of its own already.")
        if action == "undo":
            return "" if self._done else _("You have said of nothing that it is done.")
        if action == "done":
            return (
                ""
                if here and here.need in SETTLED_HERE
                else _("This is not settled by a word; Enter leads to where it is.")
            )
        if action == "put_back":
            return "" if here and here.need == Need.QUARANTINE else _("Choose a file that was put aside.")
        return ""

    @on(Rows.Opened, "#coming")
    def _open_message(self, event: Rows.Opened) -> None:
        self.app.go("outbox", event.id)

    @on(Rows.Opened, "#errands")
    def _open(self, event: Rows.Opened) -> None:
        from carat_tui.cockpit.screens.overview_ways import open_errand

        if (errand := self._errands.get(event.id)) is not None:
            open_errand(self, errand)

    @act
    async def action_done(self) -> None:
        from carat_tui.cockpit.screens.overview_ways import settle

        rows = self.query_one("#errands", Rows)
        chosen = [errand for row in rows.chosen() if (errand := self._errands.get(row)) is not None]
        if ids := await settle(self.app, chosen):
            self._done.append(ids)
            rows.unmark_all()
            self.refresh_data()

    @act
    async def action_undo(self) -> None:
        from carat_tui.services import chores

        app, ids = self.app, self._done[-1]
        await app.perform(partial(chores.reopen, app.store, ids, who=app.who, at=stamp(app.clock())))
        self._done.pop()
        app.tell(_("It stands in the list again."))
        self.refresh_data()

    @act
    async def action_put_back(self) -> None:
        from carat_tui.services import quarantine

        app = self.app
        if (errand := self._here) and errand.need == Need.QUARANTINE:
            target = await app.perform(
                partial(quarantine.put_back, app.store, app.home, errand.name, who=app.who, now=app.clock())
            )
            app.tell(_("{file} lies in the watch folder again.").format(file=target.name))
            self.refresh_data()

    @act
    async def action_example(self) -> None:
        from carat_tui.services.first_run import drop_example

        app = self.app
        path = await app.perform(partial(drop_example, app.store, app.home))
        app.tell(_("{file} lies in the watch folder; watch what comes of it.").format(file=path.name))


def _with(seen: Seen, flaws: tuple[Errand, ...]) -> Seen:
    from dataclasses import replace

    order = list(Need)
    return replace(seen, errands=tuple(sorted((*seen.errands, *flaws), key=lambda one: order.index(one.need))))
