"""Every picture of ``docs/pictures`` is what the cockpit draws; ``make pictures`` remakes them, to be looked at."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from carat_tui import locale
from carat_tui.model.home import Home
from tests.cockpit.pictures import FOLDER, draw, shops
from tests.cockpit.scenes import SCENES, Scene

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the pictures show paths with slashes")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shops of the scenes, made once."""
    folder = tmp_path_factory.mktemp("scenes")
    shops(folder)
    return folder


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_it_is_drawn_as_it_was_looked_at(scene: Scene, places: Path, tmp_path: Path) -> None:
    if scene.shop != "none":
        shutil.copytree(places / scene.shop, tmp_path / "shop")
    try:
        drawn = await draw(scene, Home(tmp_path / "shop"))
    finally:
        locale.use("en")
    if drawn != (FOLDER / f"{scene.name}.svg").read_text(encoding="utf-8"):
        new = tmp_path / f"{scene.name}.svg"
        new.write_text(drawn, encoding="utf-8")
        pytest.fail(f"{scene.name} looks different now: see {new}; if it is meant, `make pictures`", pytrace=False)


def test_there_is_no_picture_without_its_scene() -> None:
    assert {file.stem for file in FOLDER.glob("*.svg")} == {scene.name for scene in SCENES}
