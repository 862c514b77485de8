"""When a feed is polled next."""

from __future__ import annotations

from itertools import pairwise

import pytest

from feedd import policy
from feedd.hints import Hints
from feedd.policy import DAY, HOUR, WEEK

LATER = "Sun, 01 Jun 2025 13:00:00 GMT"
NOW = 1_750_000_000.0
BOUNDS = (900.0, DAY)


def interval(hints: Hints = Hints(), fresh: float = 0.0, *, validators: bool = True, chance: float = 0.0) -> float:  # noqa: B008
    return policy.interval(hints, fresh, NOW, validators=validators, bounds=BOUNDS, chance=chance)


def paced(gap: float, *, silent: float = 0.0, entries: int = 20, **said: float) -> Hints:
    return Hints(gap=gap, newest=NOW - silent, entries=entries, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hints", "fresh", "seconds"),
    [
        (Hints(), 0, HOUR),  # hourly where nothing is known
        (paced(8 * HOUR), 0, 4 * HOUR),  # half the gap
        (paced(60), 0, 900),  # never more often than every quarter of an hour
        (paced(30 * DAY), 0, DAY),  # and once a day at least
        (paced(HOUR, silent=40 * HOUR), 0, 5 * HOUR),  # silent for long: another pace
        (paced(HOUR, silent=3 * HOUR), 0, HOUR / 2),
        (paced(HOUR, ttl=2 * HOUR), 0, 2 * HOUR),
        (paced(HOUR, period=3 * HOUR), 0, 3 * HOUR),
        (paced(HOUR), 5 * HOUR, 5 * HOUR),
        (Hints(), 400 * DAY, DAY),
    ],
)
def test_the_longest_of_what_is_asked_for_counts_within_the_bounds(hints: Hints, fresh: float, seconds: float) -> None:
    assert interval(hints, fresh) == seconds


def test_without_validators_a_feed_is_polled_daily_unless_its_entries_would_pass_by() -> None:
    assert interval(validators=False) == DAY
    assert interval(paced(8 * HOUR), validators=False) == DAY
    assert interval(paced(HOUR, entries=20), validators=False) == 5 * HOUR
    assert interval(paced(60, entries=20), validators=False) == 900


def test_chance_only_adds() -> None:
    assert interval(chance=1.0) == pytest.approx(1.1 * HOUR)


def test_failures_double_the_wait_up_to_a_week_and_never_end_it() -> None:
    assert [policy.backoff(count, 0.0) / 60 for count in (1, 2, 3, 4)] == [30, 60, 120, 240]
    assert policy.backoff(10, 0.0) == policy.backoff(1000, 0.0) == WEEK


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": 'Max-Age="600"', "age": "100"}, 500),
        ({"cache-control": "max-age=600", "age": "1000"}, 0),
        ({"cache-control": "no-cache, max-age=600"}, 0),
        ({"cache-control": "max-age=-5"}, 0),
        ({"cache-control": "s-maxage=900"}, 0),
        ({"expires": "Sun, 01 Jun 2025 13:00:00 GMT", "date": "Sun, 01 Jun 2025 12:00:00 GMT"}, 3600),
        ({"expires": "Sun, 01 Jun 2025 11:00:00 GMT", "date": "Sun, 01 Jun 2025 12:00:00 GMT"}, 0),
        ({"expires": "0", "date": "Sun, 01 Jun 2025 12:00:00 GMT"}, 0),
        ({"expires": "Sun, 01 Jun 2025 13:00:00 GMT"}, 0),
        ({"cache-control": "max-age=60", "expires": LATER, "date": "Sun, 01 Jun 2025 12:00:00 GMT"}, 60),
    ],
)  # fmt: skip
def test_freshness_by_rfc_9111(headers: dict[str, str], seconds: float) -> None:
    assert policy.freshness(headers) == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 86400 ", DAY),
        ("99999999", WEEK),
        ("Sun, 15 Jun 2025 17:06:40 GMT", 2 * HOUR),
        ("Mon, 01 Jan 2024 00:00:00 GMT", 0),
        ("soon", 0),
        ("", 0),
        ("-5", 0),
        ("9" * 40, 0),
    ],
)
def test_retry_after_is_read_in_both_forms_and_honoured_to_a_week(value: str, seconds: float) -> None:
    assert policy.retry_after({"retry-after": value}, NOW) == seconds


@pytest.mark.parametrize(
    ("hints", "at", "allowed"),
    [
        (Hints(), "2025-06-01T03:20", "2025-06-01T03:20"),
        (Hints(skip_hours=(3, 4)), "2025-06-01T03:20", "2025-06-01T05:20"),
        (Hints(skip_hours=(3, 4)), "2025-06-01T05:20", "2025-06-01T05:20"),
        (Hints(skip_days=(6,)), "2025-06-01T03:20", "2025-06-02T00:20"),
        (Hints(skip_days=(5, 6), skip_hours=(0, 1)), "2025-05-31T23:59", "2025-06-02T02:59"),
        (Hints(skip_hours=tuple(range(24))), "2025-06-01T03:20", "2025-06-01T03:20"),
        (Hints(skip_days=tuple(range(7))), "2025-06-01T03:20", "2025-06-01T03:20"),
    ],
)
def test_hours_and_days_that_a_feed_wants_to_be_left_alone_in(hints: Hints, at: str, allowed: str) -> None:
    from datetime import UTC, datetime

    def seconds(text: str) -> float:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()

    assert policy.allowed(seconds(at), hints) == seconds(allowed)


def test_what_was_missed_is_spread_evenly() -> None:
    assert policy.spread(0) == []
    assert policy.spread(4) == [0.0, 1.0, 2.0, 3.0]
    many = policy.spread(9000)
    assert many[0] == 0.0
    assert max(many) < 900.0
    assert {round(after - before, 6) for before, after in pairwise(many)} == {0.1}
