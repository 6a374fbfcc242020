"""``carat outbox``: lists, one message whole, and every act of a person."""

from __future__ import annotations

import email
import email.policy
import hashlib
import os
import subprocess
import sys
from typing import Any

import pytest

from carat_tui.model.home import Home
from tests.cli.door import REPOSITORY, carat

_KEYS = """
id key event documents customer_no channel to subject state reason waits_for due_at created_at sent_at attempts route
message_id parts cost template template_version merged_into
"""
KEYS = set(_KEYS.split())
"""What CLI.md promises of a message."""


def listed(home: Home, *arguments: str) -> list[dict[str, Any]]:
    """``outbox list --json``."""
    said = carat("outbox", "list", "--json", *arguments, home=home)
    assert said.code == 0, said.err
    found: list[dict[str, Any]] = said.json
    return found


def ids(home: Home, *arguments: str) -> list[int]:
    """The ids of the messages listed."""
    return [message["id"] for message in listed(home, *arguments)]


def test_the_list_has_the_keys_of_the_contract_newest_first(planned: Home) -> None:
    found = listed(planned)
    assert [m["id"] for m in found] == [2, 1]
    assert all(set(m) >= KEYS for m in found)
    first = found[1]
    assert first["documents"] == ["A-1", "A-2"]
    assert (first["customer_no"], first["channel"], first["to"]) == ("501", "email", "eins@example.org")
    assert (first["state"], first["waits_for"], first["event"]) == ("waiting", "merge", "goods.received")
    assert first["due_at"] == "2026-03-04T10:32:00+01:00"


def test_every_filter_narrows_the_list(planned: Home) -> None:
    carat("outbox", "hold", "2", home=planned)
    assert ids(planned, "--state", "held") == [2]
    assert ids(planned, "--state", "held", "--state", "waiting", "--state", "held") == [2, 1]
    assert ids(planned, "--customer", "501") == [1]
    assert ids(planned, "--customer", "501", "--state", "held") == []
    assert ids(planned, "--event", "goods.received") == [2, 1]
    assert ids(planned, "--event", "order.created") == []
    assert ids(planned, "--since", "2026-03-04") == [2, 1]
    assert ids(planned, "--since", "2026-03-05") == []
    assert ids(planned, "--search", "EINS@example") == [1]
    assert ids(planned, "--search", "kundin 502") == [2]
    assert ids(planned, "--search", "A-3") == [2]
    assert ids(planned, "--search", "100%_'\"; drop table") == []
    assert ids(planned, "--limit", "1") == [2]
    assert ids(planned, "--limit", "1", "--after", "2") == [1]
    assert carat("outbox", "list", "--customer", "999", home=planned).code == 2
    assert carat("outbox", "list", "--state", "gone", home=planned).code == 2


def test_one_message_whole(sent: Home) -> None:
    found = carat("outbox", "show", "1", "--json", home=sent).json
    assert set(found) >= KEYS | {"text", "html", "attachments", "attempt_list", "history"}
    assert "Effi Briest" in found["text"]
    assert "<" in found["html"]
    (attempt,) = found["attempt_list"]
    assert set(attempt) == {"started_at", "ended_at", "outcome", "words", "route"}
    assert (attempt["outcome"], attempt["route"]) == ("sent", "mailbox")
    assert {h["what"] for h in found["history"]} >= {"planned", "composed", "attempt: sent"}
    assert carat("outbox", "show", "2", "--json", home=sent).json["html"] is None
    for_people = carat("outbox", "show", "1", home=sent).out
    assert "Effi Briest" in for_people
    assert "written to" in for_people
    assert carat("outbox", "show", "77", home=sent).code == 2


def test_raw_are_the_very_bytes_that_left(sent: Home) -> None:
    words = [sys.executable, "-m", "carat_tui", "--home", str(sent.root), "outbox", "show", "1", "--raw"]
    raw = subprocess.run(words, capture_output=True, cwd=REPOSITORY, check=True).stdout
    (file,) = (sent.data / "mail" / "new").iterdir()
    assert raw == file.read_bytes()
    assert email.message_from_bytes(raw, policy=email.policy.default)["To"] == "eins@example.org"


def test_what_is_not_written_yet_has_no_bytes(planned: Home) -> None:
    said = carat("outbox", "show", "1", "--raw", home=planned)
    assert said.code == 2
    assert "not written yet" in said.err


def test_attachments_come_out_as_they_went_in(home: Home) -> None:
    content = b"%PDF-1.4\nRechnung\n%%EOF\n"
    file = home.root / "Rechnung 17.pdf"
    file.write_bytes(content)
    said = carat(
        "send", "--to", "kunde@example.org", "--channel", "email", "--subject", "Rechnung", "--text", "Anbei.",
        "--attach", str(file), "--json", home=home,
    )  # fmt: skip
    assert said.code == 0, said.err
    number = str(said.json["id"])
    (attached,) = carat("outbox", "show", number, "--json", home=home).json["attachments"]
    assert (attached["bytes"], attached["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    words = [sys.executable, "-m", "carat_tui", "--home", str(home.root), "outbox", "show", number]
    words += ["--attachment", attached["name"]]
    assert subprocess.run(words, capture_output=True, cwd=REPOSITORY, check=True).stdout == content
    assert carat("outbox", "show", number, "--attachment", "other.pdf", home=home).code == 2


def test_hold_release_cancel(planned: Home) -> None:
    said = carat("outbox", "hold", "1", "2", "--why", "fragt erst", "--json", home=planned)
    assert [m["state"] for m in said.json] == ["held", "held"]
    assert said.json[0]["reason"] == "fragt erst"
    assert carat("outbox", "hold", "1", home=planned).code == 2
    assert carat("outbox", "cancel", "2", "--json", home=planned).json[0]["state"] == "cancelled"
    assert carat("outbox", "release", "1", "2", home=planned).code == 2
    assert listed(planned)[1]["state"] == "held"  # for all of them or for none
    assert carat("outbox", "release", "1", "--json", home=planned).json[0]["state"] == "waiting"
    carat("outbox", "hold", "1", home=planned)
    assert carat("outbox", "release", home=planned).code == 2
    assert carat("outbox", "release", "1", "--all-held", home=planned).code == 2
    assert [m["id"] for m in carat("outbox", "release", "--all-held", "--json", home=planned).json] == [1]
    assert carat("outbox", "cancel", "--all-held", "--json", home=planned).json == []
    assert carat("outbox", "hold", home=planned).code == 2
    assert carat("outbox", "hold", "x", home=planned).code == 2
    assert carat("outbox", "retry", "77", home=planned).code == 2


def test_resolve_is_for_unclear_ones_and_needs_a_why(sent: Home) -> None:
    assert carat("outbox", "resolve", "1", "--as", "sent", home=sent).code == 2
    assert carat("outbox", "resolve", "1", "--as", "sent", "--why", " ", home=sent).code == 2
    said = carat("outbox", "resolve", "1", "--as", "sent", "--why", "gesehen", home=sent)
    assert said.code == 2
    assert "unclear" in said.err


def test_pause_and_resume(home: Home) -> None:
    assert carat("outbox", "pause", "mailbox", "--all", home=home).code == 2
    assert carat("outbox", "pause", "nowhere", home=home).code == 2
    assert carat("outbox", "pause", "mailbox", "--why", "Inventur", "--json", home=home).json == {"paused": "mailbox"}
    (route,) = [a for a in carat("account", "list", "--json", home=home).json if a["name"] == "mailbox"]
    assert route["pause_reason"] == "Inventur"
    assert carat("outbox", "pause", "--json", home=home).json == {"paused": "all"}
    assert carat("outbox", "resume", "--json", home=home).json == {"resumed": ["all", "mailbox"]}
    assert carat("outbox", "resume", "--json", home=home).json == {"resumed": []}


HOSTILE = [
    "[b]x",
    "[/b]",
    "[@click=app.quit]",
    "\x1b]0;t\x07\x1b[2J",
    "{{7*7}}",
    "=?utf-8?q?a=0D=0ABcc:_x@evil.example?=",
    "Müller & Söhne <GmbH>",
    "a\u202eb\u200bc",
    "\x9b31m",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_is_shown_and_not_obeyed(home: Home, text: str) -> None:
    said = carat(
        "send", "--to", "kunde@example.org", "--channel", "email", "--subject", text, "--text", text, home=home
    )
    assert said.code == 0, said.err
    seen = [carat("outbox", *words, home=home) for words in (("list",), ("show", "1"), ("list", "--search", text))]
    for shown in (said, *seen, carat("journal", home=home), carat("explain", "message:1", home=home)):
        assert not any(char in shown.out + shown.err for char in "\x1b\x07\x9b\u202e\u200b"), shown.out
    raw = carat("outbox", "show", "1", "--json", home=home).json
    assert raw["text"].strip()
    assert "Bcc" not in (raw["subject"] or "") or "=0D" in raw["subject"]


def test_colour_only_on_a_terminal(sent: Home) -> None:
    pty = pytest.importorskip("pty")
    for extra, colourful in (({}, True), ({"NO_COLOR": "1"}, False)):
        master, slave = pty.openpty()
        words = [sys.executable, "-m", "carat_tui", "--home", str(sent.root), "outbox", "list"]
        environment = {**os.environ, "TERM": "xterm-256color", **extra}
        subprocess.run(words, stdout=slave, cwd=REPOSITORY, env=environment, check=True)
        os.close(slave)
        shown = b""
        while chunk := _read(master):
            shown += chunk
        os.close(master)
        assert (b"\x1b[" in shown) == colourful
        assert b"sent" in shown


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux says that the other end is closed
        return b""


def test_several_states_after_one_option(sent: Home) -> None:
    for words in (["--state", "sent,held"], ["--state", "sent", "--state", "held"]):
        assert [m["state"] for m in carat("outbox", "list", "--json", *words, home=sent).json] == ["sent", "sent"]
    said = carat("outbox", "list", "--state", "sent,lost", home=sent)
    assert said.code == 2
    assert "'lost'" in said.err
    assert "unclear" in said.err


def test_a_filter_by_name_shows_what_it_means_and_others_narrow_it(planned: Home) -> None:
    carat("outbox", "hold", "2", home=planned)
    assert ids(planned, "--filter", "needs me") == [2]
    assert ids(planned, "--filter", "Waiting") == [1]
    assert ids(planned, "--channel", "sms") == [2]
    assert ids(planned, "--filter", "needs me", "--channel", "email") == []
    assert ids(planned, "--filter", "needs me", "--state", "held,sent") == [2]
    said = carat("outbox", "list", "--filter", "needs me", "--state", "sent", home=planned)
    assert (said.code, "none of these states, only held" in said.err) == (2, True)
    said = carat("outbox", "list", "--filter", "nonsense", home=planned)
    assert (said.code, "There are: all, needs me" in said.err) == (2, True)


def test_the_shops_own_filters_are_kept_renamed_and_deleted(planned: Home) -> None:
    save = ("outbox", "filter", "save", "texts", "--channel", "sms", "--since", "today")
    assert carat(*save, home=planned).code == 0
    assert carat("outbox", "list", "--filter", "texts", home=planned).code == 0
    assert carat("outbox", "filter", "rename", "texts", "SMS", home=planned).code == 0
    known = carat("outbox", "filter", "list", "--json", home=planned).json
    assert [one["name"] for one in known if one["own"]] == ["SMS"]
    assert carat("outbox", "filter", "delete", "SMS", home=planned).code == 0
    assert carat("outbox", "filter", "delete", "SMS", home=planned).code == 2
    said = carat("outbox", "filter", "save", "waiting", home=planned)
    assert (said.code, "is a filter of the program" in said.err) == (2, True)
    said = carat("outbox", "filter", "save", "x", "--since", "soon", home=planned)
    assert (said.code, "is no day" in said.err) == (2, True)


def test_an_act_on_a_filter_says_first_and_does_it_with_yes(planned: Home) -> None:
    said = carat("outbox", "hold", "--filter", "all", home=planned)
    assert said.code == 0
    assert "2 messages: 1 e-mail, 1 text message are kept back until released." in said.out
    assert "Nothing was changed; --yes does it." in said.out
    assert ids(planned, "--state", "held") == []
    said = carat("outbox", "hold", "--filter", "all", "--yes", "--json", home=planned)
    assert said.json == {"act": "hold", "done": 2, "refused": {}}
    carat("outbox", "cancel", "1", home=planned)
    said = carat("outbox", "cancel", "--filter", "all", "--yes", home=planned)
    assert said.out.strip() == "1 message was dropped. 1 cannot: already dropped."
    assert carat("outbox", "cancel", "1", "--filter", "all", home=planned).code == 2
    assert carat("outbox", "cancel", home=planned).code == 2


def test_undo_takes_the_last_act_back(planned: Home) -> None:
    carat("outbox", "hold", "--filter", "all", "--yes", home=planned)
    said = carat("outbox", "undo", "--json", home=planned)
    assert said.json == {"taken_back": "held", "done": 2, "refused": {}}
    assert [m["waits_for"] for m in listed(planned)] == ["merge", "merge"]
    said = carat("outbox", "undo", home=planned)
    assert (said.code, "taken back already" in said.err) == (2, True)
