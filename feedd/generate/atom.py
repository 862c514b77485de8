"""Atom 1.0 (RFC 4287).

feedgen writes of an entry's links only the address, so their rel, type, length and title are set
here; titles and summaries are plain text (§3.1.1.1), content is escaped HTML (§3.1.1.2).
"""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

from lxml import etree

from feedd.generate import _feedgen
from feedd.model import Article, Enclosure, Entry, Feed, Person

SUFFIX = ".atom"
MEDIA_TYPE = "application/atom+xml"

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write(feed: Feed) -> bytes:
    """``feed`` as an Atom feed document, UTF-8, entries in the order given.

    Valid by the RELAX NG of RFC 4287, appendix B. Addresses that aren't http(s) are left out.
    """
    feed = _feedgen.clean(feed)
    generator = _feedgen.start(feed, name=feed.topic.id + SUFFIX, media_type=MEDIA_TYPE)
    generator.subtitle(feed.topic.description or None)
    generator.category(
        [{"term": code, "scheme": _feedgen.MEDTOP, "label": feed.topic.title} for code in feed.topic.medtop]
    )
    for entry in feed.entries:
        _add(generator, entry, feed.site.language)
    document: bytes = generator.atom_str(pretty=True)
    return document


def _add(generator: Any, entry: Entry, site_language: str) -> None:
    """Append one entry (RFC 4287 §4.1.2)."""
    item = _feedgen.add(generator, entry)
    article = entry.article
    item.author([_person(author) for author in article.authors if author.name.strip()])
    item.summary(article.summary or None)
    item.content(_content(article), type="html")
    item.rights(article.rights or None)
    _feedgen.extension(item).extend = partial(_extend, article=article, site_language=site_language)


def _content(article: Article) -> str | None:
    """The content; None only where a link and a summary stand for it (§4.1.2).

    An article that is nothing but its title still needs something to show.
    """
    if article.content or (article.summary and _feedgen.link(article.url)):
        return article.content or None
    return f"<p>{escape(article.summary or article.title, quote=False)}</p>"


def _person(author: Person) -> dict[str, str]:
    """A person construct (§3.2) as feedgen wants it."""
    person = {"name": author.name}
    if uri := _feedgen.link(author.url):
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
        if href := _feedgen.link(related.url):
            _link(element, href, rel="related", title=related.title)
    language = _feedgen.language(article.language)
    if language and language.lower() != (_feedgen.language(site_language) or "").lower():
        element.set(_LANG, language)


def _enclosure(element: etree._Element, enclosure: Enclosure) -> None:
    """A link to a file that belongs to the entry (§4.2.7.2); ``length`` only where it is known."""
    if href := _feedgen.link(enclosure.url):
        media_type = _feedgen.media_type(enclosure.media_type)
        length = None if enclosure.length is None else str(enclosure.length)
        _link(element, href, rel="enclosure", type=media_type, length=length, title=enclosure.title)


def _link(element: etree._Element, href: str, **attributes: str | None) -> None:
    """Append a link with the attributes that have a value, in the order given."""
    # feedgen's elements carry no namespace of their own: it writes xmlns as if it were an attribute.
    link = etree.SubElement(element, "link", {"href": href})
    for name, value in attributes.items():
        if value:
            link.set(name, value)
