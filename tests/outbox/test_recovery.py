"""After a crash: evidence settles what it can, the rest is unclear, and a message that kills is put aside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from carat_tui import channels
from carat_tui.channels.folder import FolderSession
from carat_tui.channels.smtp import SmtpSession
from carat_tui.model.home import Home
from carat_tui.model.message import Answer, ChannelKind, Outgoing
from carat_tui.outbox import invariants
from carat_tui.outbox.dispatch import Dispatcher
from carat_tui.store import accounts
from carat_tui.store import messages as queue
from carat_tui.store.accounts import Account
from carat_tui.store.database import Store
from tests.channels.mailserver import MailServer

from . import seed
from .conftest import Hands

FOLDERS = {ChannelKind.EMAIL: "mailbox", ChannelKind.SMS: "sms-files", ChannelKind.LETTER: "letter-folder"}


class Killed(BaseException):
    """Stands for the end of the process at this very place."""


def begun(store: Store, message: int, route: str, now: datetime) -> None:
    """What is on disk when the program ends right before the irrevocable moment."""
    payload = queue.payload(store.read(), message)
    assert payload is not None
    store.write(partial(queue.begin_attempt, message_id=message, route=route, at=now.isoformat(), sha256=payload[1]))


def handed_to_folder(store: Store, home: Home, message: int, kind: ChannelKind, *, killed_before_rename: bool) -> None:
    account = accounts.find(store.read(), FOLDERS[kind])
    session = channels.build(account.kind, account.config, home).open()
    assert isinstance(session, FolderSession)
    due = queue.due_alone(store.read(), message, "9999")
    payload = queue.payload(store.read(), message)
    assert due is not None
    assert payload is not None

    def about() -> None:
        begun(store, message, account.name, datetime.fromisoformat(due.due_at))
        if killed_before_rename:
            raise Killed

    item = Outgoing(message, kind, due.to, payload[0], due.name)
    if killed_before_rename:
        with pytest.raises(Killed):
            session.send(item, about)
    else:
        session.send(item, about)


def files(home: Home) -> list[Path]:
    folders = [home.data / name for name in ("mail", "sms", "letters")]
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("kind", list(ChannelKind))
def test_killed_after_the_file_was_there(
    store: Store, home: Home, dispatcher: Dispatcher, now: datetime, kind: ChannelKind
) -> None:
    (message,) = seed.messages(store, 1, now, kind)
    handed_to_folder(store, home, message, kind, killed_before_rename=False)
    assert dispatcher.recover() == {"sent": 1}
    assert seed.row(store, message)["state"] == "sent"
    assert dispatcher.drain() == {}
    assert len(files(home)) == 1


@pytest.mark.parametrize("kind", list(ChannelKind))
def test_killed_before_the_file_was_there(
    store: Store, home: Home, dispatcher: Dispatcher, now: datetime, kind: ChannelKind
) -> None:
    (message,) = seed.messages(store, 1, now, kind)
    handed_to_folder(store, home, message, kind, killed_before_rename=True)
    assert dispatcher.recover() == {"again": 1}
    assert dispatcher.drain() == {kind: {"sent": 1}}
    assert len(files(home)) == 1
    assert [row["outcome"] for row in seed.attempts(store, message)] == ["died", "sent"]


def test_a_letter_that_somebody_took_away_is_unclear(
    store: Store, home: Home, dispatcher: Dispatcher, now: datetime
) -> None:
    (message,) = seed.messages(store, 1, now, ChannelKind.LETTER)
    handed_to_folder(store, home, message, ChannelKind.LETTER, killed_before_rename=False)
    files(home)[0].unlink()
    assert dispatcher.recover() == {"unclear": 1}
    assert "taken" in seed.row(store, message)["reason"]
    assert dispatcher.drain() == {}


def test_killed_while_a_server_had_the_message(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime
) -> None:
    ids = seed.messages(store, 3, now)
    begun(store, ids[1], "shop", now)
    assert dispatcher.recover() == {"unclear": 1}
    assert "nobody knows" in seed.row(store, ids[1])["reason"]
    assert dispatcher.drain() == {"email": {"sent": 2}}
    assert [f"customer{ids[1]}@example.net"] not in [mail[1] for mail in mail_route.seen.mails]
    assert dispatcher.recover() == {}


def test_a_route_that_is_gone_can_give_no_evidence(
    store: Store, dispatcher: Dispatcher, mail_route: MailServer, now: datetime
) -> None:
    (message,) = seed.messages(store, 1, now)
    begun(store, message, "shop", now)
    store.write(lambda conn: accounts.remove(conn, "shop"))
    assert dispatcher.recover() == {"unclear": 1}


def test_a_message_that_ends_the_program_twice_is_put_aside(
    store: Store, home: Home, dispatcher: Dispatcher, hands: Hands, now: datetime
) -> None:
    (message,) = seed.messages(store, 1, now, ChannelKind.SMS)
    for _ in range(2):
        handed_to_folder(store, home, message, ChannelKind.SMS, killed_before_rename=True)
        dispatcher.recover()
        hands.move(minutes=5)
    found = seed.row(store, message)
    assert (found["state"], "twice" in found["reason"]) == ("held", True)
    assert dispatcher.drain() == {}


def test_a_message_that_makes_the_worker_fail_twice_is_put_aside_and_the_others_leave(
    store: Store,
    dispatcher: Dispatcher,
    mail_route: MailServer,
    hands: Hands,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = seed.messages(store, 4, now)
    real = SmtpSession.send

    def failing(self: SmtpSession, item: Outgoing, about: Callable[[], None]) -> Answer:
        if item.id == ids[0]:
            raise ZeroDivisionError("a defect of ours")
        return real(self, item, about)

    monkeypatch.setattr(SmtpSession, "send", failing)
    assert dispatcher.drain() == {"email": {"sent": 3, "died": 1}}
    hands.move(minutes=2)
    assert dispatcher.drain() == {"email": {"died": 1}}
    found = seed.row(store, ids[0])
    assert (found["state"], "a defect of ours" in found["reason"]) == ("held", True)
    assert {row["state"] for row in (seed.row(store, message) for message in ids[1:])} == {"sent"}


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        ("UPDATE message SET state = 'sent' WHERE id = 1", "a sent message has an attempt"),
        ("UPDATE message SET state = 'sending' WHERE id = 1", "no message is being handed over while"),
        ("UPDATE message SET state = 'unclear' WHERE id = 1", "says why"),
        ("UPDATE message SET due_at = NULL WHERE id = 1", "has a time"),
        ("UPDATE message SET waits_for = 'retry', due_at = '2027' WHERE id = 1", "more than a day"),
        ("UPDATE message SET message_ref = '<2@example.org>' WHERE id = 1", "Message-ID"),
        ("DELETE FROM message_body WHERE message_id = 1", "has its bytes"),
        (
            "INSERT INTO attempt (message_id, number, route, started_at, outcome, words, ended_at, sha256)"
            " SELECT 1, n, 'r', '', 'sent', 'ok', '', '' FROM (SELECT 1 n UNION SELECT 2)",
            "accepted twice",
        ),
        (
            "INSERT INTO attempt (message_id, number, route, started_at, sha256) VALUES (1, 1, 'r', '', '')",
            "an attempt without a result",
        ),
    ],
)
def test_what_must_not_be_is_found(store: Store, now: datetime, damage: str, rule: str) -> None:
    seed.messages(store, 2, now)
    assert invariants.check(store.read(), now, engine_runs=False) == []
    store.write(lambda conn: conn.execute(damage))
    found = invariants.check(store.read(), now + timedelta(minutes=1), engine_runs=False)
    assert [1 in finding.ids or 2 in finding.ids for finding in found if rule in finding.rule] == [True], found


def test_secret_of_is_not_asked_by_recovery(store: Store, home: Home, hands: Hands, now: datetime) -> None:
    def asked(_: Account) -> str:
        raise AssertionError("recovery must not wait for a keyring")

    (message,) = seed.messages(store, 1, now)
    begun(store, message, "shop", now)
    assert Dispatcher(store, home, hands, asked).recover() == {"unclear": 1}
