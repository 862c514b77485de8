"""Upstream feeds as tests write them."""

from __future__ import annotations

from xml.sax.saxutils import escape

DAILY = "https://daily.example/feed.xml"
WIRE = "https://wire.example/rss"
NOON = "Sat, 31 May 2025 12:00:00 GMT"


def item(title: str, **said: str) -> str:
    """An RSS item: guid, link, pubDate and description; ``None`` leaves one out."""
    slug = title.lower().replace(" ", "-")
    said = {
        "guid": f"https://daily.example/{slug}",
        "link": f"https://daily.example/{slug}",
        "pubDate": NOON,
        "description": f"What there is to say of {title}.",
        **said,
    }
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in said.items() if value)
    return f"<item><title>{escape(title)}</title>{inside}</item>"


def rss(*items: str, title: str = "The Daily", link: str = "https://daily.example/") -> str:
    return f'<rss version="2.0"><channel><title>{title}</title><link>{link}</link>{"".join(items)}</channel></rss>'
