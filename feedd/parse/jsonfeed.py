"""JSON Feed 1.0 and 1.1: a feed, single items, and what ``feedd parse`` prints.

Items are read as real feeds write them: ids of any type, ``author`` beside ``authors``, HTML in titles, addresses
relative to the site. What feedd printed itself comes back unchanged, with what stands under ``_feedd``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC
from functools import partial
from typing import TypeGuard

from feedd.dates import read_date
from feedd.errors import Unreadable
from feedd.model import Article, Document, Related, Source
from feedd.parse import _entries, _source
from feedd.parse._entries import Entry, address
from feedd.parse._fields import Fields, Value
from feedd.parse._json import (
    either,
    first,
    join,
    listed,
    markup,
    objects,
    prose,
    read_values,
    sniffed,
    text,
    title,
    unknown,
)
from feedd.parse._meta import absolute
from feedd.text import clean, line

_VERSION = "jsonfeed.org/version/"
# One of them every item has, by the standard or by feedd; other keys are shared with other kinds of JSON.
_KEYS = frozenset(("content_html", "content_text", "_feedd"))
_SNIFFED = re.compile(r'"(?:content_html|content_text|_feedd)"\s*:|jsonfeed\.org')


def sniff(text: str) -> bool:
    """Whether it is JSON as a whole, and a feed or an item, or a list of items."""
    return any(_is_feed(one) or _is_item(one) for value in sniffed(text, _SNIFFED) for one in _flat(value))


def read(document: Document) -> tuple[Article, ...]:
    """Each item an article; raises Unreadable where it is no JSON Feed, or none of them can be read."""
    values, encoding = read_values(document)
    if len(values) == 1 and _is_item(values[0]) and not _is_feed(values[0]):
        alone = _entry((values[0], {}), document)
        return (_entries.article(alone, document, format="jsonfeed", encoding=encoding),)
    found = [one for value in values for one in _flat(value)]
    if not any(_is_feed(one) or _is_item(one) for one in found):
        raise unknown(values, "JSON of a known kind")
    items = [pair for one in found for pair in _items(one)]
    read_entry = partial(_entry, document=document)
    return _entries.articles(
        items, read_entry, document, format="jsonfeed", encoding=encoding, digest=_digest(items, document)
    )


def _digest(items: list[tuple[object, Fields]], document: Document) -> Callable[[tuple[object, Fields]], str] | None:
    said = {key: value for key, value in items[0][1].items() if key != "items"} if items else {}
    digest = _entries.digester(document, "jsonfeed", said)
    return None if digest is None else lambda pair: digest(repr(pair[0]).encode("utf-8", "surrogatepass"))


def _flat(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _is_feed(value: object) -> TypeGuard[Fields]:
    """Its version says so, or it has a list of what can only be items."""
    if not isinstance(value, dict):
        return False
    items = value.get("items")
    return _VERSION in str(value.get("version", "")) or (isinstance(items, list) and any(map(_is_item, items)))


def _is_item(value: object) -> TypeGuard[Fields]:
    return isinstance(value, dict) and not _KEYS.isdisjoint(value)


def _items(value: object) -> Iterator[tuple[object, Fields]]:
    """The items of a feed, each with its feed; or an item that stands alone."""
    if not _is_feed(value):
        yield value, {}
        return
    items = value.get("items", [])
    if not isinstance(items, list):
        raise Unreadable("is a JSON Feed whose items are no list")
    for item in items:
        yield item, value


def _entry(pair: tuple[object, Fields], document: Document) -> Entry:
    item, feed = pair
    if not isinstance(item, dict) or not (feed or _is_item(item)):
        raise Unreadable("is no JSON Feed item")
    ours = item.get("_feedd")
    # A feed of feedd's that is polled is one like any other; what it tells of an item's source is kept.
    printed = isinstance(ours, dict) and document.defaults.upstream is None
    entry = _printed(item, ours) if printed and isinstance(ours, dict) else _published(item, feed, document)
    said = ours.get("source", "") if isinstance(ours, dict) else ""
    return replace(entry, source=_own_source(said, document), feed=_feed_source(feed, document))


def _own_source(said: Value, document: Document) -> Source | None:
    if not isinstance(said, dict):
        return None
    url, link = first(said, "feed_url"), first(said, "home_page_url")
    texts = (first(said, "id"), first(said, "title"), first(said, "date_modified"))
    return _source.of_entry(*texts, url=url, link=link, document=document)


def _feed_source(feed: Fields, document: Document) -> Source | None:
    link = join(document.base or None, first(feed, "home_page_url"))
    return _source.of_feed("", title(first(feed, "title")), "", link=link, document=document)


def _published(item: Fields, feed: Fields, document: Document) -> Entry:
    """An item as others write it."""
    said = (first(feed, "home_page_url"), first(feed, "feed_url"))
    site = next(filter(absolute, [*(join(document.base or None, one) for one in said if one), document.base]), None)
    url, external = (join(site, first(item, key)) for key in ("url", "external_url"))
    base = next(filter(absolute, (url, external)), site)
    html = _content(item)
    summary = first(item, "summary")
    related = [external] if absolute(url) and absolute(external) and external != url else []
    fields = _fields(item, feed, base) | {
        "title": title(first(item, "title")),
        "summary": title(summary) if html else "",
        "date": first(item, "date_published", "date_modified"),
        "url": url if absolute(url) else external or url,
    }
    return Entry(
        fields,
        html or either(summary),
        base,
        where=("id", next((key for key in ("date_published", "date_modified") if first(item, key)), "")),
        related=tuple(Related(address(one), url=one) for one in related),
    )


def _printed(item: Fields, ours: Fields) -> Entry:
    """An item that feedd printed: all is taken as it stands."""
    fields = _fields(item, {}, None) | {
        "date": first(item, "date_published"),
        "url": first(item, "url"),
        "topics": ours.get("topics", ""),
    }
    said = (item.get("title"), item.get("summary"), ours.get("rights"))
    title, summary, rights = (value if isinstance(value, str) else "" for value in said)
    return Entry(
        fields,
        clean(first(item, "content_html")),
        where=("id", "date_published"),
        related=tuple(filter(None, map(_related, objects(ours.get("related", ""))))),
        exact=(title, summary, rights),
    )


def _fields(item: Fields, feed: Fields, base: str | None) -> Fields:
    tags = item.get("tags", "")
    return {
        "id": text(item.get("id", "")),
        "updated": first(item, "date_modified"),
        "authors": _authors(item, base) or _authors(feed, base),
        "keywords": list(filter(None, map(text, tags))) if isinstance(tags, list) else text(tags),
        "language": first(item, "language") or first(feed, "language"),
        "image": join(base, first(item, "image", "banner_image")),
        "enclosures": [_enclosure(one, base) for one in objects(item.get("attachments", ""))],
    }


def _content(item: Fields) -> str:
    html = first(item, "content_html")
    return markup(html) if html else prose(first(item, "content_text"))


def _authors(place: Fields, base: str | None) -> list[Value]:
    """The people of an item or a feed: ``authors`` of 1.1, else ``author`` of 1.0."""
    for key in ("authors", "author"):
        value = place.get(key, "")
        found = [_author(one, base) for one in listed(value)]
        if any(found):
            return list(filter(None, found))
    return []


def _author(value: Value, base: str | None) -> Value:
    if not isinstance(value, dict):
        return text(value).strip()
    url = first(value, "url")
    if url.lower().startswith("mailto:"):
        email = url[len("mailto:") :].partition("?")[0]
        return {"name": first(value, "name"), "email": email}
    url = join(base, url)
    name = first(value, "name") or (address(url) if absolute(url) else "")
    return {"name": name, "url": url} if name else ""


def _enclosure(attachment: Fields, base: str | None) -> Value:
    return {
        "url": join(base, first(attachment, "url")),
        "type": first(attachment, "mime_type"),
        "length": first(attachment, "size_in_bytes"),
        "title": first(attachment, "title"),
    }


def _related(story: Fields) -> Related | None:
    name, url = line(first(story, "title")), first(story, "url")
    reading = read_date(first(story, "date_published"))
    return Related(name, reading.at(UTC) if reading else None, url if absolute(url) else None) if name else None
