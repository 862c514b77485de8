"""Markup of a page made that of an article: without what only a page needs, white space folded."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from feedd.parse._page import BLOCKS

_EMPTY = frozenset("br hr img td th source video audio wbr col".split())
_WRAPPERS = ("article", "center", "div", "font", "form", "main", "section")
_TYPED = ("code", "kbd", "pre", "samp")
_SPACES = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")


def tidied(element: HtmlElement) -> HtmlElement:
    """The same element, changed: what holds nothing or merely wraps is gone from it, all text stays."""
    for child in reversed(list(element.iter())):
        if child is not element and isinstance(child.tag, str) and child.getparent() is not None and _is_idle(child):
            child.drop_tag()  # not its text: the space in it may part two words
    _fold(element)
    while len(element) and element[0].tag in ("hr", "br") and not (element.text or "").strip():
        element[0].drop_tag()
    return element


def _is_idle(element: HtmlElement) -> bool:
    if element.tag not in _EMPTY and not len(element) and not (element.text or "").strip():
        return True
    if element.tag in _WRAPPERS:
        return _only_wraps(element)
    return element.tag == "span" and not element.get("lang") and not element.get("dir")


def _only_wraps(element: HtmlElement) -> bool:
    """Whether all in it are blocks of their own."""
    texts = [element.text or "", *(child.tail or "" for child in element)]
    return not any(map(str.strip, texts)) and all(child.tag in BLOCKS for child in element)


def _fold(element: HtmlElement) -> None:
    """Fold white space as browsers do, outside of what is set as it was typed."""
    typed = {inner for pre in element.iter(*_TYPED) for inner in pre.iter()}
    for one in element.iter():
        if one.text and one not in typed:
            one.text = _SPACES.sub(_folded, one.text)
        if one.tail and one.getparent() not in typed:
            one.tail = _SPACES.sub(_folded, one.tail)


def _folded(spaces: re.Match[str]) -> str:
    return "\n" if "\n" in spaces[0] else " "
