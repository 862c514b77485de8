"""Images of web pages: those that a script would load get their address, those that show nothing go."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from feedd.parse._page import join

_LAZY = ("data-src", "data-original", "data-lazy-src", "data-hi-res-src", "data-full-src", "data-image", "data-url")
_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_CANDIDATE = re.compile(r"(\S*[^\s,])(?:\s+[\d.]+[wx])?\s*(?:,|$)")
_PLACEHOLDER = re.compile(r"(?i)^data:|blank\.gif|placeholder|spacer|pixel\.gif|1x1|grey\.gif|loading\.gif|transparent")
_SMALLEST = 4  # pixels; what is thinner is a line or counts visits


def repair_images(root: HtmlElement, base: str | None) -> None:
    """Change the tree so that every image in it has an address, as far as the page tells one."""
    for picture in root.iter("picture"):
        image, source = picture.find(".//img"), picture.find(".//source")
        if image is not None and source is not None and not _usable(image.get("src")):
            image.set("srcset", source.get("srcset") or source.get("data-srcset") or "")
    for image in list(root.iter("img")):
        if any(_thin(image.get(name) or "") for name in ("width", "height")):
            image.drop_tree()
        elif not _usable(image.get("src")):
            found = next(_addresses(image), "")
            if found:
                image.set("src", join(base, found) or found)


def _addresses(image: HtmlElement) -> Iterator[str]:
    for name in _LAZY:
        value = (image.get(name) or "").strip()
        if value and not _PLACEHOLDER.search(value):
            yield value
    for name in _SETS:
        # The last candidate is the largest, as most producers write it.
        candidates = _CANDIDATE.findall(image.get(name) or "")
        if candidates and not candidates[-1].startswith("data:"):
            yield candidates[-1]


def _usable(address: str | None) -> bool:
    return bool(address and address.strip()) and _PLACEHOLDER.search(address or "") is None


def _thin(size: str) -> bool:
    digits = size.strip().removesuffix("px")
    return digits.isascii() and digits.isdigit() and len(digits) < 5 and int(digits) < _SMALLEST
