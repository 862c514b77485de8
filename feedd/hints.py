"""What a feed tells of how often it should be polled: looked for in its bytes, for whoever polls parses nothing.

Only ASCII matters, so that every charset but UTF-16 will do; a feed that hides it is polled as if it told nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from itertools import islice

from feedd.dates import read_date

_TTL = re.compile(rb"<ttl>\s{0,20}(\d{1,6})\s{0,20}</ttl>")
_PERIOD = re.compile(rb"<(?:\w{1,20}:)?updatePeriod>\s{0,20}(hourly|daily|weekly|monthly|yearly)\s{0,20}<")
_FREQUENCY = re.compile(rb"<(?:\w{1,20}:)?updateFrequency>\s{0,20}(\d{1,4})\s{0,20}<")
_HOUR = re.compile(rb"<hour>\s{0,20}(\d{1,2})\s{0,20}</hour>")
_DAY = re.compile(rb"<day>\s{0,20}([A-Z][a-z]{5,8})\s{0,20}</day>")
_ENTRY = re.compile(rb"<(?:\w{1,20}:)?(?:item|entry)[\s/>]")
_DATE = re.compile(rb"<(?:pubDate|published|dc:date|issued)(?:\s[^<>]{0,80})?>([^<]{8,60})<")
_CHANGED = re.compile(rb"<updated(?:\s[^<>]{0,80})?>([^<]{8,60})<")
_JSON_DATE = re.compile(rb'"date_published"\s{0,9}:\s{0,9}"([^"]{8,60})"')
_JSON_ENTRY = re.compile(rb'"(?:content_html|content_text)"\s{0,9}:')

_SECONDS = {b"hourly": 3600, b"daily": 86_400, b"weekly": 7 * 86_400, b"monthly": 30 * 86_400, b"yearly": 365 * 86_400}
_DAYS = (b"Monday", b"Tuesday", b"Wednesday", b"Thursday", b"Friday", b"Saturday", b"Sunday")
# The beginning of a document, where it speaks of itself; and how many of its newest entries tell its pace.
_HEAD, _LOOKED_AT, _ENOUGH = 64 * 1024, 12, 3


@dataclass(frozen=True, slots=True)
class Hints:
    """``ttl`` and ``period`` are the seconds between polls that the feed asks for (RSS 2.0 <ttl>, the syndication
    module), 0 where it doesn't. ``gap`` is the mean between its newest entries in seconds, ``newest`` the time of the
    last one (seconds since 1970); both 0 where they can't be told. Hours are those of UTC, days count from Monday.
    """

    ttl: float = 0.0
    period: float = 0.0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    gap: float = 0.0
    newest: float = 0.0
    entries: int = 0


def read(body: bytes) -> Hints:
    """The hints in a feed of any kind."""
    if body.lstrip(b" \t\r\n\xef\xbb\xbf")[:1] in (b"{", b"["):
        gap, newest = _pace(match[1] for match in _JSON_DATE.finditer(body))
        return Hints(gap=gap, newest=newest, entries=sum(1 for _ in _JSON_ENTRY.finditer(body)))
    first = _ENTRY.search(body)
    begins = first.start() if first else len(body)
    # Of RSS 1.0 the channel stands before its items as well.
    head = body[: min(begins, _HEAD)]
    gap, newest = _pace(match[1] for match in _DATE.finditer(body, begins))
    if not gap:
        gap, newest = _pace(match[1] for match in _CHANGED.finditer(body, begins))
    return Hints(
        ttl=_number(_TTL, head) * 60,
        period=_period(head),
        skip_hours=tuple(sorted({int(hour) % 24 for hour in _HOUR.findall(head)})),
        skip_days=tuple(sorted({_DAYS.index(day) for day in _DAY.findall(head) if day in _DAYS})),
        gap=gap,
        newest=newest,
        entries=sum(1 for _ in _ENTRY.finditer(body)),
    )


def _number(pattern: re.Pattern[bytes], head: bytes) -> float:
    match = pattern.search(head)
    return float(match[1]) if match else 0.0


def _period(head: bytes) -> float:
    match = _PERIOD.search(head)
    return _SECONDS[match[1]] / max(_number(_FREQUENCY, head), 1.0) if match else 0.0


def _pace(written: Iterable[bytes]) -> tuple[float, float]:
    """The mean between the newest entries, and the time of the newest; feeds begin with these."""
    times = []
    for text in islice(written, _LOOKED_AT):
        reading = read_date(text.decode("latin-1"))
        if reading is not None:
            times.append(reading.at(UTC).timestamp())
    if len(times) < _ENOUGH:
        return 0.0, 0.0
    return (max(times) - min(times)) / (len(times) - 1), max(times)
