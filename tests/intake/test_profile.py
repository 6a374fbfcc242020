"""Profiles: what is wrong is named, with the file, the key and the nearest that there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from carat_tui.intake.feeds import matches, read_feeds
from carat_tui.intake.profile_file import load
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from tests.intake.conftest import PROFILES

GOOD = """
[profile]
name = "good"
[match]
files = ["*.csv"]
[fields.sales_order]
order_no = "Nr"
[fields.order_line]
title = "Titel"
"""


def wrong(tmp_path: Path, text: str) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaratError) as error:
        load(path)
    return str(error.value)


@pytest.mark.parametrize("path", sorted(PROFILES.glob("*.toml")), ids=lambda path: path.stem)
def test_the_profiles_of_the_tests_are_right(path: Path) -> None:
    load(path)


def test_the_profile_of_the_house_is_right(home: Home) -> None:
    feeds = read_feeds(home)
    assert [profile.name for profile in feeds.profiles] == ["bookshop-orders"]
    assert feeds.broken == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[match]", "[mach]", ["mine.toml", "'mach'", "Did you mean 'match'"]),
        ("files =", "file =", ["key in [match]", "'file'", "'files'"]),
        ("order_no =", "orderno =", ["[fields.sales_order]", "'orderno'", "'order_no'"]),
        ('title = "Titel"', 'title = { col = "T", typ = "text" }', ["order_line.title", "'typ'", "'type'"]),
        ('title = "Titel"', 'title = { col = "T", type = "txt" }', ["'txt'", "'text'"]),
        ('title = "Titel"', 'qty = { col = "T", type = "date" }', ["decimal", "does not fit"]),
        ('title = "Titel"', 'title = { cols = "T" }', ["must be a list"]),
        ('title = "Titel"', "title = { max = 3 }", ["exactly one of col, cols and const"]),
        ('title = "Titel"', 'status = { col = "S", map = { x = "redy" } }', ["'redy'", "ready"]),
        ('title = "Titel"', 'title = { col = "T", transform = ["uper"] }', ["'uper'", "'upper'"]),
        ("[fields.order_line]", '[rules]\nbaseline = "maybe"\n[fields.order_line]', ["rules.baseline"]),
        ("[fields.order_line]", "[rules]\nmax_reject_pct = 200\n[fields.order_line]", ["max_reject_pct", "0 to 100"]),
        ("[fields.order_line]", '[read]\nformat = "xlsx"\n[fields.order_line]', ["xlsx", "not possible yet"]),
        ("[fields.order_line]", '[read]\nformat = "cvs"\n[fields.order_line]', ["must be one of csv"]),
        ("[fields.order_line]", '[read]\nskip_when = "("\n[fields.order_line]', ["not a regular expression"]),
        ("[fields.order_line]", '[read]\nencoding = "klingon"\n[fields.order_line]', ["no encoding 'klingon'"]),
        ("[fields.order_line]", '[read]\ndelimiter = ";;"\n[fields.order_line]', ["one character"]),
        ("[fields.order_line]", '[group]\nstyle = "record_type"\n[fields.order_line]', ["not possible yet"]),
        ("[fields.order_line]", '[ready]\nmode = "manifest"\n[fields.order_line]', ["not possible yet"]),
        ("[fields.order_line]", '[ready]\nmode = "trigger"\n[fields.order_line]', ["trigger"]),
        ("[fields.order_line]", '[documents]\nfile = "pdf"\n[fields.order_line]', ["key in [documents]", "'file'"]),
        ("[fields.order_line]", '[documents]\nname = "("\n[fields.order_line]', ["not a regular expression"]),
        ("[fields.order_line]", '[columns]\nx = 1\n[fields.order_line]', ["not possible yet"]),
        ("[fields.order_line]", '[read]\nheader_fingerprint = "9c1f"\n[fields.order_line]', ["sha256:9c1f03"]),
        ("[fields.order_line]", '[read]\nheader = false\nheader_fingerprint = "sha256:9c1f"\n[fields.order_line]',
         ["needs a header"]),
        ("[fields.order_line]", '[fields.customer]\ncustomer_no = "K"\nkind = { col = "A", map = { x = "firm" } }\n'
         "[fields.order_line]", ["'firm'", "person, company"]),
        ('name = "good"', 'name = "good"\nfeed = "snapshot"', ["Snapshots are not possible yet"]),
        ('name = "good"', 'name = "good"\nentity = ["customer"]', ["no [fields.customer]"]),
        ("[fields.sales_order]\norder_no", "[fields.customer]\ncustomer_no", ["order lines need"]),
        ('order_no = "Nr"', 'status = "S"', ["needs order_no"]),
        ('[fields.sales_order]\norder_no = "Nr"\n[fields.order_line]\ntitle', "[fields.customer]\nname",
         ["needs customer_no", "unique"]),
        ('files = ["*.csv"]', 'files = "x.csv"', ["must be a list of texts"]),
        ('files = ["*.csv"]', "", ["match.files is missing"]),
        ('files = ["*.csv"]', 'files = ["*.csv"]\nsequence = "([0-9]+)"', ["group named seq"]),
        ('name = "good"', "name = ", ["not TOML"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, words: list[str]) -> None:
    assert old in GOOD
    said = wrong(tmp_path, GOOD.replace(old, new))
    assert "mine.toml" in said
    for word in words:
        assert word in said, said


def test_the_highest_priority_wins(home: Home) -> None:
    (home.profiles / "a.toml").write_text(GOOD, encoding="utf-8")
    feeds = read_feeds(home)
    assert feeds.for_file(Path("AUFTRAEGE_1.CSV")).name == "bookshop-orders"  # type: ignore[union-attr]
    assert feeds.for_file(Path("other.csv")).name == "good"  # type: ignore[union-attr]
    assert feeds.for_file(Path("auftraege_alt.csv")).name == "good"  # type: ignore[union-attr]
    assert feeds.for_file(Path("other.txt")) is None


def test_a_folder_belongs_to_the_match(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.replace("[match]", '[match]\nfolder = "erp/Out"'), encoding="utf-8")
    profile = load(path)
    assert matches(profile, Path("/inbox/erp/out/x.csv"))
    assert not matches(profile, Path("/inbox/erp/x.csv"))


def test_one_broken_profile_leaves_the_others(home: Home) -> None:
    (home.profiles / "broken.toml").write_text("[match]\nfile = []\n", encoding="utf-8")
    (home.profiles / "twin.toml").write_text(GOOD.replace("good", "bookshop-orders"), encoding="utf-8")
    feeds = read_feeds(home)
    assert [profile.name for profile in feeds.profiles] == ["bookshop-orders"]
    assert len(feeds.broken) == 2
    with pytest.raises(CaratError, match=r"broken.toml"):
        feeds.named("broken")
    with pytest.raises(CaratError, match="Did you mean 'bookshop-orders'"):
        feeds.named("bookshop-order")
