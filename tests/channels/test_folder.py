"""Folders as ways out: one file per message whatever happens, and evidence after a crash."""

from __future__ import annotations

import mailbox
import sys
from pathlib import Path

import pytest

from carat_tui import channels
from carat_tui.channels.folder import FolderSession
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.message import Answer, Channel, ChannelKind, Outcome, Outgoing

KINDS = ["maildir", "textfile", "hotfolder"]


class Killed(BaseException):
    """Stands for the end of the process at this very place."""


def route(kind: str, root: Path) -> Channel:
    return channels.build(kind, {"folder": "out"}, Home(root))


def item(payload: bytes = b"Subject: x\r\n\r\nHello\r\n") -> Outgoing:
    return Outgoing(7, ChannelKind.EMAIL, "+4915112345678", payload, "2026-03-04-0000007-abcdef01")


def send(channel: Channel, message: Outgoing, about: object = None) -> Answer:
    session = channel.open()
    assert isinstance(session, FolderSession)
    try:
        return session.send(message, about or (lambda: None))  # type: ignore[arg-type]
    finally:
        session.close()


def files(root: Path) -> list[Path]:
    return sorted(path for path in (root / "out").rglob("*") if path.is_file())


@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_same_message_is_one_file(tmp_path: Path, kind: str) -> None:
    channel = route(kind, tmp_path)
    first, second = send(channel, item()), send(channel, item())
    assert [first.outcome, second.outcome] == [Outcome.SENT, Outcome.SENT]
    assert len(files(tmp_path)) == 1
    assert str(files(tmp_path)[0]) in first.words
    assert channel.holds(item()) is True


@pytest.mark.parametrize("kind", KINDS)
def test_killed_at_the_moment_before_the_rename(tmp_path: Path, kind: str) -> None:
    channel = route(kind, tmp_path)

    def killed() -> None:
        raise Killed

    with pytest.raises(Killed):
        send(channel, item(), killed)
    assert channel.holds(item()) is False
    assert send(channel, item()).outcome == Outcome.SENT
    assert (len(files(tmp_path)), channel.holds(item())) == (1, True)


@pytest.mark.parametrize("kind", KINDS)
def test_the_moment_comes_when_the_file_is_whole_and_has_no_name_yet(tmp_path: Path, kind: str) -> None:
    seen: list[tuple[bool, bytes]] = []

    def about() -> None:
        (only,) = files(tmp_path)
        seen.append((only.parent.name == "tmp" or only.suffix == ".part", only.read_bytes()))

    send(route(kind, tmp_path), item(), about)
    ((unfinished, content),) = seen
    assert unfinished
    assert content == files(tmp_path)[0].read_bytes()


def test_a_letter_taken_away_by_the_printer_is_neither_there_nor_not(tmp_path: Path) -> None:
    channel = route("hotfolder", tmp_path)
    send(channel, item(b"%PDF-1.4"))
    files(tmp_path)[0].unlink()
    assert channel.holds(item()) is None


def test_a_mail_that_was_read_is_still_there(tmp_path: Path) -> None:
    channel = route("maildir", tmp_path)
    send(channel, item())
    (new,) = files(tmp_path)
    flags = "!2,S" if sys.platform == "win32" else ":2,S"
    new.rename(tmp_path / "out" / "cur" / (new.name + flags))
    assert channel.holds(item()) is True
    assert "already" in send(channel, item()).words
    assert len(files(tmp_path)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="mailbox.Maildir needs ':' in names")
def test_a_maildir_that_other_programs_can_read(tmp_path: Path) -> None:
    send(route("maildir", tmp_path), item())
    (mail,) = mailbox.Maildir(tmp_path / "out", create=False)
    assert (mail["Subject"], str(mail.get_payload()).strip()) == ("x", "Hello")


def test_an_sms_that_a_person_can_read(tmp_path: Path) -> None:
    send(route("textfile", tmp_path), item("Žluťoučký kůň".encode()))
    (sms,) = files(tmp_path)
    assert sms.suffix == ".txt"
    assert sms.read_text(encoding="utf-8") == "To: +4915112345678\n\nŽluťoučký kůň\n"


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX")
@pytest.mark.parametrize("kind", KINDS)
def test_nobody_else_may_read_the_files(tmp_path: Path, kind: str) -> None:
    send(route(kind, tmp_path), item())
    assert [path.stat().st_mode & 0o077 for path in (tmp_path / "out", *files(tmp_path))] == [0, 0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_cannot_be_made_is_the_routes_fault(tmp_path: Path, kind: str) -> None:
    (tmp_path / "out").write_text("a file stands in the way", encoding="utf-8")
    answer = route(kind, tmp_path).open()
    assert isinstance(answer, Answer)
    assert (answer.outcome, str(tmp_path / "out") in answer.words) == (Outcome.ROUTE_ILL, True)


def test_a_folder_that_vanishes_is_the_routes_fault(tmp_path: Path) -> None:
    session = route("textfile", tmp_path).open()
    assert isinstance(session, FolderSession)
    (tmp_path / "out").rmdir()
    assert session.send(item(), lambda: None).outcome == Outcome.ROUTE_ILL


def test_somebody_elses_file_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    foreign = tmp_path / "out" / f"{item().name}.pdf"
    foreign.write_bytes(b"%PDF-foreign")
    assert send(route("hotfolder", tmp_path), item(b"%PDF-ours")).outcome == Outcome.FAILED
    assert foreign.read_bytes() == b"%PDF-foreign"


def test_there_is_no_such_kind(tmp_path: Path) -> None:
    with pytest.raises(CaratError, match="no kind of route"):
        channels.build("pigeon", {}, Home(tmp_path))
