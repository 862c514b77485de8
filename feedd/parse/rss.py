"""RSS in all its versions: 0.90 to 2.0, and 1.0 on RDF, with the modules that publishers use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from feedd.errors import Unreadable
from feedd.model import Article, Document, Source
from feedd.parse import _entries, _source
from feedd.parse._entries import Entry, plain
from feedd.parse._fields import Fields, Value
from feedd.parse._html import in_paragraphs
from feedd.parse._media import media
from feedd.parse._meta import absolute
from feedd.parse._xml import (
    Element,
    about,
    base_of,
    called,
    children,
    inner,
    join,
    language_of,
    name,
    read_xml,
    root_of,
    text_in,
    written,
)
from feedd.text import line

_BODIES = ("content:encoded", "xhtml:body", "xhtml:div", "atom:content", "body", "fullitem")
_DATES = ("pubDate", "dc:date", "dcterms:issued", "dcterms:created", "atom:published", "date")
_UPDATES = ("dcterms:modified", "atom:updated", "atom:modified")
_AUTHORS = ("author", "dc:creator", "atom:author", "itunes:author", "dc:contributor")
_TAGS = ("category", "dc:subject", "itunes:keywords", "media:keywords")
# "mail@example.org (A Name)", as RSS 2.0 wants an author to be written.
_MAIL_FIRST = re.compile(r"(?P<email>[^\s()<>@]+@[^\s()<>]+)\s+\((?P<name>[^()]+)\)")


@dataclass(frozen=True, slots=True)
class _Channel:
    """What a channel says for all of its items: asked once, as it stands among them."""

    link: str | None
    language: str
    rights: str
    source: Source | None


def sniff(text: str) -> bool:
    """Whether the root is one of RSS."""
    root = root_of(text)
    return root == "rss" or (root in ("RDF", "Channel") and "rss" in text.lower())


def read(document: Document) -> tuple[Article, ...]:
    """Each item an article; raises Unreadable where it is no RSS, or none of them can be read."""
    xml = read_xml(document)
    if name(xml.root).rpartition(":")[2] not in ("rss", "RDF", "Channel"):
        raise Unreadable(f"is no RSS: its root is {called(xml.root)}")
    items = list(_items(xml.root))
    channel_of = lru_cache(maxsize=16)(partial(_channel, document=document))
    entry = partial(_entry, channel_of=channel_of, document=document)
    return _entries.articles(
        items,
        entry,
        document,
        format="rss",
        encoding=xml.encoding,
        warnings=xml.warnings,
        digest=_digest(xml.root, items, channel_of, document),
    )


def _digest(
    root: Element, items: list[Element], channel_of: Callable[[Element], _Channel], document: Document
) -> Callable[[Element], str] | None:
    parent = items[0].getparent() if items else None
    if parent is None:
        return None
    channel = channel_of(parent)
    source = channel.source and replace(channel.source, updated=_entries.ANY_TIME)
    around = [sorted(one.items()) for one in (root, parent)]
    digest = _entries.digester(document, "rss", around, channel.link, channel.language, channel.rights, source)
    return None if digest is None else lambda item: digest(written(item))


def _items(root: Element) -> Iterator[Element]:
    for child in children(root, "item", "channel", "items"):
        if name(child) == "item":
            yield child
        else:
            yield from _items(child)


def _entry(item: Element, *, channel_of: Callable[[Element], _Channel], document: Document) -> Entry:
    parent = item.getparent()
    assert parent is not None
    channel = channel_of(parent)
    base = base_of(item, channel.link)
    body = _first(item, *_BODIES)
    teaser = _first(item, "description", "dc:description", "itunes:summary", "atom:summary")
    said = {"guid": _text(item, "guid"), "atom:id": _text(item, "atom:id"), "rdf:about": about(item)}
    guid_where, guid = next(((where, one) for where, one in said.items() if one), ("", ""))
    extra = media(item, base)
    fields: Fields = {
        "id": guid,
        "title": plain(_text(item, "title", "dc:title", "atom:title", "media:title", "itunes:title")),
        "date": _text(item, *_DATES),
        "updated": _text(item, *_UPDATES),
        "url": _link(item, base, guid=guid),
        "authors": _authors(item),
        "tags": [plain(tag) for one in children(item, *_TAGS) for tag in _labels(one)],
        "language": language_of(item) or _text(item, "dc:language") or channel.language,
        "rights": plain(_text(item, "dc:rights") or channel.rights),
        "enclosures": [*_enclosures(item, base), *extra.enclosures],
        "image": extra.image or next(_pictures(item, base), ""),
    }
    html, summary = _html(body) or ("" if teaser is not None else extra.description), _html(teaser)
    if html and summary and html != summary:
        fields["summary"] = plain(summary)
    inside = body if html else teaser
    where = (guid_where, next((one for one in _DATES if _text(item, one)), ""))
    base = base if inside is None else base_of(inside, base)
    source = _own_source(item, base, document)
    return Entry(fields, html or summary, base, where, known_as=line(guid), source=source, feed=channel.source)


def _own_source(item: Element, base: str | None, document: Document) -> Source | None:
    """The feed that the item was taken from, as it tells."""
    said = _first(item, "source")
    if said is None:
        return None
    url = join(base_of(said, base), (said.get("url") or "").strip())
    return _source.of_entry("", plain(text_in(said)), _text(item, *_DATES), url=url, link="", document=document)


def _channel(parent: Element, *, document: Document) -> _Channel:
    """The channel of the items in ``parent``: that itself, or beside them in RDF."""
    beside = None if name(parent) in ("channel", "Channel") else _first(parent, "channel")
    channel = parent if beside is None else beside
    rights = _text(channel, "copyright", "dc:rights")
    link = _link_of(channel, document.base or None)
    title, updated = _text(channel, "title", "dc:title"), _text(channel, "lastBuildDate", *_DATES)
    source = _source.of_feed("", plain(title), updated, link=link or "", document=document)
    return _Channel(link or document.base or None, _text(channel, "language", "dc:language"), rights, source)


def _first(element: Element, *names: str) -> Element | None:
    """The first child that says anything, in the order of the names."""
    for one in names:
        for child in children(element, one):
            if len(child) or (child.text or "").strip():
                return child
    return None


def _text(element: Element, *names: str) -> str:
    return text_in(_first(element, *names))


def _html(element: Element | None) -> str:
    if element is None:
        return ""
    if name(element).startswith("xhtml:") or element.get("type") in ("xhtml", "application/xhtml+xml") or len(element):
        return inner(element).strip()
    return in_paragraphs(text_in(element))


def _link_of(channel: Element, base: str | None) -> str | None:
    """The site's address, which relative ones begin at where nothing else is said."""
    said = _text(channel, "link")
    link = join(base_of(channel, base), said) if said else ""
    return link if absolute(link) else None


def _link(item: Element, base: str | None, *, guid: str) -> str:
    """The item's link, else that of Atom, else its guid where that is one, else what it is about."""
    for child in children(item, "link", "atom:link"):
        relation = (child.get("rel") or "alternate").lower()
        href = text_in(child) or (child.get("href") or "" if relation == "alternate" else "")
        if href and absolute(join(base_of(child, base), href)):
            return join(base_of(child, base), href)
    permanent = all((one.get("isPermaLink") or "true").lower() != "false" for one in children(item, "guid"))
    named = [guid] if permanent and guid else []
    return next((url for url in (*named, about(item)) if absolute(url)), "")


def _authors(item: Element) -> list[Value]:
    for kind in _AUTHORS:
        found = [_author(one) for one in children(item, kind)]
        if any(found):
            return found
    return []


def _author(element: Element) -> Value:
    if name(element) == "atom:author" and len(element):
        return {part: _text(element, f"atom:{part}") for part in ("name", "email", "uri")}
    text = plain(text_in(element))
    mail = _MAIL_FIRST.fullmatch(text)
    return {"name": mail["name"], "email": mail["email"]} if mail else text


def _labels(element: Element) -> list[str]:
    text = element.text or ""
    return text.split(",") if name(element) in ("itunes:keywords", "media:keywords") else [text]


def _enclosures(item: Element, base: str | None) -> Iterator[Value]:
    for one in children(item, "enclosure"):
        url = (one.get("url") or "").strip()
        if url:
            length = one.get("length") or ""
            # A length is required (RSS 2.0), so those who don't know it write 0.
            yield {"url": join(base_of(one, base), url), "type": one.get("type") or "", "length": length.lstrip("0")}


def _pictures(item: Element, base: str | None) -> Iterator[str]:
    for one in children(item, "enclosure"):
        url = (one.get("url") or "").strip()
        if url and (one.get("type") or "").startswith("image/"):
            yield join(base_of(one, base), url)
