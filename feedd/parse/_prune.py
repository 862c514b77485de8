"""Which elements inside an article's part of a page are furniture of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from feedd.parse._inserted import headings_of, is_inserted
from feedd.parse._own import HEADINGS, Own
from feedd.parse._page import BLOCKS, named, names_of
from feedd.parse._texts import Texts

FURNITURE = frozenset("nav aside footer form button input dialog menu iframe svg math canvas".split())
"""Elements that are furniture, unless text of the article was found in them."""

_SURE = FURNITURE - {"aside", "form", "svg", "math"}  # what is in them is never an article
_MEDIA = ("img", "picture", "figure", "video", "audio")
_ITEMS = ("li", "dt", "dd", "tr", "th", "tbody", "thead", "tfoot", "caption", "figcaption")
_WHOLE = ("figure", "pre", "code", "table", "blockquote")  # their classes are those of their parts
_SECTION = re.compile(r"(?:^|\s)(?:section|level[1-6])(?:\s|$)")  # as docutils and Pandoc write it
_LINKED = 0.3  # above this share of link text a block is a menu
_STANDFIRST = 40  # the least characters of one
_LONGEST_HEADING = 200
_NAMES = re.compile(
    r"""(?x) \b(?: comment(?:s|ing|list)? | disqus\w* | share(?:s|d?addy|bar|tools?|buttons?|this)? | sharing | sns
    | social(?:s|bar|links?|icons?|media|share)? | related(?:posts?|articles?|content|links?|stories|news)?
    | recirc\w* | promo(?:s|ted|tions?|tional)? | newsletter\w* | subscri(?:be|ption)\w* | sponsor(?:s|ed)?
    | advert(?:s|isements?|ising|orials?)? | breadcrumb\w* | sidebar\w* | outbrain\w* | taboola\w* | recommend\w*
    | popular(?:posts)? | trending | tags?(?:list|cloud|links)? | by-?lines? | authors?(?:info|box|bio|name)?
    | date-?line | timestamps? | toolbars? | cookie\w* | popups? | modals? | skip(?:-?link|-?nav)?s? | meta(?:data)?
    | pagination | pager | most-?read | read-?(?:more|next) | see-?also | more-?on | ranking | rich-?link | inread
    | opt-?in | consent | print-?only | no-?print | sr-only | screen-?reader | visually-?hidden )\b"""
)
_EDGES = re.compile(r"\b(?:nav(?:bar|igation|links?)?|footer|site-?header|contentinfo)\b")
# Text in elements of these names is none of the article, whoever took it for that.
_INSERTED = re.compile(
    r"\b(?:newsletter(?:s|-?sign-?up|-?box)?|recirc(?:ulation)?|outbrain|taboola|most-?read|rich-?link|inread|opt-?in"
    r"|(?:cookie|embed)-?consent|cookie-?(?:banner|notice|bar)|disqus|related-?(?:articles?|posts?|stories|content|links?))\b"
)
_NEVER_OWN = re.compile(r"\b(?:comments?|disqus|respond|sidebar|outbrain|taboola)\b")


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells furniture from text: the blocks ``marked`` as text, all sizes, the article's own elements.

    Without marked blocks all is text, but for what its tag or its classes name otherwise.
    """

    marked: set[HtmlElement]
    texts: Texts
    own: Own


def is_named_furniture(element: HtmlElement) -> bool:
    """Whether an element's class, id or role is one of the page's furniture."""
    return _is_named(element, _NAMES) or _is_named(element, _EDGES)


def is_named_inside(element: HtmlElement) -> bool:
    """The same of what stands around the text or in it, but not at the edges of a page."""
    return _is_named(element, _NAMES)


def _is_named(element: HtmlElement, names: re.Pattern[str]) -> bool:
    found = names.search(names_of(element))
    if found is None or not element.get("id"):
        return found is not None
    # The id of a heading or a paragraph, or of the section below a heading, may be the heading's words.
    if names.search(named(f"{element.get('class', '')} {element.get('role', '')}")):
        return True
    is_section = element.tag == "section" or _SECTION.search(element.get("class", "")) is not None
    return not (element.tag in (*HEADINGS, "p") or (is_section and not _NEVER_OWN.search(found[0])))


def is_line(element: HtmlElement) -> bool:
    """Whether text stands in an element beside other elements, which then are words of it, as a heading's are."""
    return (
        element.tag in HEADINGS
        or bool((element.text or "").strip())
        or any((child.tail or "").strip() for child in element)
    )


def furniture_in(container: HtmlElement, signs: Signs) -> list[HtmlElement] | None:
    """The elements to take away, none inside another; None where nothing but the headline would be left.

    Before that, names of classes and then tags are believed less.
    """
    for doubt in range(3):
        found = _Pruner(container, signs, doubt).found
        if _is_left(container, found, signs):
            return found + headings_of(found)
    return None


def _is_left(container: HtmlElement, gone: list[HtmlElement], signs: Signs) -> bool:
    """Whether text or an image remains beside the headline."""
    size = signs.texts.size
    headline = signs.own.headline
    left = size.get(container, 0) - sum(size.get(element, 0) for element in gone)
    away = set(gone)
    if headline is not None and _stays_in(headline, container, away):
        left -= size.get(headline, 0)
    return left > 0 or any(_stays_in(media, container, away) for media in container.iter(*_MEDIA))


def _stays_in(element: HtmlElement, container: HtmlElement, away: set[HtmlElement]) -> bool:
    around = (element, *element.iterancestors())
    return container in around and away.isdisjoint(around)


class _Pruner:
    """Walks a container in its order and knows whether the article's text has begun, and ended.

    ``doubt`` is 0 where classes and tags are believed, 1 where only tags are, 2 where only those that never hold text.
    """

    def __init__(self, container: HtmlElement, signs: Signs, doubt: int) -> None:
        self.found: list[HtmlElement] = []
        self._marked, self._texts, self._own = signs.marked, signs.texts, signs.own.elements
        self._around: set[HtmlElement] = set()
        for element in self._marked:
            self._around.update(element.iterancestors())
        order = [element for element in container.iter() if element in self._marked]
        self._last = order[-1] if order else None
        self._tags = FURNITURE if doubt < 2 else _SURE
        self._by_name = doubt < 1
        self._most = self._texts.size.get(container, 0) // 2
        self._begun = not self._marked
        self._ended = False
        self._prune(container)

    def _prune(self, element: HtmlElement) -> None:
        """Find what does not belong to the article inside ``element``."""
        in_line = is_line(element)
        for child in element:
            if not isinstance(child.tag, str):
                continue
            if self._is_inserted(child):
                self.found.append(child)
                self._ended = self._ended or (self._last is not None and child in self._last.iterancestors())
            elif child in self._marked or child in self._around:
                self._begun = self._begun or child in self._marked
                self._prune(child)
                self._ended = self._ended or child is self._last
            elif (in_line and child.tag not in BLOCKS and child.tag not in self._tags) or self._belongs(child):
                self._look_inside(child, by_name=self._by_name)
            else:
                self.found.append(child)

    def _look_inside(self, element: HtmlElement, *, by_name: bool) -> None:
        """Of what stays, too, furniture goes; but no class takes words out of a line, code or what an image shows."""
        by_name = by_name and element.tag not in _WHOLE
        in_line = by_name and is_line(element)
        for child in element:
            if not isinstance(child.tag, str):
                continue
            named = by_name and (child.tag in BLOCKS or not in_line) and is_named_furniture(child)
            foreign = (named or child.tag in self._tags) and not self._is_own(child)
            if foreign or (by_name and self._is_inserted(child)):
                self.found.append(child)
            else:
                self._look_inside(child, by_name=by_name)

    def _is_inserted(self, element: HtmlElement) -> bool:
        """Whether the page put it between the paragraphs, even where its text was taken for the article's."""
        if not self._by_name or element.tag not in BLOCKS or element in self._own:
            return False
        if is_inserted(element, self._texts):
            return True
        small = 2 * self._texts.size.get(element, 0) <= self._most
        return small and _INSERTED.search(names_of(element)) is not None and element.tag not in (*HEADINGS, "p")

    def _is_own(self, element: HtmlElement) -> bool:
        """Whether it holds the article, or more than half of the text and no name tells that that is another's."""
        if element in self._own:
            return True
        much = element.tag not in _SURE and self._texts.size.get(element, 0) > self._most
        return much and _NEVER_OWN.search(names_of(element)) is None

    def _is_furniture(self, element: HtmlElement) -> bool:
        named = element.tag in self._tags or (self._by_name and is_named_furniture(element))
        return named and not self._is_own(element)

    def _belongs(self, element: HtmlElement) -> bool:
        if self._is_furniture(element):
            return False
        if element.tag in ("br", "hr"):
            return True
        size = self._texts.size.get(element, 0)
        if element.tag in _MEDIA or (not size and next(element.iter(*_MEDIA), None) is not None):
            return not self._ended
        if element.tag not in BLOCKS or element.tag in _ITEMS:
            return True
        if not size or (element.tag in HEADINGS and size > _LONGEST_HEADING):
            return False
        return not self._marked or self._reads_like_text(element, size)

    def _reads_like_text(self, element: HtmlElement, size: int) -> bool:
        most = 2 * _LINKED if element.tag in HEADINGS else _LINKED  # a heading may have a link to edit it
        if self._texts.linked.get(element, 0) > most * size and not self._is_list_of_text(element):
            return False
        return not self._ended and (self._begun or self._opens(element, size))

    def _opens(self, element: HtmlElement, size: int) -> bool:
        """Above the text only a standfirst belongs to it, and the heading of its first part."""
        after = element.getnext()
        heads = element.tag in HEADINGS and after is not None and (after in self._marked or after in self._around)
        return heads or (element.tag == "p" and size > _STANDFIRST)

    def _is_list_of_text(self, element: HtmlElement) -> bool:
        """Whether the items of a list say more than their links do."""
        size, linked = self._texts.size.get(element, 0), self._texts.linked.get(element, 0)
        return self._begun and element.tag in ("ul", "ol", "dl", "table") and linked < 2 * _LINKED * size
