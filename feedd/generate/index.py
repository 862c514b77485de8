"""The page that lists every topic with its feeds, for people and for readers' autodiscovery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedd.generate import _feedgen, _templates
from feedd.generate.pages import MEDIA_TYPE, Kind, Link, links, relative, shared, title_of
from feedd.model import FeedFile, Site, Topic
from feedd.text import slug

# Fewer topics are seen at a glance.
_MANY = 13


@dataclass(frozen=True, slots=True)
class Listing:
    """A topic as the index shows it: ``entries`` in it now, and its last change (aware UTC).

    ``updated`` is None for a topic that never had an entry.
    """

    topic: Topic
    entries: int
    updated: datetime | None


@dataclass(frozen=True, slots=True)
class _Row:
    """A topic on the page; ``initial`` is the letter, 0 for digits, that the filter knows it by."""

    listing: Listing
    title: str
    href: str
    links: list[Link]
    initial: str


def write(
    site: Site, topics: Sequence[Listing], kinds: Sequence[Kind], own: Mapping[str, str] = _templates.NONE
) -> tuple[FeedFile, ...]:
    """``index.html`` and ``style.css``; topics and the links to their feeds stand in the order given."""
    site = _feedgen.clean(site)
    rows = [_row(_feedgen.clean(listing), kinds) for listing in topics]
    initials = sorted({row.initial for row in rows}) if len(rows) >= _MANY else []
    values = {**shared(site, ""), "topics": rows, "initials": initials}
    return (
        FeedFile("index.html", MEDIA_TYPE, _templates.render("index.html", own, values)),
        FeedFile("style.css", "text/css; charset=utf-8", _templates.stylesheet(own)),
    )


def _row(listing: Listing, kinds: Sequence[Kind]) -> _Row:
    topic = listing.topic
    title = title_of(topic)
    first = slug(next(filter(str.isalnum, title), ""))[:1]
    initial = "0" if first.isdigit() else first or "0"
    return _Row(listing, title, relative(topic.id + ".html"), links(topic, kinds), initial)
