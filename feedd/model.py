"""The values that flow from a dropped file to a served feed. Frozen; every datetime is aware UTC.

file → FileStat → Document → Article → (store) → Entry → Feed → FeedFile
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import NamedTuple


class FileStat(NamedTuple):
    """What lstat says of a file: two that are equal mean that nobody touched the file in between.

    A tuple, for there is one of each file at each scan.
    """

    dev: int
    ino: int
    size: int
    mtime_ns: int
    ctime_ns: int


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a file stands: the inbox's name, and the path inside it as the system's own bytes."""

    inbox: str
    path: bytes

    @property
    def name(self) -> str:
        """The path as text, undecodable bytes as lone surrogates."""
        return os.fsdecode(self.path)

    def __str__(self) -> str:
        """For messages: printable whatever the path's bytes are, and always one line; an upstream feed's address."""
        if ":" in self.inbox:
            return self.inbox
        shown = self.path.decode("utf-8", "backslashreplace")
        return f"{self.inbox}/{shown}".translate(_CONTROLS)


# A file name may hold line ends and escape codes; a message or a terminal must not.
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}


@dataclass(frozen=True, slots=True)
class Upstream:
    """An upstream feed as the configuration names it; without ``title`` its own counts."""

    url: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Defaults:
    """What an inbox says for documents that do not say it themselves.

    ``timezone`` reads dates without a zone; ``topics``, when not empty, take the place of rules. ``upstream`` is the
    feed that all of them are responses of.
    """

    topics: tuple[str, ...] = ()
    author: str | None = None
    language: str | None = None
    timezone: tzinfo | None = None
    upstream: Upstream | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it was read: ``name`` is its path inside the inbox with ``/`` between folders.

    Bytes of a file name that are not UTF-8 stand in ``name`` as ``os.fsdecode`` gives them (lone
    surrogates). ``found`` is when the path was first seen. ``base`` is the address that it was read from, if any.
    ``known`` are digests of entries that were kept as they are: they may be left out.
    """

    name: str
    data: bytes
    found: datetime
    defaults: Defaults = field(default_factory=Defaults)
    base: str = ""
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    """A person construct (RFC 4287 §3.2); ``name`` is never empty."""

    name: str
    url: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """Another story that a document points to. Never an entry, never seen by topic rules."""

    title: str
    published: datetime | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The feed that an aggregated article came from (RFC 4287 §4.2.11): its own address ``url``, its page ``link``."""

    id: str
    title: str
    updated: datetime
    url: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that belongs to an article (RFC 4287 §4.2.7.2, rel="enclosure"); ``length`` in bytes."""

    url: str
    media_type: str
    length: int | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Zones:
    """The article's plain text by the place it stands in; topic rules weigh a hit by its zone.

    ``related`` holds the headlines of other stories and ``footer`` the page's furniture: both
    weigh nothing.
    """

    title: str = ""
    lede: str = ""
    body: str = ""
    related: str = ""
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """How the article came about, for the operator: nothing of it is published.

    ``format`` is a row of the parse table; ``id_origin`` names where an explicit id stood (None
    when one must be minted), ``date_origin`` where the date stood (None when first seen counts).
    """

    format: str
    encoding: str
    id_origin: str | None = None
    date_origin: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One article as its author meant it, normalized.

    ``title`` is plain text and never empty; ``content`` is sanitised HTML; ``summary`` plain text.
    ``published`` is None when the document tells no date: then first seen counts. ``updated`` is
    only what the document itself says. ``id`` is an explicit id, kept to the letter. ``part``
    tells several articles of one document apart; it is empty where a document is one article.
    ``topics`` is None when the document names none. ``source`` is the feed that it came from, ``also_in`` are others
    that carry the same story.
    """

    title: str
    content: str
    origin: Origin
    zones: Zones
    summary: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    id: str | None = None
    part: str = ""
    url: str | None = None
    authors: tuple[Person, ...] = ()
    tags: tuple[str, ...] = ()
    topics: tuple[str, ...] | None = None
    language: str | None = None
    rights: str | None = None
    image: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    related: tuple[Related, ...] = ()
    source: Source | None = None
    also_in: tuple[Source, ...] = ()


class Parsed(tuple[Article, ...]):
    """The articles of a document in its order, but for those ``left_out``: the digests of known entries in it.

    ``digests`` has, by the place of each article, what tells its entry in an upstream feed from other versions of it:
    none, or several where the feed has the entry several times. ``whole`` is whether all of it could be read.
    """

    left_out: tuple[str, ...] = ()
    digests: tuple[tuple[str, ...], ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as the archive gives it out: its permanent ``id`` and both its dates are settled."""

    id: str
    published: datetime
    updated: datetime
    article: Article


@dataclass(frozen=True, slots=True)
class Site:
    """What all feeds share: ``url`` is the public base of the served folder and ends with ``/``.

    ``authority`` is a tagging entity of RFC 4151 §2.1, ``name,date``. ``hub`` is the address of a WebSub hub;
    ``icon`` and ``logo`` are those of pictures (RFC 4287 §4.2.5, §4.2.8).
    """

    url: str
    title: str
    authority: str
    language: str = "en"
    author: str | None = None
    rights: str | None = None
    hub: str | None = None
    icon: str | None = None
    logo: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that subscribers see; ``id`` is part of its URLs and of its feed's id.

    ``medtop`` holds the codes of IPTC Media Topics that it is about, eight digits each.
    """

    id: str
    title: str
    description: str = ""
    medtop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deleted:
    """An entry that was withdrawn, and when (a tombstone, RFC 6721)."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """One topic's feed, ready to be written in any output format: newest entry first.

    ``updated`` is that of the newest change in it; for a topic without entries it is a date that
    never moves. ``archives`` is the number of the newest archive document (RFC 5005 §4), 0 where there
    is none; they count from 1. ``number`` is that of this document, 0 for the feed itself.
    """

    id: str
    site: Site
    topic: Topic
    updated: datetime
    entries: tuple[Entry, ...] = ()
    deleted: tuple[Deleted, ...] = ()
    archives: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class FeedFile:
    """One file of the served folder: ``name`` is its path inside it, ``media_type`` with charset.

    ``max_age`` is for how many seconds a reader need not ask again, ``link`` the value of its Link header (RFC 8288).
    """

    name: str
    media_type: str
    data: bytes
    max_age: int = 60
    link: str = ""
