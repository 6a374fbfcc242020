"""What can be done with the chosen text: edit, begin, check, try out, look at its history, have the delivered one."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll

from carat_tui.cockpit.acting import act
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Dialog, Page
from carat_tui.cockpit.screens.editor import Editor
from carat_tui.cockpit.screens.editor_saving import tell_trial
from carat_tui.cockpit.screens.templates_history import History
from carat_tui.cockpit.screens.templates_words import language_word, text_word
from carat_tui.cockpit.widgets.card import Card, Fact
from carat_tui.cockpit.widgets.rows import Rows
from carat_tui.cockpit.words import Plain
from carat_tui.compose.check import Finding, check
from carat_tui.compose.renderer import Renderer
from carat_tui.locale import N_, _, n_, told
from carat_tui.services import templates as texts
from carat_tui.services.studio import Studio
from carat_tui.services.templates import DEFAULT, MISSING, Entry
from carat_tui.services.trial import Trial, send_trial


class TemplateActs(Page):
    """Keys of the area that change or try a text; the area says which one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("e", "edit", N_("Edit"), id="templates.edit", help=N_("Open the text in the editor, as Enter does.")),
        key("n", "begin", N_("New"), id="templates.new",
            help=N_("Write a text that is missing, from the delivered one or from another language.")),
        key("c", "check", N_("Check"), id="templates.check",
            help=N_("Look for mistakes in the marked texts, or in all, and try each with example values.")),
        key("t", "trial", N_("Test"), id="templates.test",
            help=N_("Write a test message to yourself, into a folder; nothing leaves.")),
        key("h", "history", N_("History"), id="templates.history",
            help=N_("Every version of this text: compare them, have one back.")),
        key("x", "reset", N_("As delivered"), id="templates.reset",
            help=N_("Take the text again that came with the program; the own one stays in the history.")),
    ]  # fmt: skip

    studio: Studio
    document = ""
    """The order that texts are shown for; empty = example values."""

    @property
    def entry(self) -> Entry | None:
        """The text that is meant."""
        raise NotImplementedError

    def read(self) -> None:
        """Look at the texts again."""
        raise NotImplementedError

    def why_not(self, action: str, parameters: tuple[object, ...] = ()) -> str:
        """What cannot be done with this text."""
        if action not in ("edit", "begin", "trial", "history", "reset"):
            return ""
        entry = self.entry
        if entry is None:
            return _("There is no text under the cursor.")
        missing = entry.state == MISSING
        if action == "begin" and not missing:
            return _("This text is written already; Enter edits it.")
        if action == "trial" and missing:
            return _("This text is not written yet; n begins it.")
        if action == "history" and not entry.version:
            return _("No version yet: nobody saved this text here, and no message was written with it.")
        if action == "reset" and entry.state == DEFAULT:
            return _("This is the delivered text.")
        if action == "reset" and texts.default_text(entry.key) is None:
            return _("No such text was delivered with the program.")
        return ""

    # -- editing ------------------------------------------------------------------------------------------------

    @on(Rows.Opened, "#texts")
    def _opened(self, event: Rows.Opened) -> None:
        event.stop()
        self.action_edit()

    @act
    async def action_edit(self) -> None:
        entry = self.entry
        if entry is not None:
            await (self._begin(entry) if entry.state == MISSING else self._edit(entry))

    @act
    async def action_begin(self) -> None:
        if self.entry is not None:
            await self._begin(self.entry)

    async def _begin(self, entry: Entry) -> None:
        """Ask what the new text is to begin with."""
        home = self.app.home
        found = await self.app.perform(lambda: dict(texts.beginnings(home, entry.key)))
        options = [(origin, _origin(origin)) for origin in found]
        name = f"{text_word(entry.key.name)}, {language_word(entry.key.language)}"
        chosen = await self.app.choose(
            _("{text} is not written yet. Begin with …").format(text=name), [*options, ("empty", _("an empty text"))]
        )
        if chosen is not None:
            await self._edit(entry, found.get(chosen, _EMPTY[entry.key.channel]))

    async def _edit(self, entry: Entry, beginning: str = "") -> None:
        editor = Editor(self.studio, entry.key, document=self.document, beginning=beginning)
        shown = await self.app.push_screen_wait(editor)
        self.document = self.document if shown is None else shown
        self.read()

    # -- the rest -----------------------------------------------------------------------------------------------

    @act
    async def action_trial(self) -> None:
        entry, app, document = self.entry, self.app, self.document
        if entry is None:
            return

        def job() -> Trial:
            with Renderer() as renderer:
                return send_trial(
                    app.store, app.home, renderer, entry.key, app.who, app.clock(), document=document or None
                )

        tell_trial(app, await app.perform(job))

    @act
    async def action_history(self) -> None:
        if self.entry is not None:
            await self.app.push_screen_wait(History(self.entry.key))
            self.read()

    @act
    async def action_reset(self) -> None:
        entry, app = self.entry, self.app
        if entry is None:
            return
        question = _("Take the delivered text again? The own one stays in the history and can be had back.")
        if await app.confirm(question, yes=_("As delivered"), danger=True):
            done = await app.perform(lambda: texts.reset(app.store, app.home, entry.key, app.who, app.clock()))
            app.tell(_("Version {n} is the delivered text.").format(n=done.number))
            self.read()

    @act
    async def action_check(self) -> None:
        app = self.app
        names = sorted({entry.key.name for entry in self.marked})

        def job() -> list[Finding]:
            with Renderer() as renderer:
                if not names:
                    return check(app.home, None, renderer)
                return [finding for name in names for finding in check(app.home, name, renderer)]

        app.tell(_("Every text is tried with example values …"))
        found = await app.perform(job)
        if found:
            await app.push_screen_wait(Findings(found))
        else:
            app.tell(_("Every text can be written."))

    @property
    def marked(self) -> list[Entry]:
        """The marked texts; none = all are meant."""
        raise NotImplementedError


_EMPTY = {"email": "---\nsubject: \n---\n", "letter": "---\nsubject: \n---\n", "sms": ""}


def _origin(origin: str) -> str:
    return _("the delivered text") if origin == DEFAULT else _("the text in {language}").format(
        language=language_word(origin)
    )  # fmt: skip


class Findings(Dialog[None]):
    """What the check found."""

    HELP = N_("Each line names a file, a line of it and what is wrong there. Esc goes back.")

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__()
        self._findings = findings

    def compose(self) -> ComposeResult:
        """The number, and the findings."""
        broken = sum(not finding.warning for finding in self._findings)
        words = n_("{n} text would hold messages.", "{n} texts would hold messages.", broken).format(n=broken)
        with Vertical(classes="box -list"):
            yield Plain(words if broken else _("Every text can be written; this is worth a look."), classes="question")
            with VerticalScroll():
                yield Card()

    def on_mount(self) -> None:
        """Show them, and scroll at once."""
        self.query_one(Card).show([fact for finding in self._findings for fact in _facts(finding)])
        self.query_one(VerticalScroll).focus()


def _facts(finding: Finding) -> list[Fact]:
    sign, style = ("!", "warn") if finding.warning else ("✗", "error")
    return [Fact(f"{sign} {finding.file}:{finding.line}", "", style), Fact(f"  {told(finding.message)}"), Fact()]
