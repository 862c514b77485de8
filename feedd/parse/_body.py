"""The article in a web page. trafilatura, which lives here, decides what its text is, the page how that is marked up.

trafilatura's HTML would be simpler, but it leaves out repeated paragraphs and lists of links, moves text
out of its links and forgets captions. So its plain text only marks the blocks that belong to the article; the smallest
element around them is taken, less what neither was marked nor reads like a part of the text.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from feedd.parse._head import tells
from feedd.parse._images import repair_images
from feedd.parse._page import BLOCKS, names_of, strip
from feedd.parse._tidy import markup
from feedd.text import line

_WORD = re.compile(r"\w+")
_SHINGLE = 4
_SAME = 0.6  # how much of a block's shingles must stand in the extracted text
_SHARE = 0.9  # how much of the marked text the container must hold
_LINKED = 0.3  # above this share of link text a block is a menu
_SHORTEST = 20  # a shorter text of few words may stand anywhere by chance
_LONGEST_HEADING = 200

# Furniture, unless trafilatura found text of the article in it.
_FURNITURE = frozenset("nav aside footer form button input dialog menu iframe svg math canvas".split())
_CONTAINERS = frozenset("article body center div main section td".split())
_SHORT = 600  # characters of a page whose text is all taken, but for its furniture
_HEAD, _LONG = 12, 120  # blocks above the text, and the length from which on one is text
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_MEDIA = ("img", "picture", "figure", "video", "audio")
_ITEMS = ("li", "dt", "dd", "tr", "th", "tbody", "thead", "tfoot", "caption", "figcaption")
_FURNITURE_NAMES = re.compile(
    r"""(?x) \b(?: comments? | disqus | shar(?:e|es|ing) | social | related | recirc | promo | newsletter
    | subscri(?:be|ption) | sponsor(?:ed)? | adverts? | advertisement | breadcrumbs? | sidebar | outbrain | taboola
    | recommend(?:ed|ations?)? | popular | trending | tags? | by-?line | author | date-?line | timestamp | toolbar
    | cookies? | popup | modal | skip | meta | pagination | pager | most-?read | read-?(?:more|next) | see-?also
    | print-?only | no-?print | sr-only | visually-?hidden )"""
)


@dataclass(slots=True)
class _Texts:
    """What stands in each element: its ``own`` text outside the blocks in it; the lengths of all and of linked text."""

    own: dict[HtmlElement, str] = field(default_factory=dict)
    size: dict[HtmlElement, int] = field(default_factory=dict)
    linked: dict[HtmlElement, int] = field(default_factory=dict)


def body_of(root: HtmlElement, base: str | None) -> str:
    """The article's content as unsafe HTML, without the page around it; empty where there is none.

    ``root`` is changed: what is concealed and what never is text goes, lazily loaded images get their address.
    """
    strip(root)
    repair_images(root, base)
    body = root.find("body")
    body = root if body is None else body
    texts = _texts(body)
    if _is_plain(body, texts):
        _drop_head(body, texts)
        return markup(body)
    # Of a short page nothing can be spared, and trafilatura guesses.
    is_short = texts.size.get(body, 0) <= _SHORT and next(body.iter("table"), None) is None
    marked = set() if is_short else _marked(texts, _extracted(root))
    container = _container(body, marked, texts) if marked else body
    _drop_head(container, texts)
    return markup(_pruned(container, marked, texts))


def _is_plain(body: HtmlElement, texts: _Texts) -> bool:
    """Whether all of the page is its article: text alone, as word processors and converters write it."""
    if any(2 * texts.size.get(table, 0) > texts.size.get(body, 0) for table in body.iter("table")):
        return False  # it may be all layout
    return not any(True for _ in body.iter(*_FURNITURE - {"svg", "math"})) and not any(
        _named_furniture(element) for element in body.iter("div", "ul", "section")
    )


def _named_furniture(element: HtmlElement) -> bool:
    return _FURNITURE_NAMES.search(names_of(element)) is not None


def _extracted(root: HtmlElement) -> str:
    """The text of the article as trafilatura has it."""
    from trafilatura import bare_extraction  # costs a quarter of a second to import, and not every site has pages

    found = bare_extraction(deepcopy(root), include_comments=False, include_tables=True)
    return getattr(found, "text", None) or ""


def _texts(body: HtmlElement) -> _Texts:
    """One pass over the tree; every text belongs to the nearest block around it."""
    parts: dict[HtmlElement, list[str]] = {}
    texts = _Texts()
    owners: list[HtmlElement] = [body]
    anchors = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        is_block = element.tag in BLOCKS
        if event == "start":
            if element.tag == "br":
                parts.setdefault(owners[-1], []).append(" ")
            anchors += element.tag == "a"
            if is_block:
                parts.setdefault(owners[-1], []).append(" ")
                owners.append(element)
            _note(texts, element, parts.setdefault(owners[-1], []), element.text, linked=anchors > 0)
            continue
        anchors -= element.tag == "a"
        if is_block:
            owners.pop()
        parent = element.getparent()
        if element is not body and parent is not None:
            for sizes in (texts.size, texts.linked):
                sizes[parent] = sizes.get(parent, 0) + sizes.get(element, 0)
            _note(texts, parent, parts.setdefault(owners[-1], []), element.tail, linked=anchors > 0)
    texts.own = {element: "".join(pieces) for element, pieces in parts.items()}
    return texts


def _note(texts: _Texts, element: HtmlElement, parts: list[str], text: str | None, *, linked: bool) -> None:
    if text:
        parts.append(text)
        length = len("".join(text.split()))
        texts.size[element] = texts.size.get(element, 0) + length
        if linked:
            texts.linked[element] = texts.linked.get(element, 0) + length


def _marked(texts: _Texts, extracted: str) -> set[HtmlElement]:
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


def _container(body: HtmlElement, marked: set[HtmlElement], texts: _Texts) -> HtmlElement:
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


def _drop_head(container: HtmlElement, texts: _Texts) -> None:
    """Take away the lines above the text that only tell who wrote it and when: they are told in its fields."""
    inside = (element for element in container.iter(*BLOCKS) if texts.own.get(element, "").strip())
    for element in list(islice(inside, _HEAD)):
        text = line(texts.own[element])
        if (
            element.tag not in _HEADINGS
            and element is not container
            and not len(element.xpath("./*[self::p|self::div]"))
        ):
            if tells(text):
                element.drop_tree()
            elif len(text) > _LONG:
                return


def _pruned(container: HtmlElement, marked: set[HtmlElement], texts: _Texts) -> HtmlElement:
    """The container without its furniture; what stands between marked blocks stays where it reads like text."""
    around: set[HtmlElement] = set()
    for element in marked:
        around.update(element.iterancestors())
    order = [element for element in container.iter() if element in marked]
    last = order[-1] if order else None
    _Pruner(marked, around, texts, last).prune(container)
    return container


class _Pruner:
    """Walks a container in its order and knows whether the article's text has begun, and ended."""

    def __init__(
        self, marked: set[HtmlElement], around: set[HtmlElement], texts: _Texts, last: HtmlElement | None
    ) -> None:
        self._marked = marked
        self._around = around
        self._texts = texts
        self._last = last
        self._begun = not marked
        self._ended = False

    def prune(self, element: HtmlElement) -> None:
        """Take away what does not belong to the article from inside ``element``."""
        for child in list(element):
            if not isinstance(child.tag, str):
                continue
            if child in self._marked or child in self._around:
                self._begun = self._begun or child in self._marked
                self.prune(child)
                self._ended = self._ended or child is self._last
            elif not self._stays(child):
                child.drop_tree()

    def _stays(self, element: HtmlElement) -> bool:
        if not self._belongs(element):
            return False
        for inner in list(element.iter()):
            if inner is not element and isinstance(inner.tag, str) and inner.tag in _FURNITURE:
                inner.drop_tree()
        return True

    def _belongs(self, element: HtmlElement) -> bool:
        if element.tag in _FURNITURE or _named_furniture(element):
            return False
        if element.tag in ("br", "hr"):
            return True
        size = self._texts.size.get(element, 0)
        if element.tag in _MEDIA or (not size and next(element.iter(*_MEDIA), None) is not None):
            return not self._ended
        if element.tag not in BLOCKS or element.tag in _ITEMS:
            return True
        if not size:
            return False
        if element.tag in _HEADINGS and size > _LONGEST_HEADING:
            return False
        if not self._marked:
            return True
        if self._texts.linked.get(element, 0) > _LINKED * size and not self._is_list_of_text(element):
            return False
        return not self._ended and (self._begun or self._opens(element, size))

    def _opens(self, element: HtmlElement, size: int) -> bool:
        """Above the text only a standfirst belongs to it, and the heading of its first part."""
        after = element.getnext()
        heads = element.tag in _HEADINGS and after is not None and (after in self._marked or after in self._around)
        return heads or (element.tag == "p" and size > 2 * _SHORTEST)

    def _is_list_of_text(self, element: HtmlElement) -> bool:
        """Whether the items of a list say more than their links do."""
        size, linked = self._texts.size.get(element, 0), self._texts.linked.get(element, 0)
        return self._begun and element.tag in ("ul", "ol", "dl", "table") and linked < 2 * _LINKED * size
