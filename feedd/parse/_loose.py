"""Ill-formed and forgotten kinds of feeds, by feedparser. Its sanitiser and its resolving of addresses are off: feedd
sanitises what it reads, whoever read it.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import feedparser

from feedd.errors import Unreadable
from feedd.model import Article, Document
from feedd.parse import _entries, _source
from feedd.parse._entries import ILL_FORMED, Entry, plain
from feedd.parse._fields import Fields, Value
from feedd.parse._html import escape, in_paragraphs
from feedd.text import line

_WARNING = f"{ILL_FORMED}: read by feedparser as far as it can be understood"
_MARKUP = ("text/html", "application/xhtml+xml")


def read(document: Document) -> tuple[Article, ...]:
    """Each entry that feedparser finds an article; none where it finds none that can be read."""
    found = feedparser.parse(
        BytesIO(document.data),
        response_headers={"content-location": document.base},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    feed = found.feed
    updated = feed.get("updated") or feed.get("published") or ""
    link = _text(feed, "link")
    source = _source.of_feed(_text(feed, "id"), plain(_text(feed, "title")), updated, link=link, document=document)

    def entry(one: Any) -> Entry:
        return _entry(one, feed, source=source, base=link or document.base)

    try:
        return _entries.articles(
            found.entries,
            entry,
            document,
            format="feedparser",
            encoding=found.get("encoding") or "",
            warnings=[_WARNING],
        )
    except Unreadable:
        return ()


def _entry(one: Any, feed: Any, *, source: Any, base: str) -> Entry:
    contents = [content for content in one.get("content", ()) if content.get("type") in (*_MARKUP, "text/plain")]
    inside = contents[0] if contents else one.get("summary_detail") or {}
    html, summary = _html(contents[0]) if contents else "", _html(one.get("summary_detail") or {})
    fields: Fields = {
        "id": _text(one, "id"),
        "title": plain(_text(one, "title")),
        "date": _text(one, "published") or _text(one, "updated"),
        "updated": _text(one, "updated"),
        "url": _text(one, "link"),
        "authors": [_person(person) for person in one.get("authors") or feed.get("authors") or ()],
        "tags": [plain(str(tag.get("label") or tag.get("term") or "")) for tag in one.get("tags", ())],
        "language": str(inside.get("language") or _text(feed, "language")),
        "rights": plain(_text(one, "rights") or _text(feed, "rights")),
        "enclosures": list(_enclosures(one.get("enclosures", ()))),
        "summary": plain(summary) if html and summary != html else "",
    }
    known = "published" if fields["date"] and _text(one, "published") else "updated"
    return Entry(
        fields,
        html or summary,
        str(inside.get("base") or base),
        ("id", known if fields["date"] else ""),
        known_as=line(_text(one, "id")),
        feed=source,
    )


def _text(place: Any, name: str) -> str:
    value = place.get(name)
    return value.strip() if isinstance(value, str) else ""


def _html(detail: Any) -> str:
    text = str(detail.get("value") or "")
    return in_paragraphs(text) if detail.get("type") in _MARKUP else escape(text)


def _person(person: Any) -> Value:
    return {"name": plain(_text(person, "name")), "email": _text(person, "email"), "url": _text(person, "href")}


def _enclosures(found: Iterable[Any]) -> Iterable[Value]:
    for one in found:
        if _text(one, "href"):
            length = _text(one, "length").lstrip("0")
            yield {
                "url": _text(one, "href"),
                "type": _text(one, "type"),
                "length": length,
                "title": _text(one, "title"),
            }
