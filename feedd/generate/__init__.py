"""What is written into the served folder, and the visible table of output formats.

Pure: a Feed gives the bytes of its files, the same on every machine and day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from feedd.errors import PageError
from feedd.generate import atom, jsonfeed, opml, pages, rss
from feedd.generate import index as _index
from feedd.generate._templates import NONE, problems
from feedd.generate.addresses import PAGES, address, document_name, has_page, link, page_name
from feedd.generate.cadence import max_age
from feedd.generate.index import Listing
from feedd.model import Article, Enclosure, Entry, Feed, FeedFile, Origin, Person, Related, Site, Topic, Zones

__all__ = [
    "ARCHIVED", "FORMATS", "PAGES", "Format", "Listing", "article_page", "document_name", "documents", "generate",
    "has_page", "index", "page_name", "sizes", "template_problems",
    "topic_page",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Format:
    """An output format: ``write`` gives a feed's document, served as ``<topic><suffix>``.

    ``name`` is the one that people see; ``media_type`` has the charset. ``archived`` tells that it has archive
    documents too (RFC 5005 §4).
    """

    name: str
    suffix: str
    media_type: str
    write: Callable[[Feed], bytes]
    archived: bool = False


FORMATS: tuple[Format, ...] = (
    Format("Atom", atom.SUFFIX, f"{atom.MEDIA_TYPE}; charset=utf-8", atom.write, archived=True),
    Format("RSS", rss.SUFFIX, f"{rss.MEDIA_TYPE}; charset=utf-8", rss.write),
    Format("JSON", jsonfeed.SUFFIX, jsonfeed.MEDIA_TYPE, jsonfeed.write, archived=True),
)
"""In the order in which a reader should prefer them: the first is offered first everywhere."""


ARCHIVED = tuple(row for row in FORMATS if row.archived)
"""The formats of archive documents."""


def documents(topic: str) -> list[str]:
    """The names of a topic's own documents: its feeds, and its page."""
    return [document_name(topic, 0, suffix) for suffix in (*(row.suffix for row in FORMATS), ".html")]


def generate(feed: Feed) -> tuple[FeedFile, ...]:
    """A topic's files, one for each format in ``FORMATS`` (an archive document's in those that have it); same feed,
    same bytes.
    """
    age = max_age(feed.entries)
    return tuple(
        FeedFile(
            document_name(feed.topic.id, feed.number, row.suffix),
            row.media_type,
            row.write(feed),
            age,
            "" if feed.number else _links(feed, row.suffix),
        )
        for row in FORMATS
        if row.archived or not feed.number
    )


def _links(feed: Feed, suffix: str) -> str:
    """The value of a Link header (RFC 8288): the document itself, its hub (WebSub §4), its other forms."""
    found = [_link(feed, row.suffix, row.media_type, rel="self") for row in FORMATS if row.suffix == suffix]
    if hub := link(feed.site.hub):
        found.append(f'<{hub}>; rel="hub"')
    others = [(row.suffix, row.media_type) for row in FORMATS] + [(pages.SUFFIX, pages.MEDIA_TYPE)]
    found += [_link(feed, *other, rel="alternate") for other in others if other[0] != suffix]
    return ", ".join(found)


def _link(feed: Feed, suffix: str, media_type: str, *, rel: str) -> str:
    url = link(address(feed.site, document_name(feed.topic.id, 0, suffix)))
    return f'<{url}>; rel="{rel}"; type="{media_type.partition(";")[0]}"'


def sizes(entries: Sequence[Entry], site: Site) -> list[int]:
    """How many bytes of an Atom feed are each entry's."""
    return [len(cut) for cut in atom.slices.of(entries, site)]


def topic_page(feed: Feed, own: Mapping[str, str] = NONE) -> FeedFile:
    """A topic's page; ``own`` are the user's templates, by their names."""
    page = pages.topic_page(feed, FORMATS, own)
    return replace(page, max_age=max_age(feed.entries), link=_links(feed, pages.SUFFIX))


def article_page(entry: Entry, site: Site, topics: Sequence[Topic], own: Mapping[str, str] = NONE) -> FeedFile:
    """The page of an article that has no address of its own, which is in these topics."""
    return pages.article_page(entry, site, topics, FORMATS, own)


def index(site: Site, topics: Sequence[Listing], own: Mapping[str, str] = NONE) -> tuple[FeedFile, ...]:
    """What lists the topics in the order given: ``index.html`` with its ``style.css``, and ``topics.opml``."""
    return (*_index.write(site, topics, FORMATS, own), opml.write(site, topics, FORMATS[0].suffix))


def template_problems(own: Mapping[str, str]) -> list[str]:
    """What is wrong with the user's templates: with each by itself, else with the pages that are made of them."""
    found = problems(own)
    if found:
        return found
    site = Site("https://news.example.org/feeds/", "Example News", "news.example.org,2025", rights="© Example")
    topic, now = Topic("example", "Example", "A topic"), datetime(2025, 1, 1, tzinfo=UTC)
    enclosure = Enclosure("https://example.org/a.mp3", "audio/mpeg", 1, "A recording")
    article = Article(
        "A title",
        "<p>A text.</p>",
        Origin("text", "utf-8"),
        Zones(),
        authors=(Person("Ann"),),
        enclosures=(enclosure,),
        related=(Related("Another"),),
        image="https://example.org/a.jpg",
    )
    bare = Article("A title", "", Origin("text", "utf-8"), Zones())  # a template must do with what most lack
    entry, least = (
        Entry(f"tag:news.example.org,2025:{number}", now, now, one) for number, one in enumerate((article, bare))
    )
    for make in (
        lambda: index(site, [Listing(topic, 1, now)], own),
        lambda: index(site, [], own),
        lambda: topic_page(Feed("tag:news.example.org,2025:t", site, topic, now, (entry, least)), own),
        lambda: topic_page(Feed("tag:news.example.org,2025:t", site, topic, now), own),
        lambda: article_page(entry, site, [topic], own),
        lambda: article_page(least, Site(site.url, site.title, site.authority), [], own),
    ):
        try:
            make()
        except PageError as error:
            found.append(str(error))
    return list(dict.fromkeys(found))
