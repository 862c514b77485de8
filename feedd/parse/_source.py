"""The feed that an entry came from: what that feed, or the entry itself, says of it (RFC 4287 §4.2.11)."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from feedd.dates import read_date
from feedd.model import Document, Source
from feedd.parse._meta import absolute
from feedd.text import clean, line

_LONGEST = 300


def of_entry(id_: str, title: str, updated: str, *, url: str, link: str, document: Document) -> Source | None:
    """What an entry says of the feed that it was taken from; None where it names none by id or address, and title."""
    known = id_ or next(filter(absolute, (url, link)), "")
    if not known or not line(title):
        return None
    return _source(known, title, updated, url=url, link=link, found=document.found)


def of_feed(id_: str, title: str, updated: str, *, link: str, document: Document) -> Source | None:
    """What an upstream feed says of itself; None where the document is none."""
    upstream = document.defaults.upstream
    if upstream is None:
        return None
    named = upstream.title or line(title) or urlsplit(upstream.url).hostname or upstream.url
    return _source(id_ or upstream.url, named, updated, url=upstream.url, link=link, found=document.found)


def _source(id_: str, title: str, updated: str, *, url: str, link: str, found: datetime) -> Source:
    reading = read_date(updated) if updated else None
    return Source(
        id=clean(id_).strip(),
        title=line(title)[:_LONGEST],
        updated=reading.at(UTC) if reading else found,
        url=url if absolute(url) else None,
        link=link if absolute(link) else None,
    )
