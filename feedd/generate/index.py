"""The page that lists every topic with its feeds, for people and for readers' autodiscovery.

All addresses in it are relative, so it works behind any prefix; it holds no script and loads
nothing but its stylesheet, which its content security policy also demands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Protocol
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined, Template

from feedd.generate import _feedgen
from feedd.model import FeedFile, Site, Topic


@dataclass(frozen=True, slots=True)
class Listing:
    """A topic as the index shows it: ``entries`` in its feed now, and its last change (aware UTC).

    ``updated`` is None for a topic that never had an entry.
    """

    topic: Topic
    entries: int
    updated: datetime | None


class Kind(Protocol):
    """What the page must know of an output format."""

    @property
    def name(self) -> str:
        """The format's name for people."""

    @property
    def suffix(self) -> str:
        """What follows the topic's id in the file's name."""

    @property
    def media_type(self) -> str:
        """The media type, with charset."""


@dataclass(frozen=True, slots=True)
class _Link:
    """A link to one feed: ``href`` is relative, ``type`` without charset."""

    name: str
    href: str
    type: str


def write(site: Site, topics: Sequence[Listing], kinds: Sequence[Kind]) -> tuple[FeedFile, ...]:
    """``index.html`` and ``style.css``; topics and the links to their feeds stand in the order given."""
    rows = []
    for listing in (_feedgen.clean(listing) for listing in topics):
        rows.append((listing, tuple(_link(listing.topic, kind) for kind in kinds)))
    page = _template().render(site=_feedgen.clean(site), language=_feedgen.language(site.language) or "en", topics=rows)
    return (
        FeedFile("index.html", "text/html; charset=utf-8", page.encode()),
        FeedFile("style.css", "text/css; charset=utf-8", _resource("style.css").encode()),
    )


def _link(topic: Topic, kind: Kind) -> _Link:
    """The link to a topic's feed of one kind."""
    # Every reserved character is encoded: a colon in a relative reference would make it absolute.
    return _Link(kind.name, quote(topic.id + kind.suffix, safe=""), kind.media_type.partition(";")[0])


@cache
def _template() -> Template:
    """The page's template, read once."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(_resource("index.html"))


@cache
def _resource(name: str) -> str:
    """The text of a file in the package's ``templates``."""
    return files("feedd.generate").joinpath("templates", name).read_text("utf-8")
