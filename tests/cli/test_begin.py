"""``carat demo``: the story that a newcomer sees first, and the same from the wheel alone."""

from __future__ import annotations

import email
import email.policy
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from carat_tui.model.home import Home
from tests.cli.door import REPOSITORY, carat, program


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The demo, played once."""
    said = program("demo", str(tmp_path_factory.mktemp("demo") / "home"), "--json")
    assert said.code == 0, said.err
    found: dict[str, Any] = said.json
    return found


def test_each_way_is_shown_and_its_file_opens(demo: dict[str, Any]) -> None:
    by_way: dict[str, list[dict[str, Any]]] = {}
    for notice in demo["notices"]:
        by_way.setdefault(notice["channel"], []).append(notice)
        assert (notice["file"] is not None) == (notice["state"] == "sent")
    for notice in by_way["email"]:
        mail = email.message_from_bytes(Path(notice["file"]).read_bytes(), policy=email.policy.default)
        assert mail["To"] == notice["to"]
        assert mail["Subject"] == notice["subject"]
        assert len(mail.defects) == 0
    for notice in by_way["sms"]:
        assert notice["to"] in Path(notice["file"]).read_text(encoding="utf-8")
    for notice in by_way["letter"]:
        assert notice["customer"] in PdfReader(notice["file"]).pages[0].extract_text()


def test_goods_of_one_customer_are_one_notice(demo: dict[str, Any]) -> None:
    (anna,) = [n for n in demo["notices"] if n["customer"] == "Anna Berger"]
    assert anna["titles"] == ["Der Zauberberg", "Effi Briest", "Die Verwandlung"]
    mail = email.message_from_bytes(Path(anna["file"]).read_bytes(), policy=email.policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    assert all(title in body.get_content() for title in anna["titles"])


def test_who_cannot_or_will_not_be_told_is_said(demo: dict[str, Any]) -> None:
    silent = {n["customer"]: n for n in demo["notices"] if n["file"] is None}
    assert silent["Otto Brandt"]["state"] == "task"
    assert "postal address" in silent["Otto Brandt"]["reason"]
    assert silent["Sabine Roth"]["state"] == "none"
    assert "Mareike Jansen" not in {n["customer"] for n in demo["notices"]}


def test_the_demo_home_is_a_home_like_any_other(demo: dict[str, Any]) -> None:
    home = Home(Path(demo["home"]))
    assert carat("explain", "10001", home=home).code == 0
    assert carat("journal", "--verify", home=home).code == 0
    bad = [f for f in carat("doctor", "--json", home=home).json if not f["ok"]]
    assert [f["check"] for f in bad] == ["tasks"]
    languages = {m["language"] for m in carat("outbox", "list", "--json", home=home).json}
    assert languages == {"de", "pl", "sk"}


def test_without_a_folder_and_without_a_terminal() -> None:
    said = program("demo", "--no-cockpit")
    assert said.code == 0
    assert "Anna Berger" in said.out
    assert said.out.count(".eml") >= 1
    assert said.out.count(".pdf") >= 1
    for line in said.out.splitlines():
        if line.startswith("  ") and line.endswith((".eml", ".txt", ".pdf")):
            assert Path(line.split(": ", 1)[1]).is_file()


def test_an_existing_home_is_not_played_over(home: Home) -> None:
    said = carat("demo", str(home.root))
    assert said.code == 2
    assert "nothing was touched" in said.err


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, unpacked where no repository is near."""
    from hatchling.build import build_wheel

    folder = tmp_path_factory.mktemp("wheel")
    before = Path.cwd()
    os.chdir(REPOSITORY)
    try:
        name = build_wheel(str(folder))
    finally:
        os.chdir(before)
    with zipfile.ZipFile(folder / name) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_alone_makes_homes_and_plays_the_demo(wheel: Path, tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "CARAT_HOME"} | {"PYTHONPATH": str(wheel)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-P", "-m", "carat_tui", *arguments]
        return subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    where = subprocess.run(
        [sys.executable, "-P", "-c", "import carat_tui; print(carat_tui.__file__)"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert where.startswith(str(wheel))
    assert run("init", "shop").returncode == 0
    assert list((tmp_path / "shop" / "templates").rglob("*.j2"))
    assert list((tmp_path / "shop" / "watch" / "profiles").glob("*.toml"))
    played = run("demo", "demo")
    assert played.returncode == 0, played.stderr
    assert "Anna Berger" in played.stdout
