"""What the editor asks before a text is saved, left, overwritten or taken up again, and what it says after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll

from carat_tui.cockpit.deck import Deck
from carat_tui.cockpit.page import Dialog
from carat_tui.cockpit.widgets.diff import changes
from carat_tui.cockpit.words import Plain
from carat_tui.compose import templates
from carat_tui.compose.renderer import Renderer
from carat_tui.compose.unsaved import Draft
from carat_tui.compose.versions import Changed, Saved
from carat_tui.locale import N_, _, told
from carat_tui.services.editing import Editing
from carat_tui.services.studio import Look, Studio
from carat_tui.services.trial import Trial, send_trial

if TYPE_CHECKING:
    from carat_tui.cockpit.screens.editor import Editor


async def about_draft(deck: Deck, draft: Draft) -> str | None:
    """``draft`` or ``saved``: which text to begin with; None = neither, the draft stays where it is."""
    when = deck.local(draft.at)
    return await deck.choose(
        _("There is text from {when} that {who} typed and did not save.").format(when=when, who=draft.who),
        [("draft", _("Go on with that text")), ("saved", _("Throw it away and open the saved one"))],
    )


async def save(editor: Editor, studio: Studio) -> bool:
    """Save what is typed, asking where there is a choice; whether it was saved."""
    editing, source, app = editor.editing, editor.source, editor.app
    if editing is None:
        return False
    seen = await app.perform(lambda: studio.look(Look(editor.key, source)))
    if seen.preview is None:
        where = _("line {line}").format(line=seen.line) + ": " if seen.line else ""
        question = _("Messages with this text would be held: {where}{words}\n\nSave it all the same?")
        if not await app.confirm(
            question.format(where=where, words=told(seen.words)), yes=_("Save"), no=_("Go on editing"), danger=True
        ):
            return False
    found = await app.perform(lambda: editing.save(source))
    saved = await _settle(editor, editing, source, found) if isinstance(found, Changed) else found
    if saved is None:
        return False
    editor.saved()
    app.tell(_("Version {n} is saved; the next message takes it.").format(n=saved.number))
    return True


async def _settle(editor: Editor, editing: Editing, source: str, changed: Changed) -> Saved | None:
    """The file is another one by now: whose text is it to be?"""
    app = editor.app
    options = [
        ("diff", _("Show what is different")),
        ("mine", _("Save mine over it (theirs stays in the history)")),
        ("theirs", _("Take theirs, and lose mine")),
        ("stay", _("Go on editing")),
    ]
    while True:
        answer = await app.choose(_("Another program changed the file since you opened it."), options)
        if answer == "diff":
            await app.push_screen_wait(Comparison(_("The file (−) and your text (+)"), changed.theirs or "", source))
        elif answer == "mine":
            found = await app.perform(lambda: editing.save(source, over=True))
            return found if isinstance(found, Saved) else None
        elif answer == "theirs":
            text = await app.perform(editing.reload)
            editor.fill(text.source)
            return None
        else:
            return None


async def may_leave(editor: Editor, studio: Studio) -> bool:
    """Whether the text may be left: it is saved, or the person wants to lose it."""
    if not editor.dirty or editor.editing is None:
        return True
    answer = await editor.app.choose(
        _("This text is not saved."),
        [("save", _("Save it")), ("lose", _("Throw the changes away")), ("stay", _("Go on editing"))],
    )
    if answer == "save":
        return await save(editor, studio)
    if answer == "lose":
        editor.lose()
        return True
    return False


async def trial(editor: Editor) -> None:
    """The typed text as a test message to the shop itself."""
    app, wanted, source, document = editor.app, editor.key, editor.source, editor.document

    def job() -> Trial:
        template = templates.parse(templates.path_of(app.home, *wanted), source)
        with Renderer() as renderer:
            return send_trial(
                app.store, app.home, renderer, wanted, app.who, app.clock(),
                document=document or None, template=template,
            )  # fmt: skip

    tell_trial(app, await app.perform(job))


def tell_trial(deck: Deck, done: Trial) -> None:
    """Where the test message lies."""
    words = _("A test message to {to} lies in {file}. Nothing was sent.")
    to = ", ".join(done.to.split("\n"))
    deck.tell(words.format(to=to, file=templates.shown(deck.home, done.path)))


class Comparison(Dialog[None]):
    """Two texts, line by line."""

    HELP = N_("Lines that went stand behind a minus, lines that came behind a plus. Esc goes back.")

    def __init__(self, title: str, before: str, after: str) -> None:
        super().__init__()
        self._title, self._before, self._after = title, before, after

    def compose(self) -> ComposeResult:
        """The title, and the lines."""
        with Vertical(classes="box -list"):
            yield Plain(self._title, classes="question")
            with VerticalScroll():
                yield Plain(changes(self._before, self._after))

    def on_mount(self) -> None:
        """Scroll at once."""
        self.query_one(VerticalScroll).focus()
