"""What single values may be: addresses, dates, languages, media types, HTML."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f]+")
_REFERENCE = re.compile(r"[^\x00-\x20<>\"{}|\\^`\x7f]*")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_RFC822 = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),\s*)?\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s+"
    r"(?:\d{4}|\d\d)\s+\d\d?:\d\d(?::\d\d)?\s+(?:[+-]\d{4}|[A-Z]{1,3}T?|UTC?|Z)",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(\s*;.*)?")
_DANGEROUS = re.compile(
    r"<\s*(?:script|iframe|object|embed|style|form|meta)\b|\son[a-z]+\s*=|(?:href|src)\s*=\s*[\"']?\s*javascript:",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"<(?:a|img|video|audio|source)\s[^>]*?(?:href|src)\s*=\s*[\"'](?![a-z][a-z0-9+.-]*:|#|//)[^\"']+", re.IGNORECASE
)


def is_iri(value: str) -> bool:
    """Whether it is an absolute IRI (RFC 3987)."""
    return _IRI.fullmatch(value) is not None


def is_reference(value: str) -> bool:
    """Whether it is an IRI, or one relative to another: an empty one too."""
    return _REFERENCE.fullmatch(value) is not None


def is_web(value: str) -> bool:
    """Whether it is an address on the web with a host."""
    return re.fullmatch(r"https?://[^/?#\s]+\S*", value, re.IGNORECASE) is not None and is_iri(value)


def rfc3339(value: str) -> datetime | None:
    """The instant; None where it isn't in the form of RFC 3339, or no day of any calendar."""
    if not _RFC3339.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def rfc822(value: str) -> datetime | None:
    """The instant; None where it isn't in the form of RFC 822, with a year of two or four digits."""
    if not _RFC822.fullmatch(value):
        return None
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def is_language(value: str) -> bool:
    """Whether it has the form of a language tag (RFC 5646)."""
    return _LANGUAGE.fullmatch(value) is not None


def is_media_type(value: str) -> bool:
    """Whether it has the form of a media type (RFC 6838)."""
    return _MEDIA_TYPE.fullmatch(value) is not None


def doubts(html: str) -> list[str]:
    """What readers take out of HTML, or can't resolve."""
    found = []
    if match := _DANGEROUS.search(html):
        found.append(f"holds what readers take out for safety: {match[0].strip()[:40]!r}")
    if match := _RELATIVE.search(html):
        found.append(f"holds an address that is relative to nothing: {match[0][:60]!r}")
    return found
