"""Where the headline stands at the top of a text, and which line repeats it.

A page tells its headline twice, as the window's title and above the text. Prose that begins with the
headline's words is no repetition: first paragraphs do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from feedd.parse._headrows import LONGEST, is_meta
from feedd.parse._release import below_contacts, notice
from feedd.parse._rows import Row, date_of, is_furniture, is_section, is_sentence

_ROWS = 12
_AHEAD = 6
_MENU, _LEAST_MENU = 300, 4
_SUFFIX = re.compile(r"\s*(?:\s[|–—:•«»-]{1,2}|\|)\s+(?=\S)")
_SITE = re.compile(r"(?:\s+[|–—•«»-]{1,2}|\|)\s+[^|–—•«»]{2,40}$")
_LONGER = 1.5
_LABEL, _VERSE, _PROSE = 40, 80, 120


@dataclass(frozen=True, slots=True)
class Topline:
    """The headline, the line that it stands in, and the one that repeats it (0 where none does).

    Both are the same line where it is the window's title that was repeated, below all of a site's menu.
    """

    title: str
    at: int
    again: int = 0


def topline(rows: list[Row]) -> Topline:
    """The headline of a text of at least one line: of two that are the same story's, the shorter."""
    top = rows[:_ROWS]
    far = _far(rows)
    if far is not None and (far.at >= _ROWS or not any(map(_is_told, top[1 : far.at]))):
        return far
    page = any(is_meta(row.text) for row in top)
    for at, row in enumerate(top[:6]):
        if len(row.text) > LONGEST or (at and not page):  # verse has a refrain
            break
        if is_meta(row.text) or (at and is_sentence(row.text)):
            continue
        found = _repeated(top, at, page=page)
        if found is not None:
            return found
    first = next((at for at, row in enumerate(top) if not is_meta(row.text)), 0)
    above = next((at for at, row in enumerate(top[:first]) if notice(row.text)), None)
    if above is not None:
        first = below_contacts(top, first)
        return Topline(rows[above].text, above) if is_sentence(rows[first].text) else Topline(rows[first].text, first)
    first = _below_menu(top, first)
    return Topline(rows[first].text, first)


def equal(first: str, second: str) -> bool:
    """Whether two lines say the same, whatever their capitals and quotation marks."""
    return _plain(first) == _plain(second)


def _repeated(top: list[Row], at: int, *, page: bool) -> Topline | None:
    """The headline at ``at`` if a line below repeats it.

    Where nothing else tells a page, equal lines must be neighbours; a site's name tells one.
    """
    above = top[at].text
    tests: tuple[Callable[[str, str], bool], ...] = (_is_same, _is_alike)
    for test in tests:
        for again, row in enumerate(top[at + 1 :], at + 1):
            near = page or again == at + 1 or not equal(above, row.text)
            if near and test(above, row.text) and not _opens_verse(top[again:]):
                return Topline(row.text, at, again)
    return None


def _opens_verse(block: list[Row]) -> bool:
    """Whether a text of short lines begins here, three or more without a blank one: a poem is titled by its first."""
    few = block[0].gap > 0 and len(block) > 2 and not any(row.gap for row in block[1:3])
    verse = few and not any(is_meta(row.text) or len(row.text) > _VERSE for row in block[1:3])
    return verse and all(len(row.text) <= _PROSE for row in block)


def _far(rows: list[Row]) -> Topline | None:
    """The headline that repeats the window's title below a menu of any length; no prose stands between."""
    title = rows[0].text
    if len(title.split()) < 4 or len(title) > LONGEST + 60:
        return None
    known = 0
    found: Topline | None = None
    for at, row in enumerate(rows[1:_MENU], 1):
        known += is_furniture(row.text) or is_section(row.text)
        if _is_same(title, row.text) and at >= _LEAST_MENU and (known > 2 or not equal(title, row.text)):
            found = Topline(row.text, at, at)
        elif (len(row.text) > _VERSE and is_sentence(row.text)) or (found and date_of(row.text)):
            break
    return found


def _is_told(row: Row) -> bool:
    """Whether a line between the headline and its repetition is of the article: a standfirst or a date."""
    return is_sentence(row.text) or date_of(row.text) is not None or len(row.text) > _LABEL


def _below_menu(top: list[Row], first: int) -> int:
    """Where the headline stands if the line at ``first`` is of a menu: sections of a site, or one with a date below."""
    at = first
    while at < len(top) - 1 and _is_label(top[at].text):
        at += 1
    if at == first or not _is_headline(top[at].text):
        return first
    known = sum(is_furniture(row.text) or is_section(row.text) for row in top[:at])
    below = top[at + 1 : at + 1 + _AHEAD - 2]
    if at == first + 1 and any(date_of(row.text) for row in below) and _is_word(top[first].text):
        return at
    menu = known > 1 and known * 2 >= at
    return at if menu and any(is_meta(row.text) for row in below[:3]) else first


def _is_word(text: str) -> bool:
    return len(text.split()) <= 1 + text.isupper()


def _is_label(text: str) -> bool:
    return is_furniture(text) or is_section(text) or (len(text) <= 24 and len(text.split()) <= 3 and not is_meta(text))


def _is_headline(text: str) -> bool:
    long = len(text.split()) > 2 or (len(text) > 9 and max(text) > "\u2e80")
    return long and len(text) <= LONGEST and not is_sentence(text) and not is_meta(text)


def _is_same(first: str, second: str) -> bool:
    """Whether a line is the headline of the one above: both are equal, or that one has the site's name as well."""
    if len(second) < 8 or len(first) > LONGEST + 60 or (" " not in second and second.isascii()):
        return False
    if equal(first, second):
        return True
    rest = first[len(second) :]
    return _plain(first).startswith(_plain(second)) and len(rest) <= 60 and _SUFFIX.match(rest) is not None


def _is_alike(first: str, second: str) -> bool:
    """Whether most words are the same, as in a page's title and a headline of other wording.

    A page's title is known by the site's name behind it: without one the second line may be anything.
    """
    title = _SITE.sub("", first)
    if title == first or is_sentence(second) or len(second) > LONGEST:
        return False
    one, other = (set(re.findall(r"\w+", text.casefold())) for text in (title, second))
    least = min(len(one), len(other))
    return least > 3 and len(one & other) >= 0.7 * least and len(other) <= _LONGER * len(one)


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'").replace("“", '"').replace("”", '"')
