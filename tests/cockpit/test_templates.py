"""The area of the shop's texts, driven by keys: list, filter, check, test message, history, the delivered text."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot
from textual.widgets import OptionList

from carat_tui.cockpit.app import Cockpit
from carat_tui.cockpit.screens.editor import Editor
from carat_tui.cockpit.screens.templates import Templates
from carat_tui.cockpit.screens.templates_acts import Findings
from carat_tui.cockpit.screens.templates_history import History
from carat_tui.cockpit.widgets.rows import Rows
from carat_tui.cockpit.widgets.template_preview import TemplatePreview
from carat_tui.cockpit.widgets.template_text import TemplateText
from carat_tui.cockpit.words import Plain
from carat_tui.compose import templates, versions
from carat_tui.model.home import Home
from carat_tui.store import templates as rows
from carat_tui.store.templates import Key
from tests.cockpit.conftest import AFTER, OpenCockpit, wait_until

KEY = Key("goods_arrived_one", "de", "sms")


async def area(pilot: Pilot[None], key: Key = KEY) -> Templates:
    """The area with the cursor on ``key``."""
    app: Any = pilot.app
    await wait_until(pilot, lambda: app.screen.query("#areas"))
    app.go("templates", key)
    await wait_until(pilot, lambda: isinstance(app.area, Templates) and app.area.entry is not None)
    await wait_until(pilot, lambda: app.area.entry.key == key)
    found: Templates = app.area
    return found


def cells(found: Templates) -> dict[int, tuple[Any, ...]]:
    list_ = found.rows
    conn = found.app.store.read()
    return list_.source.cells(conn, list(list_.source.ids(conn, None)))


async def choose(pilot: Pilot[None], label: str) -> None:
    app: Any = pilot.app

    def found() -> bool:
        for options in app.screen.query(OptionList):
            labels = [str(options.get_option_at_index(n).prompt) for n in range(options.option_count)]
            for index, text in enumerate(labels):
                if text.startswith(label):
                    options.highlighted = index
                    return True
        return False

    await wait_until(pilot, lambda: app.screen.is_modal and found())
    await pilot.press("enter")


async def test_the_list_begins_with_the_texts_in_use_in_the_shops_language(cockpit: OpenCockpit) -> None:
    app = cockpit(area="templates")
    async with app.run_test(size=(120, 40)) as pilot:
        found = await area(pilot)
        shown = list(cells(found).values())
        assert [row[0][0] for row in shown[:6]] == ["Goods arrived, several titles"] * 3 + [
            "Goods arrived, one title"
        ] * 3
        assert len(shown) == 72
        assert {row[2][0] for row in shown} == {"· as delivered", "– not written"}
        preview = found.query_one(TemplatePreview)
        await wait_until(pilot, lambda: "Buchladen Sonne" in preview.text)


async def test_a_broken_text_stands_in_the_list_with_its_line(cockpit: OpenCockpit, demo_home: Home) -> None:
    templates.path_of(demo_home, *KEY).write_text("Gut\n{{ order_nr }}\n", encoding="utf-8")
    app = cockpit(area="templates")
    async with app.run_test(size=(120, 40)) as pilot:
        found = await area(pilot)
        assert found.entry is not None
        assert found.entry.state == "broken"
        found.aim("broken")
        await wait_until(pilot, lambda: len(cells(found)) == 1)
        ((_name, _language, _way, state, _changed),) = cells(found).values()
        assert state == ("✗ line 2: there is no placeholder 'order_nr'; did you mean 'order_no'?", "error")
        await pilot.press("c")
        await wait_until(pilot, lambda: isinstance(app.screen, Findings))


async def test_a_file_edited_elsewhere_is_seen_without_a_key(cockpit: OpenCockpit, demo_home: Home) -> None:
    app = cockpit(area="templates")
    async with app.run_test(size=(120, 40)) as pilot:
        found = await area(pilot)
        templates.path_of(demo_home, *KEY).write_text("Hand {{ order_no }}\n", encoding="utf-8")
        await wait_until(pilot, lambda: found.entry is not None and found.entry.state == "own")
        preview = found.query_one(TemplatePreview)
        await wait_until(pilot, lambda: "Hand B26-10023" in preview.text)
        templates.path_of(demo_home, *KEY).write_text("Wieder {{ order_no }}\n", encoding="utf-8")  # own as before
        await wait_until(pilot, lambda: "Wieder B26-10023" in preview.text)


async def test_search_language_and_filter(cockpit: OpenCockpit) -> None:
    app = cockpit(area="templates")
    async with app.run_test(size=(80, 24)) as pilot:
        found = await area(pilot)
        await pilot.press("slash", *"interest")
        await wait_until(pilot, lambda: len(cells(found)) == 3)
        await pilot.press("escape", "enter")
        await wait_until(pilot, lambda: len(cells(found)) == 72)
        await pilot.press("l")
        await choose(pilot, "all languages")
        await wait_until(pilot, lambda: len(cells(found)) == 288)
        await pilot.press("f")
        await choose(pilot, "not written")
        await wait_until(pilot, lambda: 0 < len(cells(found)) < 60)


async def test_a_missing_text_is_begun_from_another_language(cockpit: OpenCockpit, demo_home: Home) -> None:
    english = KEY._replace(language="en")
    key = Key("interest_note", "de", "letter")
    assert templates.path_of(demo_home, *key).is_file()
    templates.path_of(demo_home, *key).unlink()
    app = cockpit(area="templates")
    async with app.run_test(size=(120, 40)) as pilot:
        await area(pilot, key)
        await pilot.press("n")
        await choose(pilot, "the text in English")
        await wait_until(pilot, lambda: isinstance(app.screen, Editor) and app.screen.editing is not None)
        source = versions.read(demo_home, key._replace(language="en")).source
        await wait_until(pilot, lambda: app.screen.query_one(TemplateText).text == source)
        assert not templates.path_of(demo_home, *key).is_file()
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: templates.path_of(demo_home, *key).is_file())
    assert versions.read(demo_home, key).source == source
    assert rows.of_file(app.store.read(), key)[0].who == "staff"
    assert english != key


async def test_a_test_message_lies_in_the_folder_of_trials(cockpit: OpenCockpit, demo_home: Home) -> None:
    app = cockpit(area="templates")
    before = app.store.read().execute("SELECT count(*) FROM message").fetchone()[0]
    async with app.run_test(size=(120, 40)) as pilot:
        await area(pilot)
        await pilot.press("t")
        await wait_until(pilot, lambda: list((demo_home.trials / "sms").glob("*.txt")))
    (file,) = (demo_home.trials / "sms").glob("*.txt")
    assert "TEST Buchladen Sonne" in file.read_text(encoding="utf-8")
    assert app.store.read().execute("SELECT count(*) FROM message").fetchone()[0] == before


async def test_history_shows_what_changed_and_takes_a_version_back(cockpit: OpenCockpit, demo_home: Home) -> None:
    app = cockpit(area="templates")
    before = versions.read(demo_home, KEY).source
    versions.save(app.store, demo_home, KEY, "Neu {{ order_no }}\n", "anna", AFTER)
    async with app.run_test(size=(120, 40)) as pilot:
        await area(pilot)
        await pilot.press("h")
        await wait_until(pilot, lambda: isinstance(app.screen, History) and app.screen.query_one(Rows).total == 2)
        changes = app.screen.query_one("#changes", Plain)
        await wait_until(pilot, lambda: "+ Neu {{ order_no }}" in str(changes.content))
        assert f"− {before.rstrip()}" in str(changes.content)
        await pilot.press("r")  # the present text cannot be taken back
        await pilot.press("down")
        await wait_until(pilot, lambda: before.rstrip() in str(changes.content) and "−" not in str(changes.content))
        await pilot.press("r")
        await wait_until(pilot, lambda: app.screen.is_modal)
        await pilot.press("y")
        await wait_until(pilot, lambda: len(rows.of_file(app.store.read(), KEY)) == 3)
        assert isinstance(app.screen, History)
    assert versions.read(demo_home, KEY).source == before
    assert [(v.number, v.who) for v in rows.of_file(app.store.read(), KEY)] == [(3, "staff"), (2, "anna"), (1, None)]


async def test_the_delivered_text_again(cockpit: OpenCockpit, demo_home: Home) -> None:
    app = cockpit(area="templates")
    before = versions.read(demo_home, KEY).source
    async with app.run_test(size=(120, 40)) as pilot:
        found = await area(pilot)
        assert found.why_not("reset") == "This is the delivered text."
        versions.save(app.store, demo_home, KEY, "Eigen", "anna", AFTER)
        found.read()
        await wait_until(pilot, lambda: found.entry is not None and found.entry.state == "own")
        await pilot.press("x")
        await wait_until(pilot, lambda: app.screen.is_modal)
        await pilot.press("y")
        await wait_until(pilot, lambda: found.entry is not None and found.entry.state == "default")
    assert versions.read(demo_home, KEY).source == before


async def test_the_renderer_ends_with_the_cockpit(cockpit: OpenCockpit, monkeypatch: Any) -> None:
    from carat_tui.compose import process

    children: list[Any] = []
    begin = process.subprocess.Popen.__init__

    def noted(self: Any, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        children.append(self)

    monkeypatch.setattr(process.subprocess.Popen, "__init__", noted)
    app: Cockpit = cockpit(area="templates")
    async with app.run_test(size=(120, 40)) as pilot:
        found = await area(pilot)
        await wait_until(pilot, lambda: found.query_one(TemplatePreview).good)
    assert children
    assert all(child.poll() is not None for child in children)
