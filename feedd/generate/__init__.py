"""What is written into the served folder, and the visible table of output formats.

Pure: a Feed gives the bytes of its files, the same on every machine and day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feedd.generate import atom, rss
from feedd.generate import index as _index
from feedd.generate.index import Listing
from feedd.model import Feed, FeedFile, Site

__all__ = ["FORMATS", "Format", "Listing", "generate", "index"]


@dataclass(frozen=True, slots=True)
class Format:
    """An output format: ``write`` gives a feed's document, served as ``<topic><suffix>``.

    ``name`` is the one that people see; ``media_type`` has the charset.
    """

    name: str
    suffix: str
    media_type: str
    write: Callable[[Feed], bytes]


FORMATS: tuple[Format, ...] = (
    Format("Atom", atom.SUFFIX, f"{atom.MEDIA_TYPE}; charset=utf-8", atom.write),
    Format("RSS", rss.SUFFIX, f"{rss.MEDIA_TYPE}; charset=utf-8", rss.write),
)
"""In the order in which a reader should prefer them: the first is offered first everywhere."""


def generate(feed: Feed) -> tuple[FeedFile, ...]:
    """A topic's files, one for each format in ``FORMATS``; same feed, same bytes."""
    return tuple(FeedFile(feed.topic.id + row.suffix, row.media_type, row.write(feed)) for row in FORMATS)


def index(site: Site, topics: Sequence[Listing]) -> tuple[FeedFile, ...]:
    """The page that lists the topics in the order given, ``index.html``, and its ``style.css``."""
    return _index.write(site, topics, FORMATS)
