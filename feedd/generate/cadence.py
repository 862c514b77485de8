"""How often a topic has news, told from its entries' dates alone: what RSS says to those who poll."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from feedd.model import Entry

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_PERIODS = (("hourly", _HOUR), ("daily", _DAY), ("weekly", 7 * _DAY), ("monthly", 30 * _DAY), ("yearly", 365 * _DAY))
_RECENT = 20  # entries whose gaps tell the present pace
# Hours are quiet only where so many entries over so long a time left them out, and the hours beside them.
_SURE_ENTRIES, _SURE_SPAN = 40, 14 * _DAY
_SOONEST, _LATEST = 15, 24 * 60
_SHORTEST_AGE, _LONGEST_AGE = 60, 300


@dataclass(frozen=True, slots=True)
class Cadence:
    """``period`` and ``frequency`` as in the RSS syndication module, ``ttl`` in minutes, ``quiet`` hours of UTC."""

    period: str
    frequency: int
    ttl: int
    quiet: tuple[int, ...] = ()


def cadence(entries: Sequence[Entry]) -> Cadence | None:
    """The pace of entries that stand newest first; None where fewer than three tell none."""
    dates = [entry.published for entry in entries[:_RECENT]]
    gaps = sorted(late - early for late, early in pairwise(dates))
    if len(gaps) < 2:
        return None
    gap = max(gaps[len(gaps) // 2], timedelta(minutes=1))
    period, span = next((row for row in _PERIODS if gap <= row[1]), _PERIODS[-1])
    # Half a gap is soon enough to ask again.
    ttl = min(max(int(gap / timedelta(minutes=2)), _SOONEST), _LATEST)
    return Cadence(period, max(1, min(round(span / gap), 60)), ttl, _quiet(entries))


def max_age(entries: Sequence[Entry]) -> int:
    """For how many seconds a feed of these entries, newest first, may be taken for fresh: from 60 to 300.

    A tenth of the time between two entries, as they come at present: caches delay news by no more.
    """
    dates = [entry.published for entry in entries[:_RECENT]]
    gaps = sorted(late - early for late, early in pairwise(dates))
    if not gaps:
        return _SHORTEST_AGE
    return min(max(int(gaps[len(gaps) // 2].total_seconds() / 10), _SHORTEST_AGE), _LONGEST_AGE)


def _quiet(entries: Sequence[Entry]) -> tuple[int, ...]:
    if len(entries) < _SURE_ENTRIES or entries[0].published - entries[-1].published < _SURE_SPAN:
        return ()
    busy = {entry.published.hour for entry in entries}
    return tuple(hour for hour in range(24) if not busy & {(hour - 1) % 24, hour, (hour + 1) % 24})
