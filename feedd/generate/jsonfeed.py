"""JSON Feed 1.1: for now its item, the neutral record that the command line prints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from feedd.model import Article, Enclosure, Person, Related


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
                    "warnings": list(origin.warnings),
                }
            ),
        }
    )


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
