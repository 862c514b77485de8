"""Media that RSS and Atom entries carry beside their own elements: Media RSS and the podcast vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from feedd.parse._fields import Value
from feedd.parse._html import escape, in_paragraphs
from feedd.parse._xml import Element, base_of, children, name, text_in
from feedd.text import paragraphs

WIDEST = 2048
"""Pixels: wider pictures are for print, and often not open to everyone."""

_FACE = re.compile(r"/(?:avatars?|userpics?)/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Media:
    """The address of an entry's image, if any, its enclosures as ``read_meta`` wants them, and unsafe HTML about it."""

    image: str
    enclosures: list[Value]
    description: str = ""


def media(element: Element, base: str | None) -> Media:
    """The media of an entry: the best of its pictures, or else a thumbnail, is its image; the rest are enclosures."""
    images: list[tuple[int, str]] = []
    thumbnails: list[tuple[int, str]] = []
    enclosures: list[Value] = []
    description = ""
    for one in _all(element):
        if name(one) == "media:description":
            description = description or _html(one)
            continue
        url = one.get("url") or one.get("href") or ""
        if not url.strip():
            continue
        try:
            url = urljoin(base_of(one, base) or "", url.strip())
        except ValueError:
            continue
        if name(one) != "media:content":
            thumbnails.append((_unfitness(one), url))
        elif not _is_picture(one):
            title = next((text_in(title) for title in children(one, "media:title")), "")
            sized = {"type": one.get("type") or "", "length": one.get("fileSize") or "", "title": title}
            enclosures.append({"url": url, **sized})
        elif not _FACE.search(url):  # the author's own picture tells nothing of the article
            images.append((_unfitness(one), url))
    found = min(images or thumbnails, default=(0, ""), key=lambda one: one[0])
    return Media(found[1], enclosures, description)


def _unfitness(picture: Element) -> int:
    """Pixels that a picture lacks in width, or has too many of; one that tells no width is taken for a usual one."""
    width = (picture.get("width") or "").strip()
    pixels = int(width) if width.isascii() and width.isdigit() and len(width) < 6 else 640
    return WIDEST - pixels if pixels <= WIDEST else pixels


def _html(description: Element) -> str:
    text = text_in(description)
    if description.get("type") == "html":
        return in_paragraphs(text)
    return "".join(f"<p>{escape(part)}</p>" for part in paragraphs(text))


def _all(element: Element) -> Iterator[Element]:
    for one in children(
        element, "media:content", "media:thumbnail", "media:group", "media:description", "itunes:image"
    ):
        if name(one) != "media:group":
            yield one
        if name(one) in ("media:group", "media:content"):
            yield from _all(one)


def _is_picture(content: Element) -> bool:
    if content.get("medium") or content.get("type"):
        return content.get("medium") == "image" or (content.get("type") or "").startswith("image/")
    path = (content.get("url") or "").partition("?")[0].lower()
    return path.endswith((".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"))
