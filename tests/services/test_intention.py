"""The sentence before an act and the one after it."""

from __future__ import annotations

from array import array
from zoneinfo import ZoneInfo

import pytest

from carat_tui.outbox.changes import ACTS
from carat_tui.outbox.many import Plan
from carat_tui.outbox.undo import _REVERSIBLE
from carat_tui.services import intention

BERLIN = ZoneInfo("Europe/Berlin")


def plan(act: str, channels: dict[str, int], **more: object) -> Plan:
    return Plan(act, array("q", range(sum(channels.values()))), channels, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (plan("release", {"email": 1}), "1 e-mail goes out now."),
        (
            plan("release", {"sms": 2, "email": 9, "letter": 1}, refused={"sent": 3}),
            "12 messages: 9 e-mails, 2 text messages, 1 letter go out now. 3 cannot: already sent.",
        ),
        (
            plan("cancel", {"letter": 2}, refused={"sent": 1, "unclear": 4}),
            "2 letters are dropped and never sent. 5 cannot: 4 unclear, 1 already sent.",
        ),
        (
            plan("release", {"sms": 2}, later=2, opens="2026-03-05T07:00:00.000Z"),
            "2 text messages wait until 05.03. 08:00.",
        ),
        (
            plan("release", {"email": 1, "sms": 2}, later=2, opens="2026-03-05T07:00:00.000Z"),
            "3 messages: 1 e-mail, 2 text messages go out now. Of these: 2 text messages wait until 05.03. 08:00.",
        ),
        (
            plan("retry", {"email": 1}, paused=True),
            "1 e-mail is tried again now. Sending is stopped at the moment: nothing leaves before it goes on.",
        ),
        (plan("hold", {}, refused={"sent": 1}), "1 cannot: already sent."),
    ],
)
def test_what_will_happen(what: Plan, sentence: str) -> None:
    assert intention.will(what, BERLIN) == sentence


def test_what_happened() -> None:
    assert intention.has("release", 1, {}) == "1 message was released."
    assert intention.has("cancel", 3, {"sent": 2}) == "3 messages were dropped. 2 cannot: already sent."


@pytest.mark.parametrize("what", sorted(_REVERSIBLE))
def test_every_act_that_can_be_taken_back_has_its_question_and_its_answer(what: str) -> None:
    for count in (1, 3):
        assert intention.undo_question(what, count)
        assert str(count) in intention.undone(what, count, {})


def test_every_state_and_reason_has_its_words() -> None:
    from carat_tui.model.message import State
    from carat_tui.outbox.changes import NOT_TRIED, NOT_WRITTEN

    assert {*State, NOT_TRIED, NOT_WRITTEN} <= set(intention.REASONS)
    assert set(ACTS) >= {"hold", "release", "cancel", "retry"}
