"""Atom 1.0 (RFC 4287).

feedgen writes the feed and this module its entries: titles and summaries are plain text (§3.1.1.1), content is escaped
HTML (§3.1.1.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

from lxml import etree

from feedd.generate import _feedgen
from feedd.generate._slices import Slices, attributes, cleaned, joined, text
from feedd.generate.addresses import document_address, iri, link, link_of
from feedd.generate.content import content_of
from feedd.model import Article, Enclosure, Entry, Feed, Person, Site, Source

SUFFIX = ".atom"
MEDIA_TYPE = "application/atom+xml"

_HISTORY = "http://purl.org/syndication/history/1.0"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
# What readers that take text for HTML would change: it is told as HTML then, which they all read alike.
_LOOKS_LIKE_HTML = re.compile(r"&#?\w+;|</\w+>")


def write(feed: Feed) -> bytes:
    """``feed`` as an Atom feed document, UTF-8, entries in the order given; or as an archive document (RFC 5005 §4).

    Valid by the RELAX NG of RFC 4287, appendix B. Addresses that aren't http(s) are left out.
    """
    frame: bytes = start(replace(feed, entries=())).atom_str(pretty=True)
    return joined(frame, slices.of(feed.entries, feed.site), end=b"</feed>")


def start(feed: Feed) -> Any:
    """feedgen's generator of the document without its entries."""
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
    return generator


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


def _link(element: etree._Element, href: str, **attributes: str) -> None:
    """Append a link with its attributes in the order given."""
    # feedgen's elements carry no namespace of their own: it writes xmlns as if it were an attribute.
    etree.SubElement(element, "link", {"href": href, **attributes})


# --- entries ------------------------------------------------------------------------------------------


def _cut(entry: Entry, site: Site) -> bytes:
    """One entry (RFC 4287 §4.1.2)."""
    return "".join(_entry(cleaned.one(entry, site), site)).encode()


slices = Slices(_cut)
"""What of documents is each entry's."""


def _entry(entry: Entry, site: Site) -> Iterator[str]:
    article = entry.article
    language = _feedgen.language(article.language)
    if language and language.lower() != (_feedgen.language(site.language) or "").lower():
        yield f"  <entry{attributes(**{'xml:lang': language})}>\n"
    else:
        yield "  <entry>\n"
    yield f"    <id>{text(iri(entry.id, site))}</id>\n"
    yield f"    <title>{text(article.title.strip() or entry.id)}</title>\n"
    yield f"    <updated>{_feedgen.seconds(entry.updated).isoformat()}</updated>\n"
    for author in article.authors:
        if author.name.strip():
            yield from _person(author)
    content = content_of(article)
    if content is not None:
        yield f'    <content type="html">{text(content)}</content>\n'
    yield _link_to(link_of(entry, site), rel="alternate")
    if _LOOKS_LIKE_HTML.search(article.summary):
        yield f'    <summary type="html">{text(escape(article.summary, quote=False))}</summary>\n'
    elif article.summary:
        yield f"    <summary>{text(article.summary)}</summary>\n"
    for tag in dict.fromkeys(tag for tag in article.tags if tag.strip()):
        yield f"    <category{attributes(term=tag)}/>\n"
    yield f"    <published>{_feedgen.seconds(entry.published).isoformat()}</published>\n"
    if article.rights:
        yield f"    <rights>{text(article.rights)}</rights>\n"
    yield from _further(article)
    yield "  </entry>\n"


def _further(article: Article) -> Iterator[str]:
    """What feedgen has no place for."""
    for enclosure in article.enclosures:
        yield from _enclosure(enclosure)
    for related in article.related:
        if href := link(related.url):
            yield _link_to(href, rel="related", title=related.title)
    for other in article.also_in:
        if href := link(other.link) or link(other.url):
            yield _link_to(href, rel="related", title=other.title)
    if image := link(article.image):
        yield f"    <media:thumbnail{attributes(url=image)}/>\n"
    if article.source is not None:
        yield from _source(article.source)


def _person(author: Person) -> Iterator[str]:
    """A person construct (§3.2)."""
    yield f"    <author>\n      <name>{text(author.name)}</name>\n"
    if email := _feedgen.email(author.email):
        yield f"      <email>{text(email)}</email>\n"
    if uri := link(author.url):
        yield f"      <uri>{text(uri)}</uri>\n"
    yield "    </author>\n"


def _enclosure(enclosure: Enclosure) -> Iterator[str]:
    """A link to a file that belongs to the entry (§4.2.7.2); ``length`` only where it is known."""
    if href := link(enclosure.url):
        media_type = _feedgen.media_type(enclosure.media_type)
        length = None if enclosure.length is None else str(enclosure.length)
        yield _link_to(href, rel="enclosure", type=media_type, length=length, title=enclosure.title)


def _source(source: Source) -> Iterator[str]:
    """The metadata of the feed that the entry is from (§4.2.11)."""
    yield f"    <source>\n      <id>{text(source.id)}</id>\n      <title>{text(source.title)}</title>\n"
    yield f"      <updated>{_feedgen.seconds(source.updated).isoformat()}</updated>\n"
    for rel, address in (("self", link(source.url)), ("alternate", link(source.link))):
        if address:
            yield "  " + _link_to(address, rel=rel)
    yield "    </source>\n"


def _link_to(href: str, **more: str | None) -> str:
    return f"    <link{attributes(href=href, **more)}/>\n"
