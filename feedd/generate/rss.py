"""RSS 2.0, after the best practices profile of the RSS Advisory Board.

RSS doesn't say which elements are HTML. The profile does: an item's description is, all others are
plain text, in which ``&``, ``<`` and ``>`` are best understood as hexadecimal character references.
"""

from __future__ import annotations

import re
from functools import partial
from html import escape
from typing import Any

from lxml import etree

from feedd.generate import _feedgen
from feedd.model import Article, Entry, Feed, Person

SUFFIX = ".rss"
MEDIA_TYPE = "application/rss+xml"

_DC = "http://purl.org/dc/elements/1.1/"
_DOCS = "https://www.rssboard.org/rss-specification"
_PLAIN = frozenset({"title", "description", "copyright", "category", f"{{{_DC}}}creator"})
_MARKUP = re.compile("([&<>])")


def write(feed: Feed) -> bytes:
    """``feed`` as an RSS document, UTF-8, items in the order given.

    An item has one enclosure, the first; addresses that aren't http(s) are left out.
    """
    feed = _feedgen.clean(feed)
    generator = _feedgen.start(feed, name=feed.topic.id + SUFFIX, media_type=MEDIA_TYPE)
    generator.description(feed.topic.description.strip() or generator.title())
    generator.docs(_DOCS)
    generator.category([{"term": code, "scheme": _feedgen.MEDTOP} for code in feed.topic.medtop])
    extension = _feedgen.extension(generator)
    extension.namespaces = {"dc": _DC}
    extension.extend = _extend_channel
    for entry in feed.entries:
        _add(generator, entry)
    document: bytes = generator.rss_str(pretty=True)
    return document


def _add(generator: Any, entry: Entry) -> None:
    """Append one item: the summary as its description, or the content where there is no summary."""
    item = _feedgen.add(generator, entry)
    article = entry.article
    # feedgen writes content without a description as the description, which is what RSS asks for.
    item.description(escape(article.summary, quote=False) or None)
    item.content(article.content or None)
    if enclosure := _enclosure(article):
        item.enclosure(*enclosure)
    _feedgen.extension(item).extend = partial(_extend_item, authors=article.authors)


def _enclosure(article: Article) -> tuple[str, int, str] | None:
    """URL, length (0 where it is unknown) and media type of the first enclosure that has a web address."""
    for enclosure in article.enclosures:
        if url := _feedgen.link(enclosure.url):
            # RSS demands a type; this one says that it is unknown (RFC 2046 §4.5.1).
            kind = _feedgen.media_type(enclosure.media_type) or "application/octet-stream"
            return url, enclosure.length or 0, kind
    return None


def _extend_channel(rss: etree._Element) -> None:
    """Rewrite the channel's plain texts; feedgen adds the items afterwards."""
    for element in rss.iterfind("channel/*"):
        if element.tag in _PLAIN:
            _plain(element)


def _extend_item(item: etree._Element, *, authors: tuple[Person, ...]) -> None:
    """Add the creators (RSS's own author is an e-mail address) and rewrite the plain texts."""
    for author in authors:
        if author.name.strip():
            etree.SubElement(item, f"{{{_DC}}}creator").text = author.name
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
