"""The lines above an article's text that only tell who wrote it and when: read here, so that they can go there."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from feedd.dates import Reading
from feedd.parse._fields import Fields
from feedd.parse._headrows import Head, told_by
from feedd.parse._markers import NAMES, ROLE
from feedd.parse._own import HEADINGS, Own, key_of
from feedd.parse._page import BLOCKS, text_in
from feedd.parse._people import people
from feedd.parse._rows import is_rights, is_sentence, is_when
from feedd.text import line, words

_BEFORE, _AFTER = 6, 14  # lines above and below the headline among which they stand
_OTHERS = 4  # lines below the headline that are none of them: standfirst, section, credit
_LONG = 120  # from this length on a line is text
_ROLE_WORDS = 6
_NEVER = frozenset("figure figcaption blockquote pre details dl".split())
_MEDIA = ("img", "video", "audio")
# "By Jane Doe on 2 October 2024" in the languages of bylines.
_ON = re.compile(r",?\s+(?:on|am|le|el|il|em|op|den|dne|dnia|w dniu|vom|du|del)\s+(?=[^\d]{0,15}\d)", re.IGNORECASE)


@dataclass(slots=True)
class Line:
    """What stands on one line of ``block``: inline elements, and the elements with text of the block in or behind them.

    ``inside`` and ``behind`` are those whose ``text`` and whose ``tail`` it is, ``end`` is the break behind it.
    """

    block: HtmlElement
    nodes: list[HtmlElement] = field(default_factory=list)
    inside: list[HtmlElement] = field(default_factory=list)
    behind: list[HtmlElement] = field(default_factory=list)
    text: str = ""
    end: HtmlElement | None = None

    @property
    def is_bare(self) -> bool:
        """Whether some of its text stands in no inline element."""
        return bool(self.inside or self.behind)


@dataclass(slots=True)
class Above:
    """What the lines tell, and which they are; ``dated`` are those among them that tell when."""

    lines: list[Line] = field(default_factory=list)
    dated: list[Line] = field(default_factory=list)
    published: Reading | None = None
    updated: Reading | None = None
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    rights: str = ""

    def fields(self) -> Fields:
        """The same in the names of ``read_meta``."""
        return {
            "dates": [_written(self.published)] if self.published else [],
            "updates": [_written(self.updated)] if self.updated else [],
            "authors": people(*self.authors),
            "tags": [*self.tags],
            "rights": self.rights,
        }


def above(part: HtmlElement, own: Own, authors: frozenset[str], skipped: set[HtmlElement]) -> Above:
    """Read the first lines of ``part``, those around the headline where it stands there, but not inside ``skipped``.

    Where ``part`` isn't all the page's, the headline and what is below it is read from outside of it too. ``authors``
    are the keys of their names as far as they are known: such a name alone is a line too.
    Where several lines tell different days, as in a diary, none of them is the article's.
    """
    found = Above()
    others = 0
    told = ended = False
    for one in _first_lines(part, own, skipped):
        ended = ended or len(one.text) > _LONG or others > _OTHERS
        if one.block.tag in HEADINGS:
            continue
        if _is_of_another_day(one.text, found):
            found.lines = [kept for kept in found.lines if kept not in found.dated]
            found.published = None
            break
        if not ended:
            told = _take(one, found, authors, follows=told)
            others += not told
    return found


def is_more_than(part: HtmlElement, lines: list[Line], headline: HtmlElement | None) -> bool:
    """Whether anything stands in ``part`` beside the lines and the headline."""
    if next(part.iter(*_MEDIA), None) is not None:
        return True
    left = len(key_of("".join(map(str, part.itertext()))))
    if headline is not None and part in headline.iterancestors():
        left -= len(key_of(text_in(headline)))
    return left > sum(len(key_of(one.text)) for one in lines if part in (one.block, *one.block.iterancestors()))


def take_away(lines: list[Line]) -> None:
    """Take the lines out of their tree, and the blocks that then are empty."""
    for one in lines:
        for element in one.inside:
            element.text = None
        for element in one.behind:
            element.tail = None
    for one in lines:
        for node in (*one.nodes, *([] if one.end is None else [one.end])):
            if node.getparent() is not None:
                node.drop_tree()
        says = any(text.strip() for text in one.block.itertext()) or next(one.block.iter(*_MEDIA), None) is not None
        if not says and one.block.getparent() is not None:
            one.block.drop_tree()


def _written(reading: Reading) -> str:
    return reading.value.date().isoformat() if reading.precision == "day" else reading.value.isoformat()


def _first_lines(part: HtmlElement, own: Own, skipped: set[HtmlElement]) -> Iterator[Line]:
    headline = own.headline
    if headline is None or not (part in headline.iterancestors() or own.is_sure):
        yield from islice(_lines(part, skipped), _AFTER)
        return
    around = set(part.iterancestors()) | {part}
    lines = _lines(next(one for one in headline.iterancestors() if one in around), skipped)
    before: deque[Line] = deque(maxlen=_BEFORE)
    for one in lines:
        if one.block is headline:
            break
        if part in one.block.iterancestors():
            before.append(one)
    yield from before
    yield from islice(lines, _AFTER)


def _lines(block: HtmlElement, skipped: set[HtmlElement]) -> Iterator[Line]:
    """The lines in a block, in their order; none of what is quoted, typed or stands below an image."""
    one = Line(block)
    if (block.text or "").strip():
        one.inside.append(block)
        one.text = block.text or ""
    for child in block:
        if not isinstance(child.tag, str):
            continue
        holds = child.tag in BLOCKS or any(one.tag in BLOCKS for one in child.iterdescendants())
        if holds or child.tag == "br":
            one.end = None if holds else child
            yield from _said(one)
            one = Line(block)
            if holds and child.tag not in _NEVER and child not in skipped and not _is_cell_of_many(child):
                yield from _lines(child, skipped)
        elif child not in skipped and (text := text_in(child)):
            one.nodes.append(child)
            one.text += f" {text} " if not one.is_bare and one.text else text
        if (child.tail or "").strip():
            one.behind.append(child)
            one.text += child.tail or ""
    yield from _said(one)


def _said(one: Line) -> Iterator[Line]:
    one.text = line(one.text)
    if one.text:
        yield one


def _is_cell_of_many(element: HtmlElement) -> bool:
    """Whether it is one of several cells of a row which hold a word each: data, and no layout."""
    row = element.getparent()
    if element.tag not in ("td", "th") or row is None or next(element.iterchildren(*BLOCKS), None) is not None:
        return False
    return len(row) > 1 and element.find("br") is None


def _is_of_another_day(text: str, found: Above) -> bool:
    if found.published is None or len(text) > _LONG:
        return False
    head = _read(text)
    day = found.published.value.date()
    return head is not None and head.published is not None and abs((head.published.value.date() - day).days) > 1


def _read(text: str) -> Head | None:
    """What a line tells; None where it tells nothing, or an address, which may be a part of the text."""
    head = told_by(text) or told_by(_ON.sub(", ", text))
    return None if head is None or head.url else head


def _take(one: Line, found: Above, authors: frozenset[str], *, follows: bool) -> bool:
    """Note what a line tells; False where it tells nothing. ``follows``: the one before did."""
    head = _read(one.text)
    if head is not None:
        _note(head, found)
        if head.published or head.updated:
            found.dated.append(one)
    elif is_rights(one.text):
        found.rights = found.rights or one.text
    elif not (is_when(one.text) or _is_known(one, authors) or (follows and _is_role(one.text))):
        return _take_parts(one, found, authors)
    found.lines.append(one)
    return True


def _take_parts(one: Line, found: Above, authors: frozenset[str]) -> bool:
    """The same for each element of a line that is nothing but several of them."""
    if one.is_bare or len(one.nodes) < 2:
        return False
    told = False
    for node in one.nodes:
        told = _take(Line(one.block, [node], text=text_in(node)), found, authors, follows=told) or told
    return told


def _note(head: Head, found: Above) -> None:
    found.published = found.published or head.published
    found.updated = found.updated or head.updated
    found.authors += head.authors
    found.tags += head.tags


def _is_known(one: Line, authors: frozenset[str]) -> bool:
    """Whether it is an author's name, and a word of any language before it; in a list it may be one who was there."""
    names = [] if one.block.tag == "li" else [name for name in NAMES.split(one.text) if name]
    if not names or not authors.issuperset(map(key_of, names[1:])):
        return False
    return bool(authors & {key_of(names[0]), key_of(names[0].partition(" ")[2])})


def _is_role(text: str) -> bool:
    """Whether a line below a name tells an office: "Highlands & Islands reporter"."""
    return ROLE.search(text) is not None and words(text) <= _ROLE_WORDS and not is_sentence(text)
