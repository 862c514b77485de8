"""What a file's name tells of its article: a date in front, as blogs write it, and a title in words."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from feedd.dates import read_date
from feedd.text import line

_NAME = re.compile(r"(?P<date>\d{4}-\d{1,2}-\d{1,2})(?:[-_ T]+(?P<rest>.*))?", re.DOTALL)


def date_in(name: str, zone: tzinfo | None) -> datetime | None:
    """The day of ``2024-03-03-title.md``, as its midnight in ``zone`` (None: UTC)."""
    dated = _NAME.fullmatch(_stem(name))
    reading = read_date("-".join(part.zfill(2) for part in dated["date"].split("-"))) if dated else None
    return reading.at(zone) if reading else None


def words_in(name: str) -> str:
    """The file's name as a title; empty where it has no letter."""
    stem = _stem(name)
    dated = _NAME.fullmatch(stem)
    words = line(re.sub(r"[-_]+", " ", (dated["rest"] or "") if dated else stem))
    return words[:1].upper() + words[1:] if any(map(str.isalpha, words)) else ""


def _stem(name: str) -> str:
    """The file's name without folders and suffix; that of the folder for a page bundle's ``index.md``."""
    *folders, last = name.split("/")
    stem = last.rpartition(".")[0] or last
    return folders[-1] if stem.lower() in ("index", "readme") and folders else stem
