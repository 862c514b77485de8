"""Atom and RSS by feedgen from end to end: the oracle that our own entries are held against, byte by byte.

feedgen writes of an entry's links only the address, so their rel, type, length and title are set behind it, and so
is all that it has no place for.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape
from typing import Any

from lxml import etree

from feedd.generate import _feedgen, atom, rss
from feedd.generate.addresses import iri, link, link_of
from feedd.generate.cadence import Cadence
from feedd.generate.content import content_of
from feedd.generate.rss import _enclosures, _plain
from feedd.model import Article, Enclosure, Entry, Feed, Person, Site, Source

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ATOM = "http://www.w3.org/2005/Atom"
_CREATOR = f"{{{rss._DC}}}creator"


def atom_of(feed: Feed) -> bytes:
    """What ``atom.write`` is to give."""
    feed = _feedgen.clean(feed)
    generator = atom.start(feed)
    for entry in feed.entries:
        _atom(generator, entry, feed.site)
    document: bytes = generator.atom_str(pretty=True)
    return document


def rss_of(feed: Feed, pace: Cadence | None) -> bytes:
    """What ``rss.write`` is to give."""
    feed = _feedgen.clean(feed)
    generator = rss.start(feed, pace)
    for entry in feed.entries:
        _rss(generator, entry, feed.site)
    document: bytes = generator.rss_str(pretty=True)
    return document


def _add(generator: Any, entry: Entry, site: Site) -> Any:
    """What Atom and RSS share."""
    item = generator.add_entry(order="append")
    url = link_of(entry, site)
    item.guid(entry.id, permalink=url == entry.id)
    item.title(entry.article.title.strip() or entry.id)
    item.published(_feedgen.seconds(entry.published))
    item.updated(_feedgen.seconds(entry.updated))
    item.link(href=url)
    for tag in dict.fromkeys(tag for tag in entry.article.tags if tag.strip()):
        item.category(term=tag)
    return item


def _atom(generator: Any, entry: Entry, site: Site) -> None:
    item = _add(generator, entry, site)
    item.id(iri(entry.id, site))
    article = entry.article
    item.author([_person(author) for author in article.authors if author.name.strip()])
    if atom._LOOKS_LIKE_HTML.search(article.summary):
        item.summary(escape(article.summary, quote=False), type="html")
    else:
        item.summary(article.summary or None)
    item.content(content_of(article), type="html")
    item.rights(article.rights or None)
    _feedgen.extension(item).extend = partial(_extend_entry, article=article, site_language=site.language)


def _person(author: Person) -> dict[str, str]:
    person = {"name": author.name}
    if uri := link(author.url):
        person["uri"] = uri
    if email := _feedgen.email(author.email):
        person["email"] = email
    return person


def _extend_entry(element: etree._Element, *, article: Article, site_language: str) -> None:
    for alternate in element.iterfind("link"):
        alternate.set("rel", "alternate")
    for enclosure in article.enclosures:
        _enclosure(element, enclosure)
    for related in article.related:
        if href := link(related.url):
            _link(element, href, rel="related", title=related.title)
    for other in article.also_in:
        if href := link(other.link) or link(other.url):
            _link(element, href, rel="related", title=other.title)
    if image := link(article.image):
        etree.SubElement(element, f"{{{_feedgen.MEDIA}}}thumbnail", {"url": image})
    if article.source is not None:
        _source(element, article.source)
    language = _feedgen.language(article.language)
    if language and language.lower() != (_feedgen.language(site_language) or "").lower():
        element.set(_LANG, language)


def _enclosure(element: etree._Element, enclosure: Enclosure) -> None:
    if href := link(enclosure.url):
        media_type = _feedgen.media_type(enclosure.media_type)
        length = None if enclosure.length is None else str(enclosure.length)
        _link(element, href, rel="enclosure", type=media_type, length=length, title=enclosure.title)


def _link(element: etree._Element, href: str, **attributes: str | None) -> None:
    made = etree.SubElement(element, "link", {"href": href})
    for name, value in attributes.items():
        if value:
            made.set(name, value)


def _source(element: etree._Element, source: Source) -> None:
    made = etree.SubElement(element, "source")
    for name, value in (("id", source.id), ("title", source.title)):
        etree.SubElement(made, name).text = value
    etree.SubElement(made, "updated").text = _feedgen.seconds(source.updated).isoformat()
    for rel, address in (("self", link(source.url)), ("alternate", link(source.link))):
        if address:
            _link(made, address, rel=rel)


def _rss(generator: Any, entry: Entry, site: Site) -> None:
    item = _add(generator, entry, site)
    article = entry.article
    # feedgen writes content without a description as the description, which is what RSS asks for.
    item.description(escape(article.summary, quote=False) or None)
    item.content(article.content or None)
    enclosures = list(_enclosures(article))
    if enclosures:
        item.enclosure(*enclosures[0])
    _feedgen.extension(item).extend = partial(_extend_item, article=article, others=enclosures[1:])


def _also(item: etree._Element, article: Article) -> None:
    for other in article.also_in:
        if href := link(other.link) or link(other.url):
            named = {"title": other.title} if other.title else {}
            etree.SubElement(item, f"{{{_ATOM}}}link", {"href": href, "rel": "related", **named})


def _extend_item(item: etree._Element, *, article: Article, others: Sequence[tuple[str, int, str]]) -> None:
    for author in article.authors:
        if author.name.strip():
            etree.SubElement(item, _CREATOR).text = author.name
    if article.source is not None and (url := link(article.source.url)):
        etree.SubElement(item, "source", {"url": url}).text = article.source.title
    _also(item, article)
    for url, length, kind in others:
        media = etree.SubElement(item, f"{{{_feedgen.MEDIA}}}content", {"url": url, "type": kind})
        if length:
            media.set("fileSize", str(length))
    if image := link(article.image):
        etree.SubElement(item, f"{{{_feedgen.MEDIA}}}content", {"url": image, "medium": "image"})
        etree.SubElement(item, f"{{{_feedgen.MEDIA}}}thumbnail", {"url": image})
    for element in item:
        if element.tag in rss._PLAIN and element.tag != "description":
            _plain(element)
