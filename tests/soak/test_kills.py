"""Kill -9 at any moment: nothing lost, nothing twice, at most one message in doubt per connection (reliability R1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from .kills import soak


@pytest.mark.parametrize(("workers", "kills"), [(1, 30), (4, 10)])
def test_killed_at_any_moment(tmp_path: Path, workers: int, kills: int) -> None:
    found = soak(tmp_path, kills=kills, messages=200, workers=workers, seed_of_chance=20261121)
    assert (found.kills, found.copies, found.false_claims, found.stuck, found.unsound) == (kills, 0, 0, 0, 0), found
    assert found.broken_rules == []
    assert found.most_doubts <= workers
    assert found.unclear == sum(found.doubts)
    assert (found.copies_in_the_end, found.missing_in_the_end) == (0, 0)
    assert found.unclear_accepted >= found.aimed, "each aimed kill must have hit between acceptance and answer"


@pytest.mark.parametrize("mistake", ["blind", "early"])
def test_the_mistakes_of_others_would_be_noticed(tmp_path: Path, mistake: str) -> None:
    found = soak(tmp_path, kills=6, messages=60, workers=1, seed_of_chance=1, mistake=mistake)
    if mistake == "blind":
        assert found.copies > 0
    else:
        assert found.broken_rules, "an attempt without a result beside a message that claims to be sent"
