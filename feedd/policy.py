"""When a feed is polled next. Pure: every time is an argument, in seconds since 1970.

Nobody is asked sooner than they allow (RFC 9111 §5.2, RFC 9110 §10.2.3, RSS 2.0), nor much more often than they have
something new; whoever is in trouble is asked less and less, and never given up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from feedd.hints import Hints

HOUR, DAY, WEEK = 3600.0, 86_400.0, 7 * 86_400.0
JITTER = 0.1
"""The share of an interval that chance adds, so that feeds do not march in step."""

# What a failure adds: so many seconds, doubled with each one in a row.
_BACKOFF = 1800.0
# Of a feed without validators each poll is sent the whole; but so many looks are had while its entries pass by.
_LOOKS = 4
# A feed silent for so many of its usual gaps has another pace by now.
_SILENT = 4


def interval(
    hints: Hints, fresh: float, now: float, *, validators: bool, bounds: tuple[float, float], chance: float
) -> float:
    """The seconds until a feed that answered well is polled again.

    ``fresh`` is for how long its response says to be; ``bounds`` are the shortest and the longest interval, ``chance``
    is from 0 to 1.
    """
    gap = max(hints.gap, (now - hints.newest) / _SILENT) if hints.gap else 0.0
    usual = gap / 2 if gap else HOUR
    if not validators:
        window = hints.entries * hints.gap / _LOOKS
        usual = max(usual, min(DAY, window) if window else DAY)
    wanted = max(usual, hints.ttl, hints.period, fresh)
    shortest, longest = bounds
    return min(max(wanted, shortest), longest) * (1 + JITTER * chance)


def backoff(failures: int, chance: float) -> float:
    """The seconds until a feed that failed so many times in a row, 1 or more, is polled again: a week at most."""
    return min(_BACKOFF * 2.0 ** min(failures - 1, 20), WEEK) * (1 + JITTER * chance)


def allowed(at: float, hints: Hints) -> float:
    """The first time from ``at`` on that lies in no hour and on no day that a feed wants to be left alone in."""
    if len(hints.skip_hours) == 24 or len(hints.skip_days) == 7:
        return at
    moment = datetime.fromtimestamp(at, UTC)
    for _ in range(8 * 24):
        if moment.hour not in hints.skip_hours and moment.weekday() not in hints.skip_days:
            return moment.timestamp()
        # The minute stays what chance made it.
        moment += timedelta(hours=1)
    return at


def freshness(headers: Mapping[str, str]) -> float:
    """For how many seconds a response is fresh yet (RFC 9111 §4.2.1); names of fields are in lower case."""
    directives = [one.strip().lower() for one in headers.get("cache-control", "").split(",")]
    for directive in directives:
        if directive in ("no-cache", "no-store"):
            return 0.0
    for directive in directives:
        name, _, value = directive.partition("=")
        if name == "max-age" and (seconds := _digits(value.strip('"'))) is not None:
            return max(0.0, seconds - (_digits(headers.get("age", "")) or 0.0))
    expires, date = (_moment(headers.get(name, "")) for name in ("expires", "date"))
    return max(0.0, expires - date) if expires is not None and date is not None else 0.0


def retry_after(headers: Mapping[str, str], now: float) -> float:
    """For how many seconds a server wants to be left alone (RFC 9110 §10.2.3): a week at most, 0 where it doesn't."""
    value = headers.get("retry-after", "").strip()
    seconds = _digits(value)
    if seconds is None:
        at = _moment(value)
        seconds = 0.0 if at is None else at - now
    return min(max(seconds, 0.0), WEEK)


def spread(count: int) -> list[float]:
    """Seconds after a start at which so many feeds that are long due are polled: even, in a quarter of an hour."""
    whole = min(float(count), 900.0)
    return [whole * number / max(count, 1) for number in range(count)]


def _digits(value: str) -> float | None:
    return float(value) if value.isascii() and value.isdigit() and len(value) < 12 else None


def _moment(value: str) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
