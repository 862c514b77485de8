"""Deadlines of dirty topics, by a clock that is an argument; and the timetable with a real scheduler."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from feedd.schedule import Deadlines, Timetable, _Every


def test_the_first_change_of_a_quiet_topic_is_due_at_once() -> None:
    deadlines = Deadlines(0.1, 1.0)
    deadlines.mark(["a"], 5.0)
    assert deadlines.next() == 5.0
    assert deadlines.take(5.0) == ["a"]
    assert deadlines.next() is None
    assert len(deadlines) == 0


def test_what_follows_is_gathered_until_it_is_quiet() -> None:
    deadlines = Deadlines(0.1, 1.0)
    deadlines.mark(["a"], 5.0)
    deadlines.take(5.0)
    deadlines.mark(["a"], 5.05)
    assert deadlines.take(5.14) == []
    deadlines.mark(["a"], 5.14)
    assert deadlines.take(5.23) == []
    assert deadlines.take(5.25) == ["a"]


def test_a_topic_that_never_rests_is_regenerated_once_in_a_while() -> None:
    deadlines = Deadlines(0.1, 1.0)
    times = []
    for step in range(10_000):
        now = step * 0.006
        deadlines.mark(["a"], now)
        times += [now for _ in deadlines.take(now)]
    assert 59 <= len(times) <= 61
    assert all(later - former >= 0.99 for former, later in pairwise(times[1:]))


def test_a_change_during_a_regeneration_gives_exactly_one_more() -> None:
    deadlines = Deadlines(0.1, 1.0)
    deadlines.mark(["a"], 0.0)
    deadlines.take(0.0)
    deadlines.mark(["a"], 0.01)
    deadlines.mark(["a"], 0.02)
    assert deadlines.take(2.0) == ["a"]
    assert deadlines.take(9.0) == []


def test_after_quiet_a_topic_is_due_at_once_again() -> None:
    deadlines = Deadlines(0.1, 1.0)
    deadlines.mark(["a"], 0.0)
    deadlines.take(0.0)
    deadlines.mark(["a"], 0.2)
    assert deadlines.take(0.2) == ["a"]


def test_the_longest_waiting_goes_first_and_others_wait_on() -> None:
    deadlines = Deadlines(0.0, 1.0)
    deadlines.mark(["b"], 1.0)
    deadlines.mark(["a", "c"], 2.0)
    assert deadlines.take(1.5) == ["b"]
    assert deadlines.take(3.0) == ["a", "c"]


class Clocks:
    """A wall clock that can be set, over one that only goes on."""

    def __init__(self) -> None:
        self.start = datetime.now(UTC)
        self.shift = timedelta()
        self.seconds = 0.0

    def wall(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def monotonic(self) -> float:
        return (datetime.now(UTC) - self.start).total_seconds()


def test_a_flush_runs_when_it_is_woken_and_again_when_it_asks_for_it() -> None:
    timetable = Timetable()
    ran = threading.Semaphore(0)
    answers = [0.01, None]

    def flush() -> float | None:
        ran.release()
        return answers.pop(0) if answers else None

    timetable.on_flush(flush)
    timetable.start()
    try:
        timetable.wake()
        assert ran.acquire(timeout=0.9)
        assert ran.acquire(timeout=0.9)
    finally:
        timetable.stop()


def test_what_is_asked_for_during_a_flush_is_not_lost() -> None:
    timetable = Timetable()
    ran = threading.Semaphore(0)
    first = threading.Event()

    def flush() -> float | None:
        if not first.is_set():
            first.set()
            timetable.wake(0.0)
        ran.release()
        return None

    timetable.on_flush(flush)
    timetable.start()
    try:
        timetable.wake()
        assert ran.acquire(timeout=0.9)
        assert ran.acquire(timeout=0.9)
    finally:
        timetable.stop()


def test_a_job_that_raises_is_told_and_runs_again(caplog: pytest.LogCaptureFixture) -> None:
    timetable = Timetable()
    ran = threading.Semaphore(0)

    def broken() -> None:
        ran.release()
        raise RuntimeError("no")

    def flush() -> float | None:
        ran.release()
        raise RuntimeError("no")

    timetable.every(0.02, "broken job", broken)
    timetable.on_flush(flush)
    timetable.start()
    with caplog.at_level(logging.ERROR):
        try:
            timetable.wake()
            for _ in range(4):
                assert ran.acquire(timeout=2)
        finally:
            timetable.stop()
    assert any("broken job failed" in record.getMessage() for record in caplog.records)
    assert any("regenerating failed" in record.getMessage() for record in caplog.records)


def test_stopping_waits_for_a_flush_that_arms_the_next_one_and_never_blocks() -> None:
    for _ in range(20):
        timetable = Timetable()
        begun, ended = threading.Event(), threading.Event()

        def flush(begun: threading.Event = begun, ended: threading.Event = ended, own: Timetable = timetable) -> float:
            begun.set()
            own.wake(0.0)
            threading.Event().wait(0.01)
            ended.set()
            return 0.0

        timetable.on_flush(flush)
        timetable.start()
        timetable.wake()
        assert begun.wait(2)
        stopper = threading.Thread(target=timetable.stop, daemon=True)
        stopper.start()
        stopper.join(5)
        assert not stopper.is_alive()
        assert ended.is_set()


@pytest.mark.parametrize("hours", [-1, 1, 24 * 30])
def test_a_jump_of_the_wall_clock_arms_every_job_anew(hours: int, caplog: pytest.LogCaptureFixture) -> None:
    clocks = Clocks()
    timetable = Timetable(clock=clocks.wall, monotonic=clocks.monotonic)
    ran = threading.Event()
    timetable.every(3600, "rare", ran.set)
    timetable.on_flush(lambda: None)
    timetable.start()
    try:
        timetable.keep_time()
        clocks.shift = timedelta(hours=hours)
        with caplog.at_level(logging.WARNING):
            timetable.keep_time()
        assert "jumped" in caplog.text
        clocks.shift = timedelta()
        timetable.keep_time()
        assert ran.wait(2)
    finally:
        timetable.stop()


@pytest.mark.parametrize("step", [timedelta(), timedelta(hours=1), timedelta(days=4000), timedelta(days=-4000)])
def test_an_interval_never_fires_for_what_a_clock_left_out(step: timedelta) -> None:
    every = _Every(5.0)
    begun = datetime(2025, 3, 1, tzinfo=UTC)
    assert every.get_next_fire_time(None, begun) == begun + timedelta(seconds=5)
    now = begun + step
    following = every.get_next_fire_time(begun, now)
    assert following > now
    if step >= timedelta():
        assert following - now <= timedelta(seconds=5)
