"""The one bridge to feedgen: starting a feed, adding an entry, and what feedgen can't write itself.

feedgen fills in what it isn't told (the time of day, its own name) and refuses a whole feed for one
character that XML forbids, so everything that reaches it is explicit and cleaned here. Importing
this module replaces feedgen's date formatting, which would switch the locale of the whole process.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from typing import Any, TypeVar

import feedgen.entry
import feedgen.feed
from lxml import etree

from feedd.generate.addresses import address, document_address, document_name, link_of
from feedd.model import Entry, Feed, Site

# feedgen's own calls setlocale(), which is felt in every thread; these bytes are the same.
feedgen.feed.formatRFC2822 = format_datetime
feedgen.entry.formatRFC2822 = format_datetime

Extend = Callable[[etree._Element], None]

_T = TypeVar("_T")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_PUBLISHED = frozenset({"zones", "origin"})
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_EMAIL = re.compile(r"[A-Za-z0-9_.+'!#$%&*/=?^`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(\s*;.*)?")
_EXTENSION = "feedd"
MEDIA = "http://search.yahoo.com/mrss/"
"""Media RSS, for what neither format says of pictures."""
KEPT = 2000
"""Entries whose bytes are kept, in each format: those of some twenty topics, some 10 kB each."""
MEDTOP = "http://cv.iptc.org/newscodes/mediatopic/"
"""IPTC Media Topics: a code behind it is the address of its concept."""


class Extension:
    """feedgen's hook for elements that feedgen can't write, on a feed or on an entry.

    feedgen makes it without arguments; ``extend`` is then set to a function that gets the element
    (``feed``, ``rss``, ``entry`` or ``item``) once feedgen has written its own part of it.
    """

    def __init__(self) -> None:
        self.namespaces: dict[str, str] = {}
        self.extend: Extend = _nothing

    def extend_ns(self) -> dict[str, str]:
        """The prefixes that the root element declares."""
        return self.namespaces

    def extend_atom(self, element: etree._Element) -> etree._Element:
        """Called by feedgen for each Atom element."""
        self.extend(element)
        return element

    def extend_rss(self, element: etree._Element) -> etree._Element:
        """Called by feedgen for each RSS element."""
        self.extend(element)
        return element


def _nothing(_element: etree._Element) -> None:
    """Leave the element as feedgen wrote it."""


def start(feed: Feed, *, suffix: str, media_type: str) -> Any:
    """A feedgen FeedGenerator for ``feed`` with all that Atom and RSS share; entries are added later."""
    generator = feedgen.feed.FeedGenerator()
    generator.register_extension(_EXTENSION, Extension, Extension, atom=True, rss=True)
    generator.id(feed.id)
    generator.title(feed.topic.title.strip() or feed.topic.id)
    generator.updated(seconds(feed.updated))
    generator.author({"name": feed.site.author or feed.site.title})
    generator.link(href=document_address(feed, suffix), rel="self", type=media_type)
    # The RSS channel's link is the last one given.
    generator.link(href=address(feed.site, document_name(feed.topic.id, 0, ".html")), rel="alternate", type="text/html")
    generator.language(language(feed.site.language))
    generator.rights(feed.site.rights or None)
    # Without a version, or an upgrade would change every feed.
    generator.generator("feedd")
    return generator


def add(generator: Any, entry: Entry, site: Site) -> Any:
    """Append a feedgen FeedEntry with all that Atom and RSS share, and give it back."""
    item = generator.add_entry(order="append")
    url = link_of(entry, site)
    item.guid(entry.id, permalink=url == entry.id)
    item.title(entry.article.title.strip() or entry.id)
    item.published(seconds(entry.published))
    item.updated(seconds(entry.updated))
    item.link(href=url)
    for tag in dict.fromkeys(tag for tag in entry.article.tags if tag.strip()):
        item.category(term=tag)
    return item


class Slices:
    """What of a document is each entry's, kept for as long as there is room: what feedgen writes of an entry depends
    on nothing else in the document, so slices joined are the bytes that it writes of all of them at once.

    ``whole`` gives a document of entries, in which each begins with ``start`` and the last is followed by ``end``.
    Used by one thread at a time.
    """

    def __init__(self, whole: Callable[[Sequence[Entry], Site], bytes], *, start: bytes, end: bytes) -> None:
        self._whole = whole
        self._start = start
        self._end = end
        self._site: Site | None = None
        self._kept: dict[Entry, bytes] = {}

    def join(self, frame: bytes, entries: Sequence[Entry], site: Site) -> bytes:
        """The document that ``frame`` is without its entries."""
        at = frame.rindex(self._end)
        return b"".join([frame[:at], *self.of(entries, site), frame[at:]])

    def of(self, entries: Sequence[Entry], site: Site) -> list[bytes]:
        """The slices of the entries; those that are not kept are made at once."""
        if site != self._site:
            self._site = site
            self._kept.clear()
        # An entry is long, so that each look costs: none is looked for twice, and the first to come is the first to go.
        known = [self._kept.get(entry) for entry in entries]
        missing = [entry for entry, cut in zip(entries, known, strict=True) if cut is None]
        if not missing:
            return [cut for cut in known if cut is not None]
        cuts = self._cut(missing, site)
        self._kept.update(zip(missing, cuts, strict=True))
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        made = iter(cuts)
        return [next(made) if cut is None else cut for cut in known]

    def forget(self) -> None:
        """Keeps nothing."""
        self._kept.clear()

    def _cut(self, entries: Sequence[Entry], site: Site) -> list[bytes]:
        document = self._whole(entries, site)
        first, last = document.index(self._start), document.rindex(self._end)
        # A text holds no tag of its own: there the sign that begins one is a reference.
        return [self._start + part for part in document[first:last].split(self._start)[1:]]


def history(feed: Feed) -> Iterator[tuple[str, int]]:
    """The relations of a document to others of its topic (RFC 5005 §4), each with the number of the other one.

    An archive document never changes, so it names its successor before that is there.
    """
    if feed.number:
        yield "current", 0
        yield "next-archive", feed.number + 1
    before = feed.number - 1 if feed.number else feed.archives
    if before > 0:
        yield "prev-archive", before


def extension(part: Any) -> Extension:
    """The extension of a feed or an entry that ``start`` or ``add`` gave."""
    found: Extension = getattr(part, _EXTENSION)
    return found


def clean(value: _T) -> _T:
    """``value`` with every string in it freed of the characters that XML 1.0 forbids (§2.2).

    Reaches into tuples and dataclasses; an unchanged value is given back itself. The parser's
    promise is that there are none: this keeps one that slipped through from costing the whole feed.
    """
    cleaned: Any = value
    if isinstance(value, str):
        cleaned = _NOT_XML.sub("", value)
    elif isinstance(value, tuple):
        cleaned = tuple(map(clean, value))
    elif is_dataclass(value) and not isinstance(value, type):
        cleaned = _clean_fields(value)
    result: _T = cleaned
    return result


def _clean_fields(value: Any) -> Any:
    """A dataclass with its published fields clean."""
    kind: Any = type(value)
    changes = {}
    for name in _published(kind):
        old = getattr(value, name)
        new = clean(old)
        if new != old:
            changes[name] = new
    return replace(value, **changes) if changes else value


@cache
def _published(kind: Any) -> tuple[str, ...]:
    """The names of a dataclass's fields, without those that no feed shows (and that may be long)."""
    return tuple(field.name for field in fields(kind) if field.name not in _NOT_PUBLISHED)


def seconds(when: datetime) -> datetime:
    """``when`` in whole seconds: what is written must read back as the same instant in every format."""
    return when.replace(microsecond=0)


def language(tag: str | None) -> str | None:
    """``tag`` in the form of RFC 5646 (``en_GB`` becomes ``en-GB``), or None where it has another form."""
    hyphened = (tag or "").strip().replace("_", "-")
    return hyphened if _LANGUAGE.fullmatch(hyphened) else None


def email(address: str | None) -> str | None:
    """``address`` where it is an addr-spec of RFC 5322 in its everyday form, else None."""
    return address if address and _EMAIL.fullmatch(address) else None


def media_type(name: str) -> str | None:
    """``name`` where it has the form ``type/subtype`` (RFC 6838 §4.2), else None."""
    return name if _MEDIA_TYPE.fullmatch(name) else None
