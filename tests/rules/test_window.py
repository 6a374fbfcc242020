"""When an automatic SMS may go out (DOMAIN B.6): the worked examples, and what must hold always."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carat_tui.model.errors import CaratError
from carat_tui.rules import window
from carat_tui.rules.window import Window, next_permitted
from tests.bookshop import Bookshop

SHARED = Path(__file__).parents[3] / "shared" / "domain" / "worked_examples.json"
ZONES = {"DE": "Europe/Berlin", "SK": "Europe/Bratislava", "PL": "Europe/Warsaw"}

# Figures of domain/worked_examples.json, topic quiet_hours.
EXAMPLES = [
    ("2026-11-20T19:59", "DE", "2026-11-20T19:59"),
    ("2026-11-20T20:00", "DE", "2026-11-21T08:00"),
    ("2026-11-21T21:15", "DE", "2026-11-23T08:00"),
    ("2026-12-24T21:00", "DE", "2026-12-28T08:00"),
    ("2026-12-24T10:00", "SK", "2026-12-28T08:00"),
    ("2026-12-24T10:00", "PL", "2026-12-28T08:00"),
    ("2026-11-18T06:30", "PL", "2026-11-18T08:00"),
]


def day_window(country: str, subdivision: str = "") -> Window:
    return Window(time(8), time(20), True, ZONES[country], country, subdivision)


@pytest.mark.parametrize(("queued", "country", "sent"), EXAMPLES)
def test_worked_examples(queued: str, country: str, sent: str) -> None:
    zone = ZoneInfo(ZONES[country])
    found = next_permitted(datetime.fromisoformat(queued).replace(tzinfo=zone), day_window(country))
    assert found.astimezone(zone).strftime("%Y-%m-%dT%H:%M") == sent


@pytest.mark.skipif(not SHARED.is_file(), reason="the reference documents are not beside the project")
def test_all_worked_examples_of_the_documents() -> None:
    examples = json.loads(SHARED.read_text(encoding="utf-8"))["examples"]
    found = [
        (e["input"]["queued_at_local"], e["input"]["jurisdiction"], e["expected"]["send_at_local"])
        for e in examples
        if e["topic"] == "quiet_hours"
    ]
    assert found
    for example in found:
        test_worked_examples(*example)


def test_holidays_of_a_federal_state() -> None:
    epiphany = datetime(2026, 1, 6, 10, tzinfo=ZoneInfo("Europe/Berlin"))
    assert next_permitted(epiphany, day_window("DE", "BW")).day == 7
    assert next_permitted(epiphany, day_window("DE")) == epiphany
    assert next_permitted(epiphany, day_window("DE", "ATLANTIS")) == epiphany


def test_days_that_were_holidays_once() -> None:
    """15 September 2026 is a working day in Slovakia, 24 December none in Poland (since 2025)."""
    assert next_permitted(datetime(2026, 9, 15, 10, tzinfo=UTC), day_window("SK")).day == 15


moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)).map(lambda found: found.replace(tzinfo=UTC))


@given(moments, st.sampled_from(sorted(ZONES)))
def test_the_next_opening_is_permitted_and_not_before(moment: datetime, country: str) -> None:
    rule = day_window(country)
    found = next_permitted(moment, rule)
    local = found.astimezone(ZoneInfo(rule.zone))
    assert found >= moment
    assert found - moment < timedelta(days=6)
    assert next_permitted(found, rule) == found
    assert time(8) <= local.time() < time(20)
    assert local.weekday() != 6


def test_settings_open_and_close_it(shop: Bookshop) -> None:
    shop.set("sms.window", "09:30-18:00")
    shop.set("sms.rest_days", "no")
    found = window.of(shop.store.read())
    assert (found.opens, found.closes, found.rest_days) == (time(9, 30), time(18), False)
    shop.set("sms.window", "")
    night = datetime(2026, 3, 1, 2, tzinfo=UTC)  # a Sunday
    assert next_permitted(night, window.of(shop.store.read())) == night


@pytest.mark.parametrize("value", ["8-20", "20:00-08:00", "08:00-08:00", "25:00-26:00", "x"])
def test_a_window_that_is_none_is_refused(shop: Bookshop, value: str) -> None:
    with pytest.raises(CaratError, match=r"sms\.window"):
        shop.set("sms.window", value)
