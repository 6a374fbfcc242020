"""The shop's texts: which there are, how each stands, what the customer gets; from here into the editor."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Input

from carat_tui.cockpit.acting import act, start
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Area
from carat_tui.cockpit.screens.templates_acts import TemplateActs
from carat_tui.cockpit.screens.templates_source import Numbers, TextFilter, Texts
from carat_tui.cockpit.screens.templates_words import about, language_word
from carat_tui.cockpit.widgets.card import Card
from carat_tui.cockpit.widgets.rows import Rows
from carat_tui.cockpit.widgets.template_preview import TemplatePreview
from carat_tui.cockpit.words import Plain
from carat_tui.compose.templates import LANGUAGES
from carat_tui.locale import N_, _, n_
from carat_tui.services.studio import Look, Studio
from carat_tui.services.templates import BROKEN, MISSING, OWN, Entry, Shelf
from carat_tui.store import settings
from carat_tui.store.templates import Key

_REST_S = 0.06
_LOOK_S = 2.0
"""How often the files are looked at: an admin edits them with any editor."""
_ONLY = {"": N_("all"), OWN: N_("own ones"), BROKEN: N_("broken ones"), MISSING: N_("not written ones")}


class Templates(TemplateActs, Area):
    """All texts, with the picture of the chosen one beside them. ``aim`` takes a ``store.templates.Key`` or
    ``broken``."""

    area_id = "templates"
    title = N_("Templates")
    HELP = N_(
        "The texts of the messages, one for each event, language and way. Enter opens the editor; every save is kept"
        " and can be had back. Texts that rules use now stand first."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("slash", "search", N_("Search"), id="templates.search", help=N_("Find a text by its name or way.")),
        key("l", "language", N_("Language"), id="templates.language", help=N_("Show another language, or all.")),
        key("f", "filter", N_("Filter"), id="templates.filter",
            help=N_("Show only texts that are own, broken or not written.")),
        key("escape", "back", N_("Back"), id="templates.back",
            help=N_("Leave the search, then show all texts again."), show=False),
    ]  # fmt: skip

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        app = self.app
        self.studio = Studio(app.store, app.home, app.clock)
        self._shelf = Shelf(app.store, app.home)
        self._numbers = Numbers()
        self._home_language = settings.get(app.store.read(), "shop.language")
        self._wanted = TextFilter(self._home_language)
        self._entries: list[Entry] = []
        self._aim: Key | None = None
        self._reading = self._again = False
        self._timer: Timer | None = None
        self._looked_at: tuple[Entry, str] | None = None
        self._search = Input(placeholder=_("/ name or way"), id="search", compact=True)
        self._filter = Plain(id="filter")
        self.rows = Rows(app.store, id="texts")

    def compose(self) -> ComposeResult:
        """Search and filter, the list, the text under the cursor."""
        with Horizontal(classes="bar"):
            yield self._search
            yield self._filter
        with Horizontal():
            yield self.rows
            with Vertical(id="shown"):
                yield Card(id="about")
                yield TemplatePreview(self.studio, id="picture-of-text")

    def on_mount(self) -> None:
        """Look at the files from time to time."""
        self.set_interval(_LOOK_S, self._look_at_files)
        self.read()

    def on_unmount(self) -> None:
        """End the renderer."""
        self.studio.close()

    def focus_first(self) -> None:
        """The list, not the search."""
        self.screen.set_focus(self.rows)

    def aim(self, target: object) -> None:
        """Show one text, or those that are broken."""
        self._search.value = ""
        if isinstance(target, Key):
            self._aim = target
            self._want(TextFilter(target.language))
        elif target == BROKEN:
            self._want(TextFilter(only=BROKEN))
        self.rows.focus()

    def refresh_data(self) -> None:
        """The store has changed: versions, rules."""
        self.read()

    def _look_at_files(self) -> None:
        if self.display and self.screen is self.app.screen:
            self.read()

    # -- reading ------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Look at all texts again, beside the screen."""
        if self._reading:
            self._again = True
            return
        self._reading = True
        start(self, self._read, group="texts", exit_on_error=False)

    async def _read(self) -> None:
        try:
            while True:
                self._again = False
                entries = await asyncio.to_thread(self._shelf.entries)
                if not self.is_attached:
                    return
                self._arrived(entries)
                if not self._again:
                    return
        except Exception as error:
            self.app.fault(error)
        finally:
            self._reading = False

    def _arrived(self, entries: list[Entry]) -> None:
        if entries != self._entries:
            self._entries = entries
            self._show_rows()

    def _show_rows(self) -> None:
        self.rows.show(Texts(self._entries, self._wanted, self._numbers, self.app.local))
        if self._aim is not None and self._entries:
            self.rows.move_to(self._numbers.of(self._aim))
            self._aim = None
        self._look_soon()

    @property
    def entry(self) -> Entry | None:
        """The text under the cursor."""
        return self._entry_of(self.rows.current)

    def _entry_of(self, number: int | None) -> Entry | None:
        if number is None:
            return None
        wanted = self._numbers.key(number)
        return next((entry for entry in self._entries if entry.key == wanted), None)

    @property
    def marked(self) -> list[Entry]:
        """The marked texts."""
        return [entry for number in self.rows.marks if (entry := self._entry_of(number)) is not None]

    # -- the text under the cursor ------------------------------------------------------------------------------

    @on(Rows.Moved, "#texts")
    @on(Rows.Loaded, "#texts")
    def _look_soon(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_REST_S, self._look)
        self.refresh_bindings()

    def _look(self) -> None:
        entry = self.entry
        detail = self.query_one("#shown")
        if entry is None or not detail.display or (entry, self.document) == self._looked_at:
            return
        preview = self.query_one(TemplatePreview)
        if self._looked_at is None or self._looked_at[0].key != entry.key:
            preview.forget()
        self._looked_at = (entry, self.document)
        self.query_one("#about", Card).show(about(entry, self.app.local, self.document))
        if entry.state != MISSING:
            preview.ask(Look(entry.key, None, self.document))

    def on_resize(self) -> None:
        """There may be room for the picture now."""
        self._look_soon()

    # -- search and filter --------------------------------------------------------------------------------------

    def _want(self, wanted: TextFilter) -> None:
        self._wanted = wanted
        self._show_rows()
        self._tell_filter()

    @on(Rows.Loaded, "#texts")
    def _tell_filter(self) -> None:
        total = self.rows.total or 0
        language = language_word(self._wanted.language) if self._wanted.language else _("all languages")
        only = _(_ONLY[self._wanted.only])
        count = n_("{n} text", "{n} texts", total).format(n=total)
        self._filter.update(f"{language} · {only} · {count}")

    @on(Input.Changed, "#search")
    def _search_changed(self, event: Input.Changed) -> None:
        self._want(replace(self._wanted, search=event.value.strip()))

    @on(Input.Submitted, "#search")
    def _search_done(self) -> None:
        self.rows.focus()

    def action_search(self) -> None:
        self._search.focus()

    def action_back(self) -> None:
        """One step back: out of the search, then to all texts."""
        if self._search.has_focus and not self._search.value:
            self.rows.focus()
        elif self._search.has_focus or self._search.value:
            self._search.value = ""
        elif self.rows.has_focus:
            self._want(TextFilter(self._home_language))
        else:
            self.rows.focus()

    @act
    async def action_language(self) -> None:
        options = [("", _("all languages")), *((one, language_word(one)) for one in LANGUAGES)]
        chosen = await self.app.choose(_("Texts in which language?"), options, self._wanted.language)
        if chosen is not None:
            self._want(replace(self._wanted, language=chosen))

    @act
    async def action_filter(self) -> None:
        options = [(value, _(word)) for value, word in _ONLY.items()]
        chosen = await self.app.choose(_("Which texts?"), options, self._wanted.only)
        if chosen is not None:
            self._want(replace(self._wanted, only=chosen))
