"""JSON Feed 1.1: feeds and their archive documents, and the item that the command line prints of a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from typing import Any

from feedd.generate import _feedgen
from feedd.generate._slices import Slices, cleaned
from feedd.generate.addresses import address, document_address, document_name, link, link_of
from feedd.generate.content import content_of
from feedd.model import Article, Deleted, Enclosure, Entry, Feed, Person, Related, Site, Source

SUFFIX = ".json"
MEDIA_TYPE = "application/feed+json"


def item(article: Article, *, path: str, id: str | None = None) -> dict[str, Any]:  # noqa: A002 - the format's name
    """An article as a JSON Feed 1.1 item; what has no place there stands under ``_feedd``.

    ``id`` is the permanent id where it is known; a key without a value is left out.
    """
    origin = article.origin
    return _filled(
        {
            "id": id or article.id,
            "url": article.url,
            "title": article.title,
            "summary": article.summary,
            "content_html": article.content,
            "image": article.image,
            "date_published": _date(article.published),
            "date_modified": _date(article.updated),
            "authors": [_author(person) for person in article.authors],
            "tags": list(article.tags),
            "language": article.language,
            "attachments": [_attachment(enclosure) for enclosure in article.enclosures],
            "_feedd": _filled(
                {
                    "path": path,
                    "format": origin.format,
                    "encoding": origin.encoding,
                    "id_origin": origin.id_origin,
                    "date_origin": origin.date_origin,
                    "rights": article.rights,
                    "topics": list(article.topics or ()),
                    "words": _words(article),
                    "related": [_related(one) for one in article.related],
                    "source": _source(article.source),
                    "warnings": list(origin.warnings),
                }
            ),
        }
    )


def write(feed: Feed) -> bytes:
    """``feed`` as a JSON Feed, UTF-8, each item on a line of its own; ``next_url`` leads to older ones."""
    site, topic = feed.site, feed.topic
    author = _filled({"name": site.author or site.title})
    older = feed.number - 1 if feed.number else feed.archives
    frame = _filled(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": topic.title.strip() or topic.id,
            "home_page_url": address(site, document_name(topic.id, 0, ".html")),
            "feed_url": document_address(feed, SUFFIX),
            "description": topic.description,
            "next_url": document_address(feed, SUFFIX, older) if older > 0 else None,
            "icon": link(site.logo),
            "favicon": link(site.icon),
            "author": author,
            "authors": [author],
            "language": _feedgen.language(site.language),
            "hubs": [{"type": "WebSub", "url": hub}] if (hub := link(site.hub)) else [],
            "_feedd": _filled(
                {
                    "id": feed.id,
                    "rights": site.rights,
                    "deleted": list(map(_deleted, feed.deleted)),
                }
            ),
        }
    )
    head = _feedgen.clean(json.dumps(frame, ensure_ascii=False, indent=1))[: -len("\n}")].encode()
    items = b",\n".join(slices.of(feed.entries, site))
    return b"".join([head, b',\n "items": [\n', items, b"\n ]\n}\n"])


def _cut(entry: Entry, site: Site) -> bytes:
    """One item of a feed."""
    article = cleaned.one(entry, site).article
    authors = [_author(person) for person in article.authors if person.name.strip()]
    made = _filled(
        {
            "id": entry.id,
            "url": link_of(entry, site),
            "title": article.title.strip() or entry.id,
            "summary": article.summary,
            # Unlike Atom's, its items always need content.
            "content_html": content_of(article) or f"<p>{escape(article.summary, quote=False)}</p>",
            "image": link(article.image),
            "date_published": _date(_feedgen.seconds(entry.published)),
            "date_modified": _date(_feedgen.seconds(entry.updated)),
            # Version 1.0 knew one author; there are readers that know no other.
            "author": authors[0] if authors else None,
            "authors": authors,
            "tags": list(dict.fromkeys(tag for tag in article.tags if tag.strip())),
            "language": _feedgen.language(article.language),
            "attachments": list(_attachments(article)),
            "_feedd": _filled(
                {
                    "rights": article.rights,
                    "related": [_related(one) for one in article.related],
                    "source": _source(article.source),
                    "also_in": list(map(_source, article.also_in)),
                }
            ),
        }
    )
    return _feedgen.clean(json.dumps(made, ensure_ascii=False)).encode()


slices = Slices(_cut)
"""What of documents is each entry's."""


def _deleted(deleted: Deleted) -> dict[str, Any]:
    return {"id": deleted.id, "date_deleted": _date(_feedgen.seconds(deleted.at))}


def _attachments(article: Article) -> Iterator[dict[str, Any]]:
    for enclosure in article.enclosures:
        if url := link(enclosure.url):
            kind = _feedgen.media_type(enclosure.media_type) or "application/octet-stream"
            yield _attachment(replace(enclosure, url=url, media_type=kind))


def _source(source: Source | None) -> dict[str, Any]:
    """The feed that it is from, in the names of a JSON Feed."""
    if source is None:
        return {}
    names = {"id": source.id, "title": source.title, "feed_url": link(source.url), "home_page_url": link(source.link)}
    return _filled({**names, "date_modified": _date(_feedgen.seconds(source.updated))})


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def _date(moment: datetime | None) -> str | None:
    """RFC 3339, in UTC."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _author(person: Person) -> dict[str, Any]:
    return _filled({"name": person.name, "url": person.url or (person.email and f"mailto:{person.email}")})


def _attachment(enclosure: Enclosure) -> dict[str, Any]:
    return _filled(
        {
            "url": enclosure.url,
            "mime_type": enclosure.media_type,
            "title": enclosure.title,
            "size_in_bytes": enclosure.length,
        }
    )


def _related(related: Related) -> dict[str, Any]:
    return _filled({"title": related.title, "date_published": _date(related.published), "url": related.url})


def _words(article: Article) -> dict[str, int]:
    zones = article.zones
    counted = {name: len(getattr(zones, name).split()) for name in zones.__slots__}
    return {name: count for name, count in counted.items() if count}
