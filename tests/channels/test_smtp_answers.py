"""What is claimed about a message for every behaviour of a server at every stage (reliability §3.2)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from carat_tui.channels.smtp import SmtpChannel, SmtpSession
from carat_tui.channels.smtp_login import Limits, SmtpSettings
from carat_tui.model.message import Answer, ChannelKind, Outcome, Outgoing

from .mailserver import MailServer

SHORT = Limits(connect=2, command=0.4, dot=0.4, opening=1.0, envelope=1.0)
PATIENT = Limits(connect=20, command=20, dot=20, opening=40, envelope=40)
NEVER_ENDING = ("silence", "drip", "flood", "shut")
"""Behaviours that only a time limit ends; everything else is judged by what was seen, however slow the machine."""
MAIL = (
    b"From: shop@example.org\r\nTo: a@example.org\r\nSubject: x\r\nMessage-ID: <1@example.org>\r\n\r\n"
    b"Hello\r\n.\r\n..dots\r\nbye\r\n"
)
BIG = MAIL + (b"x" * 70 + b"\r\n") * 300_000
"""More than the buffers of two sockets hold: it cannot leave before the server has reacted."""
_NUMBERS = itertools.count(1)

SENT, RETRY, FAILED = Outcome.SENT, Outcome.RETRY, Outcome.FAILED
UNCLEAR, ILL = Outcome.UNCLEAR, Outcome.ROUTE_ILL


def mail(to: str = "a@example.org", payload: bytes = MAIL, archive: str = "") -> Outgoing:
    number = next(_NUMBERS)
    return Outgoing(number, ChannelKind.EMAIL, to, payload, f"m{number}", "shop@example.org", archive)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


def channel(server: MailServer, limits: Limits = PATIENT) -> SmtpChannel:
    return SmtpChannel(SmtpSettings("127.0.0.1", server.port, "none", limits=limits))


def handed(server: MailServer, *items: Outgoing, limits: Limits = PATIENT) -> tuple[list[Answer], int]:
    """Send through one session; the answers and how often the irrevocable moment was announced."""
    session = channel(server, limits).open()
    if isinstance(session, Answer):
        return [session], 0
    moments = 0

    def about() -> None:
        nonlocal moments
        moments += 1

    try:
        return [session.send(item, about) for item in items or (mail(),)], moments
    finally:
        session.close()


@pytest.mark.parametrize(
    ("stage", "behaviour", "outcome", "announced"),
    [
        ("connect", "421 too busy", ILL, 0),
        ("connect", "554 no service", ILL, 0),
        ("connect", "drop", ILL, 0),
        ("connect", "garbage", ILL, 0),
        ("connect", "silence", ILL, 0),
        ("connect", "drip", ILL, 0),
        ("connect", "flood", ILL, 0),
        ("EHLO", "502 what", ILL, 0),
        ("EHLO", "drop", ILL, 0),
        ("EHLO", "drip", ILL, 0),
        ("EHLO", "flood", ILL, 0),
        ("MAIL", "421 later", ILL, 0),
        ("MAIL", "451 later", RETRY, 0),
        ("MAIL", "530 log in first", ILL, 0),
        ("MAIL", "550 5.4.5 daily limit", ILL, 0),
        ("MAIL", "553 sender not allowed", ILL, 0),
        ("MAIL", "552 too big", FAILED, 0),
        ("MAIL", "drop", RETRY, 0),
        ("MAIL", "garbage", RETRY, 0),
        ("MAIL", "silence", RETRY, 0),
        ("MAIL", "drip", RETRY, 0),
        ("MAIL", "flood", RETRY, 0),
        ("RCPT", "450 greylisted", RETRY, 0),
        ("RCPT", "550 no such user", FAILED, 0),
        ("RCPT", "554 5.7.1 Relay access denied", ILL, 0),
        ("RCPT", "421 bye", ILL, 0),
        ("RCPT", "drop", RETRY, 0),
        ("RCPT", "garbage", RETRY, 0),
        ("RCPT", "silence", RETRY, 0),
        ("DATA", "451 later", RETRY, 0),
        ("DATA", "554 no", FAILED, 0),
        ("DATA", "250 odd", RETRY, 0),
        ("DATA", "drop", RETRY, 0),
        ("DATA", "garbage", RETRY, 0),
        ("DATA", "silence", RETRY, 0),
        ("dot", "250 fine", SENT, 1),
        ("dot", "451 later", RETRY, 1),
        ("dot", "554 spam", FAILED, 1),
        ("dot", "421 closing", ILL, 1),
        ("dot", "535 who are you", ILL, 1),
        ("dot", "354 what", UNCLEAR, 1),
        ("dot", "drop", UNCLEAR, 1),
        ("dot", "half", UNCLEAR, 1),
        ("dot", "shut", UNCLEAR, 1),
        ("dot", "garbage", UNCLEAR, 1),
        ("dot", "silence", UNCLEAR, 1),
        ("dot", "drip", UNCLEAR, 1),
        ("dot", "flood", UNCLEAR, 1),
    ],
)
@pytest.mark.parametrize("offers", [("PIPELINING", "8BITMIME"), ()], ids=["pipelined", "one-by-one"])
def test_every_stage_and_behaviour(
    server: MailServer, stage: str, behaviour: str, outcome: Outcome, announced: int, offers: tuple[str, ...]
) -> None:
    server.offers = offers
    server.script[stage] = behaviour
    (answer,), moments = handed(server, limits=SHORT if behaviour in NEVER_ENDING else PATIENT)
    assert (answer.outcome, moments) == (outcome, announced), answer.words
    assert answer.words
    assert "\x1b" not in answer.words
    assert "\n" not in answer.words


def test_a_connection_refused_is_the_routes_fault() -> None:
    with MailServer() as gone:
        pass
    opened = channel(gone).open()
    assert isinstance(opened, Answer)
    assert opened.outcome == ILL
    assert "cannot be reached" in opened.words


def test_an_unknown_name_is_the_routes_fault() -> None:
    opened = SmtpChannel(SmtpSettings("no-such-host.invalid", 25, "starttls", limits=SHORT)).open()
    assert isinstance(opened, Answer)
    assert opened.outcome == ILL
    assert "no-such-host.invalid" in opened.words


def test_the_bytes_arrive_as_they_were_written(server: MailServer) -> None:
    (answer,), moments = handed(server)
    assert server.seen.mails == [("shop@example.org", ["a@example.org"], MAIL)]
    assert (answer.outcome, answer.words, answer.reference, moments) == (SENT, "250 2.0.0 Ok: queued as 1", "1", 1)


def test_one_connection_carries_many_messages(server: MailServer) -> None:
    answers, _ = handed(server, *(mail() for _ in range(20)))
    assert {answer.outcome for answer in answers} == {SENT}
    assert server.seen.connections == 1
    assert not [line for line in server.seen.commands if line in ("RSET", "NOOP")]


@pytest.mark.parametrize("last_words", ["drop", "421 too many messages in one connection"])
def test_a_server_that_ends_a_used_connection_gets_a_new_one(server: MailServer, last_words: str) -> None:
    server.script["MAIL"] = ["250 ok", last_words, "250 ok"]
    answers, moments = handed(server, mail(), mail(), mail())
    assert [answer.outcome for answer in answers] == [SENT, SENT, SENT]
    assert (server.seen.connections, moments) == (2, 3)


@pytest.mark.parametrize("offers", [("PIPELINING",), ()], ids=["pipelined", "one-by-one"])
def test_after_a_refused_message_the_next_one_leaves(server: MailServer, offers: tuple[str, ...]) -> None:
    server.offers = offers
    server.script["RCPT"] = ["550 no such user", "250 ok"]
    server.script["DATA"] = ["503 no recipient", "354 go on"] if offers else "354 go on"
    answers, moments = handed(server, mail(), mail())
    assert [answer.outcome for answer in answers] == [FAILED, SENT]
    assert (len(server.seen.mails), moments) == (1, 1)


def test_a_server_that_wants_the_body_of_a_refused_message_gets_none(server: MailServer) -> None:
    server.script["RCPT"] = ["550 no such user", "250 ok"]
    answers, _ = handed(server, mail(), mail("b@example.org"))
    assert [answer.outcome for answer in answers] == [FAILED, SENT]
    assert [mail[1] for mail in server.seen.mails] == [["b@example.org"]]


def test_a_server_that_hangs_up_during_the_body_accepted_nothing(server: MailServer) -> None:
    server.script["body"] = "drop"
    server.offers = ("PIPELINING",)
    (answer,), moments = handed(server, mail(payload=BIG))
    assert (answer.outcome, moments) == (RETRY, 0)


def test_a_server_that_speaks_during_the_body_gets_no_dot(server: MailServer) -> None:
    server.script["body"] = "451 out of disk"
    server.offers = ("PIPELINING",)
    (answer,), moments = handed(server, mail(payload=BIG))
    assert (answer.outcome, moments) == (RETRY, 0)


def test_what_the_announcement_raises_goes_through_and_nothing_is_handed_over(server: MailServer) -> None:
    class NoDisk(Exception):
        pass

    def about() -> None:
        raise NoDisk

    session = channel(server).open()
    assert isinstance(session, SmtpSession)
    with pytest.raises(NoDisk):
        session.send(mail(), about)
    assert session.send(mail("b@example.org"), lambda: None).outcome == SENT
    session.close()
    assert [mail[1] for mail in server.seen.mails] == [["b@example.org"]]


def test_the_archive_is_a_second_recipient_of_the_same_transaction(server: MailServer) -> None:
    handed(server, mail(archive="archive@example.org"))
    assert [mail[1] for mail in server.seen.mails] == [["a@example.org", "archive@example.org"]]


@pytest.mark.parametrize("offers", [("PIPELINING",), ()], ids=["pipelined", "one-by-one"])
def test_a_full_archive_does_not_stop_the_message(server: MailServer, offers: tuple[str, ...]) -> None:
    server.offers = offers
    server.script["RCPT"] = ["250 ok", "552 archive full"]
    (answer,), _ = handed(server, mail(archive="archive@example.org"))
    assert answer.outcome == SENT
    assert [mail[1] for mail in server.seen.mails] == [["a@example.org"]]


@pytest.mark.parametrize(
    "to",
    [
        "a@example.org, boss@evil.example",
        "a@example.org>\r\nRCPT TO:<y@evil.example",
        "alice@example.org)bob@evil.example",
        '"b@evil.example" <a@example.org>',
        "a@example.org\x00",
        "a\u2028b@example.org",
        "a@@example.org",
        "",
    ],
)
def test_only_one_plain_address_ever_reaches_the_wire(server: MailServer, to: str) -> None:
    (answer,), moments = handed(server, mail(to))
    assert (answer.outcome, moments) == (FAILED, 0)
    assert not [line for line in server.seen.commands if line.startswith(("MAIL", "RCPT"))]


@pytest.mark.parametrize(
    ("payload", "word"),
    [
        (b"Subject: x\r\n\r\nsmuggled\n.\nMAIL FROM:<x@evil.example>\r\n", "line end"),
        (b"Subject: x\r\n\r\nbare\rreturn\r\n", "line end"),
        (b"Subject: x\r\n\r\n" + b"x" * 999 + b"\r\n", "998"),
        (b"Subject: x\r\n\r\n" + b"y\r\n" * 400_000, "1000000"),
    ],
)
def test_bytes_that_could_be_read_in_two_ways_are_not_sent(server: MailServer, payload: bytes, word: str) -> None:
    (answer,), _ = handed(server, mail(payload=payload))
    assert answer.outcome == FAILED
    assert word in answer.words


def test_eight_bit_text_needs_a_server_that_takes_it(server: MailServer) -> None:
    payload = b"Subject: x\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n"
    (answer,), _ = handed(server, mail(payload=payload))
    assert answer.outcome == SENT
    assert any(line.endswith("BODY=8BITMIME") for line in server.seen.commands)
    server.offers = ()
    (answer,), _ = handed(server, mail(payload=payload))
    assert answer.outcome == FAILED


def test_letters_beyond_ascii_in_an_address(server: MailServer) -> None:
    (answer,), _ = handed(server, mail("jürgen@example.org"))
    assert answer.outcome == FAILED
    assert "SMTPUTF8" in answer.words
    (answer,), _ = handed(server, mail("kontakt@bücher.example"))
    assert answer.outcome == SENT
    assert server.seen.mails[-1][1] == ["kontakt@xn--bcher-kva.example"]
    server.offers = ("SMTPUTF8",)
    (answer,), _ = handed(server, mail("jürgen@example.org"))
    assert answer.outcome == SENT
    assert server.seen.mails[-1][1] == ["jürgen@example.org"]
