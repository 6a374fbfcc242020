"""Every version of a text: when, by whom, what it changed; and the way back."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll

from carat_tui.cockpit.acting import act
from carat_tui.cockpit.keys import key
from carat_tui.cockpit.page import Sheet
from carat_tui.cockpit.screens.templates_source import Versions
from carat_tui.cockpit.screens.templates_words import language_word, text_word
from carat_tui.cockpit.widgets.diff import changes
from carat_tui.cockpit.widgets.frame import KeyBar, TopBar
from carat_tui.cockpit.widgets.rows import Rows
from carat_tui.cockpit.words import Plain, channel_word, shown
from carat_tui.compose import versions
from carat_tui.locale import N_, _
from carat_tui.services.templates import default_text
from carat_tui.store import templates as rows
from carat_tui.store.templates import Key, Version


class History(Sheet[None]):
    """The versions of ``wanted`` with what each changed against another one."""

    HELP = N_(
        "Every text that was saved here or written with, the newest first. Beside it stands what it changed against the"
        " version before; Space marks another one to compare with. Taking one back makes a new version of it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("r", "restore", N_("Take back"), id="history.restore", help=N_("Make this text the present one again.")),
        key("d", "against", N_("Compare with"), id="history.against",
            help=N_("Compare with the version before, the present text or the delivered one.")),
        key("w", "whole", N_("Whole text"), id="history.whole", help=N_("The whole text, or what it changed.")),
        key("tab", "sides", N_("Other side"), id="history.sides", help=N_("To the text and back."), show=False),
    ]  # fmt: skip

    def __init__(self, wanted: Key) -> None:
        super().__init__()
        self._key = wanted
        self._versions: dict[int, Version] = {}
        self._against = "before"
        self._whole = False

    def compose(self) -> ComposeResult:
        """Versions, and the text of the chosen one."""
        yield TopBar()
        yield Plain(classes="title", id="title")
        with Horizontal(id="sides"):
            yield Rows(self.app.store, id="versions")
            with Vertical(id="seeing"):
                yield Plain(id="about")
                with VerticalScroll(id="text"):
                    yield Plain(id="changes")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read them."""
        name = f"{text_word(self._key.name)} · {language_word(self._key.language)} · {channel_word(self._key.channel)}"
        self.query_one("#title", Plain).update(shown(_("History: {text}").format(text=name), "bold"))
        self.query_one(Rows).focus()
        self._read()

    def refresh_data(self) -> None:
        """Somebody saved another one."""
        if self.is_mounted:
            self._read()

    def _read(self) -> None:
        found = rows.of_file(self.app.store.read(), self._key)
        if list(self._versions) != [version.number for version in found]:
            self._versions = {version.number: version for version in found}
            now = versions.read(self.app.home, self._key).digest
            self.query_one(Rows).show(Versions(found, now, self.app.local))

    @property
    def _version(self) -> Version | None:
        return self._versions.get(self.query_one(Rows).current or 0)

    @on(Rows.Moved)
    @on(Rows.Loaded)
    @on(Rows.Marked)
    def _tell(self) -> None:
        version = self._version
        if version is None:
            return
        about, other = self._other(version)
        if self._whole:
            about, other = _("Version {n}, the whole text").format(n=version.number), None
        whole = shown(version.source, lines=True)
        self.query_one("#about", Plain).update(about)
        self.query_one("#changes", Plain).update(whole if other is None else changes(other, version.source))
        self.refresh_bindings()

    def _other(self, version: Version) -> tuple[str, str | None]:
        """What the version is compared with, in words, and its text; None = there is nothing before it."""
        marked = [number for number in self.query_one(Rows).marks if number != version.number]
        if marked:
            words = _("Version {n} against version {other}").format(n=version.number, other=marked[0])
            return words, self._versions[marked[0]].source
        if self._against == "now":
            words = _("Version {n} against the present text").format(n=version.number)
            return words, versions.read(self.app.home, self._key).source
        default = default_text(self._key)
        if self._against == "default" and default is not None:
            return _("Version {n} against the delivered text").format(n=version.number), default
        before = self._versions.get(version.number - 1)
        if before is None:
            return _("Version {n}, the first one").format(n=version.number), None
        return _("Version {n}: what it changed").format(n=version.number), before.source

    # -- keys ---------------------------------------------------------------------------------------------------

    def why_not(self, action: str, parameters: tuple[object, ...] = ()) -> str:
        """Why the version cannot be taken back."""
        version = self._version if action == "restore" else None
        if action == "restore" and version is None:
            return _("There is no version under the cursor.")
        if version is not None and version.sha256 == versions.read(self.app.home, self._key).digest:
            return _("This is the present text.")
        return ""

    @act
    async def action_restore(self) -> None:
        version, app, wanted = self._version, self.app, self._key
        if version is None:
            return
        question = _("Make version {n} the present text again? The text of now stays in the history.")
        if not await app.confirm(question.format(n=version.number), yes=_("Take back")):
            return
        done = await app.perform(
            lambda: versions.restore(app.store, app.home, wanted, version.number, app.who, app.clock())
        )
        app.tell(_("Version {n} is saved; the next message takes it.").format(n=done.number))
        self._read()

    @act
    async def action_against(self) -> None:
        options = [
            ("before", _("the version before")),
            ("now", _("the present text")),
            ("default", _("the delivered text")),
        ]
        chosen = await self.app.choose(_("Compare with …"), options, self._against)
        if chosen is not None:
            self._against = chosen
            self.query_one(Rows).unmark_all()
            self._whole = False
            self._tell()

    @on(Rows.Opened)
    def action_whole(self) -> None:
        self._whole = not self._whole
        self._tell()

    def action_sides(self) -> None:
        list_ = self.query_one(Rows)
        (self.query_one("#text") if list_.has_focus else list_).focus()
