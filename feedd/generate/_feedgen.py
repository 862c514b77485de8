"""The one bridge to feedgen: starting a feed, and what feedgen can't write itself.

feedgen fills in what it isn't told (the time of day, its own name) and refuses a whole feed for one
character that XML forbids, so everything that reaches it is explicit and cleaned here. Importing
this module replaces feedgen's date formatting, which would switch the locale of the whole process.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from typing import Any, TypeVar

import feedgen.entry
import feedgen.feed
from lxml import etree

from feedd.generate.addresses import address, document_address, document_name
from feedd.model import Feed

# feedgen's own calls setlocale(), which is felt in every thread; these bytes are the same.
feedgen.feed.formatRFC2822 = format_datetime
feedgen.entry.formatRFC2822 = format_datetime

Extend = Callable[[etree._Element], None]

_T = TypeVar("_T")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_NOT_PUBLISHED = frozenset({"zones", "origin"})
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_EMAIL = re.compile(r"[A-Za-z0-9_.+'!#$%&*/=?^`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(\s*;.*)?")
_EXTENSION = "feedd"
MEDIA = "http://search.yahoo.com/mrss/"
"""Media RSS, for what neither format says of pictures."""
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
    """A feedgen FeedGenerator for ``feed`` with all that Atom and RSS share, but for the entries."""
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
    kind: Any = type(value)
    if kind is str:
        cleaned = value if _is_clean(value) else _NOT_XML.sub("", value)  # type: ignore[arg-type, call-overload]
    elif kind is tuple:
        if value:
            parts = tuple(map(clean, value))  # type: ignore[call-overload]
            cleaned = value if all(map(operator.is_, parts, value)) else parts  # type: ignore[call-overload]
    elif names := _published(kind):
        changes = {}
        for name in names:
            old = getattr(value, name)
            if old is not None and (new := clean(old)) is not old:
                changes[name] = new
        if changes:
            cleaned = replace(cleaned, **changes)
    result: _T = cleaned
    return result


def _is_clean(value: str) -> bool:
    """Whether it needs no look at each of its characters, of which there may be many."""
    if value.isascii() and value.isprintable():
        return True
    try:
        data = value.encode()
    except UnicodeEncodeError:
        return False
    return (
        len(data.translate(None, _CONTROLS)) == len(data)
        and _NO_CHARACTERS[0] not in data
        and _NO_CHARACTERS[1] not in data
    )


@cache
def _published(kind: type) -> tuple[str, ...]:
    """The names of a dataclass's fields, without those that no feed shows (and that may be long); none of another."""
    if not is_dataclass(kind):
        return ()
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
