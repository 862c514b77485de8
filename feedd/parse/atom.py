"""Atom: feeds and single entries of RFC 4287, and of the 0.3 draft before it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from feedd.errors import Unreadable
from feedd.model import Article, Document, Source
from feedd.parse import _entries, _source
from feedd.parse._entries import Entry, plain
from feedd.parse._fields import Fields, Value
from feedd.parse._html import escape
from feedd.parse._media import media
from feedd.parse._xml import (
    Element,
    adopt,
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
from feedd.text import line, paragraphs

_NAMESPACE = re.compile(r"www\.w3\.org/2005/Atom|purl\.org/atom/ns", re.IGNORECASE)
_MARKUP = re.compile(r"</?[A-Za-z]|&[A-Za-z#]")
_RELATIONS = "http://www.iana.org/assignments/relation/"
_PUBLISHED = ("atom:published", "atom:issued", "atom:created", "dc:date", "dcterms:issued", "dcterms:created")
_RIGHTS = ("atom:rights", "atom:copyright")
_UPDATED = ("atom:updated", "atom:modified", "dcterms:modified")


@dataclass(frozen=True, slots=True)
class _Feed:
    """What a feed says for all of its entries: asked once, as it stands among them."""

    link: str | None
    authors: tuple[Element, ...]
    rights: str
    source: Source | None = None


_NO_FEED = _Feed(None, (), "")


def sniff(text: str) -> bool:
    """Whether the root is a feed or an entry, and Atom's vocabulary is named."""
    return root_of(text) in ("feed", "entry") and _NAMESPACE.search(text) is not None


def read(document: Document) -> tuple[Article, ...]:
    """Each entry an article; raises Unreadable where it is no Atom, or none of them can be read."""
    xml = read_xml(document)
    root = xml.root
    if root.tag in ("feed", "entry"):
        adopt(root, "http://www.w3.org/2005/Atom")  # some producers forget to say which vocabulary it is
    feed_of = lru_cache(maxsize=1)(partial(_feed, document=document))
    read_entry = partial(_entry, feed_of=feed_of, document=document)
    if name(root) == "atom:entry":
        entry = read_entry(root)
        return (_entries.article(entry, document, format="atom", encoding=xml.encoding),)
    if name(root) != "atom:feed":
        raise Unreadable(f"is XML of no known kind: its root is {called(root)}")
    entries = list(children(root, "atom:entry"))
    return _entries.articles(
        entries,
        read_entry,
        document,
        format="atom",
        encoding=xml.encoding,
        warnings=xml.warnings,
        digest=_digest(root, feed_of(root), document),
    )


def _digest(root: Element, feed: _Feed, document: Document) -> Callable[[Element], str] | None:
    source = feed.source and replace(feed.source, updated=_entries.ANY_TIME)
    authors = [written(author) for author in feed.authors]
    digest = _entries.digester(document, "atom", sorted(root.items()), feed.link, authors, feed.rights, source)
    return None if digest is None else lambda entry: digest(written(entry))


def _feed(feed: Element, *, document: Document) -> _Feed:
    authors = tuple(children(feed, "atom:author", "dc:creator"))
    link = _link(feed, base_of(feed, document.base or None))
    id_, title, updated = text_in(_first(feed, "atom:id")), _title(feed), _text(feed, *_UPDATED)
    source = _source.of_feed(id_, title, updated, link=link, document=document)
    # Relative addresses begin where the feed was read (RFC 3986 §5.1.3); of a file only its own link tells of that.
    return _Feed(document.base or link, authors, plain(_html(_first(feed, *_RIGHTS))), source)


def _entry(element: Element, *, feed_of: Callable[[Element], _Feed], document: Document) -> Entry:
    parent = element.getparent()
    feed = _NO_FEED if parent is None else feed_of(parent)
    outermost = feed.link
    base = base_of(element, outermost)
    summary = _html(_first(element, "atom:summary"))
    content = _first(element, "atom:content")
    html = _html(content)
    source = None if content is None else content.get("src")
    fields: Fields = {
        "id": text_in(_first(element, "atom:id")),
        "title": _title(element),
        "date": _text(element, *_PUBLISHED) or _text(element, *_UPDATED),
        "updated": _text(element, *_UPDATED),
        "url": _link(element, base) or (join(base_of(element, outermost), source) if source else ""),
        "authors": [_person(person, base) for person in _authors(element) or feed.authors],
        "tags": list(_tags(element)),
        "language": language_of(content if content is not None else element),
        "rights": _rights(element, feed),
        "enclosures": list(_enclosures(element, base)),
        "summary": plain(summary) if html else "",
    }
    extra = media(element, base)
    fields["enclosures"] = [*fields["enclosures"], *extra.enclosures]
    fields["image"] = extra.image
    inside = content if html else _first(element, "atom:summary")
    where = ("atom:id", next((one for one in (*_PUBLISHED, *_UPDATED) if _text(element, one)), ""))
    base = base if inside is None else base_of(inside, outermost)
    return Entry(
        fields,
        html or summary or extra.description,
        base,
        where,
        known_as=line(str(fields["id"])),
        source=_own_source(element, base_of(element, outermost), document),
        feed=feed.source,
    )


def _own_source(element: Element, base: str | None, document: Document) -> Source | None:
    """The feed that the entry was taken from, as it tells (§4.2.11)."""
    said = _first(element, "atom:source")
    if said is None:
        return None
    own = next((join(base_of(link, base), _href(link)) for link in _links(said, "self")), "")
    id_, updated = text_in(_first(said, "atom:id")), _text(said, *_UPDATED)
    return _source.of_entry(id_, _title(said), updated, url=own, link=_link(said, base), document=document)


def _title(element: Element) -> str:
    return plain(_html(_first(element, "atom:title")))


def _first(element: Element, *names: str) -> Element | None:
    return next(iter(children(element, *names)), None)


def _text(element: Element, *names: str) -> str:
    """The first of these children that says anything, in the order of the names."""
    return next(filter(None, (text_in(_first(element, one)) for one in names)), "")


def _html(element: Element | None) -> str:
    """A text construct, or a content of text (RFC 4287 §3.1, §4.1.3), as HTML."""
    if element is None:
        return ""
    kind = (element.get("type") or "text").strip().lower()
    mode = (element.get("mode") or "").lower()
    if mode == "base64" or kind == "application/octet-stream":
        return _decoded(element, kind if element.get("type") else "application/octet-stream")
    if kind == "xhtml" or mode == "xml" or (kind == "application/xhtml+xml" and mode != "escaped"):
        return inner(element).strip()
    text = text_in(element)
    if kind in ("html", "text/html") or mode == "escaped" or any(True for _ in children(element)):
        return text if kind != "text/plain" else escape(text)
    if kind not in ("text", "text/plain"):
        return ""  # a picture, or XML of another kind: no text of an article
    return "".join(f"<p>{escape(part)}</p>" for part in paragraphs(text)) if "\n" in text else escape(text)


def _decoded(element: Element, kind: str) -> str:
    """What stands in Base64, where it is text; one that says nothing of itself is HTML where it looks so."""
    if not kind.startswith("text") and "html" not in kind and kind != "application/octet-stream":
        return ""
    try:
        text = base64.b64decode(text_in(element)).decode()
    except ValueError:  # no Base64, or no text in it
        return ""
    is_html = "html" in kind or (kind == "application/octet-stream" and _MARKUP.search(text))
    return text if is_html else escape(text)


def _links(element: Element, *relations: str) -> Iterator[Element]:
    for link in children(element, "atom:link"):
        relation = (link.get("rel") or "alternate").strip().removeprefix(_RELATIONS).lower()
        if relation in relations and _href(link):
            yield link


def _href(link: Element) -> str:
    """Its address; of a link without one the text, where some producers put it."""
    return link.get("href") or text_in(link)


def _link(element: Element, base: str | None) -> str:
    """The permalink: of several alternates the web page."""
    links = sorted(_links(element, "alternate"), key=lambda link: "html" not in (link.get("type") or "html"))
    return join(base_of(links[0], base), _href(links[0])) if links else ""


def _enclosures(element: Element, base: str | None) -> Iterator[Value]:
    for link in _links(element, "enclosure"):
        yield {
            "url": join(base_of(link, base), _href(link)),
            "type": link.get("type") or "",
            "length": link.get("length") or "",
            "title": link.get("title") or "",
        }


def _authors(element: Element) -> list[Element]:
    """The entry's own, else its source's; else those of its feed count (RFC 4287 §4.2.1)."""
    for place in (element, *children(element, "atom:source")):
        found = list(children(place, "atom:author", "dc:creator"))
        if found:
            return found
    return []


def _person(element: Element, base: str | None) -> Value:
    if name(element) == "dc:creator":
        return text_in(element)
    url = _text(element, "atom:uri", "atom:url", "atom:homepage")
    return {
        "name": plain(_text(element, "atom:name")) or ("" if len(element) else plain(text_in(element))),
        "url": join(base_of(element, base), url) if url else "",
        "email": _text(element, "atom:email"),
    }


def _rights(element: Element, feed: _Feed) -> str:
    """The entry's own, else those of the feed that it came from (RFC 4287 §4.2.10)."""
    source = _first(element, "atom:source")
    own = _first(element, *_RIGHTS)
    if own is None and source is None:
        return feed.rights
    found = own if own is not None or source is None else _first(source, *_RIGHTS)
    return plain(_html(found))


def _tags(element: Element) -> Iterator[Value]:
    for category in children(element, "atom:category", "dc:subject"):
        label = category.get("label") or category.get("term") or text_in(category)
        if label:
            yield plain(label)
