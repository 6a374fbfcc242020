"""Nothing goes around the one door for text, no SQL is in a screen, and opening the cockpit loads nothing heavy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import carat_tui
from tests.cockpit.text_door import troubles

ROOM = Path(carat_tui.__file__).parent / "cockpit"
MODULES = sorted(ROOM.rglob("*.py"))
HEAVY = ("reportlab", "httpx", "keyring", "jinja2", "sqlite_utils", "pikepdf", "smtplib", "phonenumbers", "markdown_it",
         "watchdog", "babel", "holidays")  # fmt: skip
STAGES = ("model", "store", "intake", "rules", "compose", "channels", "outbox", "services", "engine")


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOM)))
def test_text_goes_through_the_door(module: Path) -> None:
    assert troubles(module) == []


@pytest.mark.parametrize(
    "source",
    [
        "Button(name)",
        "Button(f'Hold {name}')",
        "Option(row['subject'])",
        "Option(_('To {name}').format(name=name))",
        "Button(label=name)",
        "Option('[red]x')",
        "OptionList('a', 'b')",
        "options.add_options([f'{one}' for one in rows])",
        "Select((row['name'], row['id']) for row in rows)",
        "self.border_title = name",
        "self.tooltip = name if name else None",
        "self.notify(name)",
        "self.app.notify(shown(name).plain)",
        "Widget(markup=True)",
        "Content.from_markup(name)",
        "from textual.widgets import Static",
        "from rich.markup import escape",
        "_(f'hello {name}')",
        "_('hello {name}'.format(name=name))",
        "_('hello ' + name)",
        "N_(name)",
        "n_(one, 'many', 2)",
        "conn.execute('SELECT 1')",
    ],
)
def test_the_watchman_sees_what_goes_around(tmp_path: Path, source: str) -> None:
    module = tmp_path / "screen.py"
    module.write_text(source, encoding="utf-8")
    assert len(troubles(module)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "Button(shown(name))",
        "Button(_('Close'))",
        "Option(shown(_('To {name}').format(name=name)))",
        "options.add_options(Option(shown(one)) for one in rows)",
        "Select((shown(row['name']), row['id']) for row in rows)",
        "self.border_title = shown(name)",
        "self.tooltip = shown(name) if name else None",
        "Input(name, placeholder=_('a name'))",
        "_(label)",
        "N_('hello')",
        "store.read().execute('PRAGMA data_version')",
    ],
)
def test_the_watchman_lets_pass_what_may(tmp_path: Path, source: str) -> None:
    module = tmp_path / "screen.py"
    module.write_text(source, encoding="utf-8")
    assert troubles(module) == []


# -- what is loaded ----------------------------------------------------------------------------------------------------


def loaded_by(statement: str) -> set[str]:
    """The modules that a new Python has after ``statement``."""
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport sys, json\nprint(json.dumps(sorted(sys.modules)))"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_opening_the_cockpit_loads_nothing_heavy() -> None:
    loaded = loaded_by("import carat_tui.cockpit.app, carat_tui.cockpit.screens.overview")
    assert "textual.app" in loaded
    assert {name for name in loaded if name.partition(".")[0] in HEAVY} == set()


def test_an_area_is_loaded_when_it_is_opened() -> None:
    loaded = loaded_by("import carat_tui.cockpit.app")
    assert {name for name in loaded if name.startswith("carat_tui.cockpit.screens.")} == set()


def test_no_stage_knows_the_screen() -> None:
    names = [
        ".".join(path.relative_to(ROOM.parents[1]).with_suffix("").parts)
        for stage in STAGES
        for path in (sorted((ROOM.parent / stage).rglob("*.py")) or [ROOM.parent / f"{stage}.py"])
        if path.name != "__init__.py"
    ]
    assert len(names) > 50
    loaded = loaded_by("\n".join(f"import {name}" for name in names if not name.endswith(".child")))
    assert {name for name in loaded if name.partition(".")[0] in ("textual", "rich")} == set()
