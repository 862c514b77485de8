"""Reading dates: ``read_date`` is a strict ladder from text to a date, and None for anything doubtful.

The rungs, first match wins: ISO 8601, RFC 5322, Unix time, then what people and pages write. There every
word must be known (month, weekday, zone, label): prose with a date in it has other words and is refused.
Nothing comes from today, the machine's zone or its locale.

- 03/04/2024 is 3 April; month first where ``month_first``, a North American zone or the weekday says so.
  Numbers win over a weekday that fits neither order. All-digit dates need a year of four digits.
- An offset wins over a zone's name; "GMT+0300" is east of Greenwich; -0000 is UTC (RFC 5322 §3.3).
- ET, CT, MT, PT and AT follow the date, EST is always -05:00. Abbreviations of several zones (IST, AST, GST)
  are refused; CST is Chicago's, in mail dates and with a.m. or p.m. only: Shanghai's machines print it too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil.parser import isoparse

from feedd.datewords import FILLERS, LABELS, MONTHS, OFFSETS, UNITS, WEEKDAYS

Clock = Callable[[], datetime]
"""Gives the present moment, aware and in UTC."""


def utc_now() -> datetime:
    """The system's clock, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Reading:
    """A date as precise as it was written: ``instant`` is aware UTC; ``local`` a naive date and time, of a
    zone that isn't told; ``day`` the naive midnight of a date without a time.
    """

    value: datetime
    precision: Literal["instant", "local", "day"]

    def at(self, zone: tzinfo | None = None) -> datetime:
        """Aware UTC; ``local`` and ``day`` are read in ``zone`` (None: UTC), a repeated hour as its first."""
        if self.precision == "instant":
            return self.value
        return self.value.replace(tzinfo=zone or UTC).astimezone(UTC)


def read_date(text: str, *, month_first: bool = False) -> Reading | None:
    """Read one date that is the whole of ``text``, or give None; never raises.

    ``month_first`` decides 03/04/2024 and 03-04-2024; dates with dots are always day first.
    """
    text = text.strip()
    if len(text) > 200 or "<" in text:
        return None
    if not text.isascii():
        text = _plain(text)
    try:
        return _iso(text) or _mail(text) or _unix(text) or _words(text, month_first)
    except (ValueError, OverflowError, LookupError, OSError):  # no such day, hour, offset or zone exists
        return None


_DASHES = str.maketrans("‐‑‒–—―−،", "-------,")
_LETTERS = str.maketrans("ıłøđ", "ilod", "'’`ʼ")  # letters which no decomposition simplifies


def _plain(text: str) -> str:
    """Compatibility forms folded, marks (accents) and invisible characters dropped, one kind of dash."""
    if any(map(str.isalpha, text)):  # digits alone of other scripts may stand in any order
        text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    kept = [c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in ("Mn", "Cf")]
    return unicodedata.normalize("NFC", "".join(kept)).translate(_DASHES).strip()


def _fold(word: str) -> str:
    return word.casefold().replace("i̇", "i").translate(_LETTERS)


_ZONES = {
    name: timezone(timedelta(hours=float(hours)))
    for hours, *names in map(str.split, re.split("[/\n]", OFFSETS.strip()))
    for name in names
}
_CITIES = {"ET": "New_York", "CT": "Chicago", "MT": "Denver", "PT": "Los_Angeles", "AT": "Halifax"}
_AMERICAN = re.compile("[ECMP]([SD])?T|AK[SD]T")


def _vocabulary() -> dict[str, str]:
    """Word → code: M01…M12, D0…D6 (D9: languages differ), L label, a unit, a blank. From three letters on,
    what only one month begins with is its abbreviation.
    """
    days = [(f"D{number}", names) for number, names in enumerate(WEEKDAYS.split("/"))]
    months = [(f"M{number:02}", names) for number, names in enumerate(MONTHS.split("/"), 1)]
    known = [(" ", FILLERS), ("L", LABELS), *days, *UNITS.items(), *months]
    words = {word: code for code, names in known for word in _fold(_plain(names)).split()}
    starts: dict[str, set[str]] = {}
    for word, code in [(word, code) for word, code in words.items() if code[0] in "MD"]:
        for size in range(3, len(word)):
            starts.setdefault(word[:size], set()).add(code)
    for start, codes in starts.items():
        of_months = [code for code in codes if code[0] == "M"]
        if len(of_months) < 2:
            words.setdefault(start, (of_months or ["D9" if len(codes) > 1 else min(codes)])[0])
    return words | {"so": "D9"}  # Sunday in German, Saturday in Czech


_WORDS = _vocabulary()
_EAST = [word for word in _WORDS if max(word) > "\u2e80"]  # written without blanks

_ISO_OFFSET = r"(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?"
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:(?! [0-9:]{5}-)[T ][0-9]{2}:[0-9]{2}(?::[0-5][0-9](?:[.,][0-9]+)?)?"
    rf"{_ISO_OFFSET})?"
)
# As git, Ruby and Jekyll print it: a blank before the offset. Years and offsets are those that _words takes.
_ISO_SPACED = re.compile(
    r"((?:1[7-9]|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)"
    r" ([+-](?:0[0-9]|1[0-3]):?[0-5][0-9])"
)
_ISO_RARE = re.compile(  # basic format, ordinal and week dates, hours alone, 24:00, lower case
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}(?=T)|[0-9]{4}-[0-9]{3}|[0-9]{7}(?=T)|(?:19|2[01])[0-9]{6}"
    r"|[0-9]{4}-W[0-9]{2}-[1-7]|[0-9]{4}W[0-9]{2}[1-7])"
    rf"(T[0-9]{{2}}(?::?[0-9]{{2}}(?::?[0-5][0-9](?:[.,][0-9]+)?)?)?{_ISO_OFFSET})?"
)


def _reading(value: datetime, with_time: bool, years: range = range(1000, 9999)) -> Reading | None:
    """No year that a zone could carry out of the range of datetime."""
    if value.year not in years:
        return None
    if value.tzinfo is not None:
        return Reading(value.astimezone(UTC), "instant")
    return Reading(value, "local" if with_time else "day")


def _iso(text: str) -> Reading | None:
    if _ISO.fullmatch(text) and text[11:13] != "24":
        return _reading(datetime.fromisoformat(text), len(text) > 10)
    if match := _ISO_SPACED.fullmatch(text):
        return _reading(datetime.fromisoformat(match[1] + match[2]), True)
    text = text.upper()
    if not (match := _ISO_RARE.fullmatch(text)):
        return None
    # isoparse takes week 53 of any year; fromisoformat knows neither ordinal dates nor 24:00.
    value = datetime.fromisoformat(text) if "W" in text else isoparse(text)
    return _reading(value, match[1] is not None)


_MAIL = re.compile(
    r"(?:[A-Za-z]{3}, ?)?([0-9]{1,2}) ([A-Za-z]{3}) ([0-9]{4}) ([0-9]{2}):([0-9]{2})(?::([0-5][0-9]))? "
    r"(?:([+-][0-9]{4})|([A-Z]{1,4}))"
)


def _mail(text: str) -> Reading | None:
    """The common form of RFC 5322 §3.3; its rarer ones (comments, two-digit years) are words."""
    if not (match := _MAIL.fullmatch(text)):
        return None
    day, name, year, hour, minute, second, offset, zone = match.groups()
    month = _WORDS.get(name.lower(), "")
    if not month.startswith("M") or not (offset or zone in _ZONES):
        return None
    zoned = _offset(offset) if offset else _ZONES[zone]
    value = datetime(int(year), int(month[1:]), int(day), int(hour), int(minute), int(second or 0), 0, zoned)
    return _reading(value, True)


_DAY_AND_HOUR = r"20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])"
_UNIX = re.compile(rf"(?!{_DAY_AND_HOUR}$)[1-9][0-9]{{9}}(?:[0-9]{{3}})?")


def _unix(text: str) -> Reading | None:
    """Seconds or milliseconds from 2001 to 2099; not 2031010203, which may be a day with its hour."""
    if not _UNIX.fullmatch(text):
        return None
    since = timedelta(milliseconds=int(text)) if len(text) == 13 else timedelta(seconds=int(text))
    return _reading(datetime(1970, 1, 1, tzinfo=UTC) + since, True, range(2001, 2100))


@lru_cache(maxsize=256)
def _offset(text: str) -> tzinfo:
    """From +3, +03, +0300 or +03:00; ValueError beyond 14 hours or from 60 minutes on."""
    digits = text[1:].replace(":", "")
    digits += "00" if len(digits) < 3 else ""
    if digits[-2:] > "59" or int(digits) > 1400:
        raise ValueError(text)
    size = timedelta(hours=int(digits[:-2]), minutes=int(digits[-2:]))
    return timezone(-size if text[0] == "-" else size)


def _zone(time: re.Match[str]) -> tzinfo | None:
    """The zone that a ``_TIME`` names; None when it names none, ValueError when it is doubtful."""
    name, offset = time["zone"], time["offset"] or time["east"]
    if (offset and name not in (None, "UT", "UTC", "GMT")) or (name == "CST" and not (time["before"] or time["after"])):
        raise ValueError(name)
    if offset:
        return _offset(offset)
    return ZoneInfo(f"America/{_CITIES[name]}") if name in _CITIES else _ZONES.get(name)


_PLACE = re.compile(
    r"[ \[(]*!?((?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)"
    r"(?:/[A-Za-z0-9_+-]{2,20}){1,2})[\])]?(?:\[!?u-ca=[a-z]+\])?$"
)
_ANY_LABEL = re.compile(r"([^\W\d_]{2,24}) ?: *")
# 14:05-15:05 is no offset; Croatian names are of the month before the Polish or Czech ones.
_SPAN = r"(?<![T:0-9])[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:"
_DOUBTFUL = re.compile(rf"(?i){_SPAN}|[0-9]\. ?(?:(?:listopada|lis|lip)\b|srp\.? [0-9]{{4}}\.)")
_LABEL_LAST = re.compile(
    r"(?<=[\d日時分시분]) ?(?:(?:最終)?更新|公開|配信|掲載|発表|发布|發布|发表|입력|등록|(?:최종 ?)?수정)$"
)
_ARABIC = re.compile("[ء-ي]")
_TWO_WORDS = re.compile("(كانون|تشرين) (الاول|الثاني)")
_COMMON_ERA = re.compile(r"(?<=[0-9]{4}) ?م(?!\w)(?! ?[0-9:])")
_BOTH_NAMES = re.compile(r"(M[0-9]{2}) ?[/(] ?\1\)?")  # "January" in the words of Beirut and of Cairo
_COMMA = re.compile(r"(?<=:[0-9]{2}),(?=[0-9])")
_NAME_OF_OFFSET = re.compile(r"(:[0-9.]+ ?(?:Z|[+-][0-9]{2}:?[0-9]{2}))[ \[][A-Z]{2,5}\]?$")
_LOWER_ZONE = re.compile(r"(?<=[0-9]) ?[ap]\.?m\.? [ecmp][sd]?t\b", re.IGNORECASE)  # "pt" alone is Friday
_WEEKDAY_OR_MONTH = re.compile(r"\D*?\b(?:(mar)|paz)\b", re.IGNORECASE)  # Tuesday, Sunday
_TOKEN = re.compile(
    r"(?P<gone>(?<=[0-9])(?:(?:st|nd|rd|th|er|e|o|a|η)(?![^\W\d_])\.?|°|t(?=[0-9]))|\bat(?= [0-9]))"
    r"|(?<=[0-9]) ?(?P<noon>[apπμ])\.? ?[mμ](?![^\W\d_])\.?|\b(?P<early>[ap])m(?= [0-9]{1,2}[:시])"
    rf"|(?=[(⺀-\uffff])(?P<east>{'|'.join(sorted(map(re.escape, _EAST), key=len, reverse=True))})"
    r"|(?P<word>[^\W\d_]+(?:['’ʼ][^\W\d_]+)?)\.?",
    re.IGNORECASE,
)


def _words(text: str, month_first: bool) -> Reading | None:
    """Any form that people and pages write: a zone's place or a comment at the end comes off first."""
    text = " ".join(text.split())
    if "/" in text and (place := _PLACE.search(text)):
        reading = _words(text[: place.start()], month_first)
        if reading is None or reading.precision == "day":
            return None
        return Reading(reading.at(ZoneInfo(place[1])), "instant")  # an offset beside it wins: RFC 9557 §3.4
    if text.endswith(")") and "(" in text:
        reading = _words(text.partition("(")[0], month_first)
        if reading and reading.precision == "instant":
            return reading
    if _ARABIC.search(text):
        text = _COMMON_ERA.sub("", _TWO_WORDS.sub(r"\1\2", text))
    text = _LABEL_LAST.sub("", text)
    if (label := _ANY_LABEL.match(text)) and label[1] not in _ZONES:
        text = text[label.end() :]
    text = _COMMA.sub(".", _NAME_OF_OFFSET.sub(r"\1", _DOUBTFUL.sub("?", text)))
    text = _LOWER_ZONE.sub(lambda found: found[0].upper(), text)
    code = _BOTH_NAMES.sub(r"\1", _TOKEN.sub(_encode, text))
    reading = _coded(code, month_first)
    if reading is None and (found := _WEEKDAY_OR_MONTH.match(text)):  # a Romance Tuesday, a Turkish Sunday
        return _coded(re.sub("M[0-9]{2}", "D1" if found[1] else "D6", code, count=1), month_first)
    return reading


def _encode(token: re.Match[str]) -> str:
    """A token's code of ``_WORDS``, ``<zone>``, or ? for a word that no date has."""
    if noon := token["noon"] or token["early"]:
        return "A" if noon in "aAπΠ" else "P"
    if token["gone"]:
        return " " if token["gone"] in "Tt" else ""
    word = token["east"] or token["word"]
    zone = word.upper() if word.lower() in ("utc", "gmt", "z") else "MSK" if word.lower() == "мск" else word
    if zone in _ZONES or zone in _CITIES:
        return f"<{zone}>"
    # A last letter is a military zone, which RFC 5322 §4.3 distrusts; v3.4.2024 is a version.
    doubtful = len(word) == 1 and re.match(r"[A-Z]$|[a-z][0-9]", token.string[token.start() :])
    code = _WORDS.get(_fold(word), "?")
    return "?" if doubtful and code == " " else code


_SEPARATORS = re.compile(r"(?: ?-+ |[ ,;|·•@()\[\]])+")
_WEEKDAY = re.compile(r"D([0-9])")
_YEAR_LAST = re.compile(r"^(M[0-9]{2} [0-9]{1,2}|[0-9]{1,2} M[0-9]{2}) (.*:.*) ([0-9]{4})( [+-][0-9]{4})?$")
_DATES = (
    r"(?P<year>\d{4}) ?(?P<sep>[-/.]) ?(?P<month>\d\d?) ?(?P=sep) ?(?P<day>\d\d?)",
    r"(?P<day>\d\d?)(?P<sep>[-/.]) ?(?P<other>\d\d?)(?P=sep) ?(?P<year>\d{4})",
    r"(?P<day>\d\d?)\.?[-/ ]?M(?P<month>\d\d)[-/ ]?(?P<year>\d{4}|\d\d(?= \d\d:)|(?<=-)\d\d)",
    r"M(?P<month>\d\d)[-/ ]?(?P<day>\d\d?)\.?[-/ ](?P<year>\d{4})",
    r"(?P<year>\d{4})\.?[-/ ]?M(?P<month>\d\d)[-/ ]?(?P<day>\d\d?)",
)
_TIME = (
    r"[ :/]*(?:(?P<before>[AP]) ?)?(?P<hour>\d\d?)(?:(?:[:.]| ?(?P<spelt>H) ?)(?P<minute>\d\d?)"
    r"(?:(?:[:.]| ?I ?)(?P<second>\d\d?)(?:\.(?P<fraction>\d+))?)?)? ?(?P<unit>[HIS])?(?: ?(?P<after>[AP]))?"
    r"(?: ?<(?P<zone>\w+)>(?: ?(?P<east>[+-](?:\d{4}|\d\d?(?::\d\d)?)))?"
    r"| ?(?P<offset>[+-](?:\d{4}|\d\d?:\d\d|\d\d))(?: ?<\w+>)?)?(?![\d:])"
)
_ORDERS = [rf"{form}(?!\d)\.?(?:{_TIME})?" for form in _DATES] + [rf"{_TIME} ?{form}\.?" for form in _DATES]
_WHOLES = [re.compile(order, re.ASCII) for order in _ORDERS]


def _coded(code: str, month_first: bool) -> Reading | None:
    """Read the codes of a text: nothing but one date, at most one time, at most one weekday."""
    weekdays = _WEEKDAY.findall(code)
    if "?" in code or len(weekdays) > 1:
        return None
    code = _SEPARATORS.sub(" ", _WEEKDAY.sub(" ", code)).lstrip(" L:.").rstrip(" .")
    code = _YEAR_LAST.sub(r"\1 \3 \2\4", code)
    if not (found := next(filter(None, (whole.fullmatch(code) for whole in _WHOLES)), None)):
        return None
    american = _AMERICAN.fullmatch(found["zone"] or "") is not None
    day = _day(found, int(*weekdays) if weekdays else None, month_first or american)
    value = datetime(day.year, day.month, day.day)  # noqa: DTZ001  what was written has no zone yet
    if found["hour"]:
        value = (value + _clock(found)).replace(tzinfo=_zone(found))
    return _reading(value, found["hour"] is not None, range(1700, 2200))


def _day(found: re.Match[str], weekday: int | None, month_first: bool) -> date:
    parts = found.groupdict()
    year, first = int(parts["year"]), int(parts["day"])
    if len(parts["year"]) == 2:
        year += 2000 if year < 50 else 1900
    if "month" in parts:
        return date(year, int(parts["month"]), first)
    second = int(parts["other"])
    orders = [(second, first), (first, second)]
    if month_first and parts["sep"] != ".":
        orders.reverse()
    days = [date(year, month, day) for month, day in orders if month <= 12]
    return next((day for day in days if day.weekday() == weekday), days[0])


def _clock(time: re.Match[str]) -> timedelta:
    """The time since midnight; 24:00 and second 60 go over into what follows them."""
    hour, minute, second = (int(time[name] or 0) for name in ("hour", "minute", "second"))
    half = (time["before"] or "") + (time["after"] or "")
    lone_hour = not (time["minute"] or half or time["unit"] == "H")
    short = not time["spelt"] and 1 in (len(time["minute"] or ""), len(time["second"] or ""))
    if lone_hour or short or minute > 59 or second > 60:
        raise ValueError(time[0])
    fraction = int((time["fraction"] or "0")[:6].ljust(6, "0"))
    since = timedelta(hours=_hour(hour, half), minutes=minute, seconds=second, microseconds=fraction)
    if hour > 23 and since != timedelta(days=1):
        raise ValueError(time[0])
    return since


def _hour(hour: int, half: str) -> int:
    """The hour of the day; 14:05 p.m. is what it says, 14:05 a.m. is nothing."""
    if not half:
        return hour
    if len(half) > 1 or hour > 23 or (hour > 12 and half == "A"):
        raise ValueError(half)
    return hour % 12 + (12 if half == "P" else 0)
