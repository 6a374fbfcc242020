"""The line of words: the chosen one is always to be read, whatever the width."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from carat_tui.cockpit.widgets.labels import Label, Labels
from carat_tui.locale import use

WORDS = (
    Label("all", "alle", 1000000),
    Label("held", "zurückgestellt", 12),
    Label("mine", "[@click=app.quit]\x1b[31mBriefe", 3),
    Label("failed", "fehlgeschlagen"),
)


class Page(App[None]):
    def __init__(self, active: str) -> None:
        super().__init__()
        self._active = active
        self.chosen: list[str] = []

    def compose(self) -> ComposeResult:
        yield Labels(WORDS, self._active)

    def on_labels_chosen(self, event: Labels.Chosen) -> None:
        self.chosen.append(event.key)


@pytest.mark.parametrize("width", [20, 30, 45, 60, 80, 200])
@pytest.mark.parametrize("active", ["all", "held", "failed"])
async def test_the_chosen_word_is_never_cut(width: int, active: str) -> None:
    app = Page(active)
    async with app.run_test(size=(width, 3)):
        labels = app.query_one(Labels)
        text = labels.render().plain
        word = next(label for label in WORDS if label.key == active)
        assert word.text in text
        assert labels.render().cell_length <= width
        assert "\x1b" not in text


async def test_a_click_chooses_the_word_under_it_and_runs_nothing() -> None:
    app = Page("all")
    async with app.run_test(size=(120, 3)) as pilot:
        text = app.query_one(Labels).render().plain
        for key, word in (("held", "zurück"), ("mine", "@click"), ("failed", "fehl")):
            await pilot.click(Labels, offset=(text.index(word), 0))
            await pilot.pause()
            assert app.chosen[-1] == key
        assert app.is_running
        await pilot.click(Labels, offset=(118, 0))
        assert len(app.chosen) == 3


@pytest.mark.parametrize(("active", "by", "then"), [("all", 1, "held"), ("all", -1, "failed"), ("gone", 1, "held")])
async def test_stepping_goes_round(active: str, by: int, then: str) -> None:
    app = Page(active)
    async with app.run_test():
        assert app.query_one(Labels).step(by) == then


async def test_large_counts_are_written_as_in_the_language_of_the_screen() -> None:
    use("de")
    try:
        app = Page("all")
        async with app.run_test():
            assert " alle 1.000.000 " in app.query_one(Labels).render().plain
    finally:
        use("en")
