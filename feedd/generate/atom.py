"""Atom 1.0 (RFC 4287).

feedgen writes of an entry's links only the address, so their rel, type, length and title are set
here; titles and summaries are plain text (§3.1.1.1), content is escaped HTML (§3.1.1.2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

from lxml import etree

from feedd.generate import _feedgen
from feedd.generate.addresses import document_address, iri, link
from feedd.generate.content import content_of
from feedd.model import Article, Enclosure, Entry, Feed, Person, Site, Source, Topic

SUFFIX = ".atom"
MEDIA_TYPE = "application/atom+xml"

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_HISTORY = "http://purl.org/syndication/history/1.0"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
# What readers that take text for HTML would change: it is told as HTML then, which they all read alike.
_LOOKS_LIKE_HTML = re.compile(r"&#?\w+;|</\w+>")


def write(feed: Feed) -> bytes:
    """``feed`` as an Atom feed document, UTF-8, entries in the order given; or as an archive document (RFC 5005 §4).

    Valid by the RELAX NG of RFC 4287, appendix B. Addresses that aren't http(s) are left out.
    """
    frame = whole(replace(feed, entries=()))
    return slices.join(frame, feed.entries, feed.site)


def whole(feed: Feed) -> bytes:
    """The same as ``write``, by feedgen from end to end."""
    feed = _feedgen.clean(feed)
    generator = _feedgen.start(feed, suffix=SUFFIX, media_type=MEDIA_TYPE)
    generator.subtitle(feed.topic.description or None)
    generator.icon(link(feed.site.icon))
    generator.logo(link(feed.site.logo))
    generator.category(
        [{"term": code, "scheme": _feedgen.MEDTOP, "label": feed.topic.title} for code in feed.topic.medtop]
    )
    extension = _feedgen.extension(generator)
    extension.namespaces = {"media": _feedgen.MEDIA}
    if feed.number:
        extension.namespaces["fh"] = _HISTORY
    if feed.deleted:
        extension.namespaces["at"] = _TOMBSTONES
    extension.extend = partial(_extend_feed, feed=feed)
    for entry in feed.entries:
        _add(generator, entry, feed.site)
    document: bytes = generator.atom_str(pretty=True)
    return document


def _entries_only(entries: Sequence[Entry], site: Site) -> bytes:
    return whole(Feed("x:x", site, Topic("x", "x"), entries[0].updated, tuple(entries)))


slices = _feedgen.Slices(_entries_only, start=b"  <entry", end=b"</feed>")
"""What of documents is each entry's."""


def _extend_feed(element: etree._Element, *, feed: Feed) -> None:
    """Say where the rest of the feed stands, and what was withdrawn (RFC 6721 §3); feedgen adds the entries behind."""
    for rel, number in _feedgen.history(feed):
        _link(element, document_address(feed, SUFFIX, number), rel=rel, type=MEDIA_TYPE)
    if (hub := link(feed.site.hub)) and not feed.number:
        _link(element, hub, rel="hub")
    if feed.number:
        etree.SubElement(element, f"{{{_HISTORY}}}archive")
    for deleted in feed.deleted:
        when = _feedgen.seconds(deleted.at).isoformat()
        etree.SubElement(element, f"{{{_TOMBSTONES}}}deleted-entry", {"ref": iri(deleted.id, feed.site), "when": when})


def _add(generator: Any, entry: Entry, site: Site) -> None:
    """Append one entry (RFC 4287 §4.1.2)."""
    item = _feedgen.add(generator, entry, site)
    item.id(iri(entry.id, site))
    article = entry.article
    item.author([_person(author) for author in article.authors if author.name.strip()])
    if _LOOKS_LIKE_HTML.search(article.summary):
        item.summary(escape(article.summary, quote=False), type="html")
    else:
        item.summary(article.summary or None)
    item.content(content_of(article), type="html")
    item.rights(article.rights or None)
    _feedgen.extension(item).extend = partial(_extend, article=article, site_language=site.language)


def _person(author: Person) -> dict[str, str]:
    """A person construct (§3.2) as feedgen wants it."""
    person = {"name": author.name}
    if uri := link(author.url):
        person["uri"] = uri
    if email := _feedgen.email(author.email):
        person["email"] = email
    return person


def _extend(element: etree._Element, *, article: Article, site_language: str) -> None:
    """Complete the links and name the language where it isn't the site's."""
    for alternate in element.iterfind("link"):
        alternate.set("rel", "alternate")
    for enclosure in article.enclosures:
        _enclosure(element, enclosure)
    for related in article.related:
        if href := link(related.url):
            _link(element, href, rel="related", title=related.title)
    if image := link(article.image):
        etree.SubElement(element, f"{{{_feedgen.MEDIA}}}thumbnail", {"url": image})
    if article.source is not None:
        _source(element, article.source)
    language = _feedgen.language(article.language)
    if language and language.lower() != (_feedgen.language(site_language) or "").lower():
        element.set(_LANG, language)


def _enclosure(element: etree._Element, enclosure: Enclosure) -> None:
    """A link to a file that belongs to the entry (§4.2.7.2); ``length`` only where it is known."""
    if href := link(enclosure.url):
        media_type = _feedgen.media_type(enclosure.media_type)
        length = None if enclosure.length is None else str(enclosure.length)
        _link(element, href, rel="enclosure", type=media_type, length=length, title=enclosure.title)


def _link(element: etree._Element, href: str, **attributes: str | None) -> None:
    """Append a link with the attributes that have a value, in the order given."""
    # feedgen's elements carry no namespace of their own: it writes xmlns as if it were an attribute.
    made = etree.SubElement(element, "link", {"href": href})
    for name, value in attributes.items():
        if value:
            made.set(name, value)


def _source(element: etree._Element, source: Source) -> None:
    """The metadata of the feed that the entry is from (§4.2.11)."""
    made = etree.SubElement(element, "source")
    for name, value in (("id", source.id), ("title", source.title)):
        etree.SubElement(made, name).text = value
    etree.SubElement(made, "updated").text = _feedgen.seconds(source.updated).isoformat()
    for rel, address in (("self", link(source.url)), ("alternate", link(source.link))):
        if address:
            _link(made, address, rel=rel)
