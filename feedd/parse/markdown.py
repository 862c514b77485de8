"""Markdown with front matter in YAML, TOML or JSON, as Jekyll, Hugo and their like write it.

Where something is not in the front matter: the title is the first heading of level one when it opens the text
(it then leaves the content), else the first heading, else the file's name in words, else the beginning of the
text. The date is that of a ``2024-03-03-title.md`` name, else the day in an address of
the front matter, else in the folders. The summary is the part above ``<!--more-->``,
else empty: a summary is never made up. A date without a zone is read in the inbox's zone, or UTC.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, tzinfo

from feedd.model import Article, Document, Origin
from feedd.parse._commonmark import render
from feedd.parse._compose import compose
from feedd.parse._dialects import to_commonmark
from feedd.parse._fields import Fields
from feedd.parse._frontmatter import split
from feedd.parse._html import sanitise, text_of
from feedd.parse._meta import Meta, read_meta
from feedd.parse._name import date_in, day_in, words_in
from feedd.text import clean, decode, line

_LINE_ENDS = re.compile("\r\n?")
_MORE = re.compile(r"<!--\s*(?:more|excerpt|truncate)\s*-->", re.IGNORECASE)
_HEADING = re.compile(r"\s*<h1>(?P<text>.*?)</h1>", re.DOTALL)
_ANY_HEADING = re.compile(r"<h[1-3]>(?P<text>.*?)</h[1-3]>", re.DOTALL)

_ADDRESSES = ("path", "slug", "permalink", "url")


def read(document: Document) -> tuple[Article, ...]:
    """The one article of a Markdown file; raises Unreadable where its front matter is broken."""
    text, encoding = decode(document.data)
    fields, body = split(_LINE_ENDS.sub("\n", text) if "\r" in text else text)
    meta = read_meta(fields, document.defaults)
    body, left_out = to_commonmark(clean(body))
    html = sanitise(render(body), meta.url)
    title, html = _title(meta, html, document.name)
    published, where = _published(meta, fields, document.name, document.defaults.timezone)
    origin = Origin("markdown", encoding, "front matter" if meta.id else None, where, meta.warnings + left_out)
    meta = replace(meta, title=title, summary=meta.summary or _teaser(body, meta), published=published)
    return (compose(meta, html, origin=origin),)


def _title(meta: Meta, html: str, name: str) -> tuple[str, str]:
    """The title, and the content without the heading that repeats it or is it."""
    opening = _HEADING.match(html)
    heading = _plain(opening["text"]) if opening else ""
    if opening and heading and meta.title in ("", heading):
        return heading, html[opening.end() :].lstrip()
    if meta.title:
        return meta.title, html
    first = _ANY_HEADING.search(html)
    found = _plain(first["text"]) if first else ""
    return found or (words_in(name) if html else ""), html


def _plain(html: str) -> str:
    return line(text_of(html))


def _published(meta: Meta, fields: Fields, name: str, zone: tzinfo | None) -> tuple[datetime | None, str | None]:
    if meta.published:
        return meta.published, "front matter"
    if found := date_in(name, zone):
        return found, "file name"
    for key in _ADDRESSES:
        value = fields.get(key)
        if isinstance(value, str) and (found := day_in(value, zone)):
            return found, f"front matter ({key})"
    found = day_in(name, zone)
    return found, "folder" if found else None


def _teaser(body: str, meta: Meta) -> str:
    """The plain text above ``<!--more-->``, without the heading; empty where the mark isn't there."""
    mark = _MORE.search(body)
    if mark is None:
        return ""
    html = sanitise(render(body[: mark.start()]), meta.url)
    return line(text_of(_HEADING.sub("", html, count=1)))
