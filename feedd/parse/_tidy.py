"""A part of a page written as an article's HTML: without what only a page needs, white space folded."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

from feedd.parse._page import BLOCKS

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_EMPTY = _VOID | {"td", "th", "video", "audio"}
_WRAPPERS = frozenset("article body center div font form html main section".split())
_TYPED = frozenset("code kbd pre samp".split())
_SPACES = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")
_LEADING = re.compile(r"(?:\s|<[hb]r>)+")


def markup(element: HtmlElement) -> str:
    """The element as HTML, unsafe as it was; of what holds nothing or merely wraps, only what is inside.

    Linear in the size of the tree, which taking elements out of it is not.
    """
    written = "".join(_written(element, _saying(element)))
    return _LEADING.sub("", written, count=1) if _LEADING.match(written) else written.strip()


def _saying(root: HtmlElement) -> set[HtmlElement]:
    """The elements that hold anything."""
    found: set[HtmlElement] = set()
    for element in reversed(list(root.iter(etree.Element))):
        parent = element.getparent()
        if element in found or element.tag in _EMPTY or (element.text or "").strip():
            found.add(element)
            if parent is not None:
                found.add(parent)
        if parent is not None and (element.tail or "").strip():
            found.add(parent)
    return found


def _written(root: HtmlElement, saying: set[HtmlElement]) -> Iterator[str]:
    shown: set[HtmlElement] = set()
    typed = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if event == "start":
            typed += element.tag in _TYPED
            if element in saying and not _only_wraps(element):
                shown.add(element)
                yield _start(element)
            yield _text(element.text, typed=typed > 0)
            continue
        typed -= element.tag in _TYPED
        if element in shown and element.tag not in _VOID:
            yield f"</{element.tag}>"
        if element is not root:
            yield _text(element.tail, typed=typed > 0)


def _only_wraps(element: HtmlElement) -> bool:
    """Whether all in it are blocks of their own, or it says nothing about what is in it."""
    if element.tag == "span":
        return not element.get("lang") and not element.get("dir")
    if element.tag not in _WRAPPERS or any(map(str.strip, filter(None, (child.tail for child in element)))):
        return False
    return not (element.text or "").strip() and all(child.tag in BLOCKS for child in element)


def _start(element: HtmlElement) -> str:
    attributes = "".join(f' {name}="{html.escape(str(value))}"' for name, value in element.attrib.items())
    return f"<{element.tag}{attributes}>"


def _text(text: str | None, *, typed: bool) -> str:
    """Text outside of what is set as it was typed, folded as browsers do."""
    if not text:
        return ""
    return html.escape(text if typed else _SPACES.sub(_folded, text), quote=False)


def _folded(spaces: re.Match[str]) -> str:
    return "\n" if "\n" in spaces[0] else " "
