"""Dirty topics with deadlines, and the timetable that wakes whoever works on them.

:class:`Deadlines` is pure: time is an argument. :class:`Timetable` is APScheduler, with its clock
mended: it counts on the wall clock, so after a jump of that clock everything is armed anew.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Condition, Lock

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from feedd.dates import Clock, utc_now

log = logging.getLogger(__name__)

# Seconds between runs of the flush when nothing is armed: what was missed is found by then.
_TICK = 1.0
# A difference between both clocks' steps of more seconds than this is a jump, not drift.
_JUMP = 2.0


class Deadlines:
    """When each dirty topic is to be regenerated, in seconds of a clock that never jumps.

    The first change of a quiet topic is due at once. What follows within ``quiet`` seconds is gathered
    until no change came for ``quiet`` seconds, at the latest ``latest`` seconds after its first.
    """

    def __init__(self, quiet: float, latest: float) -> None:
        self._quiet = quiet
        self._latest = latest
        self._waiting: dict[str, tuple[float, float]] = {}  # topic → first change, deadline
        self._taken: dict[str, float] = {}

    def mark(self, topics: Iterable[str], now: float) -> None:
        """These topics changed."""
        for topic in topics:
            first, _ = self._waiting.get(topic, (now, now))
            taken = self._taken.get(topic)
            quiet = topic not in self._waiting and (taken is None or now - taken >= self._quiet)
            deadline = now if quiet else min(now + self._quiet, first + self._latest)
            self._waiting[topic] = first, deadline

    def take(self, now: float) -> list[str]:
        """The topics whose deadline has come, the longest waiting first; a later change is a new one."""
        ready = sorted((first, topic) for topic, (first, at) in self._waiting.items() if at <= now)
        self._taken = {topic: at for topic, at in self._taken.items() if now - at < self._quiet}
        for _, topic in ready:
            del self._waiting[topic]
            self._taken[topic] = now
        return [topic for _, topic in ready]

    def next(self) -> float | None:
        """The earliest deadline."""
        return min((at for _, at in self._waiting.values()), default=None)

    def __len__(self) -> int:
        return len(self._waiting)


class _Every(BaseTrigger):  # type: ignore[misc]
    """Fires so many seconds after the last time, and never for what was missed.

    APScheduler's own interval goes through each second that a clock set forward left out: minutes of work for a year.
    """

    def __init__(self, seconds: float) -> None:
        self._interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The next time, always later than now."""
        following = (previous_fire_time or now) + self._interval
        return following if following > now else now + self._interval


class Timetable:
    """Jobs at intervals, and one flush that runs when it is woken; each is one APScheduler job.

    Jobs run in threads of their own, none of them twice at once; an exception is told and ends only that
    run.
    """

    def __init__(self, *, clock: Clock = utc_now, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._lock = Lock()
        self._idle = Condition(Lock())
        self._running = 0
        self._stopping = False
        self._flushing = False
        self._asked: float | None = None  # what was asked for during a flush
        self._flush: Callable[[], float | None] | None = None
        self._armed: datetime | None = None
        self._skew = self._difference()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def every(self, seconds: float, name: str, call: Callable[[], None]) -> None:
        """Runs ``call`` each so many seconds, the first time one interval from now."""

        def guarded() -> None:
            with self._counted() as wanted:
                try:
                    if not wanted:
                        return
                    call()
                except Exception:
                    log.exception("%s failed; it runs again in %g s", name, seconds)

        self._scheduler.add_job(guarded, _Every(seconds), id=name)

    def on_flush(self, call: Callable[[], float | None]) -> None:
        """``call`` does what is due and gives the seconds until more will be, or None."""
        self._flush = call
        self._scheduler.add_job(self._run, _Every(_TICK), id="flush")

    def start(self) -> None:
        """Begins; jobs run from now on."""
        self._scheduler.start()

    def stop(self) -> None:
        """Waits for running jobs and ends."""
        with self._lock:
            self._stopping = True
        if self._scheduler.running:
            # Waiting in there would hold the lock that a job needs to arm the next flush: neither would end.
            self._scheduler.shutdown(wait=False)
        with self._idle:
            self._idle.wait_for(lambda: self._running == 0)

    @contextmanager
    def _counted(self) -> Iterator[bool]:
        """Counts a running job; gives False to one that begins after the stop."""
        with self._idle:
            self._running += 1
        try:
            yield not self._stopping
        finally:
            with self._idle:
                self._running -= 1
                self._idle.notify_all()

    def wake(self, seconds: float = 0.0) -> None:
        """Makes the flush run in so many seconds at the latest; the one under way sees to it itself."""
        with self._lock:
            if self._flushing:
                self._asked = min(seconds, self._asked if self._asked is not None else seconds)
            else:
                self._arm(seconds)

    def keep_time(self) -> bool:
        """Call now and then: notices a jump of the wall clock and arms every job anew; whether there was one."""
        skew = self._difference()
        jumped = abs((skew - self._skew).total_seconds()) > _JUMP
        if jumped:
            log.warning("the clock jumped by %s; all jobs are armed anew", skew - self._skew)
            for job in self._scheduler.get_jobs():
                job.modify(next_run_time=self._clock())
        self._skew = skew
        return jumped

    def _run(self) -> None:
        with self._counted() as wanted:
            if wanted:
                self._run_flush()

    def _run_flush(self) -> None:
        with self._lock:
            self._flushing = True
            self._asked = self._armed = None
        seconds: float | None = None
        try:
            assert self._flush is not None
            seconds = self._flush()
        except Exception:
            log.exception("regenerating failed; what is due stays due")
        finally:
            with self._lock:
                self._flushing = False
                for wanted in (seconds, self._asked):
                    if wanted is not None:
                        self._arm(wanted)

    def _arm(self, seconds: float) -> None:
        if self._stopping:
            return
        at = self._clock() + timedelta(seconds=seconds)
        if self._armed is None or at < self._armed:
            self._armed = at
            with suppress(JobLookupError):  # it was stopped just now
                self._scheduler.modify_job("flush", next_run_time=at)

    def _difference(self) -> timedelta:
        return self._clock() - datetime.fromtimestamp(self._monotonic(), UTC)
