"""``carat run --once``: from the file in the watch folder to the files that the routes wrote."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path
from typing import Any

import pytest

from carat_tui.model.home import Home
from carat_tui.store.lock import FileLock
from tests.cli.door import carat, program
from tests.engine.shop import Order, export, two_customers

BASELINE, ARRIVAL, LATER = "2026-03-04T10:00", "2026-03-04T10:30", "2026-03-04T10:33"


def once(home: Home, now: str) -> dict[str, Any]:
    """One round at ``now``; it must end 0."""
    said = carat("run", "--once", "--now", now, "--json", home=home)
    assert said.code == 0, said.err + said.out
    found: dict[str, Any] = said.json
    return found


def test_goods_come_in_and_the_customers_are_told(shop: Home, inbox: Path) -> None:
    export(inbox / "orders_1.csv", *two_customers(received=False))
    first = once(shop, BASELINE)
    assert (first["files"], first["rows"], first["messages"], first["events"]) == (1, 4, {}, {})

    export(inbox / "orders_2.csv", *two_customers(received=True))
    second = once(shop, ARRIVAL)
    assert second["events"]["goods.received"] == 4
    assert second["messages"] == {"waiting": 2}
    assert second["sent"] == {}

    third = once(shop, LATER)
    assert third["sent"] == {"email": 1, "sms": 1}
    assert third["messages"] == {"sent": 2}
    assert (third["failed"], third["unclear"]) == (0, 0)
    (mail,) = (shop.data / "mail" / "new").iterdir()
    read = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    assert read["To"] == "eins@example.org"
    body = read.get_body(("plain",))
    assert body is not None
    assert all(title in body.get_content() for title in ("Effi Briest", "Lalka", "Chłopi"))
    (sms,) = (shop.data / "sms").glob("*.txt")
    assert "+491713920011" in sms.read_text(encoding="utf-8")

    fourth = once(shop, "2026-03-04T12:00")
    assert (fourth["files"], fourth["messages"], fourth["sent"]) == (0, {}, {})


def test_the_same_again_under_any_name_tells_nobody_twice(shop: Home, inbox: Path) -> None:
    export(inbox / "orders_1.csv", *two_customers(received=False))
    once(shop, BASELINE)
    for name in ("orders_2.csv", "orders_2_again.csv", "orders_3.csv"):
        export(inbox / name, *two_customers(received=True))
        once(shop, ARRIVAL)
    once(shop, LATER)
    assert len(carat("outbox", "list", "--json", home=shop).json) == 2
    assert carat("explain", "501", home=shop).code == 0


def test_a_bad_row_and_a_bad_file_stop_nothing_and_end_1(shop: Home, inbox: Path) -> None:
    export(inbox / "orders_1.csv", *two_customers(received=False))
    once(shop, BASELINE)
    (inbox / "orders_0.csv").write_bytes(b"\x00\x01 no list at all")
    good = export(
        inbox / "orders_2.csv",
        *two_customers(received=True),
        *[Order(f"B-{n}", "503", ["Buddenbrooks"]) for n in range(9)],
    )
    with good.open("a", encoding="utf-8", newline="") as out:
        out.write(";509;02.03.2026;bestellt;;1;;Ohne Nummer;1;1;04.03.2026;X;;;;;\r\n")
    said = carat("run", "--once", "--now", ARRIVAL, "--json", home=shop)
    assert said.code == 1
    assert (said.json["files"], said.json["rejected"], said.json["quarantined"]) == (2, 1, 1)
    assert said.json["messages"] == {"waiting": 2}
    assert list(shop.quarantine.glob("*.reason.txt"))
    findings = {f["check"] for f in carat("doctor", "--json", home=shop).json if not f["ok"]}
    assert {"imports", "intake"} <= findings


def test_a_second_engine_ends_3(shop: Home) -> None:
    lock = FileLock(shop.engine_lock)
    assert lock.try_acquire()
    try:
        for arguments in (("run", "--once"), ("run",)):
            said = program(*arguments, home=shop)
            assert (said.code, said.out) == (3, "")
            assert "engine" in said.err
    finally:
        lock.close()
    assert program("run", "--once", home=shop).code == 0


def test_the_clock_cannot_be_set_in_live_mode(shop: Home) -> None:
    carat("mode", "live", "--yes-live", "Buchladen Sonne", home=shop)
    assert carat("run", "--once", "--now", ARRIVAL, home=shop).code == 2
    assert carat("run", "--once", "--now", "soon", home=shop).code == 2


@pytest.mark.parametrize("stop", [("mode", "paused"), ("outbox", "pause", "--all"), ("outbox", "pause", "mailbox")])
def test_what_is_paused_stays_and_goes_out_afterwards(shop: Home, inbox: Path, stop: tuple[str, ...]) -> None:
    export(inbox / "orders_1.csv", *two_customers(received=False))
    once(shop, BASELINE)
    export(inbox / "orders_2.csv", *two_customers(received=True))
    once(shop, ARRIVAL)
    assert carat(*stop, home=shop).code == 0
    assert "email" not in once(shop, LATER)["sent"]
    assert carat("doctor", home=shop).code == 1
    assert carat("mode", "rehearsal", home=shop).code == 0
    assert carat("outbox", "resume", home=shop).code == 0
    assert once(shop, LATER)["sent"]["email"] == 1


def test_a_broken_profile_is_told_and_the_other_feed_goes_on(shop: Home, inbox: Path) -> None:
    (shop.profiles / "broken.toml").write_text("[profile]\nname = ", encoding="utf-8")
    export(inbox / "orders_1.csv", *two_customers(received=False))
    (inbox / "unknown.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    said = carat("run", "--once", "--now", BASELINE, "--json", home=shop)
    assert said.code == 1
    assert said.json["rows"] == 4
    assert "broken.toml" in said.err
    assert (inbox / "unknown.csv").exists()


def test_without_a_home_nothing_is_made(tmp_path: Path) -> None:
    said = carat("run", "--once", home=Home(tmp_path / "nowhere"))
    assert said.code == 4
    assert not (tmp_path / "nowhere").exists()


def test_a_full_disk_stops_intake_and_sending(shop: Home, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from carat_tui.services import disk

    export(inbox / "orders_1.csv", *two_customers(received=False))
    monkeypatch.setattr(disk, "STOP_BYTES", 1 << 60)
    monkeypatch.setattr(disk, "WARN_BYTES", 1 << 60)
    said = carat("run", "--once", "--now", BASELINE, "--json", home=shop)
    assert said.json["files"] == 0
    assert "disk is full" in said.err
    monkeypatch.undo()
    assert once(shop, BASELINE)["files"] == 1


def test_the_words_for_people_say_the_same(shop: Home, inbox: Path) -> None:
    export(inbox / "orders_1.csv", *two_customers(received=False))
    said = carat("run", "--once", "--now", BASELINE, home=shop)
    assert said.code == 0
    assert "1 (4 rows)" in said.out
