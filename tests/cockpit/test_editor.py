"""The editor of a text, driven by keys: what is on the disk and in the store decides."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from carat_tui.cockpit.app import Cockpit
from carat_tui.cockpit.screens.editor import Editor
from carat_tui.cockpit.screens.editor_saving import Comparison
from carat_tui.cockpit.screens.templates import Templates
from carat_tui.cockpit.widgets.template_preview import TemplatePreview
from carat_tui.cockpit.widgets.template_text import TemplateText
from carat_tui.cockpit.widgets.template_values import TemplateValues
from carat_tui.cockpit.words import Plain
from carat_tui.compose import templates, unsaved, versions
from carat_tui.compose.unsaved import Draft
from carat_tui.engine import Engine
from carat_tui.model.clock import fixed_clock
from carat_tui.model.home import Home
from carat_tui.store import templates as rows
from carat_tui.store.templates import Key
from tests.cockpit.conftest import AFTER, OpenCockpit, wait_until

KEY = Key("goods_arrived_one", "de", "sms")
HOSTILE = Path(__file__).parents[2].parent / "shared" / "hostile" / "templates" / "ssti.fuzz.txt"
"""Beside the repository where it is developed; elsewhere the list below has to do."""


def words(app: Cockpit, selector: str) -> str:
    return str(app.screen.query_one(selector, Plain).content)


def picture(app: Cockpit) -> str:
    return app.screen.query_one(TemplatePreview).text


def verdict(app: Cockpit) -> str:
    return words(app, "#verdict")


async def edit(pilot: Pilot[None], key: Key = KEY) -> Editor:
    """Open the editor of ``key`` from the area and wait for its first picture."""
    app: Any = pilot.app
    await wait_until(pilot, lambda: app.screen.query("#areas"))
    app.go("templates", key)
    await wait_until(pilot, lambda: isinstance(app.area, Templates) and app.area.entry is not None)
    await wait_until(pilot, lambda: app.area.entry.key == key)
    await pilot.press("enter")
    await wait_until(pilot, lambda: isinstance(app.screen, Editor) and app.screen.editing is not None)
    await wait_until(pilot, lambda: verdict(app))
    editor: Editor = app.screen
    return editor


def text(app: Cockpit) -> TemplateText:
    return app.screen.query_one(TemplateText)


async def retype(pilot: Pilot[None], source: str) -> None:
    """Replace the whole text as a person would: mark all, type (paste) over it."""
    app: Any = pilot.app
    text(app).select_all()
    text(app).replace(source, *sorted((text(app).selection.start, text(app).selection.end)))
    await pilot.pause()


async def choose(pilot: Pilot[None], label: str) -> None:
    """Take the answer that begins with ``label`` in the dialogue that is open or about to be."""
    app = pilot.app

    def found() -> int | None:
        for options in app.screen.query(OptionList):
            for index in range(options.option_count):
                if str(options.get_option_at_index(index).prompt).startswith(label):
                    options.highlighted = index
                    return index
        return None

    await wait_until(pilot, lambda: not isinstance(app.screen, Editor) and found() is not None)
    await pilot.press("enter")


def saved(app: Cockpit, key: Key = KEY) -> list[str]:
    return [version.source for version in rows.of_file(app.store.read(), key)]


async def test_break_see_and_mend_a_template(cockpit: OpenCockpit, demo_home: Home) -> None:
    """A mistake is seen with its line, saved against advice, holds a message; mended, the next one goes."""
    app = cockpit(area="templates")
    path = templates.path_of(demo_home, *KEY)
    before = path.read_text(encoding="utf-8")
    async with app.run_test(size=(120, 40)) as pilot:
        await edit(pilot)
        assert "Buchladen Sonne: Die unendliche" in picture(app)

        await retype(pilot, "Neu bei {{ shop_name }}:\n{{ item_titel_short }}")
        await wait_until(pilot, lambda: "line 2: there is no placeholder 'item_titel_short'" in verdict(app))
        assert text(app).error_line == 2
        assert "Buchladen Sonne: Die unendliche" in picture(app)  # the last good one stays
        assert path.read_text(encoding="utf-8") == before

        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: app.screen.query("#yes"))
        await pilot.press("y")
        await wait_until(pilot, lambda: not app.screen.query("#yes") and not app.screen.dirty)
        assert path.read_text(encoding="utf-8") == "Neu bei {{ shop_name }}:\n{{ item_titel_short }}\n"
        assert compose_one_sms(app) == ("held", None)

        await pilot.press("ctrl+l", "end", *["left"] * 4)
        text(app).load_text("Neu bei {{ shop_name }}:\n{{ item_title_short }}")
        await wait_until(pilot, lambda: "can be written" in verdict(app))
        await wait_until(pilot, lambda: "│ Neu bei Buchladen Sonne:" in picture(app))
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: not app.screen.dirty)

        await pilot.press("escape")
        await wait_until(pilot, lambda: not isinstance(app.screen, Editor))
        await wait_until(pilot, lambda: app.area.entry.state == "own")
    assert saved(app) == [
        "Neu bei {{ shop_name }}:\n{{ item_title_short }}\n",
        "Neu bei {{ shop_name }}:\n{{ item_titel_short }}\n",
        before,
    ]
    state, version = compose_one_sms(app)
    assert (state, version) == ("sent", 3)
    sent = max((demo_home.data / "sms").glob("*.txt"), key=lambda file: file.stat().st_mtime_ns)
    assert "Neu bei Buchladen Sonne" in sent.read_text(encoding="utf-8")


def compose_one_sms(app: Cockpit) -> tuple[str, int | None]:
    """What becomes of a message of this template now: a planned one is put back to the start and the engine run."""

    def again(conn: Any) -> int:
        number = conn.execute(
            "SELECT id FROM message WHERE channel = 'sms' AND language = 'de' AND template IS NOT NULL"
            " AND template = 'goods_arrived_one' ORDER BY id LIMIT 1"
        ).fetchone()[0]
        conn.execute("DELETE FROM attempt WHERE message_id = ?", (number,))
        conn.execute("DELETE FROM message_body WHERE message_id = ?", (number,))
        conn.execute(
            "UPDATE message SET state = 'waiting', composed = 0, waits_for = 'merge', due_at = created_at,"
            " attempts = 0, sent_at = NULL, reason = NULL, template_version = NULL, key = key || '+' WHERE id = ?",
            (number,),
        )
        return int(number)

    number = app.store.write(again)
    for file in (app.home.data / "sms").glob("*.txt"):
        file.unlink()
    with Engine(app.home, app.store, fixed_clock(AFTER)) as engine:
        engine.run_once()
    row = app.store.read().execute("SELECT state, template_version FROM message WHERE id = ?", (number,)).fetchone()
    return row[0], row[1]


async def test_leaving_asks_and_nothing_is_lost_by_staying(cockpit: OpenCockpit, demo_home: Home) -> None:
    app = cockpit(area="templates")
    path = templates.path_of(demo_home, *KEY)
    before = path.read_bytes()
    async with app.run_test(size=(80, 24)) as pilot:
        await edit(pilot)
        await pilot.press("x", "y")
        await pilot.press("escape")
        await choose(pilot, "Go on")
        await wait_until(pilot, lambda: isinstance(app.screen, Editor))
        assert text(app).text.startswith("xy")
        await pilot.press("escape")
        await choose(pilot, "Throw")
        await wait_until(pilot, lambda: not isinstance(app.screen, Editor))
    assert (path.read_bytes(), unsaved.left(demo_home, KEY)) == (before, None)


async def test_typed_text_survives_the_end_of_the_program(cockpit: OpenCockpit, demo_home: Home) -> None:
    first = cockpit(area="templates")
    async with first.run_test(size=(120, 40)) as pilot:
        await edit(pilot)
        await pilot.press("x", "y", "z")
        await pilot.press("ctrl+q")
    draft = unsaved.left(demo_home, KEY)
    assert draft is not None
    assert (draft.source.startswith("xyz"), draft.who) == (True, "staff")

    second = cockpit(area="templates")
    async with second.run_test(size=(120, 40)) as pilot:
        app: Any = pilot.app
        await wait_until(pilot, lambda: app.screen.query("#areas"))
        app.go("templates", KEY)
        await wait_until(pilot, lambda: app.area.entry is not None and app.area.entry.key == KEY)
        await pilot.press("enter")
        await choose(pilot, "Go on with that text")
        await wait_until(pilot, lambda: isinstance(app.screen, Editor) and text(app).text.startswith("xyz"))
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: not app.screen.dirty)
    assert templates.path_of(demo_home, *KEY).read_text(encoding="utf-8").startswith("xyz")
    assert unsaved.left(demo_home, KEY) is None


async def test_typed_text_is_kept_while_it_is_typed(cockpit: OpenCockpit, demo_home: Home) -> None:
    app = cockpit(area="templates")
    async with app.run_test(size=(120, 40)) as pilot:
        await edit(pilot)
        await pilot.press("q")
        await wait_until(pilot, lambda: unsaved.left(demo_home, KEY) is not None)
        await pilot.press("ctrl+z")
        await wait_until(pilot, lambda: unsaved.left(demo_home, KEY) is None)


async def test_a_file_changed_by_another_program_is_noticed(cockpit: OpenCockpit, demo_home: Home) -> None:
    app = cockpit(area="templates")
    path = templates.path_of(demo_home, *KEY)
    async with app.run_test(size=(120, 40)) as pilot:
        await edit(pilot)
        path.write_text("Von aussen: {{ order_no }}\n", encoding="utf-8")
        await wait_until(pilot, lambda: text(app).text.startswith("Von aussen"))  # nothing typed: taken over

        await pilot.press("x")
        path.write_text("Wieder von aussen: {{ order_no }}\n", encoding="utf-8")
        await pilot.press("ctrl+s")
        await choose(pilot, "Show what is different")
        await wait_until(pilot, lambda: isinstance(app.screen, Comparison))
        assert path.read_text(encoding="utf-8").startswith("Wieder")
        await pilot.press("escape")
        await choose(pilot, "Save mine over it")
        await wait_until(pilot, lambda: isinstance(app.screen, Editor) and not app.screen.dirty)
    assert path.read_text(encoding="utf-8") == "xVon aussen: {{ order_no }}\n"
    assert saved(app)[:2] == ["xVon aussen: {{ order_no }}\n", "Wieder von aussen: {{ order_no }}\n"]


async def test_theirs_can_be_taken(cockpit: OpenCockpit, demo_home: Home) -> None:
    app = cockpit(area="templates")
    path = templates.path_of(demo_home, *KEY)
    async with app.run_test(size=(120, 40)) as pilot:
        await edit(pilot)
        await pilot.press("x")
        path.write_text("Von aussen: {{ order_no }}\n", encoding="utf-8")
        await pilot.press("ctrl+s")
        await choose(pilot, "Take theirs")
        await wait_until(pilot, lambda: isinstance(app.screen, Editor) and text(app).text.startswith("Von aussen"))
        assert not app.screen.dirty
    assert path.read_text(encoding="utf-8") == "Von aussen: {{ order_no }}\n"
    assert rows.of_file(app.store.read(), KEY)[0].who is None


async def test_a_placeholder_is_chosen_with_its_value(cockpit: OpenCockpit) -> None:
    app = cockpit(area="templates")
    async with app.run_test(size=(120, 40)) as pilot:
        await edit(pilot)
        await pilot.press("f2")
        values = app.screen.query_one(TemplateValues)
        await wait_until(pilot, lambda: values.has_focus and values.option_count)
        assert "B26-10023" in str(values.get_option("order_no").prompt)
        values.highlighted = values.get_option_index("order_no")
        await pilot.press("enter")
        assert text(app).text.startswith("{{ order_no }}")
        assert text(app).has_focus
        await wait_until(pilot, lambda: "B26-10023" in picture(app))


async def test_the_text_is_shown_for_a_real_order(cockpit: OpenCockpit) -> None:
    app = cockpit(area="templates")
    number, name = app.store.read().execute(
        "SELECT d.number, c.last_name FROM document d JOIN customer c ON c.id = d.customer_id"
        " WHERE c.last_name <> '' AND d.kind = 'order' ORDER BY d.id DESC LIMIT 1"
    ).fetchone()  # fmt: skip
    async with app.run_test(size=(120, 40)) as pilot:
        await edit(pilot, KEY._replace(channel="email"))
        assert "Kovács" in picture(app)
        await pilot.press("f3")
        await wait_until(pilot, lambda: app.screen.query("#orders"))
        await pilot.press(*number)
        await wait_until(pilot, lambda: app.screen.query_one("#orders").total == 1)
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, Editor) and number in words(app, "#about"))
        await wait_until(pilot, lambda: name in picture(app))
        assert "Kovács" not in picture(app)


async def test_another_language_and_way(cockpit: OpenCockpit) -> None:
    app = cockpit(area="templates")
    async with app.run_test(size=(120, 40)) as pilot:
        await edit(pilot)
        await pilot.press("f4")
        await choose(pilot, "Polish")
        await wait_until(pilot, lambda: isinstance(app.screen, Editor) and app.screen.key.language == "pl")
        await wait_until(pilot, lambda: "Szanown" in text(app).text or "{{" in text(app).text)
        await pilot.press("f5")
        await choose(pilot, "letter")
        await wait_until(pilot, lambda: isinstance(app.screen, Editor) and app.screen.key.channel == "letter")
        await wait_until(pilot, lambda: "┌┄" in picture(app))  # the envelope's window


async def test_the_own_editor_edits_the_text(
    cockpit: OpenCockpit, demo_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "editor.py"
    script.write_text("import sys; open(sys.argv[1], 'w', encoding='utf-8').write('Aussen – {{ order_no }}')")
    monkeypatch.setenv("EDITOR", f'"{sys.executable}" "{script}"')
    monkeypatch.delenv("VISUAL", raising=False)
    app = cockpit(area="templates")
    before = templates.path_of(demo_home, *KEY).read_bytes()
    async with app.run_test(size=(120, 40)) as pilot:
        await edit(pilot)
        await pilot.press("ctrl+o")
        await wait_until(pilot, lambda: text(app).text == "Aussen – {{ order_no }}")
        assert app.screen.dirty
        assert templates.path_of(demo_home, *KEY).read_bytes() == before


async def test_a_draft_may_be_thrown_away(cockpit: OpenCockpit, demo_home: Home) -> None:
    base = versions.read(demo_home, KEY)
    unsaved.keep(demo_home, KEY, Draft("Alt", base.digest, "2026-03-03T09:30:00.000Z", "anna"))
    app = cockpit(area="templates")
    async with app.run_test(size=(120, 40)) as pilot:
        any_app: Any = pilot.app
        await wait_until(pilot, lambda: any_app.screen.query("#areas"))
        any_app.go("templates", KEY)
        await wait_until(pilot, lambda: any_app.area.entry is not None and any_app.area.entry.key == KEY)
        await pilot.press("enter")
        await choose(pilot, "Throw it away")
        await wait_until(pilot, lambda: isinstance(app.screen, Editor) and text(app).text == base.source)
    assert unsaved.left(demo_home, KEY) is None


BOMBS = (
    "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "{{ 'x' * 10**9 }}",
    "{{ 10**(10**8) }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ cycler.__init__.__globals__ }}",
    "{% include '/etc/passwd' %}",
    "{{ '%1000000000d'|format(1) }}",
    "{{" * 2000,
    "{% if " + "(" * 3000,
    "[@click=app.quit]x[/] \x1b]52;c;eA==\x07 \u202e{{ order_no",
)


def hostile() -> list[str]:
    lines = HOSTILE.read_text(encoding="utf-8", errors="replace").splitlines() if HOSTILE.is_file() else []
    return [*BOMBS, "\n".join(lines), *lines[::40]]


async def test_hostile_texts_end_in_a_sentence(cockpit: OpenCockpit) -> None:
    app = cockpit(area="templates")
    async with app.run_test(size=(120, 40)) as pilot:
        editor = await edit(pilot)
        for source in hostile():
            await see(pilot, editor, source)
            shown = verdict(app)
            assert shown.startswith(("✗", "✓", "!")), source
            assert "root:" not in picture(app)
            assert "\x1b" not in shown + picture(app) + "".join(strip.text for strip in text(app).render_lines(
                text(app).region.reset_offset)), source  # fmt: skip
        await retype(pilot, "Gut {{ order_no }}")
        await wait_until(pilot, lambda: "Gut B26-10023" in picture(app))
        assert app.is_running


async def see(pilot: Pilot[None], editor: Editor, source: str) -> None:
    """Put ``source`` into the editor and wait until it was looked at."""
    seen: list[str] = []
    preview = editor.query_one(TemplatePreview)
    before: Callable[..., None] = preview._show

    def watched(look: Any, found: Any, drawn: Any) -> None:
        before(look, found, drawn)
        seen.append(look.source)

    preview._show = watched  # type: ignore[method-assign]
    editor.fill(source)
    await wait_until(pilot, lambda: source in seen)
    await pilot.pause()
    preview._show = before  # type: ignore[method-assign]


async def test_going_elsewhere_keeps_the_typed_text(cockpit: OpenCockpit, demo_home: Home) -> None:
    """Ctrl+P goes to another area over the editor's head: no question, and nothing is lost."""
    app = cockpit(area="templates")
    async with app.run_test(size=(120, 40)) as pilot:
        await edit(pilot)
        await pilot.press("w", "e", "g")
        app.go("outbox")
        await wait_until(pilot, lambda: app.area is not None and app.area.area_id == "outbox")
        draft = unsaved.left(demo_home, KEY)
        assert draft is not None
        assert draft.source.startswith("weg")
        app.go("templates", KEY)
        await wait_until(pilot, lambda: isinstance(app.area, Templates) and app.area.entry is not None)
        await pilot.press("enter")
        await choose(pilot, "Go on with that text")
        await wait_until(pilot, lambda: isinstance(app.screen, Editor) and text(app).text.startswith("weg"))
