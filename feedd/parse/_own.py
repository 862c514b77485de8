"""What of a page is its own article's, whatever its classes say: the headline, the elements made to hold articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from feedd.parse._page import BLOCKS, text_in

# One pass in C: of the thousands of elements of a page few are any of these.
_MADE_FOR_IT = etree.XPath(
    "descendant::*[self::main or self::article or @role='main' or contains(@itemprop, 'articleBody')"
    " or contains(@itemtype, 'schema.org') or contains(@class, 'hentry') or contains(@class, 'h-entry')]"
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_ARTICLE = re.compile(r"(?:^|\s)(?:hentry|h-entry)(?:\s|$)")
_TYPE = re.compile(r"schema\.org/\w*(?:Article|Posting|Report|Recipe|Review)\b")
_ASIDE = ("nav", "aside", "footer", "dialog")
_TITLE_CLASS = re.compile(r"(?:^|\s|mso)title(?:\s|$)", re.IGNORECASE)  # as word processors name a paragraph
_LEADING = 3  # blocks among which a headline may stand that is no heading
_LONGEST = 300
_SHORTEST = 4  # letters of a heading that says a part of the title


@dataclass(frozen=True, slots=True)
class Own:
    """The article's title, the headline's element, and all that is never furniture: what holds it or the article.

    ``is_sure`` tells that the headline says the title or a part of it.
    ``regions`` are those elements that hold the whole article, the innermost first; empty where nothing tells.
    """

    title: str
    headline: HtmlElement | None
    is_sure: bool
    elements: frozenset[HtmlElement]
    regions: tuple[HtmlElement, ...]


def own_of(root: HtmlElement, title: str) -> Own:
    """Find them by the ``title`` that the page gives its article; empty where it gives none."""
    headline = _headline(root, key_of(title))
    around = [] if headline is None else list(headline.iterancestors())
    roots = list(_roots(root, set(around)))
    own: set[HtmlElement] = set() if headline is None else {headline}
    for element in (*around, *roots):
        own.update((element, *element.iterancestors()))
    said = "" if headline is None else key_of(text_in(headline))
    return Own(
        title, headline, bool(said) and said in key_of(title), frozenset(own), tuple(_regions(headline, around, roots))
    )


def key_of(text: str) -> str:
    """The letters and digits of a title, by which two of them are the same."""
    return "".join(filter(str.isalnum, text.casefold()))


def _headline(root: HtmlElement, title: str) -> HtmlElement | None:
    """The heading that says the title or most of it; the first of the highest level where none does."""
    found = [(heading, key_of(text_in(heading))) for heading in root.iter(*HEADINGS) if not _is_aside(heading)]
    found = [(heading, key) for heading, key in found if key]
    same = [heading for heading, key in found if key == title]
    if same:
        return min(same, key=lambda heading: str(heading.tag))
    # A title may name the site too, and that may be a heading: the headline stands in an article, or is the longer one.
    parts = [(heading, key) for heading, key in found if len(key) >= _SHORTEST and key in title]
    if parts:
        return max(parts, key=lambda part: (_in_article(part[0]), len(part[1])))[0]
    plain = _plain_headline(root, title)
    if plain is not None:
        return plain
    top = [heading for heading, _ in found if heading.tag == "h1"]
    return next((heading for heading in top if not _in_header(heading)), next(iter(top), None))


def _plain_headline(root: HtmlElement, title: str) -> HtmlElement | None:
    """A paragraph at the beginning that says the title, or is named so."""
    leading = 0
    for element in root.iter("p", "div"):
        if leading == _LEADING:
            return None
        if next(element.iterchildren(*BLOCKS), None) is not None:
            continue
        text = text_in(element)
        leading += bool(text)
        if not text or len(text) > _LONGEST:
            continue
        if key_of(text) == title or (element.tag == "p" and _TITLE_CLASS.search(element.get("class") or "")):
            return element
    return None


def _is_aside(element: HtmlElement) -> bool:
    return next(element.iterancestors(*_ASIDE), None) is not None


def _in_article(element: HtmlElement) -> bool:
    return any(_kind(around) == "article" for around in element.iterancestors())


def _in_header(element: HtmlElement) -> bool:
    """Whether it stands in the header of the site, and not in that of an article."""
    header = next(element.iterancestors("header"), None)
    return header is not None and next(header.iterancestors("main", "article"), None) is None


def _roots(root: HtmlElement, around: set[HtmlElement]) -> Iterator[HtmlElement]:
    """The elements made to hold an article: those that hold the headline, else those of which there is one."""
    kinds: dict[str, list[HtmlElement]] = {}
    for element in _MADE_FOR_IT(root):  # type: ignore[union-attr]  # the stub knows no path's kind
        kind = _kind(element)
        if kind and not _is_aside(element):
            kinds.setdefault(kind, []).append(element)
    for kind, elements in kinds.items():
        holding = [element for element in elements if element in around]
        yield from holding or (elements if kind == "main" or len(elements) == 1 else ())


def _kind(element: HtmlElement) -> str:
    if element.tag == "main" or element.get("role") == "main":
        return "main"
    if "articleBody" in (element.get("itemprop") or "").split():
        return "body"
    if element.tag in ("body", "html"):
        return ""
    marked = element.tag == "article" or _TYPE.search(element.get("itemtype") or "") is not None
    return "article" if marked or _ARTICLE.search(element.get("class") or "") else ""


def _regions(
    headline: HtmlElement | None, around: Iterable[HtmlElement], roots: list[HtmlElement]
) -> Iterator[HtmlElement]:
    """Those of ``roots`` around the headline that hold more than it; without a headline the innermost."""
    holders = [root for root in roots if _kind(root) != "body"]
    if headline is None:
        yield from holders[-1:]
        return
    size = len(text_in(headline))
    yield from (element for element in around if element in holders and len(text_in(element)) > size)
