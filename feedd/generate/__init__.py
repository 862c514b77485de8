"""What is written into the served folder, and the visible table of output formats.

Pure: a Feed gives the bytes of its files, the same on every machine and day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feedd.generate import atom, jsonfeed, rss
from feedd.generate import index as _index
from feedd.generate.addresses import PAGES, document_name, has_page, page_name
from feedd.generate.index import Listing
from feedd.model import Entry, Feed, FeedFile, Site

__all__ = [
    "ARCHIVED",
    "FORMATS",
    "PAGES",
    "Format",
    "Listing",
    "document_name",
    "documents",
    "generate",
    "has_page",
    "index",
    "page_name",
    "size",
]


@dataclass(frozen=True, slots=True)
class Format:
    """An output format: ``write`` gives a feed's document, served as ``<topic><suffix>``.

    ``name`` is the one that people see; ``media_type`` has the charset. ``archived`` tells that it has archive
    documents too (RFC 5005 §4).
    """

    name: str
    suffix: str
    media_type: str
    write: Callable[[Feed], bytes]
    archived: bool = False


FORMATS: tuple[Format, ...] = (
    Format("Atom", atom.SUFFIX, f"{atom.MEDIA_TYPE}; charset=utf-8", atom.write, archived=True),
    Format("RSS", rss.SUFFIX, f"{rss.MEDIA_TYPE}; charset=utf-8", rss.write),
    Format("JSON", jsonfeed.SUFFIX, jsonfeed.MEDIA_TYPE, jsonfeed.write, archived=True),
)
"""In the order in which a reader should prefer them: the first is offered first everywhere."""


ARCHIVED = tuple(row for row in FORMATS if row.archived)
"""The formats of archive documents."""


def documents(topic: str) -> list[str]:
    """The names of a topic's own documents: its feeds, and its page."""
    return [document_name(topic, 0, suffix) for suffix in (*(row.suffix for row in FORMATS), ".html")]


def generate(feed: Feed) -> tuple[FeedFile, ...]:
    """A topic's files, one for each format in ``FORMATS`` (an archive document's in those that have it); same feed,
    same bytes.
    """
    return tuple(
        FeedFile(document_name(feed.topic.id, feed.number, row.suffix), row.media_type, row.write(feed))
        for row in FORMATS
        if row.archived or not feed.number
    )


def size(entry: Entry, site: Site) -> int:
    """How many bytes of a feed are the entry's, in its longest form."""
    return len(atom.cut(entry, site))


def index(site: Site, topics: Sequence[Listing]) -> tuple[FeedFile, ...]:
    """The page that lists the topics in the order given, ``index.html``, and its ``style.css``."""
    return _index.write(site, topics, FORMATS)
