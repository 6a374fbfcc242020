"""The editor of one text: what is typed at the left, what leaves the shop at the right, the mistake below."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import TextArea

from carat_tui.cockpit.acting import act, start
from carat_tui.cockpit.page import Sheet
from carat_tui.cockpit.screens import editor_saving as saving
from carat_tui.cockpit.screens.editor_order import ChooseOrder
from carat_tui.cockpit.screens.editor_outside import edit_outside
from carat_tui.cockpit.screens.editor_words import EDITOR_KEYS, verdict
from carat_tui.cockpit.screens.templates_words import language_word, text_word
from carat_tui.cockpit.widgets.frame import KeyBar, TopBar
from carat_tui.cockpit.widgets.template_preview import TemplatePreview
from carat_tui.cockpit.widgets.template_text import TemplateText
from carat_tui.cockpit.widgets.template_values import TemplateValues
from carat_tui.cockpit.words import Plain, channel_word, shown
from carat_tui.compose.templates import FILES, LANGUAGES
from carat_tui.locale import N_, _, told
from carat_tui.model.errors import CaratError
from carat_tui.services.editing import Editing
from carat_tui.services.studio import Look, Studio
from carat_tui.store.templates import Key

_KEEP_S = 1.0
"""How often typed text is put on the disk, and the file looked at."""


class Editor(Sheet[str]):
    """Edits ``wanted``. Closed with the order that was shown last, so that the next text is shown for it, too.

    ``document``: the order number to begin with (empty = example values); ``beginning``: the text of a new one.
    """

    HELP = N_(
        "Type the text at the left; at the right stands what the customer gets. A mistake is told below, with its line."
        " F2 lists the placeholders with their values. Nothing is changed for customers before you save."
    )
    BINDINGS = EDITOR_KEYS

    def __init__(self, studio: Studio, wanted: Key, *, document: str = "", beginning: str = "") -> None:
        super().__init__()
        self._studio, self.key, self.document, self._beginning = studio, wanted, document, beginning
        self.editing: Editing | None = None
        self.source = ""
        """The text as it stands in the editor."""
        self._mistake = 0
        """The line of the mistake, 0 = there is none or it has no line."""
        self._warned = False

    def compose(self) -> ComposeResult:
        """Text and picture, beside or below each other."""
        yield TopBar()
        yield Plain(classes="title", id="title")
        with Container(id="sides"):
            with Vertical(id="typing"):
                yield TemplateText(id="text")
                yield Plain(id="verdict")
            with Vertical(id="seeing"):
                yield Plain(id="about")
                yield TemplatePreview(self._studio, tells=False, id="preview")
                yield TemplateValues(id="values")
        yield KeyBar()

    def on_mount(self) -> None:
        """Open the text."""
        self._text.focus()
        self.set_interval(_KEEP_S, self._keep)
        self._begin()

    def on_unmount(self) -> None:
        """However this ends: what was typed and not saved is found again."""
        if self.editing is not None and self.editing.dirty(self.source):
            try:
                self.editing.keep(self.source)
            except CaratError:
                return

    @property
    def _text(self) -> TemplateText:
        return self.query_one("#text", TemplateText)

    @property
    def _preview(self) -> TemplatePreview:
        return self.query_one("#preview", TemplatePreview)

    @property
    def dirty(self) -> bool:
        """Whether there is anything to save."""
        return self.editing is not None and self.editing.dirty(self.source)

    # -- opening ------------------------------------------------------------------------------------------------

    @act
    async def _begin(self) -> None:
        await self.open(self.key, self._beginning)

    async def open(self, wanted: Key, beginning: str = "") -> None:
        """Show another text. A draft that was left behind is offered; giving up closes the editor."""
        app = self.app
        editing = await app.perform(lambda: Editing.open(app.store, app.home, wanted, app.who, app.clock))
        draft, source = editing.draft, beginning or editing.base.source
        if draft is not None and draft.source != editing.base.source:
            answer = await saving.about_draft(app, draft)
            if answer is None:
                self.dismiss(self.document)
                return
            if answer == "draft":
                editing.take_up(draft)
                source = draft.source
            else:
                editing.forget()
        self.key, self.editing, self._warned = wanted, editing, False
        self.set_class(wanted.channel == "letter", "-letter")
        self._text.channel = wanted.channel
        self._text.folds = wanted.channel == "sms" and wanted.language in ("pl", "sk")
        self._preview.forget()
        self.fill(source)

    def fill(self, source: str) -> None:
        """Put a whole text into the editor."""
        self.source = source
        self._text.load_text(source)
        self._text.know_own_names()
        self._text.redraw()
        self._look(0.0)

    def saved(self) -> None:
        """The text has just been saved."""
        self._tell_title()

    def lose(self) -> None:
        """Throw away what is typed and not saved."""
        if self.editing is not None:
            self.editing.forget()
            self.source = self.editing.base.source

    # -- typing -------------------------------------------------------------------------------------------------

    @on(TextArea.Changed, "#text")
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        source = self._text.text
        if source != self.source:
            was, self.source = self.dirty, source
            self._text.know_own_names()
            self._look(self._preview.pause)
            if was != self.dirty:
                self._tell_title()

    def _look(self, pause: float) -> None:
        self._preview.ask(Look(self.key, self.source, self.document), pause)
        if not pause:
            self._tell_title()

    @on(TemplatePreview.Looked)
    def _looked(self, event: TemplatePreview.Looked) -> None:
        event.stop()
        if event.look.key != self.key:
            return
        seen = event.seen
        # The line is that of the text which was looked at; if typing goes on, the next look puts it right.
        line = self._text.error_line = seen.line if seen.preview is None else 0
        self._say("#verdict", verdict(seen))
        if seen.values:  # a text that cannot be cut up says nothing of them: the last ones stay
            self.query_one("#values", TemplateValues).show_values(seen.values)
        order = _("Order {number}").format(number=self.document) if self.document else _("Example values")
        self._say("#about", shown(order, "$text-muted"))
        if line != self._mistake:
            self._mistake = line
            self.refresh_bindings()

    def _say(self, where: str, content: Content) -> None:
        """Fixed lines: no new layout for each key."""
        plain = self.query_one(where, Plain)
        if plain.content != content:
            plain.update(content, layout=False)

    def _tell_title(self) -> None:
        name = f"{text_word(self.key.name)} · {language_word(self.key.language)} · {channel_word(self.key.channel)}"
        editing = self.editing
        version = _("version {n}").format(n=editing.version) if editing and editing.version else ""
        state = shown("● " + _("not saved"), "$text-warning bold") if self.dirty else shown(version, "$text-muted")
        self._say("#title", shown(name, "bold") + shown("   ") + state)
        self.refresh_bindings()

    def _keep(self) -> None:
        if self.editing is not None:
            start(self, partial(self._keep_beside, self.editing, self.source), group="stay", exit_on_error=False)

    async def _keep_beside(self, editing: Editing, source: str) -> None:
        """Typed text to the disk; news of the file from the disk."""
        try:
            await asyncio.to_thread(editing.keep, source)
            news = await asyncio.to_thread(editing.news)
        except CaratError as error:
            if not self._warned:
                self._warned = True
                self.app.warn(told(str(error)))
            return
        if news is None or editing is not self.editing:
            return
        if self.dirty:
            self.app.warn(_("Another program changed the file; saving will ask you."))
        else:
            self.fill((await asyncio.to_thread(editing.reload)).source)
            self.app.tell(_("Another program changed the file; this is its new text."))

    # -- keys ---------------------------------------------------------------------------------------------------

    def why_not(self, action: str, parameters: tuple[object, ...] = ()) -> str:
        """What there is nothing to do for."""
        if action == "save" and not self.dirty:
            return _("Nothing was changed.")
        if action == "mistake" and not self._mistake:
            return _("There is no mistake.")
        if action == "outside" and self.app.is_web:
            return _("The browser has no editor of yours.")
        return ""

    @act
    async def action_save(self) -> None:
        await saving.save(self, self._studio)

    @act
    async def action_back(self) -> None:
        """From the picture or the list to the text; from the text out, asking about what is not saved."""
        if not self._text.has_focus:
            self._show_side("")
            self._text.focus()
        elif await saving.may_leave(self, self._studio):
            self.dismiss(self.document)

    def action_values(self) -> None:
        listed = self.has_class("-values")
        self._show_side("" if listed else "-values")
        (self._text if listed else self.query_one("#values")).focus()

    @on(TemplateValues.Chosen)
    def _insert(self, event: TemplateValues.Chosen) -> None:
        self._show_side("")
        self._text.insert_text("{{ " + event.name + " }}")

    def _show_side(self, name: str) -> None:
        self.set_class(name == "-values", "-values")
        self.set_class(name == "-large", "-large")

    @act
    async def action_order(self) -> None:
        number = await self.app.push_screen_wait(ChooseOrder())
        if number is not None:
            self.document = number
            self._look(0.0)

    @act
    async def action_language(self) -> None:
        options = [(one, language_word(one)) for one in LANGUAGES]
        await self._switch(_("In which language?"), options, lambda one: self.key._replace(language=one))

    @act
    async def action_channel(self) -> None:
        options = [(one, channel_word(one)) for one in FILES]
        now = self.key
        await self._switch(_("By which way?"), options, lambda one: now._replace(channel=one))

    async def _switch(self, question: str, options: list[tuple[str, str]], other: Callable[[str], Key]) -> None:
        now = next(value for value, _label in options if other(value) == self.key)
        chosen = await self.app.choose(question, options, now)
        if chosen is not None and chosen != now and await saving.may_leave(self, self._studio):
            await self.open(other(chosen))

    def action_sides(self) -> None:
        if self._preview.has_focus:
            self.action_back()
        else:
            self._show_side("")
            self._preview.focus()

    def action_large(self) -> None:
        large = self.has_class("-large")
        self._show_side("" if large else "-large")
        (self._text if large else self._preview).focus()

    def action_mistake(self) -> None:
        self._show_side("")
        self._text.go_to_line(self._mistake)
        self._text.focus()

    @act
    async def action_trial(self) -> None:
        await saving.trial(self)

    @act
    async def action_outside(self) -> None:
        found = await edit_outside(self.app, self.app.home, self.key, self.source)
        if found != self.source:
            self._text.load_text(found)
