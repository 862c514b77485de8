"""Which feeds a web page names, and where feeds usually lie where it names none. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

TYPES = (
    "application/atom+xml",
    "application/rss+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/json",
    "application/xml",
    "text/xml",
)
"""Media types of feeds, the better ones first."""

_PATHS = (
    *("feed", "feed/", "feed.xml", "atom.xml", "rss.xml", "index.xml", "rss", "atom", "feed.json"),
    *("feeds/", "index.atom", "index.rss", "blog/feed/", "news/feed/"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A feed that a page names."""

    url: str
    title: str = ""
    media_type: str = ""


def links(html: str, base: str) -> list[Link]:
    """The feeds that a page names by typed links (WHATWG HTML §4.6.7), in its order; then what looks like feeds."""
    parser = _Page(base)
    parser.feed(html)
    named = [link for link in parser.typed if link.media_type in TYPES[:4]]
    # These types are those of other things, too: whoever asks finds out.
    others = [link for link in parser.typed if link.media_type not in TYPES[:4]]
    found = {link.url: link for link in (*named, *others, *parser.loose)}
    return list(found.values())


def usual(url: str) -> Iterator[str]:
    """Where the feed of a site may lie that names none: beside the page first, then at the top."""
    parts = urlsplit(url)
    folders = [parts.path.rpartition("/")[0] + "/", "/"]
    places = (f"{parts.scheme}://{parts.netloc}{folder}{path}" for folder in folders for path in _PATHS)
    yield from dict.fromkeys(places)


class _Page(HTMLParser):
    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        self.typed: list[Link] = []
        self.loose: list[Link] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Link and a elements, and the base that they begin at."""
        said = {name: value or "" for name, value in reversed(attrs)}
        href = said.get("href", "").strip()
        if not href:
            return
        if tag == "base":
            self._base = _joined(self._base, href)
        elif tag == "link" and {"alternate", "feed"} & set(said.get("rel", "").lower().split()):
            kind = said.get("type", "").partition(";")[0].strip().lower()
            if kind in TYPES or ("feed" in said["rel"].lower() and not kind):
                self._add(self.typed, href, " ".join(said.get("title", "").split()), kind)
        elif tag == "a" and _looks_like_one(href):
            self._add(self.loose, href, "", "")

    def _add(self, found: list[Link], href: str, title: str, kind: str) -> None:
        url = _joined(self._base, href)
        if url.startswith(("http://", "https://")):
            found.append(Link(url.partition("#")[0], title, kind))


def _looks_like_one(href: str) -> bool:
    path = href.partition("#")[0].partition("?")[0].lower().rstrip("/")
    return path.rpartition("/")[2] in ("feed", "rss", "atom") or path.endswith((".rss", ".atom", "rss.xml", "feed.xml"))


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return ""
