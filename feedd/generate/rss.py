"""RSS 2.0, after the best practices profile of the RSS Advisory Board.

RSS doesn't say which elements are HTML. The profile does: an item's description is, all others are
plain text, in which ``&``, ``<`` and ``>`` are best understood as hexadecimal character references.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email.utils import format_datetime
from functools import partial
from html import escape
from typing import Any

from lxml import etree

from feedd.generate import _feedgen, atom
from feedd.generate._slices import Slices, attributes, cleaned, joined, text
from feedd.generate.addresses import document_address, link, link_of
from feedd.generate.cadence import Cadence, cadence
from feedd.model import Article, Entry, Feed, Site

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
    frame: bytes = start(replace(feed, entries=()), cadence(feed.entries)).rss_str(pretty=True)
    return joined(frame, slices.of(feed.entries, feed.site), end=b"  </channel>")


def start(feed: Feed, pace: Cadence | None) -> Any:
    """feedgen's generator of the document without its items; ``pace`` is the feed's."""
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
    return generator


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


# --- items --------------------------------------------------------------------------------------------


def _cut(entry: Entry, site: Site) -> bytes:
    """One item."""
    return "".join(_item(cleaned.one(entry, site), site)).encode()


slices = Slices(_cut)
"""What of documents is each entry's."""


def _item(entry: Entry, site: Site) -> Iterator[str]:
    """The summary as its description, or the content where there is no summary; creators by Dublin Core, for RSS's own
    author is an e-mail address; and Media RSS for what an item has no second place for.
    """
    article, url = entry.article, link_of(entry, site)
    yield f"    <item>\n      <title>{_plainly(article.title.strip() or entry.id)}</title>\n"
    yield f"      <link>{text(url)}</link>\n"
    if article.summary:
        yield f"      <description>{text(escape(article.summary, quote=False))}</description>\n"
    if article.content:
        name = "content:encoded" if article.summary else "description"
        yield f"      <{name}>{text(article.content)}</{name}>\n"
    yield f'      <guid isPermaLink="{str(url == entry.id).lower()}">{text(entry.id)}</guid>\n'
    for tag in dict.fromkeys(tag for tag in article.tags if tag.strip()):
        yield f"      <category>{_plainly(tag)}</category>\n"
    enclosures = list(_enclosures(article))
    for address, length, kind in enclosures[:1]:
        yield f"      <enclosure{attributes(url=address, length=str(length), type=kind)}/>\n"
    yield f"      <pubDate>{format_datetime(_feedgen.seconds(entry.published))}</pubDate>\n"
    for author in article.authors:
        if author.name.strip():
            yield f"      <dc:creator>{_plainly(author.name)}</dc:creator>\n"
    if article.source is not None and (source := link(article.source.url)):
        yield f"      <source{attributes(url=source)}>{_plainly(article.source.title)}</source>\n"
    for other in article.also_in:
        # An item has one source; what other feeds carry it is said as Atom says it.
        if href := link(other.link) or link(other.url):
            yield f"      <atom:link{attributes(href=href, rel='related', title=other.title)}/>\n"
    yield from _media(article, enclosures[1:])
    yield "    </item>\n"


def _media(article: Article, others: Sequence[tuple[str, int, str]]) -> Iterator[str]:
    """Further enclosures, and the picture."""
    for address, length, kind in others:
        size = str(length) if length else None
        yield f"      <media:content{attributes(url=address, type=kind, fileSize=size)}/>\n"
    if image := link(article.image):
        yield f"      <media:content{attributes(url=image, medium='image')}/>\n"
        yield f"      <media:thumbnail{attributes(url=image)}/>\n"


def _enclosures(article: Article) -> Iterator[tuple[str, int, str]]:
    """URL, length (0 where it is unknown) and media type of each enclosure that has a web address."""
    for enclosure in article.enclosures:
        if url := link(enclosure.url):
            # RSS demands a type; this one says that it is unknown (RFC 2046 §4.5.1).
            kind = _feedgen.media_type(enclosure.media_type) or "application/octet-stream"
            yield url, enclosure.length or 0, kind


def _plainly(value: str) -> str:
    """Character data in which ``&``, ``<`` and ``>`` are as :func:`_plain` writes them."""
    return _MARKUP.sub(lambda sign: f"&#x{ord(sign[0]):X};", value).replace("\r", "&#13;")
