"""The cockpit: a frame around the areas, and the keys that work everywhere."""

from __future__ import annotations

import gc
import time
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import ContentSwitcher

from carat_tui.cockpit import keymap
from carat_tui.cockpit.acting import act, start
from carat_tui.cockpit.areas import AREAS, Frame, build
from carat_tui.cockpit.deck import Deck
from carat_tui.cockpit.ending import leave_without_terminal, obey_signals
from carat_tui.cockpit.keys import key, key_name
from carat_tui.cockpit.page import Area, Page
from carat_tui.cockpit.reasons import reason_of
from carat_tui.cockpit.situation import situation
from carat_tui.cockpit.style import STYLE_SHEETS, THEMES, chosen_theme
from carat_tui.cockpit.widgets.frame import AreaTabs, TopBar
from carat_tui.locale import N_, _
from carat_tui.model.errors import Exchanged
from carat_tui.store import settings

if TYPE_CHECKING:
    from carat_tui.cockpit.engine_room import EngineRoom
    from carat_tui.model.clock import Clock
    from carat_tui.model.home import Home
    from carat_tui.store.database import Store

_LOOK_S = 0.25
"""How often to ask whether the store has changed: one PRAGMA of some microseconds."""

_TWICE_S = 4.0


class Cockpit(Deck):
    """``carat`` on a terminal."""

    TITLE = "carat"
    CSS_PATH = STYLE_SHEETS
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide"), (180, "-vast")]  # noqa: RUF012  # as Textual declares it
    COMMAND_PALETTE_BINDING = "ctrl+p"
    PAUSE_GC_ON_SCROLL = True

    BINDINGS: ClassVar = [
        *(
            key(digit, f"go('{area_id}')", title, id=f"app.{area_id}", help=N_("Go to this area."), show=False)
            for digit, area_id, title, _name in AREAS
        ),
        key(
            "f8",
            "stop_all",
            N_("Stop all"),
            id="app.stop",
            help=N_("Stop all sending at once, or go on."),
            priority=True,
        ),
        key("f9", "mode", N_("Mode"), id="app.mode", help=N_("Rehearsal, redirect, paused or live."), show=False),
        key(
            "question_mark,f1",
            "help",
            N_("Help"),
            id="app.help",
            help=N_("What can be done here, and with which keys."),
        ),
        key(
            "ctrl+p",
            "command_palette",
            N_("Find"),
            id="app.palette",
            help=N_("Every act, customer, order and message by name."),
        ),
        key("ctrl+q", "quit", N_("Quit"), id="app.quit", help=N_("Close the cockpit."), show=False, priority=True),
    ]

    def __init__(
        self,
        home: Home,
        store: Store,
        clock: Clock,
        who: str,
        room: EngineRoom,
        *,
        area: str = "overview",
        notice: str = "",
    ) -> None:
        """``area``: the first to be shown; ``notice``: what is to be said at once (after a fault)."""
        super().__init__(home, store, clock, who, room)
        self.shown = area
        """The area that is to be seen; the runner opens the next app at it."""
        self._notice = notice
        self._own_keys: keymap.Keymap = {}
        self._clashes_told: set[tuple[str, str]] = set()
        self._told: object = None
        self._looked: object = None
        self._asked_to_leave = -_TWICE_S
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = chosen_theme(settings.get(store.read(), "cockpit.theme"))

    @property
    def area(self) -> Area | None:
        """The area that is shown."""
        switcher = self.screen_stack[0].query_one_optional("#areas", ContentSwitcher)  # None: the app is closing
        found = switcher.visible_content if switcher is not None else None
        return found if isinstance(found, Area) else None

    def get_default_screen(self) -> Screen[None]:
        """The frame with the first area in it."""
        return Frame(build(self.shown), self._opened)

    # -- from start to end --------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Before anything is drawn."""
        if not self.is_headless:
            obey_signals(self, self.room)
        self._remap()

    def _opened(self) -> None:
        """The frame stands: fill the first area, begin the rest after the first picture."""
        if self.area is not None:
            self._enter(self.area)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """After the first picture: the engine, the look at the store, the look at the terminal."""
        gc.freeze()
        gc.enable()
        self.room.start()
        self.set_interval(_LOOK_S, self.look)
        if not self.is_headless and not self.is_web:
            self.set_interval(1.0, partial(leave_without_terminal, self.room))
        if self._notice:
            self.warn(self._notice)

    def _remap(self) -> None:
        """The person's own keys: ``cockpit.keys`` = ``outbox.hold=H, app.stop=f7``."""
        self._own_keys = keymap.read(settings.get(self.store.read(), "cockpit.keys"))
        self.set_keymap(self._own_keys)

    def _tell_clashes(self) -> None:
        """Keys that the person's keymap gave to two acts: say it once, for the nearer one alone can be reached."""
        if not self._own_keys or self.focused is None:
            return
        for nearer, farther in sorted(keymap.clashes(self.focused.ancestors_with_self, self._own_keys)):
            if (nearer, farther) not in self._clashes_told:
                self._clashes_told.add((nearer, farther))
                words = _("Your keys clash: {farther} has the key of {nearer}. Change the setting cockpit.keys.")
                self.warn(words.format(farther=farther, nearer=nearer))

    # -- areas --------------------------------------------------------------------------------------------------

    def go(self, area_id: str, target: object = None) -> None:
        """Show an area, and in it what ``target`` says; pages that lie over it are closed."""
        start(self, partial(self._go, area_id, target), group="go", exclusive=True)

    async def _go(self, area_id: str, target: object) -> None:
        for screen in self.screen_stack[1:]:
            if isinstance(screen, Page) and (why := screen.keeps()):
                self.warn(why)
                return
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        area = await self._show(area_id)
        if target is not None:
            area.aim(target)

    async def _show(self, area_id: str) -> Area:
        frame = self.screen_stack[0]
        switcher = frame.query_one("#areas", ContentSwitcher)
        if switcher.current == area_id and self.area is not None:
            return self.area
        if not switcher.query(f"#{area_id}"):
            made = build(area_id)
            made.display = False
            await switcher.mount(made)
        switcher.current = area_id
        area = switcher.get_child_by_id(area_id, Area)
        self._enter(area)
        return area

    def _enter(self, area: Area) -> None:
        self.shown = area.area_id
        self.screen_stack[0].query_one(AreaTabs).active = area.area_id
        self._tell_situation()
        area.refresh_data()
        area.focus_first()
        self.call_after_refresh(self._tell_clashes)

    # -- live ---------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Has the store changed, by whatever connection? Then the page that is to be seen looks again.

        Four times a second for as long as the cockpit is open: nothing here may cost more than the one PRAGMA.
        """
        try:
            self.store.still_the_same()
        except Exchanged as error:
            self.trouble = error
            self.exit()
            return
        if not self.screen_stack:  # the app is closing
            return
        version = self.store.read().execute("PRAGMA data_version").fetchone()[0]
        seen = (version, self.room.place, self.room.trouble, len(self.screen_stack))
        if seen != self._told:
            self._told = seen
            self._tell_situation()
        page = self.area if isinstance(self.screen, Frame) else self.screen
        if isinstance(page, Page) and page.is_mounted and (page, version) != self._looked:
            self._looked = (page, version)
            page.refresh_data()

    def _tell_situation(self) -> None:
        for bar in [bar for screen in self.screen_stack for bar in screen.query(TopBar)]:
            bar.situation = situation(self.store.read(), self.room)

    # -- keys ---------------------------------------------------------------------------------------------------

    async def run_action(
        self, action: object, default_namespace: DOMNode | None = None, namespaces: object = None
    ) -> bool:
        """As Textual does it; a key that cannot be used now says why."""
        node = self if default_namespace is None else default_namespace
        if isinstance(node, Page):
            await node.catch_up()
        if isinstance(action, str) and (why := reason_of(self, node, action)):
            self.warn(why)
            return True
        return await super().run_action(action, default_namespace, namespaces)  # type: ignore[arg-type]

    async def action_go(self, area_id: str) -> None:
        """The keys that come next wait: they mean the area that was asked for."""
        await self._go(area_id, None)

    @act
    async def action_help(self) -> None:
        from carat_tui.cockpit.help import Help

        await self.push_screen_wait(Help.about(self))

    def action_command_palette(self) -> None:
        from carat_tui.cockpit.here import acts_here
        from carat_tui.cockpit.palette import Palette

        self.push_screen(Palette(acts_here(self.screen)))

    @act
    async def action_stop_all(self) -> None:
        """Stopping needs no question; going on does."""
        from carat_tui.outbox import acts

        if not settings.paused(self.store.read()):
            await self.perform(
                partial(acts.pause, self.store, None, who=self.who, now=self.clock(), why="stopped in the cockpit")
            )
            self.clear_notifications()  # that it goes on would be no news any more
            words = _("Nothing is sent any more until you press {key} again.")
            self.warn(words.format(key=key_name(self._own_keys.get("app.stop", "f8").split(",")[0])))
        elif await self.confirm(_("Sending was stopped. Let all that is due go out now?"), yes=_("Go on"), danger=True):
            await self.perform(partial(acts.resume, self.store, who=self.who, now=self.clock()))
            self.wake()
            self.clear_notifications()
            self.tell(_("Sending goes on."))
        self.look()

    @act
    async def action_mode(self) -> None:
        from carat_tui.cockpit.modes import change_mode

        await change_mode(self)
        self.look()

    def action_help_quit(self) -> None:
        """Ctrl+C: twice within some seconds leaves, as many programs do."""
        now = time.monotonic()
        if now - self._asked_to_leave < _TWICE_S:
            self.action_quit()
            return
        self._asked_to_leave = now
        self.tell(_("Press Ctrl+C again to leave."))

    @act
    async def action_quit(self) -> None:  # type: ignore[override]  # as a worker, because it may ask
        """Leave; the runner ends the engine."""
        if await self.may_leave():
            self.leave()

    async def may_leave(self) -> bool:
        """What was typed and not sent or saved is asked about."""
        kept = next((why for screen in self.screen_stack if isinstance(screen, Page) and (why := screen.keeps())), "")
        return not kept or await self.confirm(kept, yes=_("Leave"), no=_("Stay"), danger=True)
