"""The article in a web page. trafilatura, which lives here, decides what its text is, the page how that is marked up.

trafilatura's HTML would be simpler, but it leaves out repeated paragraphs and lists of links, moves text
out of its links and forgets captions. So its plain text only marks the blocks that belong to the article; the smallest
element around them is taken, less what neither was marked nor reads like a part of the text.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from itertools import takewhile

from lxml import etree
from lxml.html import HtmlElement

from feedd.parse._above import above, is_more_than, take_away
from feedd.parse._fields import Fields
from feedd.parse._images import repair_images
from feedd.parse._own import Own, key_of, own_of
from feedd.parse._page import BLOCKS, strip, text_in
from feedd.parse._prune import FURNITURE, Signs, furniture_in, is_named_furniture, is_named_inside
from feedd.parse._texts import Texts, texts_of
from feedd.parse._tidy import markup

_WORD = re.compile(r"\w+")
_SHINGLE = 4
_SAME = 0.6  # how much of a block's shingles must stand in the extracted text
_SHARE = 0.9  # how much of the marked text the container must hold
_SHORTEST = 20  # a shorter text of few words may stand anywhere by chance
_CONTAINERS = frozenset("article body center div main section td".split())
_MOST = 0.8  # of the text outside of links what a cell must hold that is taken for it
_MUCH = 0.25  # of a short page what an article must hold
_ABOVE = 200  # characters above a headline; what more of them stands above is a heading in the text
_SHORT = 600  # characters of a page whose text is all taken, but for its furniture


@dataclass(frozen=True, slots=True)
class Body:
    """The content of an article as unsafe HTML, empty where there is none, and what the lines above it told."""

    html: str
    fields: Fields


def body_of(root: HtmlElement, base: str | None, own: Own, authors: frozenset[str]) -> Body:
    """The article, whose ``own`` elements and whose authors' keys are known, without the page around it.

    ``root`` is changed: what is concealed and what never is text goes, lazily loaded images get their address.
    """
    repair_images(root, base)
    strip(root)
    body = root.find("body")
    body = root if body is None else body
    texts = texts_of(body)
    if own.headline is not None and body not in own.headline.iterancestors():
        own = own_of(body, own.title)  # the one found was concealed
    # Of a short page nothing can be spared, and trafilatura guesses.
    is_short = texts.size.get(body, 0) <= _SHORT and next(body.iter("table"), None) is None
    is_simple = is_short or _is_plain(body, texts)
    marked = set() if is_simple else _marked(texts, _extracted(root))
    container, gone = _part(body, Signs(marked, texts, own))
    named = {element for element in gone if element.tag in FURNITURE or is_named_furniture(element)}
    head = above(container, own, authors, named)
    for element in gone:
        if element.getparent() is not None:
            element.drop_tree()
    if is_more_than(container, head.lines, own.headline):
        take_away(head.lines)
        _drop_title(container, own, texts)
    return Body(markup(container), head.fields())


def _drop_title(container: HtmlElement, own: Own, texts: Texts) -> None:
    """Take the headline away where it says no more than the title, and stands above the text."""
    headline = own.headline
    if headline is None or key_of(text_in(headline)) != key_of(own.title):
        return
    above = takewhile(lambda one: one is not headline, container.iter(etree.Element))
    if container in headline.iterancestors() and sum(len(texts.own.get(one, "").strip()) for one in above) <= _ABOVE:
        headline.drop_tree()


def _is_plain(body: HtmlElement, texts: Texts) -> bool:
    """Whether all of the page is its article: text alone, as word processors and converters write it."""
    if any(2 * texts.size.get(table, 0) > texts.size.get(body, 0) for table in body.iter("table")):
        return False  # it may be all layout
    return not any(True for _ in body.iter(*FURNITURE - {"svg", "math"})) and not any(
        is_named_inside(element) for element in body.iter("div", "ul", "section")
    )


def _part(body: HtmlElement, signs: Signs) -> tuple[HtmlElement, list[HtmlElement]]:
    """The element that holds the article, and what of it is furniture; never one that would be empty."""
    containers = [_cell(_container(body, signs.marked, signs.texts), signs)] if signs.marked else _region(body, signs)
    for container in (*containers, body):
        gone = furniture_in(container, signs)
        if gone is not None:
            return container, gone
    return body, [element for element in body if element.tag in ("nav", "footer")]


def _cell(container: HtmlElement, signs: Signs) -> HtmlElement:
    """Of a table that lays out a page the cell with the article: it holds the headline and nearly all plain text."""
    texts, headline = signs.texts, signs.own.headline
    plain = texts.size.get(container, 0) - texts.linked.get(container, 0)
    for cell in headline.iterancestors("td") if headline is not None else ():
        if container in cell.iterancestors() and texts.size[cell] - texts.linked.get(cell, 0) >= _MOST * plain:
            return cell
    return container


def _region(body: HtmlElement, signs: Signs) -> list[HtmlElement]:
    """The innermost element made for articles that holds much of the page beside the headline."""
    size, headline = signs.texts.size, signs.own.headline
    most = size.get(body, 0)
    title = 0 if headline is None else size.get(headline, 0)
    return [one for one in signs.own.regions if size.get(one, 0) - title >= _MUCH * most][:1]


def _extracted(root: HtmlElement) -> str:
    """The text of the article as trafilatura has it."""
    from trafilatura import bare_extraction  # costs a quarter of a second to import, and not every site has pages

    found = bare_extraction(deepcopy(root), include_comments=False, include_tables=True)
    return getattr(found, "text", None) or ""


def _marked(texts: Texts, extracted: str) -> set[HtmlElement]:
    """The blocks whose own text stands in the extracted one."""
    words = _WORD.findall(extracted.lower())
    known = _shingles(words)
    flat = f" {' '.join(words)} "
    found = set()
    for element, own in texts.own.items():
        block = _WORD.findall(own.lower())
        if len(block) < _SHINGLE:
            text = " ".join(block)
            if len(text) > _SHORTEST and f" {text} " in flat:
                found.add(element)
        elif (shingles := _shingles(block)) and len(shingles & known) >= _SAME * len(shingles):
            found.add(element)
    return found


def _shingles(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}


def _container(body: HtmlElement, marked: set[HtmlElement], texts: Texts) -> HtmlElement:
    """The smallest element that holds nearly all of what is marked; never a part of a paragraph."""
    weights: dict[HtmlElement, int] = {}
    total = 0
    for element in marked:
        size = len(texts.own[element])
        total += size
        for around in (element, *element.iterancestors()):
            weights[around] = weights.get(around, 0) + size
    found = body
    while True:
        inner = next((child for child in found if weights.get(child, 0) >= _SHARE * total), None)
        if inner is None or inner.tag not in BLOCKS:
            break
        found = inner
    while found is not body and found.tag not in _CONTAINERS:
        found = found.getparent()
    return found
