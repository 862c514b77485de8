"""RSS 2.0, after the best practices profile of the RSS Advisory Board.

RSS doesn't say which elements are HTML. The profile does: an item's description is, all others are
plain text, in which ``&``, ``<`` and ``>`` are best understood as hexadecimal character references.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

from lxml import etree

from feedd.generate import _feedgen, atom
from feedd.generate.addresses import document_address, link
from feedd.generate.cadence import Cadence, cadence
from feedd.model import Article, Entry, Feed, Site, Topic

SUFFIX = ".rss"
MEDIA_TYPE = "application/rss+xml"

_DC = "http://purl.org/dc/elements/1.1/"
_SY = "http://purl.org/rss/1.0/modules/syndication/"
_LINK = "{http://www.w3.org/2005/Atom}link"
_DOCS = "https://www.rssboard.org/rss-specification"
_PLAIN = frozenset({"title", "description", "copyright", "category", "source", f"{{{_DC}}}creator"})
_MARKUP = re.compile("([&<>])")


def write(feed: Feed) -> bytes:
    """``feed`` as an RSS document, UTF-8, items in the order given.

    An item has one enclosure, the first; addresses that aren't http(s) are left out.
    """
    frame = whole(replace(feed, entries=()), cadence(feed.entries))
    return slices.join(frame, feed.entries, feed.site)


def whole(feed: Feed, pace: Cadence | None) -> bytes:
    """The same as ``write``, by feedgen from end to end; ``pace`` is the feed's."""
    feed = _feedgen.clean(feed)
    generator = _feedgen.start(feed, suffix=SUFFIX, media_type=MEDIA_TYPE)
    generator.description(feed.topic.description.strip() or generator.title())
    generator.docs(_DOCS)
    generator.category([{"term": code, "scheme": _feedgen.MEDTOP} for code in feed.topic.medtop])
    if pace is not None:
        generator.ttl(pace.ttl)
        generator.skipHours(list(pace.quiet) or None)
    extension = _feedgen.extension(generator)
    extension.namespaces = {"dc": _DC, "media": _feedgen.MEDIA, "sy": _SY}
    extension.extend = partial(_extend_channel, feed=feed, pace=pace)
    for entry in feed.entries:
        _add(generator, entry, feed.site)
    document: bytes = generator.rss_str(pretty=True)
    return document


def _items_only(entries: Sequence[Entry], site: Site) -> bytes:
    return whole(Feed("x:x", site, Topic("x", "x"), entries[0].updated, tuple(entries)), None)


slices = _feedgen.Slices(_items_only, start=b"    <item>", end=b"  </channel>")
"""What of documents is each entry's."""


def _add(generator: Any, entry: Entry, site: Site) -> None:
    """Append one item: the summary as its description, or the content where there is no summary."""
    item = _feedgen.add(generator, entry, site)
    article = entry.article
    # feedgen writes content without a description as the description, which is what RSS asks for.
    item.description(escape(article.summary, quote=False) or None)
    item.content(article.content or None)
    enclosures = list(_enclosures(article))
    if enclosures:
        item.enclosure(*enclosures[0])
    _feedgen.extension(item).extend = partial(_extend_item, article=article, others=enclosures[1:])


def _enclosures(article: Article) -> Iterator[tuple[str, int, str]]:
    """URL, length (0 where it is unknown) and media type of each enclosure that has a web address."""
    for enclosure in article.enclosures:
        if url := link(enclosure.url):
            # RSS demands a type; this one says that it is unknown (RFC 2046 §4.5.1).
            kind = _feedgen.media_type(enclosure.media_type) or "application/octet-stream"
            yield url, enclosure.length or 0, kind


def _extend_channel(rss: etree._Element, *, feed: Feed, pace: Cadence | None) -> None:
    """Add where the rest of the feed stands and how often it changes, and rewrite the channel's plain texts; feedgen
    adds the items afterwards.
    """
    channel = rss.find("channel")
    assert channel is not None
    for rel, number in _feedgen.history(feed):
        # Its archive is Atom: a document of either kind may link to it (RFC 5005 §4).
        href = document_address(feed, atom.SUFFIX, number)
        etree.SubElement(channel, _LINK, {"href": href, "rel": rel, "type": atom.MEDIA_TYPE})
    if hub := link(feed.site.hub):
        etree.SubElement(channel, _LINK, {"href": hub, "rel": "hub"})
    if pace is not None:
        etree.SubElement(channel, f"{{{_SY}}}updatePeriod").text = pace.period
        etree.SubElement(channel, f"{{{_SY}}}updateFrequency").text = str(pace.frequency)
    for element in channel:
        if element.tag in _PLAIN:
            _plain(element)


def _extend_item(item: etree._Element, *, article: Article, others: Sequence[tuple[str, int, str]]) -> None:
    """Add the creators (RSS's own author is an e-mail address), where it is from, and what an item has no second
    place for; and rewrite the plain texts.
    """
    for author in article.authors:
        if author.name.strip():
            etree.SubElement(item, f"{{{_DC}}}creator").text = author.name
    if article.source is not None and (url := link(article.source.url)):
        etree.SubElement(item, "source", {"url": url}).text = article.source.title
    for url, length, kind in others:
        media = etree.SubElement(item, f"{{{_feedgen.MEDIA}}}content", {"url": url, "type": kind})
        if length:
            media.set("fileSize", str(length))
    if image := link(article.image):
        etree.SubElement(item, f"{{{_feedgen.MEDIA}}}content", {"url": image, "medium": "image"})
        etree.SubElement(item, f"{{{_feedgen.MEDIA}}}thumbnail", {"url": image})
    for element in item:
        if element.tag in _PLAIN and element.tag != "description":
            _plain(element)


def _plain(element: etree._Element) -> None:
    """Write the element's ``&``, ``<`` and ``>`` as hexadecimal character references.

    To XML it is the same text. Programs that read titles with something less than an XML parser
    decode this form most often.
    """
    before, *rest = _MARKUP.split(element.text or "")
    element.text = before
    for sign, after in zip(rest[::2], rest[1::2], strict=True):
        reference = etree.Entity(f"#x{ord(sign):X}")
        reference.tail = after
        element.append(reference)
