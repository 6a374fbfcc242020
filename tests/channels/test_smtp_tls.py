"""Encryption and login: verified or not at all, and never a password in clear (reliability G1, R20)."""

from __future__ import annotations

import base64
import ssl
from pathlib import Path

import pytest

from carat_tui.channels.smtp import SmtpChannel, SmtpSession, settings_of
from carat_tui.channels.smtp_login import Limits, SmtpSettings
from carat_tui.model.message import Answer, Outcome

from .certificates import authority, server_context
from .mailserver import MailServer
from .test_smtp_answers import PATIENT, SHORT, mail

SECRET = "k4n4rienvogel"
OFFERS = ("PIPELINING", "STARTTLS", "AUTH PLAIN LOGIN XOAUTH2")


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine trusts the authority of the tests."""
    file = tmp_path / "authority.pem"
    file.write_bytes(authority().pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


def opened(
    server: MailServer, security: str, auth: str = "plain", secret: str = SECRET, limits: Limits = PATIENT
) -> SmtpSession | Answer:
    settings = SmtpSettings("127.0.0.1", server.port, security, "shop@example.org", auth, secret, limits)
    return SmtpChannel(settings).open()


def no_secret_in_clear(server: MailServer) -> None:
    clear = b"".join(server.seen.clear)
    forms = (
        SECRET,
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(f"\0shop@example.org\0{SECRET}".encode()).decode(),
    )
    assert not [form for form in forms if form.encode() in clear]
    assert b"AUTH" not in clear


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("auth", ["plain", "login", "xoauth2"])
def test_a_good_server_gets_login_and_mail(tmp_path: Path, security: str, auth: str) -> None:
    with MailServer(offers=OFFERS, tls=server_context(tmp_path), implicit=security == "tls") as server:
        session = opened(server, security, auth)
        assert isinstance(session, SmtpSession)
        assert [session.send(mail(), lambda: None).outcome for _ in range(3)] == [Outcome.SENT] * 3
        session.close()
    no_secret_in_clear(server)
    said = [line for line in server.seen.commands if line.startswith("AUTH")]
    assert said[0].upper().startswith(f"AUTH {auth.upper()}")


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("kind", ["expired", "early", "other host", "self-signed"])
def test_a_bad_certificate_is_refused(tmp_path: Path, security: str, kind: str) -> None:
    with MailServer(offers=OFFERS, tls=server_context(tmp_path, kind), implicit=security == "tls") as server:
        answer = opened(server, security)
    assert isinstance(answer, Answer)
    assert answer.outcome == Outcome.ROUTE_ILL
    assert "certificate" in answer.words
    assert not server.seen.mails
    no_secret_in_clear(server)


def test_an_authority_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with MailServer(offers=OFFERS, tls=server_context(tmp_path)) as server:
        answer = opened(server, "starttls")
    assert isinstance(answer, Answer)
    assert answer.outcome == Outcome.ROUTE_ILL
    no_secret_in_clear(server)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("reply", ["454 not now", "502 what", "drop", "garbage", "silence", "220 ok\r\n250 injected"])
def test_starttls_that_does_not_come_about(tmp_path: Path, reply: str) -> None:
    with MailServer({"STARTTLS": reply}, offers=OFFERS, tls=server_context(tmp_path)) as server:
        answer = opened(server, "starttls", limits=SHORT if reply == "silence" else PATIENT)
    assert isinstance(answer, Answer)
    assert answer.outcome == Outcome.ROUTE_ILL
    no_secret_in_clear(server)


def test_starttls_that_is_not_offered() -> None:
    with MailServer(offers=("AUTH PLAIN",)) as server:
        answer = opened(server, "starttls")
    assert isinstance(answer, Answer)
    assert answer.outcome == Outcome.ROUTE_ILL
    assert "STARTTLS" in answer.words
    no_secret_in_clear(server)


def test_a_server_that_speaks_plain_text_where_tls_is_expected() -> None:
    with MailServer(offers=OFFERS) as server:
        answer = opened(server, "tls")
    assert isinstance(answer, Answer)
    assert answer.outcome == Outcome.ROUTE_ILL
    no_secret_in_clear(server)


@pytest.mark.usefixtures("trusted")
def test_an_old_protocol_is_refused(tmp_path: Path) -> None:
    context = server_context(tmp_path)
    with pytest.warns(DeprecationWarning):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with MailServer(offers=OFFERS, tls=context, implicit=True) as server:
        answer = opened(server, "tls")
    assert isinstance(answer, Answer)
    assert answer.outcome == Outcome.ROUTE_ILL


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("auth", ["plain", "login", "xoauth2"])
def test_a_refused_login_is_the_routes_fault_and_is_not_repeated_soon(tmp_path: Path, auth: str) -> None:
    refusal: str | list[str] = "535 5.7.8 bad credentials"
    if auth == "xoauth2":
        refusal = ["334 eyJzdGF0dXMiOiI0MDAifQ==", "535 5.7.8 bad credentials"]
    with MailServer({"AUTH": refusal}, offers=OFFERS, tls=server_context(tmp_path)) as server:
        answer = opened(server, "starttls", auth)
    assert isinstance(answer, Answer)
    assert (answer.outcome, answer.retry_after_s) == (Outcome.ROUTE_ILL, 600)
    assert "535" in answer.words
    assert SECRET not in answer.words


def test_without_a_secret_nobody_is_troubled() -> None:
    with MailServer(offers=OFFERS) as server:
        answer = opened(server, "starttls", secret="")
    assert isinstance(answer, Answer)
    assert "carat secret set" in answer.words
    assert server.seen.connections == 0


def test_login_stands_in_for_plain_and_nothing_else(tmp_path: Path, trusted: None) -> None:
    with MailServer(offers=("STARTTLS", "AUTH LOGIN"), tls=server_context(tmp_path)) as server:
        session = opened(server, "starttls", "plain")
        assert isinstance(session, SmtpSession)
        session.close()
        answer = opened(server, "starttls", "xoauth2")
    assert isinstance(answer, Answer)
    assert "xoauth2" in answer.words


def test_the_secret_is_not_in_what_settings_show() -> None:
    config = {"host": "mail.example.org", "port": "", "security": "tls", "user": "u", "auth": "plain"}
    settings = settings_of(config, SECRET)
    assert (settings.port, SECRET in repr(settings)) == (465, False)
