"""What the fields of front matter mean: names in every common spelling become an article's attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from html import unescape
from mimetypes import MimeTypes
from operator import itemgetter
from typing import TypeAlias
from urllib.parse import urljoin, urlsplit

from feedd.dates import read_date
from feedd.errors import Unreadable
from feedd.model import Defaults, Enclosure, Person
from feedd.parse._fields import Fields, Value
from feedd.text import line, valid

_EMPTY = ("", "~", "null", "none")
_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")
# "published: true" is no date, nor is what Eleventy takes from the file itself.
_NO_DATE = (*_EMPTY, *_TRUE, "created", "last modified", "git created", "git last modified")
_HELD_BACK = (
    ("draft", _TRUE),
    ("unlisted", _TRUE),
    ("private", _TRUE),
    ("published", _FALSE),
    ("publish", _FALSE),
    ("status", ("draft", "hidden", "pending", "private")),
)
# Each attribute's keys, the first that says something counts; blanks, hyphens and underscores in keys don't.
_KEYS = {
    "title": "title headline",
    "summary": "summary description excerpt abstract standfirst lede subtitle",
    "published": """
        publishdate date published pubdate publishedat datepublished publishedon publishedtime posted postdate
        issued created createdat datecreated creationdate
    """,
    "updated": """
        updated modified lastmod lastmodifiedat lastmodified lastupdated lastupdate updatedat updateddate
        dateupdated datemodified modifiedat modifieddate moddate
    """,
    "id": "id guid uuid",
    "url": "link url canonical canonicalurl externalurl permalink",
    "authors": "authors author byline creator",
    "tags": "tags tag keywords categories category section",
    "topics": "topics topic",
    "language": "lang language locale",
    "rights": "rights copyright license licence",
    "image": """
        image cover coverimage featuredimage featureimage thumbnail images heroimage ogimage socialimage
        previewimage banner header
    """,
    "enclosures": "enclosures enclosure attachments",
}
_PLACES = {key: (name, rank) for name, keys in _KEYS.items() for rank, key in enumerate(keys.split())}
_JOINERS = str.maketrans("", "", " -_")
# What is looked for where Hugo and Zola keep what isn't their own field: an id or a link may be another's there.
_THERE = ("authors", "image", "summary", "tags")
_SPACED = ("tags", "tag", "categories")
_Said: TypeAlias = "dict[str, list[tuple[int, str, Value]]]"
# A path in the author's own site, which no feed knows.
_PATH = re.compile(r"/(?!/)|[^./:\s]*(?:/|$)|[^/:\s]*\.html?$|[^:]*\{")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_MAILBOX = re.compile(r"(?P<name>[^<>]*?)\s*<(?P<email>[^<>@\s]+@[^<>\s]+)>")
_TYPES = MimeTypes()  # its own table: the machine's mime.types is left alone
for _suffix, _type in (  # what podcasts, films and books are published in, and Python's table lacks
    *((".m4a", "audio/mp4"), (".m4b", "audio/mp4"), (".ogg", "audio/ogg"), (".oga", "audio/ogg")),
    *((".flac", "audio/flac"), (".m4v", "video/mp4"), (".ogv", "video/ogg"), (".mkv", "video/matroska")),
    *((".webp", "image/webp"), (".epub", "application/epub+zip")),
):
    _TYPES.add_type(_type, _suffix)


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
    said = _said(fields)
    warnings: list[str] = []
    url = _url(said, warnings)
    author = _first(said, "authors") or defaults.author or ""
    return Meta(
        title=line(_text(_first(said, "title"))),
        summary=line(_text(_first(said, "summary"))),
        published=_date(said, "published", defaults.timezone, warnings=warnings),
        updated=_date(said, "updated", defaults.timezone, warnings=warnings),
        id=_id(said, warnings),
        url=url,
        authors=tuple(filter(None, map(_person, _items(author)))) if author else (),
        tags=_tags(said),
        topics=_labels(_first(said, "topics"), spaces=True) or None if "topics" in said else None,
        language=_language(said, defaults, warnings),
        rights=line(_text(_first(said, "rights"))) or None if "rights" in said else None,
        image=_image(said, url),
        enclosures=_enclosures(said, warnings) if "enclosures" in said else (),
        warnings=tuple(warnings),
    )


@lru_cache(maxsize=1024)
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


def _said(fields: Fields) -> _Said:
    """What is said of each attribute, also one level down; what the document itself says comes first."""
    if "taxonomies" in fields or isinstance(fields.get("date"), dict):
        fields = {**_parts(fields), **fields}
    said = _sorted(fields)
    if "extra" in fields or "params" in fields:
        below = _sorted({**_within(fields, "extra"), **_within(fields, "params")})
        said |= {name: below[name] for name in _THERE if name in below and name not in said}
    return said


def _within(fields: Fields, place: str) -> Fields:
    inner = fields.get(place)
    return {key.lower(): value for key, value in inner.items()} if isinstance(inner, dict) else {}


def _parts(fields: Fields) -> Fields:
    """Zola's tags below ``taxonomies``, and what MkDocs Material has below ``date``: ``created`` and ``updated``."""
    dates = _within(fields, "date").items()
    return _within(fields, "taxonomies") | {
        key: value for key, value in dates if _PLACES.get(key, ("",))[0] in ("published", "updated")
    }


def _sorted(fields: Fields) -> _Said:
    """What is said of each attribute, most telling first, in one pass over the fields."""
    ranked: dict[str, list[tuple[int, str, Value]]] = {}
    for key, value in fields.items():
        name, rank = _PLACES.get(key) or _PLACES.get(key.translate(_JOINERS)) or ("", 0)
        if name and not _empty(value):
            ranked.setdefault(name, []).append((rank, key, value))
    for values in ranked.values():
        if len(values) > 1:
            values.sort(key=itemgetter(0))
    return ranked


def _first(said: _Said, name: str) -> Value:
    return said[name][0][2] if name in said else ""


def _items(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [value]


def _text(value: Value, *keys: str) -> str:
    """A scalar as it stands, the first of a list, one of ``keys`` of a mapping; else empty."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = next((value[key] for key in keys if key in value), "")
    return value.strip() if isinstance(value, str) else ""


def _refuse_draft(fields: Fields) -> None:
    for key, words in _HELD_BACK:
        if key in fields and _text(fields[key]).lower() in words:
            raise Unreadable(f"is a draft, as its front matter says ({key}: {_text(fields[key])})")


def _date(said: _Said, name: str, zone: tzinfo | None, *, warnings: list[str]) -> datetime | None:
    for _, key, value in said.get(name, ()):
        text = _text(value, "date")
        if text.lower() in _NO_DATE:
            continue
        reading = read_date(text)
        if reading is not None:
            return reading.at(zone)
        warnings.append(f"{key}: can't be read as a date: {text[:60]!r}")
    return None


def _id(said: _Said, warnings: list[str]) -> str | None:
    value = _text(_first(said, "id"))
    if value and not valid(value):
        warnings.append("id: has characters that XML forbids; a new one is made")
        return None
    return value or None


def _url(said: _Said, warnings: list[str]) -> str | None:
    found = [(key, _text(value)) for _, key, value in said.get("url", ())]
    usable = next((value for _, value in found if absolute(value)), None)
    if usable is None:
        warnings += [
            f"{key}: is no absolute http address: {value[:60]!r}" for key, value in found if not _PATH.match(value)
        ][:1]
    return usable


def _person(value: Value) -> Person | None:
    if isinstance(value, dict):
        url = _text(value.get("url") or value.get("uri") or value.get("homepage") or value.get("link") or "")
        email = line(_text(value.get("email", "")))
        name = line(_text(value.get("name", ""))) or email
        return Person(name, url if absolute(url) else None, email or None) if name else None
    text = line(_text(value))
    mailbox = _MAILBOX.fullmatch(text) if text.endswith(">") else None
    if mailbox:
        return Person(mailbox["name"].strip("\"' ") or mailbox["email"], email=mailbox["email"])
    return Person(text) if text and text not in ("true", "false") else None  # a switch of the site's layout


def _labels(value: Value, *, spaces: bool) -> tuple[str, ...]:
    """Names in a list or in one string, each once: commas divide it, or ``spaces`` where no comma stands.

    References that were escaped once more than needed are none of the names.
    """
    if isinstance(value, str):
        value = unescape(value)
        parts: list[Value] = list(re.split(r"[,;\n]", value))
        if len(parts) == 1 and spaces:
            parts = list(value.split())
    else:
        parts = list(value)
    named = (line(unescape(_text(part, "name", "title", "label"))) for part in parts)
    unique: dict[str, str] = {}
    for name in filter(None, named):
        unique.setdefault(name.casefold(), name)
    return tuple(unique.values())


def _tags(said: _Said) -> tuple[str, ...]:
    names: list[Value] = []
    for _, key, value in said.get("tags", ()):
        names += (name.lstrip("#") for name in _labels(value, spaces=key in _SPACED))
    return _labels(names, spaces=False) if names else ()


def _language(said: _Said, defaults: Defaults, warnings: list[str]) -> str | None:
    value = _text(_first(said, "language")).partition(".")[0].replace("_", "-")
    if value and not _LANGUAGE.fullmatch(value):
        warnings.append(f"language: is no language tag: {value[:60]!r}")
        value = ""
    return value or defaults.language


def _image(said: _Said, url: str | None) -> str | None:
    for _, _, value in said.get("image", ()):
        address = _text(value, "url", "src", "path", "image", "teaser")
        if url and ("/" in address or "." in address) and not absolute(address):
            try:
                address = urljoin(url, address)
            except ValueError:
                continue
        if absolute(address):
            return address
    return None


def _enclosures(said: _Said, warnings: list[str]) -> tuple[Enclosure, ...]:
    found: list[Enclosure] = []
    for item in _items(_first(said, "enclosures")):
        told = item if isinstance(item, dict) else {}
        url = _text(item, "url", "href", "src")
        if absolute(url):
            told_type = line(_text(told.get("type") or told.get("mime_type") or ""))
            kind = told_type or _TYPES.guess_type(urlsplit(url).path)[0]
            length = _text(told.get("length") or told.get("size") or "")
            size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else None
            title = line(_text(told.get("title", ""))) or None
            found.append(Enclosure(url, kind or "application/octet-stream", size, title))
        elif url:
            warnings.append(f"enclosure: is no absolute http address: {url[:60]!r}")
    return tuple(found)
