"""ninjs, the IPTC's news in JSON, in its generations 1, 2 and 3: an item, or a collection of them.

Generation 1 has properties such as ``headline`` and ``body_html``, the later ones lists of values with a role;
generation 3 writes names in camel case. All are read alike, by their names in lower case.

- The id is ``uri``, or ``guid`` as Superdesk calls it. It names the item and is no address of a page (ninjs 3.3),
  so the link is that of a rendition in HTML, or none.
- Published is when the item was first published or created, which no later version moves; then when its content
  was, but for pictures, sound and film, which may be old; then when this version was. Updated is this version.
- An embargo holds the article back until then. What is withheld or canceled is refused.
- Subjects and keywords are the tags. Associated pictures give the image, sound and film enclosures, and texts
  related headlines.
"""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from functools import partial
from typing import TypeGuard

from feedd.dates import read_date
from feedd.errors import Unreadable
from feedd.model import Article, Document, Related
from feedd.parse import _entries
from feedd.parse._entries import Entry
from feedd.parse._fields import Fields, Value
from feedd.parse._json import first, listed, objects, read_values, sniffed, text, title, unknown
from feedd.parse._ninjs import Copy, content, described, headline, media, named
from feedd.parse._rows import names_of
from feedd.text import line

_DISTINCT = re.compile(
    r"headlines?|bodies|body_\w+|descriptions|description_\w+|(?:version|first|content)created|pubstatus"
    r"|renditions|associations|infosources?|eventdetails|plannedcoverage"
)
_SNIFFED = re.compile(rf'"(?:{_DISTINCT.pattern})"\s*:|"ninjs"', re.IGNORECASE)
_NESTED = 5
_UNUSABLE = re.compile(
    r"(?:.*[:/])?(?:cancell?ed|withheld|withhold|hold|kill(?:ed)?|recalled|spiked|draft)", re.IGNORECASE
)
_MEDIA = ("picture", "graphic", "audio", "video")
_CREATED = ("firstpublished", "firstcreated")
_EMBARGOES = ("embargoed", "embargoeduntil")


def sniff(text: str) -> bool:
    """Whether it is JSON as a whole, and has an item of ninjs."""
    return any(_items(value) for value in sniffed(text, _SNIFFED))


def read(document: Document) -> tuple[Article, ...]:
    """Each item an article; raises Unreadable where there is none, or none of them can be read."""
    values, encoding = read_values(document, flags=True)  # an embargo may be nothing but true
    items = [item for value in values for item in _items(value)]
    if not items:
        raise unknown(values, "ninjs item")
    entry = partial(_entry, zone=document.defaults.timezone)
    if len(values) == 1 and _is_item(values[0]):
        return (_entries.article(entry(values[0]), document, format="ninjs", encoding=encoding),)
    return _entries.articles(items, entry, document, format="ninjs", encoding=encoding)


def _is_item(value: object) -> TypeGuard[Fields]:
    """An object with an id and a property that is known from ninjs alone."""
    if not isinstance(value, dict):
        return False
    keys = {key.lower(): key for key in value}
    identified = any(isinstance(value[keys[name]], str) for name in ("uri", "guid") if name in keys)
    return identified and any(map(_DISTINCT.fullmatch, keys))


def _items(value: object, depth: int = _NESTED) -> list[object]:
    """The items in a value, which may stand in an envelope as services answer with."""
    if _is_item(value):
        return [value]
    if not isinstance(value, (dict, list)) or not depth:
        return []
    if isinstance(value, list) and any(map(_is_item, value)):
        return value
    inner = value if isinstance(value, list) else value.values()
    return [item for part in inner for item in _items(part, depth - 1)]


def _lower(value: Value) -> Value:
    if isinstance(value, dict):
        return {key.lower(): _lower(part) for key, part in value.items()}
    return [_lower(part) for part in value] if isinstance(value, list) else value


def _entry(value: object, zone: tzinfo | None) -> Entry:
    if not _is_item(value):
        raise Unreadable("is no ninjs item")
    item = _lower(value)
    assert isinstance(item, dict)
    _refuse_unusable(item)
    published, where = _published(item, zone)
    associated = [one for one in named(item.get("associations", "")) if _may_be_told(one.item, published, zone)]
    found = media([Copy("", item), *associated], kind=first(item, "type"))
    body, summary, warnings = content(item)
    fields: Fields = {
        "id": text(item.get("uri", "")) or text(item.get("guid", "")),
        "title": headline(item),
        "summary": summary,
        "date": published.isoformat() if published else first(item, where),
        "updated": first(item, "versioncreated"),
        "url": found.page,
        "authors": _authors(item),
        "keywords": _tags(item),
        "language": first(item, "language"),
        "rights": _rights(item),
        "image": found.image,
        "enclosures": found.enclosures,
    }
    related = tuple(story for one in associated if (story := _related(one.item, zone)))
    return Entry(
        fields, body, where=("uri" if first(item, "uri") else "guid", where), warnings=warnings, related=related
    )


def _refuse_unusable(item: Fields) -> None:
    status = first(item, "pubstatus")
    if _UNUSABLE.fullmatch(status):
        raise Unreadable(f"is not to be published, as its pubstatus says: {line(status)[:40]}")


def _date(item: Fields, name: str, zone: tzinfo | None) -> datetime | None:
    reading = read_date(first(item, name))
    return reading.at(zone) if reading else None


def _published(item: Fields, zone: tzinfo | None) -> tuple[datetime | None, str]:
    """When it was published and where that stood; raises Unreadable for an embargo that can't be read."""
    content_first = first(item, "type").lower() not in _MEDIA
    rest = ("contentcreated", "versioncreated") if content_first else ("versioncreated", "contentcreated")
    said = [name for name in (*_CREATED, *rest) if first(item, name)]
    dated = next(((at, name) for name in said if (at := _date(item, name, zone))), None)
    published, where = dated or (None, said[0] if said else "")
    for name in filter(partial(_is_set, item), _EMBARGOES):
        until = _date(item, name, zone)
        if until is None:
            raise Unreadable(
                f"{name}: can't be read as a date, so it may not be published yet: {str(item[name])[:60]!r}"
            )
        if published is None or until > published:
            published, where = until, name
    return published, where


def _is_set(item: Fields, name: str) -> bool:
    """Whether an item has an embargo of any form; null, an empty text and ``false`` are none."""
    return item.get(name, "") not in ("", "false")


def _may_be_told(item: Fields, published: datetime | None, zone: tzinfo | None) -> bool:
    """Whether an associated item is free when the article is: none is told before its embargo ends."""
    if _UNUSABLE.fullmatch(first(item, "pubstatus")):
        return False
    embargoes = [_date(item, name, zone) for name in _EMBARGOES if _is_set(item, name)]
    return all(until is not None and published is not None and until <= published for until in embargoes)


def _authors(item: Fields) -> list[Value]:
    """The people of the byline, else those of Superdesk's authors, else the sources that have no other part in it."""
    by = title(first(item, "by", "byline"))
    if by:
        return _names(by)
    writers = [first(one, "name") for one in objects(item.get("authors", ""))]
    sources = objects(item.get("infosources", "")) or objects(item.get("infosource", ""))
    return list(filter(None, writers)) or [
        name for one in sources if not first(one, "role") and (name := first(one, "name"))
    ]


def _names(by: str) -> list[Value]:
    """The names in a byline; it is one name where it can't be divided for certain."""
    for text_, rest in ((by, ""), by.partition(",")[::2]):
        names = names_of(text_) or names_of(f"By {text_}")
        if names:
            return [*names, *filter(None, [rest.strip()])]
    return [by]


def _tags(item: Fields) -> list[Value]:
    subjects = [*listed(item.get("subjects", "")), *listed(item.get("subject", ""))]
    keywords = item.get("keywords", "")
    words = keywords.split(",") if isinstance(keywords, str) else listed(keywords)
    return [title(first(one, "name") if isinstance(one, dict) else text(one)) for one in (*subjects, *words)]


def _rights(item: Fields) -> str:
    holder = first(item, "copyrightholder")
    notice = first(item, "copyrightnotice") or (f"© {holder}" if holder else "")
    return " – ".join(filter(None, (title(notice), title(first(item, "usageterms")))))


def _related(item: Fields, zone: tzinfo | None) -> Related | None:
    """An associated text as a story that the article points to."""
    if first(item, "type").lower() in _MEDIA:
        return None
    name = headline(item) or described(item)
    return Related(name, _published(item, zone)[0]) if name else None
