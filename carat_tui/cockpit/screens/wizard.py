"""The first run: from nothing to a rehearsal notice, page by page."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Button, Input, OptionList
from textual.widgets.option_list import Option

from carat_tui.cockpit.acting import start
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.screens.wizard_steps import STEPS, Answers, Question, Step
from carat_tui.cockpit.screens.wizard_words import notice, tried
from carat_tui.cockpit.tongue import TONGUES
from carat_tui.cockpit.widgets.frame import KeyBar
from carat_tui.cockpit.words import Plain, shown
from carat_tui.locale import N_, _, language, told, use
from carat_tui.model.errors import CaratError
from carat_tui.services import first_run

if TYPE_CHECKING:
    from carat_tui.model.clock import Clock
    from carat_tui.model.home import Home
    from carat_tui.services.demo import Run
    from carat_tui.services.first_run import Made


class Wizard(Screen[None]):
    """One page of questions after the other; then the home is made, and the first notice is shown."""

    HELP = N_("Enter goes on, Esc goes back. Nothing is made before the last page.")
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter,pagedown,f10", "forward", N_("Next"), id="wizard.next", help=N_("To the next page.")),
        key("escape,pageup", "back", N_("Back"), id="wizard.back", help=N_("To the page before.")),
    ]

    class Finished(Message):
        """The home is made and the notice was shown."""

    def __init__(self, home: Home, clock: Clock, who: str, run: Run) -> None:
        """``run`` runs the engine once: the rehearsal needs it."""
        super().__init__()
        self._home, self._clock, self._who, self._run = home, clock, who, run
        self.answers: Answers = {**first_run.DEFAULTS, "screen": language()}
        if language() in ("pl", "sk"):
            self.answers["country"] = language().upper()
        self.answers["language"] = language() if language() != "en" else "de"
        self.at = 0
        self.made: Made | None = None
        self.busy = False
        self._tried = ""
        """The file that was tried already and may be taken as it is."""

    # -- what is shown --------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """The present page."""
        yield Plain(self._head(), id="head")
        with VerticalScroll(can_focus=self.made is not None, id="page"):
            if self.made is not None:
                yield Plain(notice(self._home, self.made, self.answers), id="made")
            else:
                yield from self._page(STEPS[self.at])
                yield Plain(id="wrong")
        with Horizontal(id="buttons"):
            if self.made is None:
                yield Button(shown(_("Back")), id="back", disabled=self.at == 0, compact=True)
            yield Button(shown(self._onward()), id="next", variant="primary", compact=True)
        yield KeyBar()

    def _head(self) -> Content:
        title = _("Your shop is ready") if self.made else _(STEPS[self.at].title)
        count = "" if self.made else f"  {self.at + 1}/{len(STEPS)}"
        return Content.assemble(
            shown(" carat ", "bold $text-accent"), shown(title, "bold"), shown(count, "$text-muted")
        )

    def _onward(self) -> str:
        if self.made is not None:
            return _("Open the cockpit")
        return _("Make it so") if self.at == len(STEPS) - 1 else _("Next")

    def _page(self, step: Step) -> ComposeResult:
        yield Plain(_(step.words), id="words")
        if self.at == 0:
            yield Plain(_("Your data will lie in {folder}").format(folder=self._home.root), classes="hint")
        for question in step.questions:
            if question.asked(self.answers):
                yield from self._question(question)

    def _question(self, question: Question) -> ComposeResult:
        with Vertical(classes="question"):
            yield Plain(_(question.label), classes="label")
            if question.options:
                labels = [label if question.options is TONGUES else _(label) for _value, label in question.options]
                options = OptionList(*(Option(shown(label)) for label in labels), id=question.key)
                values = [value for value, _label in question.options]
                options.highlighted = values.index(self.answers[question.key])
                yield options
            else:
                yield Input(self.answers[question.key], id=question.key)
            if question.hint:
                yield Plain(_(question.hint), classes="hint")

    def on_mount(self) -> None:
        """Begin at the first question."""
        self._focus()

    def _focus(self) -> None:
        first = next(iter(self.query("#page" if self.made else "Input, OptionList")), None)
        if first is not None:
            first.focus()

    async def _show(self) -> None:
        await self.recompose()
        self._focus()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is no page before the first, and none after the last."""
        return not self.busy and (action != "back" or bool(self.at and not self.made))

    # -- from page to page ----------------------------------------------------------------------------------------

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    async def _answered(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        """Enter: to the next question of the page, or onward."""
        event.stop()
        here = event.input if isinstance(event, Input.Submitted) else event.option_list
        if here.id == "feed":
            await self._take_feed()
            return
        asked = list(self.query("Input, OptionList"))
        after = asked[asked.index(here) + 1 :]
        if after:
            after[0].focus()
        else:
            self.action_forward()

    async def _take_feed(self) -> None:
        """The choice of a file of one's own asks for its name."""
        self._read()
        if self.answers["feed"] == "file" and not self.query("#file"):
            await self._show()
            self.query_one("#file", Input).focus()
        else:
            self.action_forward()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_back() if event.button.id == "back" else self.action_forward()

    def action_back(self) -> None:
        """To the page before; what was typed stays."""
        if self.at and not self.busy and self.made is None:
            self._read()
            self.at -= 1
            start(self, self._show, group="page", exclusive=True)

    def action_forward(self) -> None:
        """To the next page if every answer of this one will do."""
        if not self.busy:
            start(self, self._forward, group="page", exclusive=True)

    async def _forward(self) -> None:
        if self.made is not None:
            self.post_message(self.Finished())
        elif self._read() and self._sound():
            if self.at < len(STEPS) - 1:
                self.at += 1
                await self._show()
            elif await self._file_will_do():
                await self._make()

    def _read(self) -> bool:
        """Take what stands in the fields into the answers."""
        for question in STEPS[self.at].questions:
            for field in self.query(f"#{question.key}"):
                if isinstance(field, Input):
                    self.answers[question.key] = field.value
                elif isinstance(field, OptionList) and field.highlighted is not None:
                    self.answers[question.key] = question.options[field.highlighted][0]
        self._speak()
        return True

    def _speak(self) -> None:
        """Go over to the language that was chosen, and take for granted what goes with it."""
        spoken = self.answers["screen"]
        if spoken != language():
            use(spoken)
            self.answers["language"] = spoken
            self.answers["country"] = {"pl": "PL", "sk": "SK"}.get(spoken, "DE")

    def _sound(self) -> bool:
        """Whether every answer of the page will do; the first that does not gets the focus and a sentence."""
        for question in STEPS[self.at].questions:
            if question.key == "screen" or not question.asked(self.answers):
                continue
            try:
                kept = first_run.checked(self._home, question.key, self.answers[question.key])
            except CaratError as error:
                self._complain(f"{told(error.message)} {told(error.hint)}".strip())
                for field in self.query(f"#{question.key}"):
                    field.focus()
                return False
            self.answers[question.key] = kept
        self._complain("")
        return True

    def _complain(self, words: str, style: str = "$text-error") -> None:
        for line in self.query("#wrong"):
            if isinstance(line, Plain):
                line.update(shown(words, style, lines=True))
                line.scroll_visible()

    # -- the end --------------------------------------------------------------------------------------------------

    async def _file_will_do(self) -> bool:
        """Try the file that was named; what the profile cannot read is told once, and taken at the second Enter."""
        if self.answers["feed"] != "file" or self._tried == self.answers["file"]:
            return True
        self._working(_("Reading the file …"))
        try:
            found, named = await asyncio.to_thread(partial(first_run.suits, dict(self.answers), self._clock, self._who))
        except CaratError as error:
            self._done(f"{told(error.message)} {told(error.hint)}".strip(), "$text-error")
            return False
        well = not found.report.needs_person and named
        self._tried = self.answers["file"]
        self._done(tried(found, named), "$text-success" if well else "$text-warning")
        return False

    async def _make(self) -> None:
        self._working(_("Making the home and a first notice …"))
        job = partial(first_run.make, self._home, dict(self.answers), self._run, now=self._clock(), who=self._who)
        try:
            self.made = await asyncio.to_thread(job)
        except (CaratError, OSError) as error:
            words = f"{told(error.message)} {told(error.hint)}" if isinstance(error, CaratError) else str(error)
            self._done(_("Nothing was made: {why}").format(why=words.strip()), "$text-error")
            return
        self.busy = False
        await self._show()

    def _working(self, words: str) -> None:
        self.busy = True
        self._complain(words, "$text-accent")
        self.refresh_bindings()

    def _done(self, words: str, style: str) -> None:
        self.busy = False
        self._complain(words, style)
        self.refresh_bindings()
