"""The pace that a feed tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from test_generate_feeds import article

from feedd.generate.cadence import Cadence, cadence, max_age
from feedd.model import Entry

NOON = datetime(2025, 7, 11, 12, 0, tzinfo=UTC)


def every(gap: timedelta, count: int = 10) -> list[Entry]:
    return [Entry(f"urn:{number}", NOON - number * gap, NOON, article()) for number in range(count)]


@pytest.mark.parametrize(
    ("gap", "told"),
    [
        (timedelta(seconds=1), Cadence("hourly", 60, 15)),
        (timedelta(minutes=20), Cadence("hourly", 3, 15)),
        (timedelta(hours=6), Cadence("daily", 4, 180)),
        (timedelta(days=1), Cadence("daily", 1, 720)),
        (timedelta(days=3), Cadence("weekly", 2, 1440)),
        (timedelta(days=30), Cadence("monthly", 1, 1440)),
        (timedelta(days=900), Cadence("yearly", 1, 1440)),
    ],
)
def test_the_pace_is_that_of_the_usual_gap(gap: timedelta, told: Cadence) -> None:
    assert cadence(every(gap)) == told


@pytest.mark.parametrize(
    ("gap", "count", "seconds"),
    [
        (timedelta(seconds=1), 10, 60),
        (timedelta(minutes=20), 10, 120),
        (timedelta(hours=1), 10, 300),
        (timedelta(days=9), 2, 300),
        (timedelta(days=9), 1, 60),
        (timedelta(days=9), 0, 60),
    ],
)
def test_a_feed_is_fresh_for_a_tenth_of_the_usual_gap(gap: timedelta, count: int, seconds: int) -> None:
    assert max_age(every(gap, count)) == seconds


def test_few_entries_tell_none() -> None:
    assert cadence(every(timedelta(hours=1), 2)) is None
    assert cadence([]) is None


def test_a_long_silence_between_bursts_is_not_the_pace() -> None:
    entries = every(timedelta(minutes=10), 12)
    entries += [Entry("urn:old", NOON - timedelta(days=400), NOON, article())]
    assert cadence(entries) == Cadence("hourly", 6, 15)


def test_hours_are_quiet_where_two_weeks_left_them_and_those_beside_them_out() -> None:
    told = cadence(every(timedelta(days=1), 40))
    assert told is not None
    assert told.quiet == tuple(hour for hour in range(24) if hour not in (11, 12, 13))
    few = cadence(every(timedelta(days=1), 39))
    assert few is not None
    assert few.quiet == ()
