"""Data of schema.org in a web page: JSON-LD scripts, and microdata as JSON-LD would write it."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from feedd.errors import Unreadable
from feedd.parse._fields import Value, read_json
from feedd.parse._page import Page, text_in

_JSON_WRAP = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|/\*\s*\]\]>\s*\*/|(?://\s*)?\]\]>|;)\s*$"
)
_DEEP = 300  # levels of microdata inside each other are fewer than those of HTML
_LOOSE = "Article"  # those of items are lists
_DATES = {"datePublished", "dateModified", "dateCreated"}
_NAMES = {"author", "creator", "name", "headline", "articleSection", "keywords", "publisher"}


def json_ld(page: Page) -> list[Value]:
    """The documents in ``application/ld+json`` scripts; one that is broken is passed over."""
    found: list[Value] = []
    for script in page.root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = _JSON_WRAP.sub("", _JSON_WRAP.sub("", script.text or ""))
        try:
            found.append(read_json(text))
        except Unreadable:
            continue
    return found


def microdata(page: Page) -> list[Value]:
    """The page's items (WHATWG HTML §5.2) as JSON-LD would write them; properties outside any make an Article."""
    outside: dict[str, Value] = {"@type": _LOOSE}
    items: list[Value] = []
    _gather(page.root, outside, items, 0)
    if "headline" in outside or "datePublished" in outside:
        items.append(outside)
    return items


def _gather(element: HtmlElement, item: dict[str, Value], items: list[Value], depth: int) -> None:
    """Put the properties inside ``element`` into ``item``, and each top-level item into ``items``."""
    for child in element:
        if not isinstance(child.tag, str) or depth > _DEEP:
            continue
        inner, names = item, (child.get("itemprop") or "").split()
        if child.get("itemscope") is not None:
            inner = {"@type": list((child.get("itemtype") or "").split())}
            if names:
                _add(item, names, inner)
            if not names or item["@type"] == _LOOSE:  # a part of nothing: Blogger's posts are
                items.append(inner)
        elif names and "articleBody" not in names:  # the body is found elsewhere
            _add(item, names, _value(child))
        _gather(child, inner, items, depth + 1)


def _add(item: dict[str, Value], names: list[str], value: Value) -> None:
    for name in names:
        known = item.get(name)
        if known is None:
            item[name] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            item[name] = [known, value]


def _value(element: HtmlElement) -> str:
    """The value of a property (WHATWG HTML §5.2.4)."""
    for name in ("content", "datetime", "href", "src", "data"):
        if name in ("href", "src", "data") and element.tag in ("span", "div", "p", "meta"):
            continue
        value = element.get(name)
        if value and (name != "href" or element.tag in ("a", "area", "link")):
            return value if name != "href" or element.tag == "link" else _linked(element, value)
    if element.tag == "abbr" and _DATES & set((element.get("itemprop") or "").split()):
        return element.get("title") or text_in(element)  # as hAtom had it: shown is the time of day
    return text_in(element)


def _linked(element: HtmlElement, address: str) -> str:
    """A link's address, but for those properties which say a name by a link."""
    return text_in(element) if _NAMES & set((element.get("itemprop") or "").split()) else address
