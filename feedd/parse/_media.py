"""Media that RSS and Atom entries carry beside their own elements: Media RSS and the podcast vocabulary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from feedd.parse._fields import Value
from feedd.parse._xml import Element, base_of, children, name, text_in


@dataclass(frozen=True, slots=True)
class Media:
    """The address of an entry's image, if any, and its enclosures as ``read_meta`` wants them."""

    image: str
    enclosures: list[Value]


def media(element: Element, base: str | None) -> Media:
    """The media of an entry: pictures and thumbnails are its image, sound and film enclosures."""
    images: list[str] = []
    thumbnails: list[str] = []
    enclosures: list[Value] = []
    for one in _all(element):
        url = one.get("url") or one.get("href") or ""
        if not url.strip():
            continue
        try:
            url = urljoin(base_of(one, base) or "", url.strip())
        except ValueError:
            continue
        if name(one) != "media:content":
            thumbnails.append(url)
        elif _is_picture(one):
            images.append(url)
        else:
            title = next((text_in(title) for title in children(one, "media:title")), "")
            sized = {"type": one.get("type") or "", "length": one.get("fileSize") or "", "title": title}
            enclosures.append({"url": url, **sized})
    return Media(next(iter((*images, *thumbnails)), ""), enclosures)


def _all(element: Element) -> Iterator[Element]:
    for one in children(element, "media:content", "media:thumbnail", "media:group", "itunes:image"):
        if name(one) != "media:group":
            yield one
        if name(one) in ("media:group", "media:content"):
            yield from _all(one)


def _is_picture(content: Element) -> bool:
    if content.get("medium") or content.get("type"):
        return content.get("medium") == "image" or (content.get("type") or "").startswith("image/")
    path = (content.get("url") or "").partition("?")[0].lower()
    return path.endswith((".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"))
