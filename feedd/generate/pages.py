"""A topic's page, and an article's own: for people, and for what readers look for in them.

All addresses between feedd's own pages are relative, so they work behind any prefix; they hold no script and load
nothing but the stylesheet, which their content security policy also demands. Only an article's own pictures and
recordings may come from anywhere on the web, for there they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from typing import Any, Protocol
from urllib.parse import quote, unquote

from feedd.generate import _feedgen, _templates
from feedd.generate._slices import Slices, cleaned
from feedd.generate.addresses import address, document_name, has_page, link, link_of, page_name
from feedd.generate.content import content_of
from feedd.generate.embedded import embedded
from feedd.model import Article, Entry, Feed, FeedFile, Site, Topic
from feedd.text import excerpt

SUFFIX = ".html"
MEDIA_TYPE = "text/html; charset=utf-8"

_TAG = re.compile(r"<[^>]*>")
_BLOCK = re.compile(r"</?(?:p|div|li|h[1-6]|br|tr|td|th|blockquote|pre|figure|figcaption)\b[^>]*>")
_CUT = re.compile(r"(?:<[^<>]*|&[^\s;]*)\Z")
_LONGEST = 300


class Kind(Protocol):
    """What a page must know of an output format."""

    @property
    def name(self) -> str:
        """The format's name for people."""

    @property
    def suffix(self) -> str:
        """What follows the topic's id in the file's name."""

    @property
    def media_type(self) -> str:
        """The media type, with charset."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link to one feed: ``href`` is relative, ``type`` without charset."""

    name: str
    href: str
    type: str


@dataclass(frozen=True, slots=True)
class _Item:
    """An entry as a topic's page shows it."""

    title: str
    href: str
    published: datetime
    updated: datetime
    authors: tuple[str, ...]
    source: str
    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class _Enclosure:
    """A file that belongs to an article; ``kind`` is the first half of its media type.

    ``seen`` tells of a picture that the page shows already.
    """

    href: str
    title: str
    kind: str
    type: str
    size: int | None
    seen: bool


def topic_page(feed: Feed, kinds: Sequence[Kind], own: Mapping[str, str] = _templates.NONE) -> FeedFile:
    """The page of a topic with the entries of its feed; ``own`` are the user's templates by their names."""
    items = _items.of(feed.entries, feed.site)
    feed = _feedgen.clean(replace(feed, entries=()))
    name = document_name(feed.topic.id, 0, ".html")
    values = {
        **shared(feed.site, name),
        "topic": feed.topic,
        "title": title_of(feed.topic),
        "links": links(feed.topic, kinds),
        "items": items,
    }
    return FeedFile(name, MEDIA_TYPE, _templates.render("topic.html", own, values))


def article_page(
    entry: Entry, site: Site, topics: Sequence[Topic], kinds: Sequence[Kind], own: Mapping[str, str] = _templates.NONE
) -> FeedFile:
    """The page of an article that has no address of its own, with the topics that it is in."""
    entry, site = _feedgen.clean(entry), _feedgen.clean(site)
    topics = [replace(topic, title=title_of(topic)) for topic in map(_feedgen.clean, topics)]
    article = entry.article
    name = page_name(entry.id)
    values = {
        **shared(site, name, root="../"),
        "title": article.title.strip() or entry.id,
        "entry": entry,
        "article": article,
        "language": _feedgen.language(article.language) or _feedgen.language(site.language) or "en",
        "authors": [person.name for person in article.authors if person.name.strip()],
        "content": embedded(content_of(article) or ""),
        "image": _image(article),
        "enclosures": list(_enclosures(article)),
        "source": _source(article, [person.name for person in article.authors]),
        "related": [
            *((one.title, link(one.url), one.published) for one in article.related),
            *((one.title, link(one.link) or link(one.url), None) for one in article.also_in),
        ],
        "topics": [(topic, relative(document_name(topic.id, 0, ".html"), "../")) for topic in topics],
        "links": [(topic, links(topic, kinds, root="../")) for topic in topics],
    }
    return FeedFile(name, MEDIA_TYPE, _templates.render("article.html", own, values))


def title_of(topic: Topic) -> str:
    """The topic's title, and its id where that says nothing."""
    return topic.title.strip() or topic.id


def shared(site: Site, name: str, *, root: str = "") -> dict[str, Any]:
    """What every page gets: the site, the way to the folder's root, its own public address, the language."""
    language = _feedgen.language(site.language) or "en"
    return {"site": site, "root": root, "canonical": address(site, name), "language": language}


def links(topic: Topic, kinds: Sequence[Kind], *, root: str = "") -> list[Link]:
    """The links to a topic's feeds, in the order of the formats."""
    return [
        Link(kind.name, relative(document_name(topic.id, 0, kind.suffix), root), kind.media_type.partition(";")[0])
        for kind in kinds
    ]


def relative(name: str, root: str = "") -> str:
    """A reference from a page whose way to the root is ``root``."""
    # Every reserved character is encoded: a colon in a relative reference would make it absolute.
    return root + "/".join(quote(part, safe="") for part in name.split("/"))


def _item(entry: Entry, site: Site) -> _Item:
    entry = cleaned.one(entry, site)
    article = entry.article
    own = has_page(article)
    return _Item(
        title=article.title.strip() or entry.id,
        href=relative(page_name(entry.id)) if own else link_of(entry, site),
        published=entry.published,
        updated=entry.updated,
        authors=(authors := tuple(person.name for person in article.authors if person.name.strip())),
        source=_source(article, authors),
        text=article.summary or _excerpt(article.content),
        language=_feedgen.language(article.language),
    )


def _source(article: Article, authors: Collection[str]) -> str:
    """The feed that it came from, unless that is told as its author."""
    title = article.source.title if article.source else ""
    return "" if title in authors else title


_items = Slices(_item)


def _excerpt(content: str) -> str:
    """The beginning of sanitised HTML as plain text: it holds no ``<`` or ``>`` but those of its tags."""
    beginning = _CUT.sub("", content[: 20 * _LONGEST])
    return excerpt(unescape(_TAG.sub("", _BLOCK.sub(" ", beginning))), _LONGEST)


def _image(article: Article) -> str | None:
    """The article's picture, unless its text shows it."""
    image = link(article.image)
    return None if image is None or (article.image or "") in unescape(article.content) else image


def _enclosures(article: Article) -> list[_Enclosure]:
    found = []
    text = unescape(article.content)
    for one in article.enclosures:
        if href := link(one.url):
            kind = _feedgen.media_type(one.media_type) or "application/octet-stream"
            title = one.title or unquote(href.rpartition("/")[2], errors="ignore") or href
            seen = one.url in text or one.url == article.image
            found.append(_Enclosure(href, title, kind.partition("/")[0], kind, one.length, seen))
    return found
