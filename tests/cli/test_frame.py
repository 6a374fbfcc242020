"""The frame that all commands share: help, exit codes, one document, one sentence, no traceback."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from carat_tui import __version__
from carat_tui.cli import app
from carat_tui.cli.command import Command, Group
from carat_tui.cli.overview import COMMANDS, overview
from carat_tui.model.home import Home
from tests.cli.commands_page import PAGE, page
from tests.cli.door import REPOSITORY, carat, program


def every_command() -> Iterator[tuple[str, click.Command]]:
    """All commands and sub-commands with their full names."""
    context = click.Context(app.root)
    for name in app.root.list_commands(context):
        found = app.root.get_command(context, name)
        assert found is not None
        yield name, found
        if isinstance(found, click.Group):
            yield from ((f"{name} {child}", command) for child, command in found.commands.items())


def test_version_and_help_are_the_same_by_either_door() -> None:
    assert program("--version").out == carat("--version").out == f"carat {__version__}\n"
    assert program("--help").out == carat("--help").out == overview()
    assert carat("-h").out == overview()


@pytest.mark.parametrize(("name", "command"), [pytest.param(*found, id=found[0]) for found in every_command()])
def test_every_command_explains_itself_with_an_example(name: str, command: click.Command) -> None:
    said = carat(*name.split(), "--help")
    assert said.code == 0
    assert isinstance(command, Command | Group)
    assert command.help
    assert command.example.startswith(f"carat {name}")
    assert command.example in said.out


def test_the_page_of_commands_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: make docs"


def test_every_command_of_the_overview_can_be_run() -> None:
    for name, (module, _) in COMMANDS.items():
        assert carat(name, "--help").code == 0, (name, module)


def test_alone_it_is_the_cockpit_which_needs_a_terminal() -> None:
    said = carat()
    assert said.code == 2
    assert said.out == ""
    assert "terminal" in said.err
    assert "carat --help" in said.err
    assert "terminal" in carat("--json").json["error"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("outbx",),
        ("settings",),
        ("settings", "get"),
        ("settings", "list", "--colour"),
        ("journal", "--limit", "0"),
        ("init", "--country", "FR"),
    ],
)
def test_wrong_use_is_a_sentence_and_2(arguments: tuple[str, ...], home: Home) -> None:
    said = carat(*arguments, home=home)
    assert said.code == 2
    assert said.out == ""
    assert "Traceback" not in said.err
    assert said.err.strip()


def test_wrong_use_with_json_is_still_one_document(home: Home) -> None:
    said = carat("settings", "set", "shop.country", "FR", "--json", home=home)
    assert said.code == 2
    assert said.json["exit"] == 2
    assert "DE, SK, PL" in said.json["error"]
    assert said.json["error"] in said.err


def test_a_word_almost_right_is_met_with_the_right_one() -> None:
    assert "outbox" in carat("outbux").err


def test_no_home_is_4_and_says_how_to_make_one(tmp_path: Path) -> None:
    said = carat("journal", home=Home(tmp_path / "nowhere"))
    assert said.code == 4
    assert "carat init" in said.err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_database_is_4_and_stays_as_it_is(home: Home, content: bytes) -> None:
    home.database.write_bytes(content)
    said = carat("settings", "list", home=home)
    assert said.code == 4
    assert home.database.read_bytes() == content
    assert "Traceback" not in said.err


def test_the_home_is_found_by_option_then_environment_then_folder(home: Home, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert carat("init", str(other), "--name", "Zweite").code == 0
    name = ("settings", "get", "shop.name")
    environment = {**os.environ, "CARAT_HOME": str(other)}
    assert program(*name, cwd=home.root, env=_with_package(os.environ)).out == "Buchladen Sonne\n"
    assert program(*name, cwd=home.root, env=_with_package(environment)).out == "Zweite\n"
    assert program(*name, home=home, env=_with_package(environment)).out == "Buchladen Sonne\n"


def _with_package(environment: os._Environ[str] | dict[str, str]) -> dict[str, str]:
    return {**environment, "PYTHONPATH": str(REPOSITORY)}


def test_the_common_options_may_stand_anywhere(home: Home) -> None:
    before = carat("--json", "settings", "get", "shop.name", home=home)
    after = carat("settings", "get", "shop.name", "--home", str(home.root), "--json")
    assert before.json == after.json == {"key": "shop.name", "value": "Buchladen Sonne"}


def test_a_reader_that_goes_away_is_no_error(home: Home) -> None:
    """``carat … | head`` must end quietly."""
    script = f"{sys.executable} -m carat_tui --home '{home.root}' settings list | {sys.executable} -c pass"
    if os.name == "nt":
        pytest.skip("needs a POSIX shell")
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script], capture_output=True, text=True, cwd=REPOSITORY, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_utf8_leaves_whatever_the_locale(home: Home) -> None:
    carat("settings", "set", "shop.name", "Księgarnia „Żuk” Košice", home=home)
    environment = {**os.environ, "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    assert program("settings", "get", "shop.name", home=home, env=environment).out == "Księgarnia „Żuk” Košice\n"


def test_an_unforeseen_error_is_a_sentence_and_a_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from carat_tui.store import settings

    secret = "the-customer's-name"

    def explode(*_: object) -> str:
        local = secret  # stays out of the file
        raise RuntimeError("boom \x1b[31m" + local[:0])

    monkeypatch.setattr(settings, "get", explode)
    said = carat("settings", "list", home=home)
    assert said.code == 2
    assert "Traceback" not in said.err
    assert "\x1b" not in said.err
    (crash,) = home.logs.glob("crash-*.txt")
    assert crash.name in said.err
    text = crash.read_text(encoding="utf-8")
    assert "RuntimeError" in text
    assert secret not in text.replace('secret = "the-customer', "")


def test_a_database_that_another_program_locks_is_a_sentence_and_4(home: Home) -> None:
    with contextlib.closing(sqlite3.connect(home.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        said = carat("settings", "set", "shop.city", "Köln", home=home)
    assert said.code == 4
    assert "locked" in said.err
    assert "Traceback" not in said.err
    assert carat("settings", "get", "shop.city", home=home).out == "Berlin\n"


HEAVY = (
    "textual rich httpx keyring reportlab jinja2 sqlite_utils watchdog smtplib email.message phonenumbers babel pikepdf"
    " markdown_it"
)


@pytest.mark.parametrize(
    "statement",
    [
        "import carat_tui.cli",
        "import carat_tui.cli.app",
        "import carat_tui.__main__",
        "from carat_tui.cli.app import run; run(['--home', {home!r}, 'settings', 'list'])",
        "from carat_tui.cli.app import run; run(['--home', {home!r}, 'outbox', 'list', '--json'])",
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(statement: str, home: Home) -> None:
    code = (
        f"import sys, json; {statement.format(home=str(home.root))}; sys.stderr.write(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, check=True)
    loaded = set(json.loads(done.stderr))
    assert sorted(loaded & set(HEAVY.split())) == []


@pytest.mark.parametrize("question", ["--version", "--help"])
def test_version_and_help_need_not_even_click(question: str) -> None:
    code = (
        f"import sys; sys.argv = ['carat', '{question}']; from carat_tui.__main__ import main; main();"
        " sys.stderr.write(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, check=True)
    assert "click" not in done.stderr.split()


def test_plain_output_has_no_escape_sequences(home: Home) -> None:
    for arguments in (("mode",), ("account", "list"), ("rule", "list"), ("settings", "list")):
        assert not re.search("\x1b", carat(*arguments, home=home).out)


@pytest.mark.parametrize(
    "arguments",
    [
        ("outbox", "show", "9" * 30),
        ("outbox", "hold", "9" * 30),
        ("outbox", "list", "--limit", "9" * 30),
        ("outbox", "list", "--after", "9" * 5000),
        ("customer", "list", "--after", "-1"),
        ("document", "list", "--after", "9" * 19),
        ("journal", "--limit", "9" * 30),
    ],
)
def test_a_number_beyond_what_the_store_can_hold_is_a_sentence(arguments: tuple[str, ...], home: Home) -> None:
    said = carat(*arguments, home=home)
    assert said.code == 2
    assert "not a whole number" in said.err
    assert not list(home.logs.glob("crash-*"))


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31T23:59:59"])
def test_a_moment_at_the_end_of_the_calendar_is_a_sentence(moment: str, home: Home) -> None:
    for arguments in (("outbox", "list", "--since", moment), ("run", "--once", "--now", moment)):
        said = carat(*arguments, home=home)
        assert said.code == 2
        assert "Years from" in said.err


def test_a_group_alone_is_one_document_too(home: Home) -> None:
    said = carat("--json", "outbox", home=home)
    assert (said.code, said.json["exit"]) == (2, 2)
    assert "release" in said.err


def test_what_must_be_chosen_is_said_in_one_line(home: Home) -> None:
    assert "Choose from: email, sms, letter." in carat("send", "--text", "x", home=home).err


@pytest.mark.skipif(os.name == "nt", reason="arguments are Unicode there")
def test_bytes_that_are_no_text_are_a_sentence(home: Home) -> None:
    broken = "a\udcff"
    for arguments in (
        ("document", "list", "--kind", broken),
        ("backup", broken),
        ("settings", "set", "shop.city", broken),
        ("send", "--to", "me@example.org", "--channel", "email", "--subject", broken, "--text", broken),
    ):
        said = carat(*arguments, home=home)
        assert said.code == 2
        assert "in this terminal's encoding" in said.err
    assert not list(home.logs.glob("crash-*"))


def test_a_path_that_cannot_be_used_is_a_sentence(home: Home, tmp_path: Path) -> None:
    for path in (str(tmp_path), "x" * 300):
        for arguments in (("profile", "check", "bookshop-orders"), ("import",), ("restore",), ("settings", "import")):
            said = carat(*arguments, path, home=home)
            assert said.code in (1, 2)
            assert path in said.out + said.err
            assert "should not" not in said.err
    assert not list(home.logs.glob("crash-*"))


@pytest.mark.parametrize("place", ["before", "after"])
def test_what_verbose_says_is_made_visible(place: str, home: Home) -> None:
    words = ["-v", "mode"] if place == "before" else ["mode", "-v"]
    code = (
        f"from carat_tui.cli.app import run; run({['--home', str(home.root), *words]!r});"
        " import logging; logging.getLogger('carat_tui.outbox').debug('250 \\x1b]0;x\\x07')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, check=True)
    assert "DEBUG carat_tui.outbox 250 \\x1b]0;x\\x07" in done.stderr
    assert "\x1b" not in done.stderr
