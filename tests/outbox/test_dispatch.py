"""Handing over what is due: by which way, in which order of writes, and what is said about it afterwards."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from carat_tui.model.clock import stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.message import ChannelKind
from carat_tui.outbox import acts
from carat_tui.outbox.dispatch import Dispatcher
from carat_tui.store import accounts, journal, settings, suppressions
from carat_tui.store.accounts import Account
from carat_tui.store.database import Store
from tests.channels.mailserver import MailServer

from . import seed
from .conftest import Hands


def files(home: Home, folder: str) -> list[Path]:
    return sorted(path for path in (home.data / folder).rglob("*") if path.is_file())


def paused(store: Store, route: str = "shop") -> Account:
    return accounts.find(store.read(), route)


def test_a_rehearsal_writes_files_and_nothing_leaves(
    store: Store, home: Home, dispatcher: Dispatcher, server: MailServer, now: datetime
) -> None:
    seed.smtp_route(store, server.port)
    for kind in ChannelKind:
        seed.messages(store, 2, now, kind)
    counts = dispatcher.drain()
    assert counts == {"email": {"sent": 2}, "sms": {"sent": 2}, "letter": {"sent": 2}}
    assert [len(files(home, folder)) for folder in ("mail", "sms", "letters")] == [2, 2, 2]
    assert server.seen.connections == 0
    assert dispatcher.drain() == {}


def test_a_live_home_hands_mail_to_its_server(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime
) -> None:
    ids = seed.messages(store, 30, now)
    assert dispatcher.drain() == {"email": {"sent": 30}}
    assert sorted(mail[1] for mail in mail_route.seen.mails) == sorted([f"customer{n}@example.net"] for n in ids)
    assert {mail[0] for mail in mail_route.seen.mails} == {"laden@example.org"}
    sent = seed.row(store, ids[0])
    assert (sent["state"], sent["sent_at"], sent["attempts"], sent["route"]) == ("sent", stamp(now), 1, "shop")
    (attempt,) = seed.attempts(store, ids[0])
    assert (attempt["number"], attempt["outcome"], attempt["words"][:3]) == (1, "sent", "250")
    assert journal.verify(store.read()).broken_at is None


def test_customer_and_documents_know_when_they_were_last_notified(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime
) -> None:
    (message,) = seed.messages(store, 1, now)

    def connect(conn: sqlite3.Connection) -> None:
        conn.execute(
            "INSERT INTO customer (id, source, key, customer_no, first_seen, last_seen)"
            " VALUES (5, 's', 'k', 'k', '', '')"
        )
        conn.execute(
            "INSERT INTO document (id, source, kind, key, number, customer_id, first_seen, last_seen)"
            " VALUES (9, 's', 'order', 'k', 'k', 5, '', '')"
        )
        conn.execute("UPDATE message SET customer_id = 5")
        conn.execute("INSERT INTO message_document VALUES (?, 9)", (message,))

    store.write(connect)
    dispatcher.drain()
    read = store.read()
    assert read.execute("SELECT last_notified_at FROM customer").fetchone()[0] == stamp(now)
    assert read.execute("SELECT last_notified_at FROM document").fetchone()[0] == stamp(now)


def test_the_attempt_is_on_disk_before_the_server_has_the_whole_message(
    store: Store, home: Home, hands: Hands, secret_of: Callable[[Account], str], now: datetime
) -> None:
    seen: list[tuple[str, int]] = []

    def look(_: bytes) -> None:
        with sqlite3.connect(home.database) as conn:
            seen.append(conn.execute("SELECT state, (SELECT count(*) FROM attempt) FROM message").fetchone())
        conn.close()

    with MailServer(on_accept=look) as server:
        seed.live(store)
        seed.smtp_route(store, server.port)
        seed.messages(store, 1, now)
        Dispatcher(store, home, hands, secret_of).drain()
    assert seen == [("sending", 1)]
    assert seed.states(store) == {"sent": 1}


def test_only_what_is_due_and_written_leaves(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime
) -> None:
    seed.messages(store, 1, now, due=now + timedelta(seconds=1))
    (unwritten,) = seed.messages(store, 1, now)
    store.write(lambda conn: conn.execute("UPDATE message SET composed = 0 WHERE id = ?", (unwritten,)))
    assert dispatcher.drain() == {}
    assert seed.states(store) == {"waiting": 2}


@pytest.mark.parametrize(
    ("answer", "state", "minutes"), [("451 later", "waiting", 1), ("550 never", "failed", 0), ("drop", "unclear", 0)]
)
def test_what_the_dot_brings(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime, answer: str, state: str, minutes: int
) -> None:
    mail_route.script["dot"] = answer
    (message,) = seed.messages(store, 1, now)
    dispatcher.drain()
    found = seed.row(store, message)
    assert (found["state"], found["attempts"]) == (state, 1)
    assert found["reason"]
    assert found["due_at"] == stamp(now + timedelta(minutes=minutes))
    assert found["waits_for"] == ("retry" if minutes else None)


def test_the_retry_table_from_the_first_minute_to_giving_up(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, hands: Hands, now: datetime
) -> None:
    mail_route.script["RCPT"] = "451 greylisted"
    (message,) = seed.messages(store, 1, now)
    waits: list[float] = []
    while (found := seed.row(store, message))["state"] == "waiting":
        hands.now = datetime.fromisoformat(found["due_at"])
        dispatcher.drain()
        again = seed.row(store, message)
        waits.append((datetime.fromisoformat(again["due_at"]) - hands.now).total_seconds() / 60)
    assert waits[:5] == [1, 5, 15, 60, 60]
    assert found["state"] == "failed"
    assert "48 hours" in found["reason"]
    assert timedelta(hours=47) < hands.now - now < timedelta(hours=50)


def test_a_person_who_retries_begins_the_table_anew(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, hands: Hands, now: datetime
) -> None:
    mail_route.script["dot"] = "550 never"
    (message,) = seed.messages(store, 1, now)
    dispatcher.drain()
    hands.move(days=5)
    acts.retry(store, [message], who="eva", now=hands.now)
    mail_route.script["dot"] = "451 later"
    dispatcher.drain()
    found = seed.row(store, message)
    assert (found["state"], found["due_at"]) == ("waiting", stamp(hands.now + timedelta(minutes=1)))
    assert found["attempts"] == 2


def test_one_bad_message_delays_no_other(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime
) -> None:
    mail_route.script["RCPT"] = ["550 no such user", "250 ok"]
    mail_route.script["DATA"] = ["503 none", "354 go on"]
    seed.messages(store, 20, now)
    assert dispatcher.drain() == {"email": {"sent": 19, "failed": 1}}


def test_a_wrong_password_pauses_the_route_and_fails_nothing(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, hands: Hands, secrets: dict[str, str], now: datetime
) -> None:
    mail_route.offers = ("AUTH PLAIN",)
    mail_route.script["AUTH"] = "535 bad credentials"
    secrets["shop"] = "wrong"
    seed.smtp_route(store, mail_route.port, auth="plain", user="shop")
    ids = seed.messages(store, 50, now)
    for _ in range(60):
        dispatcher.drain()
        hands.move(minutes=1)
    logins = sum(line.startswith("AUTH") for line in mail_route.seen.commands)
    assert 2 <= logins <= 70
    assert "535" in (paused(store).pause_reason or "")
    untouched = seed.row(store, ids[0])
    assert (untouched["state"], untouched["attempts"]) == ("waiting", 0)
    mail_route.script["AUTH"] = "235 welcome"
    for _ in range(15):
        dispatcher.drain()
        hands.move(minutes=1)
    assert seed.states(store) == {"sent": 50}
    assert paused(store).paused_since is None


def test_a_new_password_is_tried_at_once(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, secrets: dict[str, str], now: datetime
) -> None:
    mail_route.offers = ("AUTH PLAIN",)
    seed.smtp_route(store, mail_route.port, auth="plain", user="shop")
    seed.messages(store, 1, now)
    assert dispatcher.drain() == {"email": {"paused shop": 1}}
    assert "carat secret set" in (paused(store).pause_reason or "")
    secrets["shop"] = "right"
    assert dispatcher.drain() == {}
    acts.secret_changed(store, "shop", who="eva", now=now)
    assert dispatcher.drain() == {"email": {"sent": 1}}


def test_a_secret_that_cannot_be_asked_for_pauses_the_route_with_the_remedy(
    store: Store, home: Home, hands: Hands, mail_route: MailServer, now: datetime
) -> None:
    def locked(_: Account) -> str:
        raise CaratError("The keyring cannot be used: it is locked.", "Unlock it.")

    seed.smtp_route(store, mail_route.port, auth="plain", user="shop")
    seed.messages(store, 1, now)
    assert Dispatcher(store, home, hands, locked).drain() == {}
    assert paused(store).pause_reason == "The keyring cannot be used: it is locked. Unlock it."
    assert seed.states(store) == {"waiting": 1}


def test_a_server_that_is_away_is_looked_for_again(
    store: Store, dispatcher: Dispatcher, hands: Hands, now: datetime
) -> None:
    with MailServer() as gone:
        pass
    seed.live(store)
    seed.smtp_route(store, gone.port)
    seed.messages(store, 3, now)
    probes = []
    for minute in range(60):
        if dispatcher.drain():
            probes.append(minute)
        hands.move(minutes=1)
    assert probes == [0, 1, 6, 21, 36, 51]
    assert seed.states(store) == {"waiting": 3}


def test_the_next_route_takes_over(store: Store, dispatcher: Dispatcher, server: MailServer, now: datetime) -> None:
    seed.live(store)
    with MailServer({"MAIL": "421 not today"}) as ill:
        seed.smtp_route(store, ill.port, "first")
        seed.smtp_route(store, server.port, "second")
        seed.messages(store, 5, now)
        counts = dispatcher.drain()
    assert counts == {"email": {"paused first": 1, "sent": 5}}
    assert len(server.seen.mails) == 5
    assert (paused(store, "first").pause_reason or "").startswith("MAIL: 421")


def test_a_folder_is_no_substitute_for_a_server_that_is_ill(
    store: Store, home: Home, dispatcher: Dispatcher, mail_route: MailServer, now: datetime
) -> None:
    mail_route.script["connect"] = "554 go away"
    seed.messages(store, 1, now)
    dispatcher.drain()
    assert seed.states(store) == {"waiting": 1}
    assert not files(home, "mail")


def test_a_message_that_makes_the_route_ill_lets_the_others_go_first(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, hands: Hands, now: datetime
) -> None:
    mail_route.script["RCPT"] = ["554 5.7.1 Relay access denied", "250 ok"]
    mail_route.script["DATA"] = ["503 none", "354 go on"]
    store.write(lambda conn: settings.put(conn, "outbox.workers", "1"))
    ids = seed.messages(store, 5, now)
    dispatcher.drain()
    hands.move(minutes=1)
    dispatcher.drain()
    order = [mail[1][0] for mail in mail_route.seen.mails]
    assert order == [f"customer{n}@example.net" for n in (*ids[1:], ids[0])]


def test_three_unclear_in_a_row_are_enough(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime
) -> None:
    mail_route.script["dot"] = "drop"
    store.write(lambda conn: settings.put(conn, "outbox.workers", "1"))
    seed.messages(store, 10, now)
    dispatcher.drain()
    assert seed.states(store) == {"unclear": 3, "waiting": 7}
    assert "three messages" in (paused(store).pause_reason or "")


def test_redirected_mail_goes_to_one_address_and_says_so(
    store: Store, home: Home, dispatcher: Dispatcher, mail_route: MailServer, now: datetime
) -> None:
    store.write(lambda conn: settings.set_mode(conn, settings.Mode("redirect", "me@example.org")))
    seed.smtp_route(store, mail_route.port, archive_bcc="archive@example.org")
    (message,) = seed.messages(store, 1, now)
    seed.messages(store, 1, now, ChannelKind.SMS)
    assert dispatcher.drain() == {"email": {"sent": 1}, "sms": {"sent": 1}}
    assert [mail[1] for mail in mail_route.seen.mails] == [["me@example.org"]]
    assert mail_route.seen.mails[0][2] == seed.mime(message)
    found = seed.row(store, message)
    assert (found["to_address"], found["state"]) == (f"customer{message}@example.net", "sent")
    assert "redirected to me@example.org" in found["reason"]
    assert len(files(home, "sms")) == 1


@pytest.mark.parametrize("mode", [settings.Mode("redirect", ""), settings.Mode("lvie"), settings.Mode("")])
def test_a_mode_that_makes_no_sense_lets_nothing_leave(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime, mode: settings.Mode
) -> None:
    seed.messages(store, 1, now)
    store.write(lambda conn: settings.set_mode(conn, mode))
    assert dispatcher.drain() == {}
    assert mail_route.seen.connections == 0


@pytest.mark.parametrize("stop", ["mode", "all", "route"])
def test_paused_means_that_nothing_leaves(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime, stop: str
) -> None:
    seed.messages(store, 2, now)
    if stop == "mode":
        store.write(lambda conn: settings.set_mode(conn, settings.Mode("paused")))
    else:
        acts.pause(store, None if stop == "all" else "shop", who="eva", now=now)
    assert dispatcher.drain() == {}
    assert dispatcher.send_one(1) == {}
    assert mail_route.seen.connections == 0


def test_a_pause_in_the_middle_is_obeyed_before_the_next_message_leaves(
    store: Store, home: Home, hands: Hands, secret_of: Callable[[Account], str], now: datetime
) -> None:
    def pause_after_five(_: bytes) -> None:
        if len(server.seen.mails) == 5:
            acts.pause(store, None, who="eva", now=now)

    with MailServer(on_accept=pause_after_five) as server:
        seed.live(store)
        seed.smtp_route(store, server.port)
        store.write(lambda conn: settings.put(conn, "outbox.workers", "1"))
        seed.messages(store, 50, now)
        dispatcher = Dispatcher(store, home, hands, secret_of)
        dispatcher.drain()
        assert seed.states(store) == {"sent": 5, "waiting": 45}
        acts.resume(store, who="eva", now=now)
        dispatcher.drain()
    assert seed.states(store) == {"sent": 50}


def test_an_objection_that_came_after_writing(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime
) -> None:
    ids = seed.messages(store, 2, now)
    address = f"Customer{ids[0]}@example.net"
    store.write(lambda conn: suppressions.put(conn, "email", address, "objected", stamp(now), "eva"))
    assert dispatcher.drain() == {"email": {"sent": 1, "skipped": 1}}
    skipped = seed.row(store, ids[0])
    assert (skipped["state"], "objected" in skipped["reason"]) == ("skipped", True)
    assert [mail[1] for mail in mail_route.seen.mails] == [[f"customer{ids[1]}@example.net"]]


def test_bytes_that_are_not_the_written_ones_are_held(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime
) -> None:
    (message,) = seed.messages(store, 1, now)
    store.write(lambda conn: conn.execute("UPDATE message_body SET payload = x'00'"))
    assert dispatcher.drain() == {"email": {"held": 1}}
    assert seed.row(store, message)["state"] == "held"


def test_one_message_alone(store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime) -> None:
    ids = seed.messages(store, 3, now)
    assert dispatcher.send_one(ids[1]) == {"email": {"sent": 1}}
    assert [seed.row(store, message)["state"] for message in ids] == ["waiting", "sent", "waiting"]
    assert dispatcher.send_one(ids[1]) == {}


def test_when_nothing_can_be_written_nothing_leaves_and_results_are_kept(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime
) -> None:
    seed.messages(store, 30, now)

    def fill_the_disk(conn: sqlite3.Connection) -> None:
        pages = conn.execute("PRAGMA page_count").fetchone()[0]
        conn.execute(f"PRAGMA max_page_count = {pages + 2}")

    store.write(fill_the_disk)
    with pytest.raises(sqlite3.OperationalError, match="full"):
        for _ in range(50):
            dispatcher.drain()
    accepted = len(mail_route.seen.mails)
    assert accepted < 30
    store.write(lambda conn: conn.execute("PRAGMA max_page_count = 1073741823"))
    dispatcher.drain()
    assert seed.states(store) == {"sent": 30}
    assert len(mail_route.seen.mails) == 30


def test_the_engine_wakes_sends_and_stops(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime
) -> None:
    stop, wake = threading.Event(), threading.Event()
    accepted = threading.Event()
    mail_route._on_accept = lambda _: accepted.set()
    thread = threading.Thread(target=dispatcher.run, args=(stop, wake))
    thread.start()
    seed.messages(store, 1, now)
    wake.set()
    assert accepted.wait(10)
    stop.set()
    wake.set()
    thread.join(10)
    assert not thread.is_alive()
    assert seed.states(store) == {"sent": 1}


def test_a_server_that_hangs_on_one_message_delays_no_other(
    store: Store,
    home: Home,
    dispatcher: Dispatcher,
    mail_route: MailServer,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("carat_tui.outbox.crew._GRACE_S", 0.1)
    stop, wake = threading.Event(), threading.Event()
    hanging, other = threading.Event(), threading.Event()
    mail_route.script["dot"] = ["silence", "250 ok"]
    mail_route._on_accept = lambda _: other.set() if hanging.is_set() else hanging.set()
    (first,) = seed.messages(store, 1, now)
    thread = threading.Thread(target=dispatcher.run, args=(stop, wake))
    thread.start()
    assert hanging.wait(10)
    (sms,) = seed.messages(store, 1, now, ChannelKind.SMS)
    (second,) = seed.messages(store, 1, now)
    wake.set()
    assert other.wait(10)
    while seed.row(store, second)["state"] != "sent" or seed.row(store, sms)["state"] != "sent":
        assert thread.is_alive()
    assert seed.row(store, first)["state"] == "sending"
    stop.set()
    thread.join(10)
    assert seed.row(store, first)["state"] == "unclear"


def test_stopping_breaks_off_a_server_that_does_not_answer(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carat_tui.outbox.crew._GRACE_S", 0.1)
    stop, reached = threading.Event(), threading.Event()
    mail_route.script["dot"] = "silence"
    mail_route._on_accept = lambda _: reached.set()
    (message,) = seed.messages(store, 1, now)
    thread = threading.Thread(target=dispatcher.drain, args=(stop,))
    thread.start()
    assert reached.wait(10)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert seed.row(store, message)["state"] == "unclear"


def test_connections_for_reading_do_not_pile_up(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime
) -> None:
    for _ in range(5):
        seed.messages(store, 8, now)
        dispatcher.drain()
    assert len(store._readers) <= 1
