"""OPML 2.0: all topics in one file, which every reader can import."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from feedd.generate import _feedgen
from feedd.generate.addresses import address, document_name
from feedd.generate.index import Listing
from feedd.generate.pages import title_of
from feedd.model import FeedFile, Site

NAME = "topics.opml"
MEDIA_TYPE = "text/x-opml; charset=utf-8"


def write(site: Site, topics: Sequence[Listing], suffix: str) -> FeedFile:
    """The subscription list of the topics in the order given, each by its feed of one format."""
    site, topics = _feedgen.clean(site), [_feedgen.clean(topic) for topic in topics]
    changed = max((topic.updated for topic in topics if topic.updated), default=None)
    head = {
        "title": site.title,
        # RFC 822 dates, as the specification has them.
        "dateModified": None if changed is None else format_datetime(_feedgen.seconds(changed.astimezone(UTC))),
        "ownerName": site.author,
    }
    lines = [f"    <{name}>{escape(value)}</{name}>" for name, value in head.items() if value]
    outlines = [_outline(site, topic, suffix) for topic in topics]
    parts = ["  <head>", *lines, "  </head>", "  <body>", *outlines, "  </body>"]
    text = "\n".join(('<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', *parts, "</opml>", ""))
    return FeedFile(NAME, MEDIA_TYPE, text.encode())


def _outline(site: Site, listing: Listing, suffix: str) -> str:
    topic = listing.topic
    title = title_of(topic)
    values = {
        "type": "rss",
        "text": title,
        "title": title,
        "description": topic.description,
        "xmlUrl": address(site, document_name(topic.id, 0, suffix)),
        "htmlUrl": address(site, document_name(topic.id, 0, ".html")),
        "language": _feedgen.language(site.language),
    }
    said = " ".join(f"{name}={quoteattr(value)}" for name, value in values.items() if value)
    return f"    <outline {said}/>"
