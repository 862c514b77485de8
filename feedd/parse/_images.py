"""Images of web pages: those that a script would load get their address, those that show nothing go."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from feedd.parse._page import join

_LAZY = ("data-src", "data-lazy-src", "data-original", "data-hi-res-src", "data-full-src", "data-image", "data-url")
_SURELY_LAZY = _LAZY[:3]  # what a script loads instead of what is there, whatever that is
_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_CANDIDATE = re.compile(r"(\S*[^\s,])(?:\s+[\d.]+[wx])?\s*(?:,|$)")
_PLACEHOLDER = re.compile(
    r"(?i)^data:|blank\.gif|placeholder|spacer|pixel\.gif|1x1|grey\.gif|loading\.gif|transparent"
    r"|(?:^|/)(?:pre|ajax)?-?(?:lazy|load(?:er|ing)?|dummy|spinner)(?:[-_]?(?:img|image|icon))?\.(?:svg|gif|png|jpe?g|webp)"
)
# A file that can be nothing else.
_NOTHING = re.compile(
    r"(?i)(?:(?:^|/)(?:blank|spacer|pixel|transparent|1x1|gr[ea]y|lazy|loader|loading|spinner)|(?:^|[/_-])placeholder)"
    r"\.(?:svg|gif|png|jpe?g|webp)(?:[?#]|$)"
)
_PATH = re.compile(r"(?i)^[^\s{}<>\"]*(?:/|\.(?:jpe?g|png|gif|webp|avif|svg))[^\s{}<>\"]*$")
_LAZY_CLASS = re.compile(r"\b(?:b-|js-)?lazy", re.IGNORECASE)
_SMALLEST = 4  # pixels; what is thinner is a line or counts visits


def repair_images(root: HtmlElement, base: str | None) -> None:
    """Change the tree so that every image in it has an address, as far as the page tells one."""
    for element in list(root.iter("amp-img", "amp-anim")):
        _as_image(element)
    for noscript in list(root.iter("noscript")):
        _unveil(noscript)
    for picture in root.iter("picture"):
        image, source = picture.find(".//img"), picture.find(".//source")
        if image is not None and source is not None and not _usable(image.get("src")):
            image.set("srcset", source.get("srcset") or source.get("data-srcset") or "")
    for image in list(root.iter("img")):
        if any(_thin(image.get(name) or "") for name in ("width", "height")):
            image.drop_tree()
        elif found := next(_addresses(image), ""):
            image.set("src", join(base, found) or found)
        elif _NOTHING.search(image.get("src") or ""):
            image.drop_tree()


def _as_image(element: HtmlElement) -> None:
    """An image of AMP as one of HTML, without what it shows before or instead."""
    if element.getparent() is None:
        return  # what another one showed before
    element.addprevious(element.makeelement("img", {name: str(value) for name, value in element.attrib.items()}))
    for child in list(element):
        if child.tag == "noscript" or child.get("placeholder") is not None or child.get("fallback") is not None:
            child.drop_tree()
    element.drop_tag()


def _unveil(noscript: HtmlElement) -> None:
    """Show the image for readers without scripts where the one before it has no address, or a figure has no other."""
    image, before = noscript.find(".//img"), noscript.getprevious()
    if image is None or not _usable(image.get("src")) or noscript.getparent() is None:
        return
    figure = next(noscript.iterancestors("figure"), None)
    if before is not None and before.tag == "img":
        if not _usable(before.get("src")) and next(_addresses(before), None) is None:
            before.set("src", image.get("src") or "")
    elif figure is not None and all(
        next(one.iterancestors("noscript"), None) is not None for one in figure.iter("img")
    ):
        noscript.addprevious(image)


def _addresses(image: HtmlElement) -> Iterator[str]:
    """Those that count more than what the image shows before a script has run; none where that is the image."""
    shown = _usable(image.get("src"))
    is_lazy = _LAZY_CLASS.search(image.get("class") or "") is not None
    for name in _SURELY_LAZY if shown else _LAZY:
        value = (image.get(name) or "").strip()
        if _PATH.match(value) and not _PLACEHOLDER.search(value):
            yield value
    for name in _SETS[: (3 if not shown else 2 if is_lazy else 0)]:
        # The last candidate is the largest, as most producers write it.
        candidates = [one for one in _CANDIDATE.findall(image.get(name) or "") if "{" not in one]
        if candidates and not candidates[-1].startswith("data:"):
            yield candidates[-1]


def _usable(address: str | None) -> bool:
    return bool(address and address.strip()) and _PLACEHOLDER.search(address or "") is None


def _thin(size: str) -> bool:
    digits = size.strip().removesuffix("px")
    return digits.isascii() and digits.isdigit() and len(digits) < 5 and int(digits) < _SMALLEST
