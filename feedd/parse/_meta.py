"""What the fields of front matter mean: names in every common spelling become an article's attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from mimetypes import MimeTypes
from urllib.parse import urljoin, urlsplit

from feedd.dates import read_date
from feedd.errors import Unreadable
from feedd.model import Defaults, Enclosure, Person
from feedd.parse._fields import Fields, Value
from feedd.text import line, valid

_EMPTY = ("", "~", "null", "none")
_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")
_NO_DATE = _EMPTY + _TRUE
_DATES = (
    "date",
    "published",
    "pubdate",
    "publishdate",
    "published_at",
    "date_published",
    "datepublished",
    "created",
)
_UPDATES = (
    "updated",
    "modified",
    "lastmod",
    "last_modified_at",
    "updated_at",
    "date_modified",
    "datemodified",
)
_LINKS = ("link", "url", "canonical", "canonical_url", "external_url", "permalink")
_SUMMARIES = ("summary", "description", "excerpt", "abstract", "standfirst", "lede", "subtitle")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_MAILBOX = re.compile(r"(?P<name>[^<>]*?)\s*<(?P<email>[^<>@\s]+@[^<>\s]+)>")
_TYPES = MimeTypes()  # its own table: the machine's mime.types is left alone


@dataclass(frozen=True, slots=True)
class Meta:
    """The fields of front matter, read; each is empty or None where nothing usable was said."""

    title: str
    summary: str
    published: datetime | None
    updated: datetime | None
    id: str | None
    url: str | None
    authors: tuple[Person, ...]
    tags: tuple[str, ...]
    topics: tuple[str, ...] | None
    language: str | None
    rights: str | None
    image: str | None
    enclosures: tuple[Enclosure, ...]
    warnings: tuple[str, ...]


def read_meta(fields: Fields, defaults: Defaults) -> Meta:
    """Read ``fields`` (keys in lower case); what can't be used becomes a warning.

    Raises Unreadable where the document says that it is a draft.
    """
    _refuse_draft(fields)
    warnings: list[str] = []
    url = _url(fields, warnings)
    author = _first(fields, "authors", "author", "byline", "creator") or defaults.author or ""
    return Meta(
        title=line(_text(_first(fields, "title", "headline"))),
        summary=line(_text(_first(fields, *_SUMMARIES))),
        published=_date(fields, _DATES, defaults.timezone, warnings=warnings),
        updated=_date(fields, _UPDATES, defaults.timezone, warnings=warnings),
        id=_id(fields, warnings),
        url=url,
        authors=tuple(filter(None, map(_person, _items(author)))),
        tags=_tags(fields),
        topics=_labels(_first(fields, "topics", "topic"), spaces=True) or None,
        language=_language(fields, defaults, warnings),
        rights=line(_text(_first(fields, "rights", "copyright", "license", "licence"))) or None,
        image=_image(fields, url),
        enclosures=_enclosures(fields, warnings),
        warnings=tuple(warnings),
    )


def absolute(url: str) -> bool:
    """Whether ``url`` is an absolute http or https address fit for a feed."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and valid(url) and not re.search(r"[\s<>\"]", url)


def _empty(value: Value) -> bool:
    return not value or (isinstance(value, str) and value.strip().lower() in _EMPTY)


def _first(fields: Fields, *names: str) -> Value:
    return next((fields[name] for name in names if name in fields and not _empty(fields[name])), "")


def _items(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [value]


def _text(value: Value, *keys: str) -> str:
    """A scalar as it stands, the first of a list, one of ``keys`` of a mapping; else empty."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = next((value[key] for key in keys if key in value), "")
    return value.strip() if isinstance(value, str) else ""


def _refuse_draft(fields: Fields) -> None:
    draft = _text(fields.get("draft", "")).lower() in _TRUE
    if draft or _text(fields.get("published", "")).lower() in _FALSE:
        raise Unreadable("is a draft, as its front matter says (draft, published)")


def _date(fields: Fields, names: tuple[str, ...], zone: tzinfo | None, *, warnings: list[str]) -> datetime | None:
    for name in filter(fields.__contains__, names):
        value = _text(fields[name])
        if value.lower() in _NO_DATE:  # "published: true" is no date
            continue
        reading = read_date(value)
        if reading is not None:
            return reading.at(zone)
        warnings.append(f"{name}: can't be read as a date: {value[:60]!r}")
    return None


def _id(fields: Fields, warnings: list[str]) -> str | None:
    value = _text(_first(fields, "id", "guid", "uuid"))
    if value and not valid(value):
        warnings.append("id: has characters that XML forbids; a new one is made")
        return None
    return value or None


def _url(fields: Fields, warnings: list[str]) -> str | None:
    found = [(name, _text(fields[name])) for name in _LINKS if not _empty(fields.get(name, ""))]
    usable = next((value for _, value in found if absolute(value)), None)
    if usable is None and found:
        warnings.append(f"{found[0][0]}: is no absolute http address: {found[0][1][:60]!r}")
    return usable


def _person(value: Value) -> Person | None:
    if isinstance(value, dict):
        url = _text(value.get("url") or value.get("uri") or value.get("homepage") or value.get("link") or "")
        email = line(_text(value.get("email", "")))
        name = line(_text(value.get("name", ""))) or email
        return Person(name, url if absolute(url) else None, email or None) if name else None
    text = line(_text(value))
    mailbox = _MAILBOX.fullmatch(text)
    if mailbox:
        return Person(mailbox["name"].strip("\"' ") or mailbox["email"], email=mailbox["email"])
    return Person(text) if text else None


def _labels(value: Value, *, spaces: bool) -> tuple[str, ...]:
    """Names in a list or in one string, each once: commas divide it, or ``spaces`` where no comma stands."""
    if isinstance(value, str):
        parts: list[Value] = list(re.split(r"[,;\n]", value))
        if len(parts) == 1 and spaces:
            parts = list(value.split())
    else:
        parts = list(value)
    named = (line(_text(part, "name", "title")) for part in parts)
    unique: dict[str, str] = {}
    for name in filter(None, named):
        unique.setdefault(name.casefold(), name)
    return tuple(unique.values())


def _tags(fields: Fields) -> tuple[str, ...]:
    spaced = ("tags", "tag", "categories")
    names: list[Value] = []
    for key in ("tags", "tag", "keywords", "categories", "category", "section"):
        if key in fields:
            names += _labels(_first(fields, key), spaces=key in spaced)
    return _labels(names, spaces=False) if names else ()


def _language(fields: Fields, defaults: Defaults, warnings: list[str]) -> str | None:
    value = _text(_first(fields, "lang", "language", "locale")).partition(".")[0].replace("_", "-")
    if value and not _LANGUAGE.fullmatch(value):
        warnings.append(f"language: is no language tag: {value[:60]!r}")
        value = ""
    return value or defaults.language


def _image(fields: Fields, url: str | None) -> str | None:
    value = _text(_first(fields, "image", "cover", "cover_image", "featured_image", "thumbnail"), "url", "src", "path")
    if url and value and not absolute(value):
        try:
            value = urljoin(url, value)
        except ValueError:
            return None
    return value if absolute(value) else None


def _enclosures(fields: Fields, warnings: list[str]) -> tuple[Enclosure, ...]:
    found: list[Enclosure] = []
    for item in _items(_first(fields, "enclosures", "enclosure", "attachments")):
        said = item if isinstance(item, dict) else {}
        url = _text(item, "url", "href", "src")
        if absolute(url):
            kind = line(_text(said.get("type") or said.get("mime_type") or "")) or _TYPES.guess_type(url)[0]
            length = _text(said.get("length") or said.get("size") or "")
            size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else None
            title = line(_text(said.get("title", ""))) or None
            found.append(Enclosure(url, kind or "application/octet-stream", size, title))
        elif url:
            warnings.append(f"enclosure: is no absolute http address: {url[:60]!r}")
    return tuple(found)
