"""What a file's name tells of its article: a date in front, as blogs write it, and a title in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, tzinfo

from feedd.dates import read_date
from feedd.text import line

_NAME = re.compile(r"(?P<date>\d{4}-\d{1,2}-\d{1,2})(?:[-_ T]+(?P<rest>.*))?", re.DOTALL)

# A whole day in an address or a path: /2024/03/03/title, 2024-03-03-title; a year and a month are none.
_DAY = re.compile(r"(?:^|/)((?:19|20)[0-9]{2})([/-])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])(?=[-_ T/.]|$)")


def date_in(name: str, zone: tzinfo | None) -> datetime | None:
    """The day of ``2024-03-03-title.md``, as its midnight in ``zone`` (None: UTC)."""
    dated = _NAME.fullmatch(_stem(name))
    return _midnight(dated["date"].split("-"), zone) if dated else None


def day_in(path: str, zone: tzinfo | None) -> datetime | None:
    """The last day that an address or a path names, in one part of it or in three, as its midnight in ``zone``."""
    days = (_midnight((year, month, day), zone) for year, _, month, day in reversed(_DAY.findall(path[:1000])))
    return next(filter(None, days), None)


def words_in(name: str) -> str:
    """The file's name as a title; empty where it has no letter."""
    stem = _stem(name)
    dated = _NAME.fullmatch(stem)
    words = line(re.sub(r"[-_]+", " ", (dated["rest"] or "") if dated else stem))
    return words[:1].upper() + words[1:] if any(map(str.isalpha, words)) else ""


def _midnight(parts: Iterable[str], zone: tzinfo | None) -> datetime | None:
    reading = read_date("-".join(part.zfill(2) for part in parts))
    return reading.at(zone) if reading else None


def _stem(name: str) -> str:
    """The file's name without folders and suffix; that of the folder for a page bundle's ``index.md``."""
    *folders, last = name.split("/")
    stem = last.rpartition(".")[0] or last
    return folders[-1] if stem.lower() in ("index", "readme") and folders else stem
