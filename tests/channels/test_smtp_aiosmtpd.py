"""The same conversation with a server that somebody else wrote (aiosmtpd): login, TLS, many mails, odd bytes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from carat_tui.channels.smtp import SmtpChannel, SmtpSession
from carat_tui.channels.smtp_login import SmtpSettings
from carat_tui.model.message import Answer, Outcome

from .certificates import authority, server_context
from .test_smtp_answers import MAIL, mail


class Box:
    """What the server took."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], bytes]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append((envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content))
        return "250 taken"


def password_is_right(server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: object) -> AuthResult:
    right = isinstance(login, LoginPassword) and (login.login, login.password) == (b"shop", b"pa ss\xc3\xb6")
    return AuthResult(success=right, handled=right)


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def port(box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    (tmp_path / "authority.pem").write_bytes(authority().pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = int(free.getsockname()[1])
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=number,
        tls_context=server_context(tmp_path),
        require_starttls=True,
        auth_required=True,
        authenticator=password_is_right,
    )
    controller.start()
    yield number
    controller.stop()


def opened(port: int, secret: str, auth: str) -> SmtpSession | Answer:
    return SmtpChannel(SmtpSettings("127.0.0.1", port, "starttls", "shop", auth, secret)).open()


@pytest.mark.parametrize("auth", ["plain", "login"])
def test_login_and_many_mails(box: Box, port: int, auth: str) -> None:
    session = opened(port, "pa ssö", auth)
    assert isinstance(session, SmtpSession)
    answers = [session.send(mail(archive="archive@example.org"), lambda: None) for _ in range(10)]
    session.close()
    assert {answer.outcome for answer in answers} == {Outcome.SENT}
    assert box.mails == [("shop@example.org", ["a@example.org", "archive@example.org"], MAIL)] * 10


def test_a_wrong_password(box: Box, port: int) -> None:
    answer = opened(port, "wrong", "plain")
    assert isinstance(answer, Answer)
    assert (answer.outcome, answer.words.count("535")) == (Outcome.ROUTE_ILL, 1)
    assert not box.mails
