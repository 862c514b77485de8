"""What RFC 9110 says of conditional requests, ranges, what a client accepts, and dates, as pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache

CODINGS = ("br", "gzip")  # the server's preference where a client likes several equally
MEMBERS = 32  # members of an Accept-Encoding that are looked at: no client knows that many codings


class Request:
    """What counts of a request: ``path`` is percent-decoded, header names are lower case.

    ``target`` is what was asked for as it was written, ``peer`` the address of who asks, empty for a Unix socket.
    """

    __slots__ = ("_fields", "method", "path", "peer", "target", "version")

    def __init__(
        self,
        method: str,
        path: str,
        headers: Sequence[tuple[bytes, bytes]] = (),
        *,
        target: bytes = b"",
        version: str = "1.1",
        peer: str = "",
    ) -> None:
        self.method = method
        self.path = path
        self.target = target
        self.version = version
        self.peer = peer
        fields = dict(headers)
        if len(fields) < len(headers):  # several lines of one name are one list (§5.3)
            fields = {name: b", ".join(value for key, value in headers if key == name) for name in fields}
        self._fields = fields

    @property
    def line(self) -> str:
        """How it begins."""
        return f"{self.method} {self.target.decode('latin-1')} HTTP/{self.version}"

    def field(self, name: bytes) -> str | None:
        """Give a header's value, several lines of it joined by commas (§5.3), None without one."""
        value = self._fields.get(name)
        return None if value is None else value.decode("latin-1").strip()


_MEMBER = re.compile(r"\s*([!#$%&'*+.^_`|~\w-]+)\s*(?:;\s*q=(0(?:\.\d*)?|1(?:\.0*)?)\s*)?", re.ASCII | re.IGNORECASE)


def choose_coding(accepted: str | None, available: Iterable[str]) -> str:
    """Choose among the available codings by an Accept-Encoding value (§12.5.3); "" is identity.

    The client's weights decide, then the order of ``CODINGS``; a coding is never sent unasked.
    Where nothing is acceptable the answer is identity, for a feed in the wrong coding is worth
    more than a 406. Members that can't be read are passed over.
    """
    # There are few values, and each of them comes often.
    choose = _choose_coding if len(accepted or "") < 200 else _choose_coding.__wrapped__
    return choose(accepted, tuple(available))


@lru_cache(maxsize=1024)
def _choose_coding(accepted: str | None, available: tuple[str, ...]) -> str:
    weights: dict[str, float] = {}
    for member in (accepted or "").split(",", MEMBERS)[:MEMBERS]:
        if match := _MEMBER.fullmatch(member):
            coding = match[1].lower().removeprefix("x-")  # §8.4.1.3: x-gzip is gzip
            weights[coding] = float(match[2] or 1)
    others = weights.get("*", 0.0)
    best, liked = "", weights.get("identity", others)
    for coding in (coding for coding in CODINGS if coding in available):
        weight = weights.get(coding, others)
        # As welcome as identity is enough, for a coding is smaller.
        if weight > liked or (weight == liked > 0 and not best):
            best, liked = coding, weight
    return best


_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def choose_type(accepted: str | None, available: Sequence[str]) -> int:
    """Choose among media types without parameters by an Accept value (§12.5.1): the place of the best one.

    The most specific range counts for a type, then the order in which they are given; the first where nothing is
    acceptable. Who takes XML of any kind takes feeds, but rather by their own types.
    """
    ranges: dict[str, float] = {}
    for member in (accepted or "").split(",", MEMBERS)[:MEMBERS]:
        # Parameters other than the weight say nothing here. A pattern for all of them could be made to take seconds.
        kind, *parameters = (part.strip().lower() for part in member.split(";"))
        if _TYPE.fullmatch(kind):
            told = (_WEIGHT.fullmatch(parameter) for parameter in parameters)
            ranges.setdefault(kind, next((float(match[1]) for match in told if match), 1.0))

    def weight(kind: str) -> float:
        subtype = kind.partition("+")[2]
        loosely = (f"application/{subtype}", f"text/{subtype}") if subtype else ()
        for name in (kind, *loosely, kind.partition("/")[0] + "/*", "*/*"):
            if name in ranges:
                return ranges[name] - 0.0001 * (name in loosely)
        return 0.0

    return max(range(len(available)), key=lambda place: (weight(available[place]), -place))


_TYPE = re.compile(r"[\w!#$%&'*+.^`|~-]+/[\w!#$%&'*+.^`|~-]+", re.ASCII)
_WEIGHT = re.compile(r"q=(0(?:\.\d*)?|1(?:\.0*)?)", re.ASCII)


def tags_in(value: str | None) -> list[str]:
    """The opaque tags of an If-None-Match value (§13.1.2), weak ones without their W/."""
    return [tag for _, tag in _TAG.findall(value or "")]


def byte_range(request: Request, size: int, *, tag: str, modified: int, now: datetime) -> tuple[int, int] | None:
    """The first byte of the one range that is asked for, and the one behind its last (§14.1.2).

    None where the whole is to be sent: nothing is asked for, more than one range, one that can't be read, or what
    the client has is of another version (§13.1.5). A range beyond the end comes back empty.
    """
    match = _BYTES.fullmatch(request.field(b"range") or "")
    if match is None or not (match[1] or match[2]):
        return None
    condition = request.field(b"if-range")
    if condition is not None and condition != tag and read_http_date(condition, now=now) != modified:
        return None
    if not match[1]:
        return max(0, size - int(match[2])), size
    first = int(match[1])
    last = int(match[2]) if match[2] else size
    if match[2] and last < first:
        return None
    return (first, min(last + 1, size)) if first < size else (size, size)


_BYTES = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})", re.ASCII | re.IGNORECASE)


def evaluate(request: Request, tag: str, *, modified: int, now: datetime) -> int:
    """Evaluate the preconditions of a GET or HEAD in the order of §13.2.2: 200, 304 or 412.

    ``tag`` is the strong entity tag of the selected representation with its quotes, ``modified``
    its date in seconds since the epoch; ``now`` only settles the century of two-digit years.
    """
    if not _as_expected(request, tag, modified=modified, now=now):
        return 412
    known = request.field(b"if-none-match")
    if known is not None:  # then If-Modified-Since means nothing, even where no tag can be read
        return 304 if known in (tag, "*") or any(tag == other for _, other in _TAG.findall(known)) else 200
    since = read_http_date(request.field(b"if-modified-since"), now=now)
    return 304 if since is not None and modified <= since else 200


def _as_expected(request: Request, tag: str, *, modified: int, now: datetime) -> bool:
    """Evaluate If-Match by strong comparison (§13.1.1), or else If-Unmodified-Since (§13.1.4)."""
    wanted = request.field(b"if-match")
    if wanted is not None:
        return wanted == "*" or ("", tag) in _TAG.findall(wanted)
    since = read_http_date(request.field(b"if-unmodified-since"), now=now)
    return since is None or modified <= since


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
_MONTH = f"(?P<month>{'|'.join(_MONTHS)})"
_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_FULL_DAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_HTTP_DATES = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{_DAY}, (?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_TIME} GMT",
        rf"{_FULL_DAY}, (?P<day>\d\d)-{_MONTH}-(?P<year>\d\d) {_TIME} GMT",
        rf"{_DAY} {_MONTH} (?P<day>\d\d| \d) {_TIME} (?P<year>\d{{4}})",
    )
)


def read_http_date(text: str | None, *, now: datetime) -> int | None:
    """Read an HTTP-date in any of its three forms (§5.6.7) as seconds since the epoch; None for all else."""
    match = next((found for form in _HTTP_DATES if (found := form.fullmatch(text or ""))), None)
    if match is None:
        return None
    month = _MONTHS.index(match["month"]) + 1
    day, hour, minute, second = (int(match[part]) for part in ("day", "hour", "minute", "second"))
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += now.year // 100 * 100
        # What seems more than 50 years ahead is in the past.
        ahead = (now.year + 50, now.month, now.day, now.hour, now.minute, now.second)
        year -= 100 if (year, month, day, hour, minute, second) > ahead else 0
    leap = second == 60  # datetime knows no leap second
    try:
        moment = datetime(year, month, day, hour, minute, second - leap, tzinfo=UTC)
    except ValueError:
        return None
    return int(moment.timestamp()) + leap
