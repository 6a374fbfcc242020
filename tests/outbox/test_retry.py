"""The tables of times: spread, caps, the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from carat_tui.outbox.retry import next_probe, next_try

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@given(tries=st.integers(1, 200), chance=st.floats(0, 1), wish=st.none() | st.integers(0, 10**9))
def test_a_try_comes_within_its_bounds(tries: int, chance: float, wish: int | None) -> None:
    when = next_try(tries, NOW - timedelta(hours=1), NOW, chance, wish)
    assert when is not None
    table = [60, 300, 900, 3600][min(tries, 4) - 1]
    wait = (when - NOW).total_seconds()
    assert wait >= table * 0.8 - 0.001
    assert wait <= max(table * 1.2, min(wish or 0, 86400)) + 0.001


def test_after_two_days_there_is_no_try() -> None:
    assert next_try(50, NOW - timedelta(hours=47, minutes=59), NOW, 0.5) is not None
    assert next_try(50, NOW - timedelta(hours=48), NOW, 0.5) is None


@given(elapsed=st.integers(-86400, 10 * 86400), least=st.none() | st.integers(0, 3600))
def test_a_route_is_looked_at_again_within_the_hour(elapsed: int, least: int | None) -> None:
    """Also when the clock was turned back in between."""
    wait = (next_probe(NOW - timedelta(seconds=elapsed), NOW, least) - NOW).total_seconds()
    assert max(60, least or 0) <= wait <= max(900, least or 0)
