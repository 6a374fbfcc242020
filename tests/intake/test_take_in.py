"""Taking files in, through the door that the program uses: what is stored, what is refused, what nobody is told."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from carat_tui.intake import loading, staging
from carat_tui.model.errors import CaratError
from carat_tui.store import imports, journal, settings
from tests.intake.conftest import Shop, row

GOODS = {"Geliefert": "1", "WE_Datum": "04.03.2026"}


def test_the_first_file_of_a_feed_tells_nobody(shop: Shop) -> None:
    report = shop.orders("auftraege1.csv", row("A1", **GOODS), row("A1", Pos=2, Titel="Jim Knopf"), row("A2"))
    assert (report.state, report.baseline, report.rows, report.created, report.events) == ("done", True, 3, 2, {})
    assert shop.facts() == {
        "customer": [("shop", "K1", "Anna Müller", None, None)],
        "contact": [("K1", "email", "anna@example.org", 1), ("K1", "mobile", "+491712345678", 1)],
        "document": [("A1", "order", "K1", "new", "2026-03-02"), ("A2", "order", "K1", "new", "2026-03-02")],
        "line": [
            ("A1", "1", "Momo", "9783161484100", 1, 1, "2026-03-04", 1290),
            ("A1", "2", "Jim Knopf", "9783161484100", 1, None, None, 1290),
            ("A2", "1", "Momo", "9783161484100", 1, None, None, 1290),
        ],
    }
    assert shop.events() == []


def test_a_header_without_rows_is_not_the_first_file(shop: Shop) -> None:
    """An export that says "nothing new" on day one must not make day two tell every customer everything."""
    empty = shop.orders("auftraege1.csv")
    assert (empty.state, empty.rows, empty.baseline) == ("done", 0, True)
    full = shop.orders("auftraege2.csv", row("A1", **GOODS))
    assert (full.baseline, full.events) == (True, {})


def test_a_failure_half_way_is_gone_on_with(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk during the merge: the same file later goes on from there, and its events are complete."""
    shop.orders("auftraege1.csv", *[row(f"A{number}") for number in range(30)])
    path = shop.lay("auftraege2.csv", [row(f"A{number}", **GOODS) for number in range(30)])
    with monkeypatch.context() as patch:
        patch.setattr(staging, "PIECE_LINES", 10)
        patch.setattr(loading, "_PIECES", 1)
        patch.setattr(loading, "merge_chunk", full_after(1))
        with pytest.raises(sqlite3.OperationalError, match="full"):
            shop.take(path)
    report = shop.take(path)
    assert report.events == {"goods.received": 30, "order.ready": 30}
    assert shop.all("SELECT state FROM import_file ORDER BY id") == [("done",), ("done",)]
    assert list(shop.home.spool.iterdir()) == []


def full_after(chunks: int) -> Callable[..., None]:
    """A merge that works for some chunks and then finds the disk full."""
    left = iter(range(chunks))
    real = loading.merge_chunk

    def merge(*given: Any) -> None:
        if next(left, None) is None:
            raise sqlite3.OperationalError("database or disk is full")
        real(*given)

    return merge


def test_the_report_is_the_contract_of_the_command_line(shop: Shop) -> None:
    report = shop.orders("auftraege1.csv", row("A1"), row("A2", Status="weg"), "Summe;;;;;;;;;;;;;;;;;").json()
    assert set(report) == {
        "file", "sha256", "profile", "baseline", "rows", "accepted", "created", "changed", "unchanged", "rejected",
        "ignored", "events", "messages", "warnings", "seconds", "entities",
    }  # fmt: skip
    assert (report["rows"], report["accepted"], report["ignored"]) == (3, 1, 1)
    assert report["rejected"] == [
        {"line": 3, "reason": "Status: unknown status 'weg' – map it in the profile", "raw": row("A2", Status="weg")}
    ]


@pytest.mark.parametrize("baseline", [None, False])
def test_again_renamed_and_rewritten_change_nothing(shop: Shop, baseline: bool | None) -> None:
    rows = [row("A1", **GOODS), row("A2"), row("A3", Kundennummer="K2")]
    shop.orders("auftraege1.csv", *rows, baseline=baseline)
    before, events = shop.facts(), shop.events()
    same = shop.orders("auftraege1.csv", *rows)
    renamed = shop.orders("auftraege2.csv", *rows)
    rewritten = shop.take(shop.lay("auftraege3.csv", rows, encoding="cp1252"))
    rewritten_again = shop.orders("auftraege4.csv", *rows, "")
    assert [report.state for report in (same, renamed)] == ["duplicate", "duplicate"]
    for report in (same, renamed, rewritten, rewritten_again):
        assert (report.created, report.changed, report.unchanged, report.events) == (0, 0, 3, {})
        assert report.rows == report.accepted == 3
    assert (shop.facts(), shop.events()) == (before, events)


def test_there_and_back_again_counts(shop: Shop) -> None:
    """An older file's bytes are no news only if they are those of the *last* file."""
    one, other = row("A1", Titel="Momo"), row("A1", Titel="Momo (Jubiläumsausgabe)")
    assert [shop.orders("auftraege.csv", text).changed for text in (one, other, one, one)] == [0, 1, 1, 0]
    assert shop.all("SELECT title FROM document_line") == [("Momo",)]


def test_a_re_export_writes_only_what_changed(shop: Shop) -> None:
    rows = [row(f"A{number}", Kundennummer=f"K{number}") for number in range(200)]
    shop.orders("auftraege1.csv", *rows)
    before = shop.store.write(lambda conn: conn.total_changes)
    rows[7] = row("A7", Kundennummer="K7", **GOODS)
    report = shop.orders("auftraege2.csv", *rows)
    written = shop.store.write(lambda conn: conn.total_changes) - before
    assert (report.accepted, report.changed, report.unchanged) == (200, 1, 199)
    assert report.entities["order_line"] == {"created": 0, "changed": 1, "unchanged": 199}
    assert report.events == {"goods.received": 1, "order.ready": 1}
    assert written < 25, "a handful of rows about the file itself, one line, one order, two events"


def test_an_empty_cell_keeps_what_is_known(shop: Shop) -> None:
    shop.orders("auftraege1.csv", row("A1"))
    report = shop.orders("auftraege2.csv", row("A1", Nachname="", E_Mail="", Mobil="", ISBN="", Preis=""))
    assert shop.facts()["contact"] == [("K1", "email", "anna@example.org", 1), ("K1", "mobile", "+491712345678", 1)]
    assert shop.all("SELECT last_name FROM customer") == [("Müller",)]
    assert shop.all("SELECT isbn13, price FROM document_line") == [("9783161484100", 1290)]
    assert report.changed == 0


def test_a_profile_may_let_empty_cells_clear(shop: Shop) -> None:
    text = (shop.home.profiles / "bookshop-orders.toml").read_text(encoding="utf-8")
    text = text.replace(
        'title           = { col = "Titel", max = 200 }', 'title = { col = "Titel", on_empty = "clear" }'
    )
    (shop.home.profiles / "bookshop-orders.toml").write_text(text, encoding="utf-8")
    shop.orders("auftraege1.csv", row("A1"))
    shop.orders("auftraege2.csv", row("A1", Titel=""))
    assert shop.all("SELECT title FROM document_line") == [(None,)]


def test_a_new_address_takes_the_place_of_the_old_one(shop: Shop) -> None:
    shop.orders("auftraege1.csv", row("A1"))
    report = shop.orders("auftraege2.csv", row("A1", E_Mail="neu@example.org"))
    assert report.entities["customer"]["changed"] == 1
    assert shop.facts()["contact"][:2] == [
        ("K1", "email", "anna@example.org", 0),
        ("K1", "email", "neu@example.org", 1),
    ]
    shop.orders("auftraege3.csv", row("A1"))
    assert shop.facts()["contact"][:2] == [
        ("K1", "email", "anna@example.org", 1),
        ("K1", "email", "neu@example.org", 0),
    ]


def test_an_address_entered_by_staff_stays(shop: Shop) -> None:
    shop.orders("auftraege1.csv", row("A1"))
    shop.store.write(lambda conn: conn.execute("UPDATE contact SET roles = 'sales' WHERE type = 'email'"))
    shop.orders("auftraege2.csv", row("A1", E_Mail="neu@example.org"))
    assert [active for *_, active in shop.facts()["contact"] if _[1] == "email"] == [1, 1]


def test_an_option_for_good_becomes_the_customers(shop: Shop) -> None:
    shop.orders(
        "auftraege1.csv",
        row("A1", Benachrichtigung="SMS"),
        row("A2", Kundennummer="K2", Benachrichtigung="SMS", Dauerhaft="ja"),
    )
    assert shop.all("SELECT key, notify_option FROM customer ORDER BY key") == [("K1", None), ("K2", "sms")]
    assert shop.all("SELECT notify_option FROM document") == [("sms",), ("sms",)]


def test_keys_are_normalised_and_numbers_kept_as_written(shop: Shop) -> None:
    shop.orders("auftraege1.csv", row("a-17 ", Kundennummer=" k1"))
    report = shop.orders("auftraege2.csv", row("A-17", Titel="Neu"))
    assert (report.created, report.changed) == (0, 1)
    assert shop.all("SELECT key, number FROM document") == [("A-17", "a-17")]


def test_two_numbers_that_become_one_key_stop_the_file(shop: Shop) -> None:
    path = shop.home.profiles / "bookshop-orders.toml"
    text = path.read_text(encoding="utf-8").replace('["strip", "upper"]', '["strip", "strip_zeros"]')
    path.write_text(text, encoding="utf-8")
    report = shop.orders("auftraege1.csv", row("017"), row("17"))
    assert (report.state, report.created) == ("quarantined", 0)
    assert "'017' and '17' become the same key" in report.reason


def test_names_are_composed(shop: Shop) -> None:
    shop.orders("auftraege1.csv", row("A1", Nachname="Mu\u0308ller"))
    assert shop.all("SELECT last_name, name FROM customer") == [("Müller", "Anna Müller")]


def test_an_order_without_a_customer(shop: Shop) -> None:
    report = shop.orders("auftraege1.csv", row("A1", Kundennummer=""))
    assert report.created == 1
    assert shop.all("SELECT customer_id FROM document") == [(None,)]


def test_lines_without_a_number_of_their_own(shop: Shop) -> None:
    shop.profile(
        '[match]\nfiles = ["*.txt"]\n[fields.sales_order]\norder_no = "Nr"\n[fields.order_line]\ntitle = "Titel"\n'
        'qty = "Menge"\n'
    )
    shop.take(shop.lay("x.txt", ["1;Momo;1", "1;Momo;1", "1;Krabat;1"], "Nr;Titel;Menge"))
    assert shop.all("SELECT count(*) FROM document_line") == [(3,)]
    report = shop.take(shop.lay("y.txt", ["1;Krabat;2", "1;Momo;1", "1;Momo;1"], "Nr;Titel;Menge"))
    assert report.entities["order_line"] == {"created": 0, "changed": 1, "unchanged": 2}


# -- bad rows, bad files ----------------------------------------------------------------------------------------------


def test_a_bad_row_is_rejected_alone_and_seen(shop: Shop) -> None:
    bad = row("A2", Menge="1.5.2")
    report = shop.orders("auftraege1.csv", row("A1"), bad, "zu;kurz", row("A3"))
    assert (report.state, report.accepted, report.created) == ("partial", 2, 2)
    assert [(found.line, found.raw) for found in report.rejected] == [(3, bad), (4, "zu;kurz")]
    assert "2 cells where the header has 18" in report.rejected[1].reason
    assert [tuple(found) for found in imports.issues(shop.store.read(), report.file_id or 0)] == [
        (found.line, found.reason, found.raw, "open") for found in report.rejected
    ]
    assert imports.open_issues(shop.store.read())[0]["name"] == "auftraege1.csv"


def test_a_rejected_row_is_asked_again_in_the_next_export(shop: Shop) -> None:
    rows = [row("A1"), row("A2", Status="weg"), row("A3")]
    shop.orders("auftraege1.csv", *rows)
    report = shop.orders("auftraege2.csv", *rows, row("A4"))
    assert [found.line for found in report.rejected] == [3]


def test_a_bad_line_does_not_take_its_order_along(shop: Shop) -> None:
    shop.orders("auftraege1.csv", row("A1"), row("A1", Pos="2", Menge="viele"), row("A1", Pos="3"))
    assert [line for _, line, *_ in shop.facts()["line"]] == ["1", "3"]


def test_too_many_bad_rows_hold_the_file(shop: Shop) -> None:
    rows = [row(f"A{number}", Status="weg" if number % 3 == 0 else "offen") for number in range(12)]
    report = shop.orders("auftraege1.csv", *rows)
    assert (report.state, report.created, report.rejected) == ("held", 0, [])
    assert "4 of 12 rows" in report.reason
    assert shop.facts()["document"] == []
    assert not (shop.inbox / "auftraege1.csv").exists()
    assert (shop.home.quarantine / "auftraege1.csv").exists()
    assert "4 of 12 rows" in (shop.home.quarantine / "auftraege1.csv.reason.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("brief.csv", b"a;b\n1;2\n", "No import profile matches this name ("),
        ("auftraege.csv", b"", "empty"),
        ("auftraege.csv", b"Auftrag;Kundennummer;Titel\n1;2;3\n", "no column 'Auftragsnummer' (nearest: 'Auftrag')"),
        ("auftraege.csv", b"Auftragsnummer,Kundennummer,Titel\n1,2,3\n", "is the delimiter ','?"),
        ("auftraege.csv", "Auftrag".encode("utf-16-le"), "UTF-16 without a byte order mark"),
    ],
)
def test_a_bad_file_is_put_aside_with_the_reason(shop: Shop, name: str, data: bytes, reason: str) -> None:
    path = shop.inbox / name
    path.write_bytes(data)
    report = shop.take(path)
    assert report.state == "quarantined"
    assert reason in report.reason
    assert not path.exists()
    assert (shop.home.quarantine / name).read_bytes() == data
    assert reason in (shop.home.quarantine / f"{name}.reason.txt").read_text(encoding="utf-8")
    assert shop.orders("auftraege9.csv", row("A1")).state == "done", "the next file goes its way"
    assert journal.verify(shop.store.read()).broken_at is None


def test_two_bad_files_of_one_name_both_stay(shop: Shop) -> None:
    for data in (b"a\n", b"b\n"):
        path = shop.inbox / "brief.csv"
        path.write_bytes(data)
        shop.take(path)
    assert {found.name for found in shop.home.quarantine.glob("*.csv")} == {"brief.csv", "brief-2.csv"}


def test_a_file_from_elsewhere_stays_where_it_is(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "brief.csv"
    path.write_text("a;b\n", encoding="utf-8")
    assert shop.take(path).state == "quarantined"
    assert path.exists()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_what_cannot_be_moved_is_not_tried_again(shop: Shop) -> None:
    path = shop.inbox / "brief.csv"
    path.write_text("a;b\n", encoding="utf-8")
    shop.inbox.chmod(0o500)
    try:
        first, second = shop.take(path), shop.take(path)
    finally:
        shop.inbox.chmod(0o700)
    assert any("could not be removed" in warning for warning in first.warnings)
    assert any("Put aside before" in warning for warning in second.warnings)
    assert len(list(shop.home.quarantine.glob("*.csv"))) == 1


def test_links_and_pipes_are_left_alone(shop: Shop, tmp_path: Path) -> None:
    target = tmp_path / "secret.csv"
    target.write_text("geheim\n", encoding="utf-8")
    link = shop.inbox / "auftraege1.csv"
    link.symlink_to(target)
    report = shop.take(link)
    assert report.state == "quarantined"
    assert any("link" in warning for warning in report.warnings)
    assert not shop.home.quarantine.exists() or not list(shop.home.quarantine.iterdir())


def test_a_broken_profile_is_told_and_the_file_stays(shop: Shop) -> None:
    shop.profile("[match]\nfile = []\n", "other")
    path = shop.inbox / "lieferung.csv"
    path.write_text("a;b\n", encoding="utf-8")
    with pytest.raises(CaratError, match=r"other\.toml"):
        shop.take(path)
    assert path.exists()


def test_a_missing_file_and_a_missing_profile(shop: Shop) -> None:
    with pytest.raises(CaratError, match="There is no file"):
        shop.take(shop.inbox / "nichts.csv")
    with pytest.raises(CaratError, match="Did you mean 'bookshop-orders'"):
        shop.take(shop.lay("x.csv", []), profile="bookshop-order")


def test_a_half_written_file_waits_and_is_given_up_in_the_end(shop: Shop) -> None:
    path = shop.inbox / "auftraege1.csv"
    shop.lay("auftraege1.csv", [row("A1")])
    path.write_bytes(path.read_bytes()[:-20])
    report = shop.take(path)
    assert (report.state, path.exists()) == ("waiting", True)
    assert shop.all("SELECT count(*) FROM import_file") == [(0,)]
    old = path.stat().st_mtime - 700
    os.utime(path, (old, old))
    assert shop.take(path).state == "quarantined"


# -- guards -----------------------------------------------------------------------------------------------------------


def test_an_order_does_not_change_its_customer(shop: Shop) -> None:
    shop.orders("auftraege1.csv", row("A1"), row("A2"))
    taken = [row("A1", Kundennummer="K2"), row("A1", Kundennummer="K2", Pos="2")]
    report = shop.orders("auftraege2.csv", *taken, row("A2", Titel="Neu"))
    assert [(found.line, found.raw) for found in report.rejected] == [(2, taken[0]), (3, taken[1])]
    assert "belongs to customer K1" in report.rejected[0].reason
    assert (report.accepted, report.changed) == (1, 1)
    assert [order[:3] for order in shop.facts()["document"]] == [("A1", "order", "K1"), ("A2", "order", "K1")]


def test_a_late_file_moves_nothing_back(shop: Shop) -> None:
    path = shop.home.profiles / "bookshop-orders.toml"
    text = path.read_text(encoding="utf-8").replace(
        "priority = 50", "sequence = '_(?P<seq>\\d{8})\\.csv$'\npriority = 50"
    )
    path.write_text(text, encoding="utf-8")
    shop.orders("auftraege_20260301.csv", row("A1"))
    shop.orders("auftraege_20260303.csv", row("A1", Status="eingetroffen"))
    report = shop.orders("auftraege_20260302.csv", row("A1", Status="bestellt"), row("A2", **GOODS))
    assert any("Late" in warning for warning in report.warnings)
    assert report.events == {}
    assert shop.all("SELECT key, status FROM document ORDER BY key") == [("A1", "ready"), ("A2", "new")]


def test_a_state_that_goes_back_is_told(shop: Shop) -> None:
    shop.orders("auftraege1.csv", row("A1", Status="abgeholt"))
    report = shop.orders("auftraege2.csv", row("A1", Status="eingetroffen"))
    assert any("went back" in warning for warning in report.warnings)


# -- dry run, afterwards ----------------------------------------------------------------------------------------------


def test_a_dry_run_says_everything_and_does_nothing(shop: Shop) -> None:
    shop.orders("auftraege1.csv", row("A1"))
    before = shop.facts(), shop.all("SELECT id, state FROM import_file"), shop.events()
    path = shop.lay("auftraege2.csv", [row("A1", **GOODS), row("A2"), row("A3", Status="weg")])
    dry = shop.take(path, dry_run=True)
    assert (shop.facts(), shop.all("SELECT id, state FROM import_file"), shop.events()) == before
    assert path.exists()
    assert list(shop.home.spool.iterdir()) == []
    real = shop.take(path)
    assert {**dry.json(), "seconds": 0} == {**real.json(), "seconds": 0}
    assert dry.events == {"goods.received": 1, "order.created": 1, "order.ready": 1}


def test_a_dry_run_leaves_a_bad_file_where_it_is(shop: Shop) -> None:
    path = shop.inbox / "brief.csv"
    path.write_text("a;b\n", encoding="utf-8")
    assert shop.take(path, dry_run=True).state == "quarantined"
    assert path.exists()
    assert not (shop.home.quarantine / "brief.csv").exists()


@pytest.mark.parametrize(
    ("after", "gone", "elsewhere"),
    [
        ("keep", False, None),
        ("delete", True, None),
        ("rename", True, "inbox/auftraege1.csv.done.bak"),
        ("move", True, "done/auftraege1.csv"),
    ],
)
def test_what_becomes_of_a_file(shop: Shop, after: str, gone: bool, elsewhere: str | None) -> None:
    path = shop.home.profiles / "bookshop-orders.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('after = "keep"', f'after = "{after}"'), encoding="utf-8")
    report = shop.orders("auftraege1.csv", row("A1"))
    assert (report.state, report.warnings) == ("done", [])
    assert (shop.inbox / "auftraege1.csv").exists() is not gone
    if elsewhere:
        assert (shop.home.root / "watch" / elsewhere).exists()


def test_the_spool_is_empty_afterwards_and_private(shop: Shop) -> None:
    shop.orders("auftraege1.csv", row("A1"))
    assert list(shop.home.spool.iterdir()) == []
    if os.name != "nt":
        assert shop.home.spool.stat().st_mode & 0o077 == 0


def test_a_changed_profile_reads_the_same_file_anew(shop: Shop) -> None:
    path = shop.lay("auftraege1.csv", [row("A1", Status="weg"), row("A2")])
    assert len(shop.take(path).rejected) == 1
    profile = shop.home.profiles / "bookshop-orders.toml"
    text = profile.read_text(encoding="utf-8").replace('"neu" = "new"', '"neu" = "new", "weg" = "cancelled"')
    profile.write_text(text, encoding="utf-8")
    report = shop.take(path)
    assert (report.state, report.created, report.unchanged) == ("done", 1, 1)


def test_preamble_sep_line_and_footer(shop: Shop) -> None:
    shop.profile(
        '[match]\nfiles = ["*.txt"]\n[read]\nskip_when = "^[0-9]+ records"\n'
        '[fields.customer]\ncustomer_no = "Nr"\nname = "Name"\n'
    )
    path = shop.inbox / "kunden.txt"
    path.write_bytes("sep=|\r\nListe vom 1. März\r\n\r\n Nr |Name\r\n1|Anna\r\n1 records\r\n".encode("cp1252"))
    report = shop.take(path)
    assert (report.rows, report.created, report.ignored, report.reason) == (2, 1, 1, "")
    assert shop.all("SELECT key, name FROM customer") == [("1", "Anna")]


def test_numbers_of_another_country(shop: Shop) -> None:
    shop.store.write(lambda conn: settings.put(conn, "shop.country", "SK"))
    shop.orders("auftraege1.csv", row("A1", Mobil="0905 123 456"))
    assert ("K1", "mobile", "+421905123456", 1) in shop.facts()["contact"]


def test_old_news_is_no_news(shop: Shop) -> None:
    shop.orders("auftraege1.csv", row("A1"))
    old = (shop.now - timedelta(days=8)).strftime("%d.%m.%Y")
    report = shop.orders("auftraege2.csv", row("A1", Geliefert=1, WE_Datum=old), row("A2", Datum=old))
    assert report.events == {}


def test_a_copy_of_the_file_under_way_does_not_disturb(shop: Shop) -> None:
    path = shop.lay("auftraege1.csv", [row("A1")])
    shop.take(path)
    shutil.copy(path, shop.inbox / "auftraege1 (1).csv")
    assert shop.take(shop.inbox / "auftraege1 (1).csv").state == "duplicate"
