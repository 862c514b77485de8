"""What a reader sees of a page's article above its text: headings, dates, bylines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from lxml.html import HtmlElement

from feedd.dates import read_date
from feedd.parse._fields import Fields, Value
from feedd.parse._own import HEADINGS
from feedd.parse._page import Page, lines_in, names_of, text_in
from feedd.parse._people import people
from feedd.parse._rows import date_of, is_rights, is_updated, pieces
from feedd.parse._rows import names_of as byline_of
from feedd.text import words

_DATED = re.compile(
    r"\b(?:published|pub-?date|post(?:ed)?-?(?:date|on|time)?|entry-?date|date(?:line|-?published|-?time)?|timestamp"
    r"|time|created|dt-published)\b"
)
_AUTHOR = re.compile(r"\b(?:by-?line|author|p-author|contributor|writer)s?\b|(?:byline|author)[_-]{0,2}(?:name|link)")
_ELSEWHERE = re.compile(
    r"\b(?:comments?|respond|related|sidebar|widget|(?<!post-)(?<!entry-)footer|recent|trending|popular|recommend\w*|teasers?|promo)\b"
)
_ABOVE = 60
_LONG = 200
_NAME, _NAME_WORDS, _NAME_LINES = 80, 5, 3
_AUTHORS_PAGE = re.compile(r"/(?:authors?|profiles?|people|by|contributors?|autor(?:es|en)?|auteurs?|signataires)/[^/]")
# What else links to an author's page.
_NO_NAME = re.compile(
    r"(?i)\b(?:more|all|view|see|posts?|articles?|stories|follow|profile|website|bio|about|e-?mail|contact)\b"
)
_HEADINGS = 6


def headings_in(page: Page) -> list[str]:
    """The first headings of a page, those of the highest level first."""
    top = [element for element in page.root.iter("h1") if not _is_elsewhere(element)]
    rest = [element for element in page.root.iter("h2") if not _is_elsewhere(element)]
    return [text for text in map(text_in, (*top, *rest)) if text][:_HEADINGS]


def seen_in(page: Page, own: frozenset[HtmlElement]) -> Fields:
    """What the lines tell that stand to be seen; nothing is taken from comments, sidebars and lists of other stories.

    ``own`` are the elements that hold the article whatever they are called.
    """
    dates = list(_dates(page, own))
    return {
        "dates": [*[value for value, updated in dates if not updated][:1]],
        "updates": [*[value for value, updated in dates if updated][:1]],
        "authors": list(_authors(page, own)),
        "rights": next(_rights(page), ""),
    }


def _rights(page: Page) -> Iterator[str]:
    """The lines in the page's footer that tell who holds the rights."""
    for footer in page.root.iter("footer"):
        for element in footer.iter("p", "div", "span", "small", "li", "a"):
            text = text_in(element)
            if len(text) <= _LONG and is_rights(text):
                yield text


def _is_elsewhere(element: HtmlElement, own: frozenset[HtmlElement] = frozenset()) -> bool:
    for one in (element, *element.iterancestors()):
        if one in own:
            return False
        if one.tag in ("aside", "footer", "nav"):
            return True
        if one.tag not in ("body", "html") and _ELSEWHERE.search(names_of(one)):
            return True
    return False


def _dates(page: Page, own: frozenset[HtmlElement]) -> Iterator[tuple[str, bool]]:
    """Each date that can be read and whether it is that of a change: of ``time`` elements, then of any named so."""
    for time in page.root.iter("time"):
        value = time.get("datetime") or text_in(time)
        if not _is_elsewhere(time, own) and read_date(value):
            yield value, is_updated(_around(time)) or "updated" in names_of(time) or "modified" in names_of(time)
    for element in page.root.iter("span", "div", "p", "li", "abbr", "em", "small", "td", "b", "i", "a", "strong"):
        if not _DATED.search(names_of(element)) or _is_elsewhere(element, own):
            continue
        text = text_in(element)
        if len(text) > _LONG:
            continue
        for value in (element.get("title") or "", text, *pieces(text)):
            if value and date_of(value):
                yield value, is_updated(value) or "updated" in names_of(element)


def _around(time: HtmlElement) -> str:
    """The line that an element stands in."""
    parent = time.getparent()
    text = text_in(parent) if parent is not None else ""
    return text if len(text) <= _LONG else ""


def _authors(page: Page, own: frozenset[HtmlElement]) -> Iterator[Value]:
    """The first place that names authors: marked as such, else a byline."""
    for element in page.root.iter(
        "a", "span", "div", "p", "address", "li", "em", "strong", "small", "b", "h2", "h3", "h4", "cite"
    ):
        marked = "author" in (element.get("rel") or "").split() or _AUTHOR.search(names_of(element))
        if not marked or _is_elsewhere(element, own):
            continue
        names = list(_named(element))
        if names:
            yield from names
            return


def _named(element: HtmlElement) -> Iterator[Value]:
    lines = lines_in(element)
    if not lines or len(" ".join(lines)) > _LONG:
        return
    links = [link for link in element.iter("a") if link is not element and _is_of_author(link)]
    if links:
        yield from ({"name": text_in(link), "url": link.get("href") or ""} for link in links)
        return
    # "By" may be a line of its own.
    for text in (*lines, *map(" ".join, pairwise(lines))):
        for piece in (*pieces(text), text):
            names = byline_of(piece)
            if names:
                yield from people(*names)
                return
    text = lines[0]
    # Below a name its office and place may stand; a box around more than these is none of a name.
    if len(lines) <= _NAME_LINES and all(map(_is_name, lines)) and next(element.iter(*HEADINGS), element) is element:
        yield {"name": text, "url": element.get("href") or ""} if element.tag == "a" else text


def _is_of_author(link: HtmlElement) -> bool:
    """Whether a link in a byline is an author's name."""
    text = text_in(link)
    if "author" in (link.get("rel") or "").split():
        return 0 < len(text) <= _NAME
    marked = _AUTHOR.search(names_of(link)) or _AUTHORS_PAGE.search(link.get("href") or "")
    return marked is not None and _is_name(text) and byline_of(text) is None and not _NO_NAME.search(text)


def _is_name(text: str) -> bool:
    return 0 < len(text) <= _NAME and not any(map(str.isdigit, text)) and words(text) <= _NAME_WORDS
